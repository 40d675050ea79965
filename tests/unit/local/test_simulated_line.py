"""The simulated LINE: what it delivers is read as what was done, and what it answers is judged as what it means."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Delivery as Sent
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.line.simulator import SimulatedLine
from infra.local.platforms.vendor import Act, Contact, Surroundings
from infra.replay.dynamodb import MemoryDynamo
from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event, Message, OptOut
from nightbell.platforms.care import IN_ORDER, run
from nightbell.platforms.channel import Answer, ApiAccess, Button, HttpRequest, OutboundText, Verdict, VerdictKind
from nightbell.platforms.line.care import AccountCare
from nightbell.platforms.line.channel import LineChats
from nightbell.platforms.line.platform import Line
from tests.contract.world import World
from tests.fakes import READABLE

ACCOUNT = "U00000000000000000000000000000001"
ADA = "U0000000000000000000000000000000a"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
SECRETS = {f"access_token/{ACCOUNT}": "line-token", f"channel_secret/{ACCOUNT}": "a-secret_of-32-characters-000000"}


@pytest.fixture(scope="module")
def account() -> Account:
    return replace(World(MemoryDynamo(), "unused", READABLE).account, channel="line", account_id=ACCOUNT)


@pytest.fixture
def faults() -> FaultBox:
    return FaultBox()


@pytest.fixture
def line(account: Account, faults: FaultBox) -> Iterator[SimulatedLine]:
    around = Surroundings(
        accounts=(account,),
        secrets=SECRETS,
        clock=lambda: NOW,
        faults=faults,
        public_url="https://webhooks.example.test",
    )
    simulated = SimulatedLine(around)
    yield simulated
    simulated.stop()


def contact(line: SimulatedLine) -> Contact:
    return line.contact({"channel": "line", "contact": ADA, "name": "Ada Rossi"})


def parsed(sent: Sent) -> list[Event]:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    delivery = Delivery(
        platform="line", path=sent.path, method="POST", headers=headers, query={}, body=sent.body, received_at=NOW
    )
    Line().verify(delivery, {f"channel_secret/{ACCOUNT}": [SECRETS[f"channel_secret/{ACCOUNT}"]]})
    return Line().parse(delivery)


def test_an_account_comes_with_what_its_console_would_show(line: SimulatedLine, account: Account) -> None:
    def ask(request: HttpRequest) -> Answer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.url.removeprefix("https://api")
        reply = line.answer(Request(method=request.method, path=path, headers=headers, body=b""))
        return Answer(status=reply.status, headers={}, body=reply.body)

    token, hook = SECRETS[f"access_token/{ACCOUNT}"], "https://webhooks.example.test/webhooks/line"
    access = ApiAccess(base_url="https://api", version="", token=token, hook_url=hook)
    assert run(AccountCare().check(account, access, NOW), ask) == [IN_ORDER]


def send(
    line: SimulatedLine, *buttons: Button, to: str = ADA, text: str = "We are open.", key: str = "", token: str = ""
) -> Verdict:
    access = ApiAccess(base_url="https://api", version="", token=token or SECRETS[f"access_token/{ACCOUNT}"])
    tag = f"nightbell.1.1.{key or uuid4()}"
    request = LineChats().send_request(
        OutboundText(account_id=ACCOUNT, address=to, text=text, tag=tag, buttons=buttons), access
    )
    headers = {name.lower(): value for name, value in request.headers.items()}
    path = request.url.removeprefix("https://api")
    reply = line.answer(Request(method="POST", path=path, headers=headers, body=json.dumps(request.json).encode()))
    return LineChats().verdict(Answer(status=reply.status, headers={}, body=reply.body[: reply.keep_bytes]))


@pytest.mark.parametrize("kind", ["text", "image", "sticker", "audio", "document", "location", "unsupported"])
def test_what_a_contact_sends_is_read_as_a_message(line: SimulatedLine, kind: str) -> None:
    written = line.write(contact(line), Act(kind=kind, text="Do you have rye bread?"))
    (event,) = parsed(line.log[-1])
    assert isinstance(event, Message)
    assert (event.kind, event.message_id, event.sent_at) == ("line.message", written.message_ids[0], NOW)
    assert event.contact.contact_id == ADA
    assert (event.raw is not None) is (kind == "unsupported")


def test_several_acts_share_a_delivery_and_copies_are_the_very_same(line: SimulatedLine) -> None:
    written = line.write(contact(line), Act(text="Hello"), copies=2, batch=3)
    assert [event.message_id for event in parsed(line.log[-1]) if isinstance(event, Message)] == [*written.message_ids]
    assert (len(written.message_ids), len(written.attempts)) == (3, 2)


def test_nobody_does_what_there_is_not(line: SimulatedLine) -> None:
    with pytest.raises(ValueError, match="there are tap, text"):
        line.write(contact(line), Act(kind="levitate"))
    with pytest.raises(ValueError, match="is none"):
        line.contact({"channel": "line", "contact": "7"})


def test_a_tap_brings_the_choice_back(line: SimulatedLine) -> None:
    line.write(contact(line), Act(text="Hello"))
    assert send(line, Button(title="Wait here", payload="nightbell.choice.here")).kind is VerdictKind.SENT
    (button,) = line.transcript(contact(line))[-1].buttons
    line.write(contact(line), Act(kind="tap", text=button.title, payload=button.payload))
    (event,) = parsed(line.log[-1])
    assert isinstance(event, Message)
    assert (event.kind, event.choice) == ("line.choice", "nightbell.choice.here")


def test_a_message_is_taken_back(line: SimulatedLine) -> None:
    (said,) = line.write(contact(line), Act(text="Hello")).message_ids
    line.others()["delete"](contact(line), "", said)
    (event,) = parsed(line.log[-1])
    assert (event.kind, event.message_id) == ("line.unsend", f"{said}:unsend")  # type: ignore[union-attr]


def test_who_blocks_the_account_sees_nothing_until_they_add_it_again(line: SimulatedLine) -> None:
    line.write(contact(line), Act(text="Hello"))
    for what, opted_out, shown in (("block", True, 1), ("unblock", False, 2)):
        line.others()[what](contact(line), "", "")
        (event,) = parsed(line.log[-1])
        assert isinstance(event, OptOut)
        assert event.opted_out is opted_out
        assert send(line).kind is VerdictKind.SENT
        assert len(line.transcript(contact(line))) == shown


def test_the_same_key_is_executed_once_and_told_as_sent(line: SimulatedLine) -> None:
    line.write(contact(line), Act(text="Hello"))
    key = str(uuid4())
    first, again = send(line, key=key), send(line, key=key)
    assert first.kind is again.kind is VerdictKind.SENT
    assert first.message_id == again.message_id is not None
    assert [bubble.author for bubble in line.transcript(contact(line))] == ["contact", "business"]
    assert send(line).message_id != first.message_id


def test_what_was_executed_and_not_answered_is_known_when_it_comes_again(line: SimulatedLine, faults: FaultBox) -> None:
    line.write(contact(line), Act(text="Hello"))
    faults.add(Fault(kind=FaultKind.OUTAGE, channel="line", executed=True))
    key = str(uuid4())
    assert [send(line, key=key).kind for _ in range(2)] == [VerdictKind.UNKNOWN, VerdictKind.SENT]
    assert len(line.transcript(contact(line))) == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"code": 400}, VerdictKind.REFUSED),
        ({"code": 401}, VerdictKind.TOKEN_DEAD),
        ({"code": 403}, VerdictKind.NOT_PERMITTED),
        ({"code": 429}, VerdictKind.NOT_SENT),
        ({"name": "monthly"}, VerdictKind.CAPPED),
        ({"code": 500}, VerdictKind.UNKNOWN),
    ],
)
def test_each_error_is_judged_as_what_it_means(
    line: SimulatedLine, faults: FaultBox, fault: dict[str, object], kind: VerdictKind
) -> None:
    line.write(contact(line), Act(text="Hello"))
    faults.add(Fault(kind=FaultKind.ERROR, channel="line", **fault))  # type: ignore[arg-type]
    assert send(line).kind is kind
    assert len(line.transcript(contact(line))) == 1


def test_what_line_would_not_take_is_refused(line: SimulatedLine) -> None:
    line.write(contact(line), Act(text="Hello"))
    button = Button(title="x" * 21, payload="p")
    assert send(line, button).kind is VerdictKind.REFUSED
    assert send(line, *[Button(title="x", payload="p")] * 14).kind is VerdictKind.REFUSED
    assert send(line, text="🔔" * 2501).kind is VerdictKind.REFUSED
    assert send(line, text="🔔" * 2500).kind is VerdictKind.SENT
    assert send(line, to="U9").kind is VerdictKind.REFUSED
    assert send(line, key="no-uuid").kind is VerdictKind.REFUSED
    assert send(line, token="another").kind is VerdictKind.TOKEN_DEAD


def test_an_address_is_verified_by_a_signed_delivery_without_events(line: SimulatedLine) -> None:
    assert line.greet() == ""
    assert [event.kind for event in parsed(line.log[-1])] == ["line.empty"]
