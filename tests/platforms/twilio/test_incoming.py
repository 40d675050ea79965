"""What contacts send, as events."""

from dataclasses import replace

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Attachment, Broken, Message, OptOut, Unknown
from nightbell.platforms.twilio.envelope import read_delivery
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.twilio.forms import CONTACT, NUMBER, OVER_WHATSAPP, SAID, SID, delivery, read

MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/"
PICTURE = "ME000000000000000000000000000000aa"


def message_of(**changed: str) -> Message:
    events = read(SAID | changed)
    assert isinstance(events[0], Message)
    return events[0]


def test_a_text_message_is_filed_by_both_numbers() -> None:
    message = message_of()
    assert (message.kind, message.channel, message.account_id) == ("sms.message", "sms", NUMBER)
    assert (message.contact.contact_id, message.contact.address, message.message_id) == (CONTACT, CONTACT, SID)
    assert (message.text, message.sent_at) == ("Are you open on Saturday?", RECEIVED_AT)
    assert not message.answered_by_platform


def test_over_whatsapp_the_numbers_are_the_same_and_the_address_names_the_channel() -> None:
    message = message_of(**OVER_WHATSAPP)
    assert (message.kind, message.channel, message.account_id) == (
        "twilio_whatsapp.message",
        "twilio_whatsapp",
        NUMBER,
    )
    assert (message.contact.contact_id, message.contact.address) == (CONTACT, f"whatsapp:{CONTACT}")
    assert message.contact.name == "Ana"


def test_a_short_code_is_an_account_as_it_is() -> None:
    assert message_of(To="384387").account_id == "384387"


def test_pictures_are_kept_by_their_ids_and_never_by_their_addresses() -> None:
    form = {name: value for name, value in SAID.items() if name != "Body"} | {
        "NumMedia": "3",
        "MediaUrl0": MEDIA + PICTURE,
        "MediaContentType0": "image/jpeg",
        "MediaUrl1": "cat.jpg",
        "MediaContentType1": "text/x-vcard; charset=utf-8",
        "MediaContentType2": "application/pdf",
    }
    (message,) = read(form)
    assert isinstance(message, Message)
    assert message.text == ""
    assert message.attachments == (
        Attachment(kind="image", reference=PICTURE, detail="image/jpeg"),
        Attachment(kind="contact", detail="text/x-vcard"),
        Attachment(kind="file", detail="application/pdf"),
    )
    assert "api.twilio.com" not in str(message)


def test_an_empty_message_is_still_one() -> None:
    assert message_of(Body=" ").attachments == (Attachment(kind="nothing", detail="an empty message"),)


def test_a_place_a_tap_and_what_was_answered_are_read() -> None:
    message = message_of(
        **OVER_WHATSAPP,
        Latitude="39.47",
        Longitude="-0.37",
        Label="The market",
        Address="Plaza 1",
        ButtonPayload="p.1",
        OriginalRepliedMessageSid="SM9",
        ReferralSourceId="118",
        ReferralHeadline="Fresh bread",
    )
    assert message.choice == "p.1"
    assert message.attachments == (
        Attachment(kind="location", detail="39.47,-0.37 The market Plaza 1"),
        Attachment(kind="reply_to", reference="SM9"),
        Attachment(kind="referral", reference="118", detail="Fresh bread"),
    )


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop\n", "STOPALL", "unsubscribe", "End", "QUIT", "Cancel", "REVOKE"]
)
def test_a_word_that_the_carrier_heeds_opts_out_without_an_answer_of_ours(word: str) -> None:
    message, heeded = read(SAID | {"Body": word})
    assert isinstance(message, Message)
    assert (message.kind, message.answered_by_platform, message.text) == ("sms.keyword", True, word)
    assert heeded == OptOut(
        kind="sms.opted_out", channel="sms", account_id=NUMBER, contact_ids=(CONTACT,), opted_out=True, at=RECEIVED_AT
    )


@pytest.mark.parametrize("word", ["START", "Unstop"])
def test_a_word_that_the_carrier_heeds_opts_in_again(word: str) -> None:
    message, heeded = read(SAID | {"Body": word})
    assert isinstance(message, Message)
    assert message.answered_by_platform
    assert isinstance(heeded, OptOut)
    assert (heeded.kind, heeded.opted_out) == ("sms.opted_in", False)


@pytest.mark.parametrize("word", ["HELP", "info"])
def test_a_call_for_help_is_answered_by_the_carrier_and_changes_nothing(word: str) -> None:
    (message,) = read(SAID | {"Body": word})
    assert isinstance(message, Message)
    assert message.answered_by_platform


@pytest.mark.parametrize("words", ["Stop it please", "please stop", "STOP!", "Yes", "YES", "cancel my order"])
def test_more_than_the_word_alone_is_a_message_like_any_other(words: str) -> None:
    (message,) = read(SAID | {"Body": words})
    assert isinstance(message, Message)
    assert (message.kind, message.answered_by_platform) == ("sms.message", False)


@pytest.mark.parametrize(
    ("named", "body", "opted_out"),
    [("STOP", "Arrêt", True), ("START", "De nuevo", False), ("START", "Yes", False), ("stop", "Baja", True)],
)
def test_what_twilio_took_a_message_for_counts_in_any_language(named: str, body: str, *, opted_out: bool) -> None:
    for form in (SAID, SAID | OVER_WHATSAPP):
        message, heeded = read(form | {"Body": body, "OptOutType": named})
        assert isinstance(message, Message)
        assert message.answered_by_platform
        assert isinstance(heeded, OptOut)
        assert heeded.opted_out is opted_out


def test_on_whatsapp_nobody_but_us_heeds_the_word() -> None:
    (message,) = read(SAID | OVER_WHATSAPP | {"Body": "STOP"})
    assert isinstance(message, Message)
    assert (message.kind, message.answered_by_platform) == ("twilio_whatsapp.message", False)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"From": ""}, "From is missing"),
        ({"To": " "}, "To is missing"),
        ({"MessageSid": ""}, "MessageSid is missing"),
        ({"NumMedia": "two"}, "NumMedia is not a number"),
        ({"NumMedia": "-1"}, "NumMedia is not a number"),
        ({"NumMedia": "101"}, "NumMedia is too large"),
        ({"From": "whatsapp:"}, "an address has no number"),
    ],
)
def test_a_message_without_its_parts_is_kept_as_broken(changed: dict[str, str], reason: str) -> None:
    (broken,) = read(SAID | changed)
    assert isinstance(broken, Broken)
    assert (broken.channel, broken.reason) == ("sms", reason)
    assert broken.raw.isascii()
    assert read_again(broken.raw) == [broken]


def read_again(raw: str) -> list[object]:
    return list(read_delivery(replace(delivery({}), body=raw.encode())))


def test_a_field_given_twice_is_ambiguous_unless_it_says_the_same() -> None:
    raw = "&".join(f"{name}={value}" for name, value in {"MessageSid": "SM1", "To": "1234", "From": "5678"}.items())
    assert isinstance(read_again(raw + "&From=5678")[0], Message)
    assert isinstance(read_again(raw + "&From=9999")[0], Broken)


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"SmsStatus": "receiving"}, "sms.incoming.receiving"),
        ({"From": "rcs:agent"}, "twilio.address.rcs"),
        ({"To": "messenger:104"}, "twilio.address.messenger"),
    ],
)
def test_what_nobody_declared_is_told(changed: dict[str, str], kind: str) -> None:
    assert read(SAID | changed) == [Unknown(kind=kind, channel="sms")]


@pytest.mark.parametrize("form", [{}, {"Body": "x"}, {"CallSid": "CA1", "From": "+1", "To": "+2"}])
def test_a_form_about_something_else_is_not_understood(form: dict[str, str]) -> None:
    with pytest.raises(NotUnderstoodError):
        read(form)


def test_a_path_that_nobody_serves_is_not_understood() -> None:
    with pytest.raises(NotUnderstoodError):
        read(SAID, "another")
