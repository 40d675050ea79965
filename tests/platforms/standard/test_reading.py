import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import (
    Attachment,
    Author,
    Broken,
    Delivery,
    Event,
    GivenConsent,
    Message,
    MessageRole,
    Outcome,
    OutsideAnswer,
    Reference,
    ReferenceKind,
    Settlement,
    Silent,
    Unknown,
)
from nightbell.platforms.standard.envelope import read_delivery
from tests.platforms.fixtures import RECEIVED_AT

SCHEMA = Draft202012Validator(json.loads(Path("functions/nightbell/schemas/standard_message.v1.json").read_text()))
TIMESTAMP = "2026-11-18T12:29:58.25Z"
CONSENT = {
    "channel": "email",
    "address": "ada@example.com",
    "wording": "You may answer me by e-mail.",
    "given_at": "2026-11-18T13:29:00+01:00",
}


def event(kind: str = "message.created", **data: Any) -> dict[str, Any]:
    message = {"id": "form-17", "contact": {"id": "c-9"}, "text": "Are you open on Sunday?"}
    return {"type": kind, "timestamp": TIMESTAMP, "data": {**message, **data}}


def without(name: str, kind: str = "message.created") -> dict[str, Any]:
    made = event(kind)
    del made["data"][name]
    return made


def read(body: object) -> Event:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    delivery = Delivery(
        platform="standard", path="shop-form", method="POST", headers={}, query={}, body=raw, received_at=RECEIVED_AT
    )
    (found,) = read_delivery(delivery)
    return found


def message(body: object) -> Message:
    found = read(body)
    assert isinstance(found, Message), found
    return found


def test_a_message_names_who_wrote_what_and_when() -> None:
    found = message(event(contact={"id": "c-9", "name": "Ada"}))
    assert (found.kind, found.channel, found.account_id) == ("standard.message", "standard", "shop-form")
    assert (found.contact.contact_id, found.contact.address, found.contact.name) == ("c-9", "c-9", "Ada")
    assert (found.message_id, found.text) == ("form-17", "Are you open on Sunday?")
    assert found.sent_at == datetime(2026, 11, 18, 12, 29, 58, 250_000, UTC)
    assert found.about == {"message": "form-17"}
    assert (found.silent, found.raw, found.consents, found.belongs, found.attachments) == (None, None, (), (), ())


@pytest.mark.parametrize(
    ("sent_at", "told"),
    [
        ("2026-11-18T13:00:00+01:00", datetime(2026, 11, 18, 12, tzinfo=UTC)),
        (1795000000, datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)),
        (None, datetime(2026, 11, 18, 12, 29, 58, 250_000, UTC)),
        ("2026-11-18T13:00:00", RECEIVED_AT),
        ("2026-11-18", RECEIVED_AT),
        ("yesterday", RECEIVED_AT),
        ("0001-01-01T00:00:00+14:00", RECEIVED_AT),
        ("2009-12-31T23:59:59Z", RECEIVED_AT),
        ("2026-11-19T12:30:01Z", RECEIVED_AT),
        ({}, RECEIVED_AT),
        ("2026-11-18T13:00:00+01:00" + " " * 40, RECEIVED_AT),
    ],
)
def test_an_absurd_time_becomes_the_time_of_receipt(sent_at: object, told: datetime) -> None:
    assert message(event(sent_at=sent_at) if sent_at != {} else event(sent_at={"a": 1})).sent_at == told


def test_an_address_in_a_form_is_shown_and_is_no_permission() -> None:
    found = message(
        event(contact={"id": "c-9", "email": "ada@example.com", "phone": "+3466"}, link="https://x.example/17")
    )
    assert found.attachments == (
        Attachment(kind="link", detail="https://x.example/17"),
        Attachment(kind="contact_email", detail="ada@example.com"),
        Attachment(kind="contact_phone", detail="+3466"),
    )
    assert (found.consents, found.given_email, found.given_phone) == ((), None, None)


def test_a_permission_that_the_form_recorded_comes_along() -> None:
    given_at = datetime(2026, 11, 18, 12, 29, tzinfo=UTC)
    consent = GivenConsent(way="email", address="ada@example.com", wording=CONSENT["wording"], given_at=given_at)
    assert message(event(consent=CONSENT)).consents == (consent,)
    assert message(event(consent={**CONSENT, "channel": "phone"})).consents[0].way == "phone"


@pytest.mark.parametrize(
    "consent",
    [
        "yes",
        True,
        {"channel": "email"},
        {**CONSENT, "channel": "fax"},
        {**CONSENT, "address": " "},
        {**CONSENT, "wording": ""},
        {**CONSENT, "wording": "a" * 1001},
        {**CONSENT, "given_at": "2026-11-18"},
        {**CONSENT, "given_at": None},
    ],
)
def test_a_permission_that_is_not_complete_is_none_and_the_message_stays(consent: object) -> None:
    found = message(event(consent=consent))
    assert (found.consents, found.text) == ((), "Are you open on Sunday?")
    assert found.raw is not None
    assert json.loads(found.raw)["consent"] == consent
    assert not SCHEMA.is_valid(event(consent=consent))


def test_a_reference_and_a_conversation_come_along() -> None:
    found = message(event(reference=" 2711-9042 ", conversation="thread/5"))
    assert found.belongs == (Reference(kind=ReferenceKind.CODE, value="2711-9042"),)
    assert found.about == {"message": "form-17", "conversation": "thread/5"}
    assert message(event(reference="", conversation=None)).about == {"message": "form-17"}


@pytest.mark.parametrize(
    ("value", "silent"), [(True, None), (False, Silent.OFF), ("false", Silent.OFF), (0, Silent.OFF), (None, Silent.OFF)]
)
def test_nothing_automatic_answers_what_the_relay_says_so_of(value: object, silent: Silent | None) -> None:
    assert message(event(answer_automatically=value)).silent is silent


def test_a_choice_or_attachments_are_enough() -> None:
    chosen = message({**without("text"), "data": {**without("text")["data"], "choice": "nightbell.here"}})
    assert (chosen.choice, chosen.text) == ("nightbell.here", "")
    pictures = [{"kind": "Image", "id": "a1", "title": "cake.jpg"}, {"kind": "audio"}]
    found = message({**without("text"), "data": {**without("text")["data"], "attachments": pictures}})
    assert found.attachments == (
        Attachment(kind="image", reference="a1", detail="cake.jpg"),
        Attachment(kind="audio"),
    )


def test_each_edit_has_an_identity_of_its_own_and_a_redelivery_has_the_same() -> None:
    first = message(event("message.updated", text="Are you open on Monday?"))
    assert first.role is MessageRole.CHANGE
    assert first.attachments == (Attachment(kind="edit_of", reference="form-17"),)
    again = message(event("message.updated", text="Are you open on Monday?"))
    later = message({**event("message.updated"), "timestamp": "2026-11-18T12:29:59Z"})
    assert first.message_id == again.message_id
    assert len({first.message_id, later.message_id, "form-17"}) == 3


def test_a_removal_names_what_was_taken_back_and_holds_no_words() -> None:
    found = message(event("message.deleted"))
    assert (found.role, found.text, found.message_id) == (MessageRole.CHANGE, "", "form-17:unsend")
    assert found.attachments == (Attachment(kind="unsend_of", reference="form-17"),)


def test_a_relay_tells_what_became_of_an_answer() -> None:
    seen = read(event("message.delivered", tag="nightbell.1.3.key"))
    assert isinstance(seen, Settlement)
    assert (seen.tag, seen.outcome, seen.contact_ids, seen.detail) == ("nightbell.1.3.key", Outcome.SEEN, ("c-9",), "")
    failed = read(event("message.failed", tag="nightbell.1.3.key", detail="no such inbox " + "x" * 500))
    assert isinstance(failed, Settlement)
    assert failed.outcome is Outcome.FAILED
    assert failed.detail.startswith("no such inbox")
    assert len(failed.detail) == 300
    unexplained = read(event("message.failed", tag="t"))
    assert isinstance(unexplained, Settlement)
    assert unexplained.detail


@pytest.mark.parametrize(
    ("by", "author"), [("app", Author.OTHER_APP), ("person", Author.PERSON), (None, Author.PERSON)]
)
def test_a_relay_tells_that_somebody_answered_there(by: str | None, author: Author) -> None:
    found = read(event("message.answered", by=by))
    assert isinstance(found, OutsideAnswer)
    assert (found.author, found.contact_ids, found.said_id) == (author, ("c-9",), "form-17")
    assert found.sent_at == datetime(2026, 11, 18, 12, 29, 58, 250_000, UTC)


@pytest.mark.parametrize(
    ("kind", "named"), [("contact.created", "standard.contact.created"), ("É!", "standard._"), ("", "standard.empty")]
)
def test_a_type_of_others_is_told_and_not_read(kind: str, named: str) -> None:
    assert read(event(kind)) == Unknown(kind=named, channel="standard")


BROKEN = [
    without("id"),
    without("contact"),
    without("text"),
    event(id=""),
    event(id=True),
    event(id="é" * 101),
    event(conversation="a" * 201),
    event(contact=["c-9"]),
    event(contact={"id": "a" * 201}),
    event(contact={"id": "c-9", "name": 5}),
    event(text=7),
    event(text=""),
    event(choice={}),
    event(attachments="none"),
    event(attachments=[{}]),
    event(attachments=["a"]),
    event(link=[]),
    event(reference=5),
    without("text", "message.updated"),
    {**event("message.updated"), "timestamp": None},
    {**event("message.updated"), "timestamp": "a" * 41},
    {**event("message.updated"), "timestamp": 1.5},
    without("id", "message.deleted"),
    event("message.delivered"),
    event("message.failed", tag=""),
    without("contact", "message.answered"),
]


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: json.dumps(body)[:70])
def test_a_broken_event_is_kept_as_it_came(body: dict[str, Any]) -> None:
    found = read(body)
    assert isinstance(found, Broken)
    assert read(found.raw.encode()) == found
    assert json.loads(found.raw) == body
    assert not SCHEMA.is_valid(body) or body["data"].get("id") == "é" * 101


@pytest.mark.parametrize(
    "body",
    [
        event(),
        event(contact={"id": "c-9", "name": "Ada", "email": None}, consent=CONSENT, sent_at=TIMESTAMP),
        event(attachments=[{"kind": "image"}], text=None),
        event(something_new=1),
        event("message.updated"),
        event("message.deleted"),
        event("message.delivered", tag="t"),
        event("message.failed", tag="t", detail="why"),
        event("message.answered", by="app"),
    ],
    ids=lambda body: str(body)[:70],
)
def test_what_the_schema_describes_is_read_whole(body: dict[str, Any]) -> None:
    SCHEMA.validate(body)
    found = read(body)
    assert not isinstance(found, Broken | Unknown)
    assert not isinstance(found, Message) or found.raw is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"type": "message.created"},
        {"type": 1, "data": {}},
        {"type": "message.created", "data": []},
        {"test": 2},
    ],
)
def test_what_is_no_event_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstoodError):
        read(body)
