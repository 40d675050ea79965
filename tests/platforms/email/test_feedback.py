"""What SES says became of our mails."""

import json
from typing import Any

import pytest

from nightbell.domain.events import Broken, Event, Noise, OptOut, Outcome, Settlement, Unknown
from nightbell.platforms.email.envelope import read_delivery
from nightbell.platforms.email.tags import read_id, read_tag, write_id, write_tag
from tests.platforms.email.mails import OURS, SENDER
from tests.platforms.fixtures import RECEIVED_AT

TAG = "nightbell.1.3.0b1f3a8e-0000-4000-8000-000000000001"
BOUNCE = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"status": "5.1.1"}]}


def told(
    name: str,
    *,
    tag: str | None = TAG,
    contact: str | None = None,
    source: str = OURS,
    more: dict[str, list[str]] | None = None,
    **detail: Any,
) -> list[Event]:
    tags = ({} if tag is None else {"nightbell": [write_tag(tag)]}) | (more or {})
    tags |= {} if contact is None else {"nightbell_contact": [str(write_id(contact))]}
    mail = {
        "timestamp": "2026-11-18T12:00:00.000Z",
        "source": source,
        "destination": ["Ana@correo.example"],
        "tags": tags,
    }
    body = json.dumps({"eventType": name, "mail": mail, name.lower(): {}, **detail})
    return read_delivery(body.encode(), RECEIVED_AT)


@pytest.mark.parametrize(
    ("name", "detail", "outcome"),
    [
        ("Send", {}, Outcome.SEEN),
        ("Delivery", {}, Outcome.SEEN),
        ("Bounce", {"bounce": BOUNCE}, Outcome.FAILED),
        ("Bounce", {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}}, Outcome.FAILED),
        ("Bounce", {"bounce": {"bounceType": "Undetermined", "bounceSubType": "Undetermined"}}, Outcome.FAILED),
        ("Reject", {"reject": {"reason": "Bad content"}}, Outcome.FAILED),
    ],
)
def test_an_event_with_our_tag_settles_a_send(name: str, detail: dict[str, Any], outcome: Outcome) -> None:
    (event,) = told(name, **detail)
    assert isinstance(event, Settlement)
    assert (event.tag, event.outcome, event.account_id) == (TAG, outcome, OURS)
    assert event.contact_ids == (SENDER,)
    assert bool(event.detail) is (outcome is Outcome.FAILED)


def test_why_it_failed_is_told_without_another_servers_words() -> None:
    recipients = [{"status": "5.1.1", "diagnosticCode": "smtp; 550 ana@correo.example unknown"}]
    (event,) = told("Bounce", bounce={**BOUNCE, "bouncedRecipients": recipients})
    assert isinstance(event, Settlement)
    assert event.detail == "Permanent General 5.1.1"


def test_a_mail_from_a_conversation_elsewhere_leads_back_there() -> None:
    pk = "C#messenger.100.4711"
    for given, found in (([str(write_id(pk))], pk), (["!"], ""), ([], "")):
        (event,) = told("Bounce", bounce=BOUNCE, more={"nightbell_conversation": given})
        assert isinstance(event, Settlement)
        assert event.conversation == found


def test_the_writer_is_found_whose_answer_went_elsewhere() -> None:
    (event,) = told("Send", contact="ana.work@correo.example")
    assert isinstance(event, Settlement)
    assert event.contact_ids == ("ana.work@correo.example", SENDER)


def test_the_account_is_read_out_of_a_name_with_its_address() -> None:
    (event,) = told("Send", source="Panader\u00eda <hola+7@panaderia.example>")
    assert isinstance(event, Settlement)
    assert event.account_id == OURS


def test_a_complaint_is_heeded_and_alarms() -> None:
    heeded, alarm = told("Complaint", complaint={"timestamp": "2026-11-18T12:05:00Z"})
    assert isinstance(heeded, OptOut)
    assert (heeded.opted_out, heeded.contact_ids, heeded.account_id) == (True, (SENDER,), OURS)
    assert heeded.at.isoformat() == "2026-11-18T12:05:00+00:00"
    assert isinstance(alarm, Noise)
    assert alarm.alarm
    assert [type(each) for each in told("Complaint", tag=None)] == [Noise]


@pytest.mark.parametrize(
    ("name", "detail", "kind"),
    [
        ("Bounce", {"bounce": {"bounceType": "Transient", "bounceSubType": "General"}}, "email.event.bounce_unclear"),
        ("DeliveryDelay", {}, "email.event.deliverydelay"),
        ("Open", {}, "email.event.open"),
        ("Click", {}, "email.event.click"),
        ("Subscription", {}, "email.event.subscription"),
        ("Rendering Failure", {}, "email.event.rendering_failure"),
    ],
)
def test_the_rest_is_counted(name: str, detail: dict[str, Any], kind: str) -> None:
    (event,) = told(name, **detail)
    assert isinstance(event, Noise)
    assert event.kind == kind


@pytest.mark.parametrize("tag", [None, "other", "nightbell.2.3.x", "nightbell.1.3.x y", ""])
def test_what_we_did_not_send_is_counted(tag: str | None) -> None:
    (event,) = told("Delivery", tag=tag)
    assert isinstance(event, Noise)
    assert event.kind == "email.event_of_others"


def test_an_event_that_nobody_declared_is_unknown() -> None:
    (event,) = told("Teleport")
    assert isinstance(event, Unknown)
    assert event.kind == "email.event.teleport"


@pytest.mark.parametrize(
    "detail", [{"bounce": 1}, {"bounce": {"bounceType": 1}}, {"bounce": {**BOUNCE, "bouncedRecipients": 1}}], ids=str
)
def test_a_broken_event_is_kept(detail: dict[str, Any]) -> None:
    (event,) = told("Bounce", **detail)
    assert isinstance(event, Broken)


def test_an_event_without_an_address_is_kept() -> None:
    (event,) = told("Send", source="nobody")
    assert isinstance(event, Broken)


def test_tags_come_back_as_they_were() -> None:
    assert read_tag(write_tag(TAG)) == TAG
    assert all(sign.isalnum() or sign in "_-" for sign in write_tag(TAG))
    for contact in ("ana@correo.example", "a" * 64 + "@" + "b" * 60 + ".example", "a/b+c@x.example"):
        written = write_id(contact)
        assert written is not None
        assert read_id(written) == contact
        assert all(sign.isalnum() or sign in "_-" for sign in written)
    assert write_id("a" * 200) is None
    assert read_id("!") is None or isinstance(read_id("!"), str)
