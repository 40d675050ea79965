"""The simulated relay, alone: what it signs is understood, and what is signed for it is brought once."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Delivery as Sent
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.standard.simulator import SimulatedRelay
from infra.local.platforms.vendor import Act, Contact, Surroundings
from nightbell.domain.business import Account
from nightbell.domain.events import Broken, Delivery, Event, Message, Outcome, OutsideAnswer, Settlement, Unknown
from nightbell.platforms.channel import Answer, ApiAccess, Button, HttpRequest, OutboundText, Verdict, VerdictKind
from nightbell.platforms.standard.channel import Relay
from nightbell.platforms.standard.platform import Standard
from tests.unit.talk import bakery

SOURCE = "shop-form"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
SENT = Draft202012Validator(json.loads(Path("functions/nightbell/schemas/standard_message.v1.json").read_text()))
WANTED = Draft202012Validator(json.loads(Path("functions/nightbell/schemas/standard_reply.v1.json").read_text()))
KEY = "8c1f0c3a-6f0b-4a9d-9d3e-2f6f7f0f1b11"
TAG = f"nightbell.1.1.{KEY}"


@pytest.fixture
def account() -> Account:
    return replace(bakery(), channel="standard", account_id=SOURCE, reply_url="https://shop.example/reply")


@pytest.fixture
def secrets(account: Account) -> dict[str, str]:
    return {name: make() for name, make in SimulatedRelay.secrets((account,)).items()}


@pytest.fixture
def faults() -> FaultBox:
    return FaultBox()


@pytest.fixture
def relay(account: Account, secrets: dict[str, str], faults: FaultBox) -> Iterator[SimulatedRelay]:
    simulated = SimulatedRelay(Surroundings(accounts=(account,), secrets=secrets, clock=lambda: NOW, faults=faults))
    yield simulated
    simulated.stop()


@pytest.fixture
def ada(relay: SimulatedRelay) -> Contact:
    return relay.contact({"channel": "standard", "contact": "visitor-7", "name": "Ada"})


def parsed(sent: Sent, secrets: dict[str, str]) -> Event:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    delivery = Delivery(
        platform="standard", path=SOURCE, method="POST", headers=headers, query={}, body=sent.body, received_at=NOW
    )
    Standard().verify(delivery, {f"source/{SOURCE}": [secrets[f"source/{SOURCE}"]]})
    (event,) = Standard().parse(delivery)
    return event


def call(relay: SimulatedRelay, request: HttpRequest) -> Answer:
    assert request.content is not None
    WANTED.validate(json.loads(request.content))
    headers = {name.lower(): value for name, value in request.headers.items()}
    reply = relay.answer(Request(method=request.method, path="/", headers=headers, body=request.content))
    told = {name.lower(): value for name, value in reply.headers.items()}
    return Answer(status=reply.status, headers=told, body=reply.body[: reply.keep_bytes])


def send(relay: SimulatedRelay, secret: str, *buttons: Button, tag: str = TAG, to: str = "visitor-7") -> Verdict:
    access = ApiAccess(base_url="http://127.0.0.1:9/standard", version="", token=secret, at=NOW)
    outbound = OutboundText(account_id=SOURCE, address=to, text="We open at eight.", tag=tag, buttons=buttons)
    return Relay().verdict(call(relay, Relay().send_request(outbound, access)))


@pytest.mark.parametrize(
    ("kind", "understood"),
    [
        ("text", Message),
        ("image", Message),
        ("audio", Message),
        ("form", Message),
        ("tap", Message),
        ("edit", Message),
        ("unsend", Message),
        ("unsupported", Unknown),
        ("poison", Broken),
    ],
)
def test_what_a_visitor_does_is_understood(
    relay: SimulatedRelay, ada: Contact, secrets: dict[str, str], kind: str, understood: type
) -> None:
    relay.write(ada, Act(kind=kind, text="Hello", payload="p", about="m1"))
    (sent,) = relay.log
    event = parsed(sent, secrets)
    assert isinstance(event, understood)
    assert SENT.is_valid(json.loads(sent.body)) is (understood is Message)
    if isinstance(event, Message):
        assert (event.contact.contact_id, event.contact.name, event.raw) == ("visitor-7", "Ada", None)
        assert len(event.consents) == (1 if kind == "form" else 0)


def test_an_unknown_act_and_too_long_an_id_are_refused_in_words(relay: SimulatedRelay, ada: Contact) -> None:
    with pytest.raises(ValueError, match="form"):
        relay.write(ada, Act(kind="fax"))
    with pytest.raises(ValueError, match="200"):
        relay.contact({"channel": "standard", "contact": "é" * 101})


def test_each_act_and_each_copy_is_delivered(relay: SimulatedRelay, ada: Contact) -> None:
    written = relay.write(ada, Act(text="Hello"), copies=3, batch=2)
    assert len(set(written.message_ids)) == 2
    assert [attempt.status for attempt in written.attempts] == [200] * 6


def test_an_answer_is_brought_once_for_each_id(relay: SimulatedRelay, ada: Contact, secrets: dict[str, str]) -> None:
    relay.write(ada, Act(text="Hello"))
    reply = secrets[f"reply/{SOURCE}"]
    first, again = send(relay, reply, Button(title="Wait", payload="p.1")), send(relay, reply)
    assert (first.kind, again.kind, again.code) == (VerdictKind.SENT, VerdictKind.SENT, "http 409")
    own, ours = relay.transcript(ada)
    assert (own.author, ours.author, ours.text) == ("contact", "business", "We open at eight.")
    assert [button.payload for button in ours.buttons] == ["p.1"]
    assert first.message_id == ours.message_id
    assert send(relay, reply, tag="nightbell.1.2.another").code == ""
    assert len(relay.transcript(ada)) == 3


def test_what_is_not_signed_for_it_is_not_brought(relay: SimulatedRelay, ada: Contact, secrets: dict[str, str]) -> None:
    relay.write(ada, Act(text="Hello"))
    assert send(relay, secrets[f"source/{SOURCE}"]).kind is VerdictKind.TOKEN_DEAD
    assert send(relay, secrets[f"reply/{SOURCE}"], to="nobody").kind is VerdictKind.REFUSED
    assert len(relay.transcript(ada)) == 1


def settled(relay: SimulatedRelay, secrets: dict[str, str], count: int = 1) -> list[Event]:
    ends = time.monotonic() + 10
    while len(relay.log) < 1 + count and time.monotonic() < ends:
        time.sleep(0.02)
    return [parsed(sent, secrets) for sent in relay.log[1:]]


def test_it_tells_afterwards_what_became_of_an_answer(
    relay: SimulatedRelay, ada: Contact, secrets: dict[str, str], faults: FaultBox
) -> None:
    relay.write(ada, Act(text="Hello"))
    send(relay, secrets[f"reply/{SOURCE}"])
    (told,) = settled(relay, secrets)
    assert isinstance(told, Settlement)
    assert (told.tag, told.outcome, told.contact_ids) == (TAG, Outcome.SEEN, ("visitor-7",))
    faults.add(Fault(kind=FaultKind.FAILED_STATUS, seconds=0.0))
    send(relay, secrets[f"reply/{SOURCE}"], tag="nightbell.1.2.another")
    *_, failed = settled(relay, secrets, 2)
    assert isinstance(failed, Settlement)
    assert (failed.tag, failed.outcome) == ("nightbell.1.2.another", Outcome.FAILED)
    faults.add(Fault(kind=FaultKind.NO_ECHO))
    send(relay, secrets[f"reply/{SOURCE}"], tag="nightbell.1.3.third")
    time.sleep(0.4)
    assert len(relay.log) == 3


def test_others_answer_where_it_listens(relay: SimulatedRelay, ada: Contact, secrets: dict[str, str]) -> None:
    for who, author in (("person", "person"), ("app", "other_app")):
        relay.others()[who](ada, "I am on it", "")
        event = parsed(relay.log[-1], secrets)
        assert isinstance(event, OutsideAnswer)
        assert (event.author, event.text, event.said_id) == (author, "I am on it", relay.transcript(ada)[-1].message_id)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind=FaultKind.ERROR), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.ERROR, status=302), VerdictKind.UNKNOWN),
        (Fault(kind=FaultKind.ERROR, status=401), VerdictKind.TOKEN_DEAD),
        (Fault(kind=FaultKind.ERROR, status=409), VerdictKind.SENT),
        (Fault(kind=FaultKind.ERROR, status=410), VerdictKind.NOT_PERMITTED),
        (Fault(kind=FaultKind.ERROR, status=429), VerdictKind.NOT_SENT),
        (Fault(kind=FaultKind.OUTAGE), VerdictKind.UNKNOWN),
        (Fault(kind=FaultKind.OUTAGE, executed=True), VerdictKind.UNKNOWN),
        (Fault(kind=FaultKind.EMPTY_ANSWER), VerdictKind.SENT),
        (Fault(kind=FaultKind.CUT_ANSWER), VerdictKind.SENT),
    ],
    ids=lambda value: f"{value.kind}-{value.status}-{value.executed}" if isinstance(value, Fault) else str(value),
)
def test_each_error_has_its_verdict_and_trying_again_brings_it_once(  # noqa: PLR0913, PLR0917 - the fixtures it needs
    relay: SimulatedRelay,
    ada: Contact,
    secrets: dict[str, str],
    faults: FaultBox,
    fault: Fault,
    kind: VerdictKind,
) -> None:
    relay.write(ada, Act(text="Hello"))
    faults.add(fault)
    verdict = send(relay, secrets[f"reply/{SOURCE}"])
    assert verdict.kind is kind
    assert verdict.retry_after is None or verdict.retry_after.total_seconds() == 30
    assert len(relay.transcript(ada)) == (2 if fault.delivers else 1)
    assert send(relay, secrets[f"reply/{SOURCE}"]).kind is VerdictKind.SENT
    assert len(relay.transcript(ada)) == 2
