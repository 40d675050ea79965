"""The mail that we send, and what SES's answers mean."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nightbell.platforms.channel import Answer, Channel, OutboundText, VerdictKind
from nightbell.platforms.email.about import about
from nightbell.platforms.email.answer import _header, write_answer
from nightbell.platforms.email.channel import MailChannel
from nightbell.platforms.email.mail import read_mail
from nightbell.platforms.email.people import writer
from nightbell.platforms.email.references import belongs
from nightbell.platforms.email.stops import reason_for_silence
from tests.platforms.email import mails
from tests.platforms.email.sample import SAMPLE
from tests.platforms.fixtures import RECEIVED_AT

CHANNEL: Channel = MailChannel()
OUTBOUND = replace(
    SAMPLE.outbound,
    text="Gracias por escribir.\nAbrimos a las 9:00. \u2600\ufe0f",
    tag="nightbell.1.3.0b1f3a8e-0000-4000-8000-000000000001",
    brand="Panader\u00eda Sol",
    code=mails.CODE,
    about={"id": "first@correo.example", "refs": "a@x.example b@x.example", "subject": "Re: \u00bfAbren hoy?"},
)


def sent(outbound: OutboundText) -> EmailMessage:
    return message_from_bytes(write_answer(outbound, RECEIVED_AT), policy=default)


def test_the_answer_is_one_mail_in_the_contacts_own_thread() -> None:
    mail = sent(OUTBOUND)
    assert dict(mail.items()) == {
        "From": "Panader\u00eda Sol <hola@panaderia.example>",
        "To": mails.SENDER,
        "Reply-To": "hola+12345674@panaderia.example",
        "Subject": "Re: \u00bfAbren hoy? [NB-1234-5674]",
        "Date": "Wed, 18 Nov 2026 12:30:00 +0000",
        "In-Reply-To": "<first@correo.example>",
        "References": "<a@x.example> <b@x.example> <first@correo.example> <nb.12345674.3@panaderia.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "auto_reply",
        "X-Loop": "nightbell",
        "X-Nightbell-Tag": OUTBOUND.tag,
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
    }
    assert mail.get_content().splitlines() == OUTBOUND.text.splitlines()


def test_a_mail_that_a_person_wrote_does_not_say_that_a_machine_did() -> None:
    automatic, by_person = dict(sent(OUTBOUND).items()), dict(sent(replace(OUTBOUND, by_person=True)).items())
    of_machines = {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"}
    assert by_person == {name: value for name, value in automatic.items() if name not in of_machines}


def test_no_line_of_it_is_longer_than_mail_allows() -> None:
    long = replace(
        OUTBOUND,
        text="\u00e9" * 10_000,
        brand="\u00e9" * 100,
        about={"id": "i" * 250, "refs": " ".join("r" * 250 + str(n) for n in range(10)), "subject": "\u00e9" * 75},
    )
    raw = write_answer(long, RECEIVED_AT)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    ids = message_from_bytes(raw)["References"].split()
    assert len(ids) == 12
    assert ids[-2:] == [f"<{'i' * 250}>", "<nb.12345674.3@panaderia.example>"]


@pytest.mark.parametrize(
    ("subject", "text", "written"),
    [
        ("Hola", "x", "Re: Hola [NB-1234-5674]"),
        ("RE: Re[2]: AW: Hola", "x", "Re: Hola [NB-1234-5674]"),
        ("Re: Hola [NB-9999-9999] [nb-1111-1111]", "x", "Re: Hola [NB-1234-5674]"),
        ("", "Gracias por escribir.\nM\u00e1s", "Gracias por escribir. [NB-1234-5674]"),
        ("Re:", "Gracias", "Gracias [NB-1234-5674]"),
        ("", "w " * 100, "w " * 29 + "w\u2026 [NB-1234-5674]"),
    ],
)
def test_the_subject_is_theirs_or_our_own_first_words(subject: str, text: str, written: str) -> None:
    answer = replace(OUTBOUND, text=text, about={"subject": subject})
    assert sent(answer)["Subject"] == written


def line_of(name: str, outbound: OutboundText) -> bytes:
    head = write_answer(outbound, RECEIVED_AT).partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    return next(line for line in head.split(b"\r\n") if line.startswith(name.encode()))


@pytest.mark.parametrize(
    ("subject", "is_written_out"),
    [
        ("Hola & adi\u00f3s", False),
        ("=?utf-8?q?Hola?= means hello", False),
        ("Order #7 <a@b.example> [urgent] 100%", True),
        ("w" * 150, True),
    ],
)
def test_a_subject_in_ascii_is_sent_as_it_is(subject: str, *, is_written_out: bool) -> None:
    answer = replace(OUTBOUND, about={"subject": subject})
    written = line_of("Subject: ", answer)
    assert (written == f"Subject: Re: {subject} [NB-1234-5674]".encode()) is is_written_out
    assert sent(answer)["Subject"] == f"Re: {subject} [NB-1234-5674]"


@pytest.mark.parametrize("brand", ["Bread, Inc.", "Ana <x@y.example>", "A:B;", "Sol (Palma)", '"Sol"'])
def test_no_brand_makes_more_of_the_sender_than_a_name(brand: str) -> None:
    [one] = sent(replace(OUTBOUND, brand=brand))["From"].addresses
    assert (one.display_name, one.addr_spec) == (brand, "hola@panaderia.example")


def test_without_a_code_nothing_names_one() -> None:
    mail = sent(replace(OUTBOUND, code=""))
    assert mail["Reply-To"] is None
    assert "NB-" not in mail["Subject"]
    assert "nb." not in mail["References"]
    assert sent(replace(OUTBOUND, code="", text=f"Diga {mails.CODE}"))["Reply-To"] is not None


def test_a_long_address_gets_no_label() -> None:
    account = f"{'a' * 60}@panaderia.example"
    assert sent(replace(OUTBOUND, account_id=account))["Reply-To"] == account


def test_what_was_answered_finds_its_way_back() -> None:
    """Whoever replies copies References and Subject and writes to Reply-To: each alone leads home."""
    mail = sent(OUTBOUND)
    for changed, recipient in (
        ({"References": mail["References"], "Subject": "x"}, mails.OURS),
        ({"Subject": mail["Subject"]}, mails.OURS),
        ({"Subject": "x"}, mail["Reply-To"]),
    ):
        raw = mails.written("s\u00ed", **{name: str(value) for name, value in changed.items()})
        found = belongs(read_mail(raw), mails.receipt(raw, recipients=(str(recipient),)), mails.SENDER)
        assert found[0].value == mails.CODE


def test_no_machine_of_ours_answers_our_own_answer() -> None:
    raw = write_answer(OUTBOUND, RECEIVED_AT)
    assert (
        reason_for_silence(read_mail(raw), mails.receipt(raw, source=mails.OURS, recipients=(mails.SENDER,)))
        is not None
    )
    silent = reason_for_silence(read_mail(raw), mails.receipt(raw, source="b@ses.example", recipients=(mails.SENDER,)))
    assert silent == "automatic_mail"


NASTY = st.text(st.one_of(st.sampled_from('\r\n\x00\t\u2028\x85<>@:"\\,; =?_'), st.characters()), max_size=120)


HOSTILE = st.builds(
    OutboundText,
    account_id=NASTY,
    address=NASTY,
    text=NASTY,
    tag=NASTY,
    brand=NASTY,
    code=st.just(mails.CODE),
    about=st.fixed_dictionaries({"subject": NASTY, "id": NASTY, "refs": NASTY, "contact": NASTY}),
)


@given(hostile=HOSTILE)
@example(hostile=replace(OUTBOUND, about={"subject": "", "id": "", "refs": "", "contact": "\ud800"}))
def test_no_text_can_begin_a_header(hostile: OutboundText) -> None:
    raw = write_answer(hostile, RECEIVED_AT)
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    assert head.replace("\r\n", "").isprintable()
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]
    allowed = set(sent(OUTBOUND))
    assert set(names) <= allowed
    assert len(names) == len(set(names))
    request = CHANNEL.send_request(hostile, SAMPLE.access)
    (to,) = request.json["Destination"]["ToAddresses"]  # type: ignore[index]
    assert "," not in to
    assert json.dumps(request.json).isascii()


@pytest.mark.parametrize(
    "value", ["a\nBcc: x@y.example", "a\r\nBcc: x@y.example", "a\rb", "\u00e9", "a\x00", "a\r\n\r\nb"]
)
def test_a_mistake_of_ours_cannot_begin_a_header(value: str) -> None:
    with pytest.raises(ValueError, match="Subject"):
        _header("Subject", value)


def test_what_a_mail_says_of_itself_survives_the_way_to_its_answer() -> None:
    raw = mails.written(Subject="\u00bfAbren\r\n hoy?", References="<a@x.example>\r\n <b@x.example>")
    mail, receipt = read_mail(raw), mails.receipt(raw)
    contact = writer(mail, receipt)
    assert contact is not None
    answer = sent(replace(OUTBOUND, about=about(mail, receipt, contact)))
    assert answer["Subject"] == "Re: \u00bfAbren hoy? [NB-1234-5674]"
    assert answer["References"].split()[:3] == ["<a@x.example>", "<b@x.example>", "<first@correo.example>"]


# The call


def test_the_call_is_signed_for_ses_and_carries_our_tags() -> None:
    outbound = replace(OUTBOUND, about={"contact": "ana.work@correo.example"})
    request = CHANNEL.send_request(outbound, replace(SAMPLE.access, messaging_service="nightbell-prod"))
    body: Any = request.json
    assert (request.aws, request.url) == ("ses", "https://api.example/v2/email/outbound-emails")
    assert "Authorization" not in request.headers
    assert body["FromEmailAddress"] == mails.OURS
    assert body["Destination"] == {"ToAddresses": [mails.SENDER]}
    assert body["ConfigurationSetName"] == "nightbell-prod"
    assert {each["Name"]: each["Value"] for each in body["EmailTags"]} == {
        "nightbell": OUTBOUND.tag.replace(".", "_"),
        "nightbell_contact": "YW5hLndvcmtAY29ycmVvLmV4YW1wbGU",
    }
    assert base64.b64decode(body["Content"]["Raw"]["Data"]) == write_answer(outbound, SAMPLE.access.at)


def test_a_mail_from_a_conversation_elsewhere_says_so_to_ses_alone() -> None:
    outbound = replace(OUTBOUND, about={"conversation": "C#messenger.100.4711"})
    body: Any = CHANNEL.send_request(outbound, SAMPLE.access).json
    tags = {each["Name"]: each["Value"] for each in body["EmailTags"]}
    assert tags["nightbell_conversation"] == "QyNtZXNzZW5nZXIuMTAwLjQ3MTE"
    assert b"4711" not in write_answer(outbound, SAMPLE.access.at)
    endless: Any = CHANNEL.send_request(replace(outbound, about={"conversation": "C#" * 200}), SAMPLE.access).json
    assert [each["Name"] for each in endless["EmailTags"]] == ["nightbell"]


def test_a_plain_call_names_no_configuration_set() -> None:
    body: Any = CHANNEL.send_request(OUTBOUND, SAMPLE.access).json
    assert "ConfigurationSetName" not in body
    assert [each["Name"] for each in body["EmailTags"]] == ["nightbell"]


# Errors


def answer(status: int, name: str = "", message: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps({"message": message, **({"__type": name} if name else {})})
    return Answer(status=status, headers=headers or {}, body=body.encode())


BLOCKED, REFUSED = VerdictKind.ACCOUNT_BLOCKED, VerdictKind.REFUSED


@pytest.mark.parametrize(
    ("status", "name", "message", "kind"),
    [
        (429, "TooManyRequestsException", "", VerdictKind.NOT_SENT),
        (400, "ThrottlingException", "Maximum sending rate exceeded.", VerdictKind.NOT_SENT),
        (400, "ThrottlingException", "Daily message quota exceeded.", VerdictKind.CAPPED),
        (400, "LimitExceededException", "", VerdictKind.CAPPED),
        (400, "MessageRejected", "Email address is not verified. The following identities failed", BLOCKED),
        (400, "MessageRejected", "Transaction failed", REFUSED),
        (400, "MailFromDomainNotVerifiedException", "", BLOCKED),
        (400, "AccountSuspendedException", "", BLOCKED),
        (400, "SendingPausedException", "", BLOCKED),
        (404, "NotFoundException", "", BLOCKED),
        (400, "BadRequestException", "", REFUSED),
        (403, "AccessDeniedException", "", VerdictKind.NOT_PERMITTED),
        (403, "InvalidSignatureException", "", VerdictKind.TOKEN_DEAD),
        (403, "UnrecognizedClientException", "", VerdictKind.TOKEN_DEAD),
        (403, "ExpiredTokenException", "", BLOCKED),
        (400, "NobodyKnowsException", "", REFUSED),
        (408, "", "", VerdictKind.UNKNOWN),
        (500, "MessageRejected", "", VerdictKind.UNKNOWN),
        (503, "ServiceUnavailable", "", VerdictKind.UNKNOWN),
    ],
)
def test_an_error_is_judged_by_its_name(status: int, name: str, message: str, kind: VerdictKind) -> None:
    in_body = CHANNEL.verdict(answer(status, name, message))
    assert in_body.kind is kind
    named = {"x-amzn-errortype": f"{name}:http://internal.amazon.com/coral/"}
    assert CHANNEL.verdict(answer(status, message=message, headers=named)) == in_body
    if kind in {BLOCKED, VerdictKind.CAPPED, VerdictKind.NOT_SENT}:
        assert in_body.retry_after is not None


def test_a_name_is_read_bare() -> None:
    assert CHANNEL.verdict(answer(400, "com.amazonaws.sesv2#SendingPausedException")).code == "SendingPausedException"
    assert CHANNEL.verdict(answer(400, "<script>")).code == "http 400"


def test_the_id_of_what_was_sent_is_told() -> None:
    body = b'{"MessageId":"0100018f-1"}'
    assert CHANNEL.verdict(Answer(status=200, headers={}, body=body)).message_id == "0100018f-1"
