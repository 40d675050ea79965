"""What became of our messages, as events."""

import pytest

from nightbell.domain.events import Broken, Noise, OptOut, Outcome, Settlement, Unknown
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.twilio.forms import BECAME, CONTACT, NUMBER, TAG, ours, read

OURS = ours()


def became(status: str, query: dict[str, str] = OURS, **more: str) -> list[object]:
    return list(read(BECAME | {"MessageStatus": status} | more, "status", query))


@pytest.mark.parametrize("status", ["sent", "delivered", "read"])
def test_a_message_that_left_or_arrived_settles_its_send(status: str) -> None:
    assert became(status) == [
        Settlement(
            kind=f"sms.status.{status}",
            channel="sms",
            account_id=NUMBER,
            contact_ids=(CONTACT,),
            tag=TAG,
            outcome=Outcome.SEEN,
        )
    ]


def test_over_whatsapp_the_conversation_is_the_contacts_there() -> None:
    (settlement,) = became("read", ours("twilio_whatsapp"))
    assert isinstance(settlement, Settlement)
    assert (settlement.kind, settlement.channel) == ("twilio_whatsapp.status.read", "twilio_whatsapp")
    assert (settlement.account_id, settlement.contact_ids) == (NUMBER, (CONTACT,))


@pytest.mark.parametrize(
    ("code", "told", "detail"),
    [
        ("30003", "", "30003 the phone is off or cannot be reached"),
        ("63016", "", "63016 the contact wrote too long ago"),
        ("39999", "Something new\n", "39999 Something new"),
        ("", "", "no reason was given"),
    ],
)
@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_message_that_will_not_arrive_says_why(status: str, code: str, told: str, detail: str) -> None:
    (settlement,) = became(status, ErrorCode=code, ErrorMessage=told)
    assert isinstance(settlement, Settlement)
    assert (settlement.outcome, settlement.detail) == (Outcome.FAILED, detail)


def test_a_message_that_failed_because_the_contact_keeps_us_away_says_so_too() -> None:
    settlement, heeded = became("failed", ErrorCode="21610")
    assert isinstance(settlement, Settlement)
    assert heeded == OptOut(
        kind="sms.opted_out", channel="sms", account_id=NUMBER, contact_ids=(CONTACT,), opted_out=True, at=RECEIVED_AT
    )


@pytest.mark.parametrize("status", ["accepted", "queued", "scheduled", "sending"])
def test_a_message_that_waits_settles_nothing(status: str) -> None:
    assert became(status) == [Noise(kind="sms.status.underway", channel="sms", detail=status)]


@pytest.mark.parametrize("query", [{}, {"tag": ""}, {"tag": "somebody.else"}, {"tag": TAG.upper()}])
def test_a_message_of_others_is_counted_only(query: dict[str, str]) -> None:
    assert became("failed", query) == [Noise(kind="sms.status_of_others", channel="sms", detail="failed")]


def test_the_form_never_says_whose_message_it_was() -> None:
    (noise,) = became("delivered", {}, tag=TAG, **{"from": NUMBER, "to": CONTACT})
    assert isinstance(noise, Noise)


def test_a_status_that_nobody_declared_is_told() -> None:
    assert became("evaporated") == [Unknown(kind="sms.status.evaporated", channel="sms")]


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ({"tag": TAG}, {}),
        ({"tag": TAG, "from": OURS["from"]}, {}),
        (OURS | {"to": "!"}, {}),
        (OURS | {"to": ""}, {}),
        (OURS | {"to": OURS["to"] + "="}, {}),
        (OURS, {"MessageStatus": ""}),
        (OURS, {"MessageSid": ""}),
        (OURS, {"ErrorCode": "many"}),
    ],
)
def test_a_status_without_its_parts_is_kept_as_broken(query: dict[str, str], more: dict[str, str]) -> None:
    (broken,) = became("failed", query, **more)
    assert isinstance(broken, Broken)
