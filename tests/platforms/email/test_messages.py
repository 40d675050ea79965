"""What a mail becomes: who wrote it, what they said, where it belongs, and what an answer repeats."""

import json
from typing import Any

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Message, Noise, Outcome, Reference, ReferenceKind, Settlement
from nightbell.platforms.email.about import ROOM
from nightbell.platforms.email.addresses import normal
from nightbell.platforms.email.envelope import read_delivery
from tests.platforms.email import mails
from tests.platforms.fixtures import RECEIVED_AT

CODE, KNOWN, GIVEN = ReferenceKind.CODE, ReferenceKind.KNOWN_AS, ReferenceKind.GIVEN_EMAIL
OTHER = "NB-2222-2228"
UNSURE = {"dmarc": "GRAY"}
TAG = "nightbell.1.3.0b1f3a8e-0000-4000-8000-000000000001"


def codes(message: Message) -> list[str]:
    return [each.value for each in message.belongs if each.kind is CODE]


def test_a_mail_becomes_a_message() -> None:
    message = mails.message(mails.written("Buenas noches"))
    assert message.kind == "email.message"
    assert (message.account_id, message.contact.contact_id) == (mails.OURS, mails.SENDER)
    assert (message.contact.address, message.contact.name) == (mails.SENDER, "Ana")
    assert (message.message_id, message.known_as) == ("first@correo.example", "first@correo.example")
    assert message.text == "Una pregunta\n\nBuenas noches"
    assert message.sent_at.isoformat() == "2026-11-18T12:29:58+00:00"
    assert message.silent is None
    assert message.about == {"id": "first@correo.example", "subject": "Una pregunta"}
    assert [each.kind for each in message.attachments] == ["mail"]
    assert "mail/ses1" in str(message.attachments[0].detail)


def test_a_reply_says_only_what_is_new() -> None:
    raw = mails.written("S\u00ed", In_Reply_To="<x@y.example>", Subject="Re: Una pregunta")
    assert mails.message(raw).text == "S\u00ed"
    assert mails.message(mails.written("", In_Reply_To="<x@y.example>")).text == "Una pregunta"


def test_without_an_id_of_its_own_a_mail_has_that_of_ses() -> None:
    for broken in (None, "", "no brackets", "<>", "<with blank@x>", "<" + "x" * 251 + ">", "<\u00e9@x>"):
        message = mails.message(mails.written(Message_ID=broken))
        assert (message.message_id, message.known_as) == ("ses:ses1", None)
        assert "id" not in message.about


def test_the_same_mail_told_twice_is_one() -> None:
    raw = mails.written()
    first, second = mails.message(raw, mail_id="ses1"), mails.message(raw, mail_id="ses2")
    assert (first.message_id, first.content_hash) == (second.message_id, second.content_hash)
    other = mails.message(mails.written("Otra cosa"))
    assert (other.message_id, other.content_hash) != (first.message_id, first.content_hash)


# Whom to answer


@pytest.mark.parametrize(
    ("changed", "facts", "address"),
    [
        ({}, {}, mails.SENDER),
        ({"Reply-To": "ana.home@correo.example"}, {}, "ana.home@correo.example"),
        ({"Reply-To": "ana@sub.correo.example"}, {}, "ana@sub.correo.example"),
        ({"Reply-To": "victim@elsewhere.example"}, {}, mails.SENDER),
        ({"From": "ana@shop.host.example", "Reply-To": "victim@host.example"}, {}, "ana@shop.host.example"),
        ({"Reply-To": "victim@notcorreo.example"}, {}, mails.SENDER),
        ({"Reply-To": "a@correo.example, b@correo.example"}, {}, "a@correo.example"),
        ({"Reply-To": "ana.home@correo.example"}, {"verdicts": UNSURE}, mails.SENDER),
        ({"From": "forged@bank.example"}, {"verdicts": UNSURE}, mails.SENDER),
        ({"From": "ana@panaderia.example", "Reply-To": mails.OURS}, {}, "ana@panaderia.example"),
    ],
    ids=str,
)
def test_an_answer_goes_only_where_somebody_vouches_for_the_sender(
    changed: dict[str, Any], facts: dict[str, Any], address: str
) -> None:
    message = mails.message(mails.written(**changed), **facts)
    assert message.contact.address == address
    assert message.about.get("contact", address) == message.contact.contact_id


@pytest.mark.parametrize("source", ["mallory@evil.example", ""])
def test_a_forger_has_no_part_in_the_conversation_of_the_person_whose_name_they_use(source: str) -> None:
    true = mails.message(mails.written())
    forged = mails.message(mails.written(), verdicts=UNSURE, source=source)
    assert (true.contact.contact_id, true.unproven) == (mails.SENDER, False)
    assert forged.unproven
    assert forged.contact.contact_id == f"{mails.SENDER} via {source.partition('@')[2] or '?'}"
    assert normal(forged.contact.contact_id) is None


def test_who_is_not_proven_stays_one_contact_though_each_mail_has_an_address_for_its_bounces() -> None:
    found = {
        mails.message(mails.written(), verdicts=UNSURE, source=f"b{n}@esp.example").contact.contact_id for n in range(3)
    }
    assert len(found) == 1


def test_a_forgers_subject_is_not_carried_on() -> None:
    assert "subject" in mails.message(mails.written()).about
    assert "subject" not in mails.message(mails.written(), verdicts=UNSURE).about


def test_what_an_answer_repeats_fits_its_room() -> None:
    ids = " ".join(f"<{n}.{'x' * 80}@y.example>" for n in range(50))
    raw = mails.written(
        Subject="\u00e9" * 500, References=ids, Message_ID=f"<{'m' * 245}@x>", Reply_To=f"{'r' * 60}@correo.example"
    )
    about = mails.message(raw).about
    assert sum(len(name) + len(value.encode()) for name, value in about.items()) <= ROOM
    assert about["refs"].split(" ")[-1].startswith("49.")
    assert len(about["subject"].encode()) <= 150


# Where it belongs


@pytest.mark.parametrize(
    ("changed", "recipients", "found"),
    [
        ({}, (mails.OURS,), []),
        ({}, ("hola+12345674@panaderia.example",), [mails.CODE]),
        ({}, ("hola+NB-1234-5674@panaderia.example",), [mails.CODE]),
        ({}, ("hola+12345670@panaderia.example",), []),
        ({"References": "<nb.12345674.3@panaderia.example> <x@y.example>"}, (mails.OURS,), [mails.CODE]),
        ({"In-Reply-To": "<nb.12345674.3@panaderia.example>"}, (mails.OURS,), [mails.CODE]),
        ({"Subject": "Re: hola [nb 1234 5674]"}, (mails.OURS,), [mails.CODE]),
        ({"Subject": "order 12345674"}, (mails.OURS,), []),
        ({"Subject": f"{OTHER}"}, ("hola+12345674@panaderia.example",), [mails.CODE, OTHER]),
    ],
    ids=str,
)
def test_a_code_is_found_wherever_it_stands(
    changed: dict[str, Any], recipients: tuple[str, ...], found: list[str]
) -> None:
    assert codes(mails.message(mails.written(**changed), recipients=recipients)) == found


def test_a_code_in_the_text_is_the_weakest() -> None:
    message = mails.message(mails.written(f"My code is {mails.CODE}.", Subject=OTHER))
    assert codes(message) == [OTHER, mails.CODE]


def test_a_code_in_a_quoted_mail_is_not_the_contacts_word() -> None:
    body = f"Yes\n\nOn Monday Bob <bob@x.example> wrote:\n> {mails.CODE}"
    assert codes(mails.message(mails.written(body))) == []


def test_a_known_thread_and_a_proven_address_lead_on() -> None:
    raw = mails.written(References="<old@y.example> <new@y.example>", In_Reply_To="<new@y.example>")
    assert mails.message(raw).belongs == (
        Reference(kind=KNOWN, value="new@y.example"),
        Reference(kind=KNOWN, value="old@y.example"),
        Reference(kind=GIVEN, value=mails.SENDER),
    )


@pytest.mark.parametrize("verdicts", [{"dmarc": "GRAY"}, {"dmarc": "FAIL"}, {"dmarc": "DISABLED"}], ids=str)
def test_an_address_that_nobody_vouches_for_leads_nowhere(verdicts: dict[str, str]) -> None:
    message = mails.message(mails.written(), verdicts=verdicts, policy="none")
    assert not [each for each in message.belongs if each.kind is GIVEN]


@pytest.mark.parametrize(
    ("verdicts", "source", "is_believed"),
    [
        ({}, "bounce@sender.example", True),
        ({"dmarc": "GRAY"}, mails.SENDER, True),
        ({"dmarc": "GRAY"}, "b@bounces.correo.example", True),
        ({"dmarc": "GRAY"}, "mallory@evil.example", False),
        ({"dmarc": "GRAY"}, "mallory@evilcorreo.example", False),
        ({"dmarc": "GRAY", "spf": "GRAY"}, mails.SENDER, False),
        ({"dmarc": "FAIL"}, mails.SENDER, False),
    ],
    ids=str,
)
def test_nobody_leads_anothers_mail_away_by_writing_in_their_name(
    verdicts: dict[str, str], source: str, *, is_believed: bool
) -> None:
    raw = mails.written(f"My code is {mails.CODE}", In_Reply_To="<known@evil.example>")
    message = mails.message(raw, verdicts=verdicts, source=source, policy="none")
    assert message.silent is None
    assert bool(message.belongs) is is_believed


@pytest.mark.parametrize(
    "changed", [{"List-Id": "x"}, {"From": mails.OURS}, {"Precedence": "junk"}, {"To": "all@x.example"}], ids=str
)
def test_lists_and_machines_are_not_believed_about_where_they_belong(changed: dict[str, Any]) -> None:
    message = mails.message(mails.written(f"My code is {mails.CODE}", **changed))
    assert message.belongs == ()


# Several of ours


def test_a_mail_to_two_accounts_is_a_message_for_each() -> None:
    both = ("hola@panaderia.example", "hallo@baeckerei.example")
    events = mails.arrive(mails.written(), recipients=both, added={"accounts": list(both)})
    assert [event.account_id for event in events if isinstance(event, Message)] == list(both)


def test_nobody_having_looked_the_first_recipient_is_the_account() -> None:
    message = mails.message(mails.written(), recipients=("hola+x@panaderia.example", "b@baeckerei.example"), added={})
    assert message.account_id == mails.OURS


# What cannot be read


def test_a_mail_whose_content_is_gone_is_told_by_its_headers() -> None:
    message = mails.message(None)
    assert message.text == "Una pregunta"
    assert "could not be read" in str(message.attachments[-1].detail)


def test_a_mail_that_was_cut_says_so() -> None:
    message = mails.message(mails.written(), added={"size": 12 * 1024 * 1024})
    assert "12.0 MB" in str(message.attachments[-1].detail)
    assert "only its beginning" in str(message.attachments[-1].detail)


def test_what_hangs_on_a_mail_with_a_virus_is_not_shown() -> None:
    attached = "--b\n\nHola\n--b\nContent-Disposition: attachment; filename=evil.exe\n\nx\n--b--\n"
    raw = mails.written(attached, Content_Type="multipart/mixed; boundary=b")
    assert [each.kind for each in mails.message(raw).attachments] == ["file", "mail"]
    bad = mails.message(raw, verdicts={"virus": "FAIL"})
    assert [each.kind for each in bad.attachments] == ["virus", "mail"]
    assert "evil" not in str(bad.attachments)


@pytest.mark.parametrize("changed", [{"From": None}, {"From": "nobody"}], ids=str)
def test_a_mail_from_nobody_is_broken_and_kept(changed: dict[str, Any]) -> None:
    (event,) = mails.arrive(mails.written(**changed), source="")
    assert isinstance(event, Broken)
    assert read_delivery(event.raw.encode(), RECEIVED_AT) == [event]


def test_of_a_mail_of_too_many_parts_the_team_reads_the_beginning_and_that_there_is_more() -> None:
    head = b"From: a@b.example\nSubject: Our order\nContent-Type: multipart/mixed; boundary=b\n\n"
    (event,) = mails.arrive(head + b"--b\n\nWhere is it?\n" + b"--b\nx\n" * 201)
    assert isinstance(event, Message)
    assert event.text == "Our order\n\nWhere is it?"
    assert "the rest of them is not shown" in str(event.attachments[-1].detail)
    (whole,) = mails.arrive(head + b"--b\n\nWhere is it?\n")
    assert isinstance(whole, Message)
    assert "shown" not in str(whole.attachments[-1].detail)


@pytest.mark.parametrize(
    "body",
    [b"", b"Hello", b"[]", b"{}", b'{"mail":1}', b'{"Records":[1]}', b'{"Records":[{"s3":{}}]}', b'{"Type":"x"}'],
)
def test_what_is_no_notification_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        read_delivery(body, RECEIVED_AT)


@pytest.mark.parametrize(
    "body",
    [
        b"Successfully validated SNS topic for Amazon SES event publishing.",
        b'{"Type":"Notification","Message":"Hello"}',
        b'{"Type":"Notification","Message":"{\\"mail\\":1}"}',
        b'{"Type":"SubscriptionConfirmation","Message":"You have chosen","SubscribeURL":"https://x.example"}',
        b'{"Records":[]}',
        b'{"Records":[{"Sns":{"Message":"Hello"}}]}',
    ],
)
def test_other_words_on_the_topic_are_counted(body: bytes) -> None:
    assert [(type(each), each.kind) for each in read_delivery(body, RECEIVED_AT)] == [(Noise, "email.topic")]


@pytest.mark.parametrize("wrap", ["sns", "sns_record", "ses_record"])
def test_a_notification_is_read_in_each_wrapping(wrap: str) -> None:
    one = mails.notification(mails.written())
    inner = json.dumps(one)
    wrapped = {
        "sns": {"Type": "Notification", "Message": inner},
        "sns_record": {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": inner}}]},
        "ses_record": {
            "Records": [{"eventSource": "aws:ses", "ses": {k: one[k] for k in one if k != "notificationType"}}]
        },
    }[wrap]
    assert read_delivery(json.dumps(wrapped).encode(), RECEIVED_AT) == mails.arrive(mails.written())


def test_what_ses_puts_in_plain_is_read_as_what_we_put_in() -> None:
    plain = {**mails.notification(b""), "content": mails.written().decode()}
    (event,) = read_delivery(json.dumps(plain).encode(), RECEIVED_AT)
    assert isinstance(event, Message)
    assert event.text == "Una pregunta\n\nBuenas noches"


# What mail servers return


def report(*, action: str = "failed", tag: str = TAG, about: str = "rfc822; ana@correo.example") -> bytes:
    body = (
        "--b\n\nIt could not be delivered.\n"
        f"--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: {about}\nAction: {action}\nStatus: 5.1.1\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nSubject: Re: hello\nX-Nightbell-Tag: {tag}\n--b--\n"
    )
    kind = "multipart/report; report-type=delivery-status; boundary=b"
    return mails.written(body, From="MAILER-DAEMON@correo.example", Return_Path="<>", Content_Type=kind)


def test_a_bounce_of_ours_settles_the_send() -> None:
    (event,) = mails.arrive(report(), source="")
    assert isinstance(event, Settlement)
    assert (event.tag, event.outcome, event.contact_ids) == (TAG, Outcome.FAILED, (mails.SENDER,))
    assert event.account_id == mails.OURS
    assert "5.1.1" in event.detail


@pytest.mark.parametrize(
    "raw",
    [
        report(action="delayed"),
        report(action="delivered"),
        report(tag="other.1.3.x"),
        report(tag=""),
        report(about="x"),
    ],
)
def test_any_other_report_is_counted(raw: bytes) -> None:
    (event,) = mails.arrive(raw, source="")
    assert (type(event), event.kind) == (Noise, "email.bounce")


def test_a_complaint_by_mail_alarms() -> None:
    raw = mails.written(Content_Type="multipart/report; report-type=feedback-report; boundary=b")
    (event,) = mails.arrive(raw)
    assert isinstance(event, Noise)
    assert (event.kind, event.alarm) == ("email.feedback_report", True)
