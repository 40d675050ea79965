"""What the simulated platform delivers, Nightbell's own parser verifies and understands: each has its own reading of
what Meta documents, and a mistake in one shows in the other."""

import json
from typing import Any

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.meta.acts import KINDS, UnknownKindError, Writing
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.platforms.meta.people import INSTAGRAM_COMMENTS, INSTAGRAM_DIRECT, Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from nightbell.domain.events import (
    Author,
    Broken,
    Delivery,
    Event,
    Message,
    MessageRole,
    OutsideAnswer,
    Settlement,
    ThreadControl,
    Unknown,
)
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    CallbackKind,
    HttpRequest,
    OutboundText,
    ReadBack,
    VerdictKind,
)
from nightbell.platforms.meta.callbacks import MetaCallbacks
from nightbell.platforms.meta.platform import Meta
from nightbell.platforms.registry import CHANNELS
from tests.unit.local.conftest import (
    ADA,
    ADA_IN_PUBLIC,
    APP,
    BEN,
    CARLA,
    DORA,
    DORA_IN_PUBLIC,
    EVA,
    OWN_GRAM,
    PAGE,
    Api,
    Clock,
    WrittenDown,
)

EVA_IN_PUBLIC = Contact(
    channel=INSTAGRAM_COMMENTS, account_id=OWN_GRAM.account_id, contact_id=EVA.contact_id, name="Eva"
)
EVERYBODY = [ADA, BEN, ADA_IN_PUBLIC, DORA, EVA, DORA_IN_PUBLIC, EVA_IN_PUBLIC]
SECRETS = {"app_secret": [APP.app_secret], "instagram_app_secret": [APP.instagram_app_secret]}


def _delivery(posted: Posted, clock: Clock) -> Delivery:
    return Delivery(
        platform="meta",
        path=posted.path,
        method="POST",
        headers={name.lower(): value for name, value in posted.headers.items()},
        query={},
        body=posted.body,
        received_at=clock(),
    )


def _events(posted: Posted, clock: Clock) -> list[Event]:
    delivery = _delivery(posted, clock)
    Meta().verify(delivery, SECRETS)
    return Meta().parse(delivery)


def _last(meta: SimulatedMeta, clock: Clock) -> Event:
    (event,) = _events(meta.courier.log[-1], clock)
    return event


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("contact", EVERYBODY, ids=lambda contact: f"{contact.channel}-{contact.name}")
def test_every_act_of_every_channel_is_verified_and_understood(
    contact: Contact, kind: str, meta: SimulatedMeta, clock: Clock
) -> None:
    first = meta.write(contact, Writing(text="hello")).message_ids[0]
    try:
        written = meta.write(contact, Writing(kind=kind, text="x", payload="p", about=first))
    except UnknownKindError:
        return
    for event in _events(written.delivery, clock):
        assert not isinstance(event, Broken | Unknown), event
        assert event.channel == contact.channel
        if isinstance(event, Message) and not event.unnamed:
            assert event.account_id == contact.account_id
            assert event.contact.contact_id.rpartition("/")[2] in (contact.contact_id, contact.user_id)


@pytest.mark.parametrize("contact", EVERYBODY, ids=lambda contact: f"{contact.channel}-{contact.name}")
def test_a_text_is_what_was_written_under_its_own_id_at_its_own_time(
    contact: Contact, meta: SimulatedMeta, clock: Clock
) -> None:
    written = meta.write(contact, Writing(text="Grüße 😀 a/b"))
    (event,) = _events(written.delivery, clock)
    assert isinstance(event, Message)
    assert (event.text, event.message_id, event.sent_at) == ("Grüße 😀 a/b", written.message_ids[0], clock())


@pytest.mark.parametrize("contact", [ADA, DORA, EVA, ADA_IN_PUBLIC], ids=lambda contact: contact.channel)
@pytest.mark.parametrize("kind", ["edit", "unsend"])
def test_what_is_changed_or_taken_back_is_a_change(
    kind: str, contact: Contact, meta: SimulatedMeta, clock: Clock
) -> None:
    first = meta.write(contact, Writing(text="helo")).message_ids[0]
    (event,) = _events(meta.write(contact, Writing(kind=kind, text="hello", about=first)).delivery, clock)
    assert isinstance(event, Message)
    assert event.role is MessageRole.CHANGE
    assert first in {attachment.reference for attachment in event.attachments}


def test_what_comes_while_another_app_owns_the_thread_is_on_standby(meta: SimulatedMeta, clock: Clock) -> None:
    meta.outsiders.take(ADA)
    taken = _last(meta, clock)
    assert isinstance(taken, ThreadControl)
    assert taken.owner_app_id not in (None, APP.app_id)
    (event,) = _events(meta.write(ADA, Writing(text="hello?")).delivery, clock)
    assert isinstance(event, Message)
    assert event.standby
    meta.outsiders.release(ADA)
    given = _last(meta, clock)
    assert isinstance(given, ThreadControl)
    assert given.owner_app_id == APP.app_id


@pytest.mark.parametrize("contact", [ADA, DORA, EVA], ids=lambda contact: contact.name)
def test_a_person_in_the_inbox_is_a_persons_answer(contact: Contact, meta: SimulatedMeta, clock: Clock) -> None:
    meta.outsiders.answer_in_inbox(contact, "I am on it")
    event = _last(meta, clock)
    assert isinstance(event, OutsideAnswer)
    assert (event.author, event.contact_ids) == (Author.PERSON, (contact.contact_id,))


def test_another_app_is_no_person(meta: SimulatedMeta, clock: Clock) -> None:
    meta.outsiders.answer_by_app(ADA, "Beep")
    event = _last(meta, clock)
    assert isinstance(event, OutsideAnswer)
    assert event.author is Author.OTHER_APP


@pytest.mark.parametrize("contact", [CARLA, DORA_IN_PUBLIC], ids=lambda contact: contact.channel)
def test_an_answer_in_public_leads_to_the_comment(contact: Contact, meta: SimulatedMeta, clock: Clock) -> None:
    comment = meta.write(contact, Writing(text="How much is it?")).message_ids[0]
    meta.outsiders.answer_in_public(comment, "Three euros")
    event = _last(meta, clock)
    assert isinstance(event, OutsideAnswer)
    assert (event.thread, event.text) == (comment, "Three euros")


def test_an_echo_with_our_tag_settles(meta: SimulatedMeta, api: Api, courier: WrittenDown, clock: Clock) -> None:
    tag = "nightbell.1.7.0b0f8f2e-6f3d-5d4e-9a56-6f1c5f6f0f11"
    body: dict[str, Any] = {"recipient": {"id": ADA.contact_id}, "message": {"text": "x", "metadata": tag}}
    assert api("POST", f"/v26.0/{PAGE.account_id}/messages", body).status == 200
    echo = meta.sign("echo", courier.later[0][1])
    (event,) = _events(echo, clock)
    assert isinstance(event, Settlement)
    assert event.tag == tag


@pytest.mark.parametrize("what", list(CallbackKind))
@pytest.mark.parametrize(("login", "secret"), [("facebook", "app_secret"), ("instagram", "instagram_app_secret")])
def test_a_callback_is_proven_and_names_the_person(
    login: str, secret: str, what: CallbackKind, meta: SimulatedMeta, clock: Clock
) -> None:
    meta.call_back(what.value, what.value, "218471", login=login)
    callback = MetaCallbacks().read(_delivery(meta.courier.log[-1], clock), SECRETS)
    assert (callback.kind, callback.user_id, callback.secret) == (what, "218471", secret)


@pytest.mark.parametrize("contact", [DORA, EVA], ids=["facebook", "instagram"])
def test_each_login_sends_and_reads_back_on_its_own_host(contact: Contact, meta: SimulatedMeta, clock: Clock) -> None:
    account = meta.world.account_of(contact)
    meta.write(contact, Writing(text="hello"))
    own = account.login == "instagram"
    access = ApiAccess(
        base_url=f"https://graph.example{INSTAGRAM_PATH if own else ''}",
        version="v26.0",
        token=account.token,
        app_secret=None if own else APP.app_secret,
    )
    said = OutboundText(account_id=account.api_id, address=contact.contact_id, text="We got it.", tag="t")
    channel = CHANNELS[INSTAGRAM_DIRECT]
    verdict = channel.verdict(_called(meta, channel.send_request(said, access)))
    assert (verdict.kind, verdict.message_id) == (VerdictKind.SENT, meta.transcript(contact)[-1].message_id)
    for words, found in (("We got it.", ReadBack.FOUND), ("Something else", ReadBack.ABSENT)):
        answer = _called(meta, channel.read_back_request(contact.contact_id, account.api_id, access))
        assert channel.read_back(answer, account_id=account.account_id, text=words, sent_from=clock()) is found


def _called(meta: SimulatedMeta, request: HttpRequest) -> Answer:
    reply = meta.graph_api.answer(
        Request(
            method=request.method,
            path=request.url.removeprefix("https://graph.example"),
            query=dict(request.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=b"" if request.json is None else json.dumps(request.json).encode(),
        )
    )
    return Answer(status=reply.status, headers={}, body=reply.body)
