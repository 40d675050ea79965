"""Mails as people's programs write them, and SES's words about them."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from infra.local.platforms.vendor import Act, Contact

Json = dict[str, Any]
VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")

KINDS: Mapping[str, str] = {
    "text": "a mail",
    "html": "a mail in HTML alone",
    "document": "a mail with a file",
    "list": "a newsletter",
    "vacation": "an out-of-office answer",
    "spam": "what SES takes for spam",
    "forged": "a mail in somebody else's name",
}


def letter(contact: Contact, act: Act, to: str, message_id: str, at: datetime, answered: Mapping[str, str]) -> bytes:  # noqa: PLR0913, PLR0917 - a mail is made of so much
    """Write a mail; as a reply it repeats what every program repeats of ``answered``: ids and subject."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{contact.name} <{contact.contact_id}>"
    mail["To"] = to
    mail["Subject"] = act.subject or _subject(answered)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    mail["Return-Path"] = f"<{contact.contact_id}>"
    if answered:
        mail["In-Reply-To"] = answered["Message-ID"]
        mail["References"] = f"{answered.get('References', '')} {answered['Message-ID']}".strip()
    for name, value in _marks(act.kind).items():
        mail[name] = value
    if act.kind == "html":
        mail.set_content(f"<p>{act.text}</p>", subtype="html")
    else:
        mail.set_content(act.text)
    if act.kind == "document":
        mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="order.pdf")
    return mail.as_bytes()


def received(key: str, mail_id: str, bucket: str, to: str, source: str, at: datetime, kind: str) -> Json:  # noqa: PLR0913, PLR0917 - as above
    """Say that a mail arrived, as the S3 action of SES does."""
    verdicts = dict.fromkeys(VERDICTS, "PASS")
    if kind == "spam":
        verdicts["spam"] = "FAIL"
    if kind == "forged":
        verdicts["dmarc"] = "FAIL"
    when = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    receipt: Json = {
        "timestamp": when,
        "recipients": [to],
        "action": {"type": "S3", "bucketName": bucket, "objectKey": key},
        **{f"{name}Verdict": {"status": status} for name, status in verdicts.items()},
        **({"dmarcPolicy": "reject"} if kind == "forged" else {}),
    }
    mail = {"timestamp": when, "source": source, "messageId": mail_id, "destination": [to], "headers": []}
    return {"notificationType": "Received", "mail": mail, "receipt": receipt}


def news(name: str, sent: Json, message_id: str, detail: Json) -> str:
    """Say what became of a mail of ours, as a configuration set does."""
    tags = {each["Name"]: [each["Value"]] for each in sent.get("EmailTags", ())}
    mail = {
        "timestamp": "2026-11-18T12:30:00.000Z",
        "source": sent["FromEmailAddress"],
        "messageId": message_id,
        "destination": sent["Destination"]["ToAddresses"],
        "tags": tags,
    }
    return json.dumps({"eventType": name, "mail": mail, name.lower(): detail})


def _subject(answered: Mapping[str, str]) -> str:
    subject = answered.get("Subject", "")
    return subject if not subject or subject.lower().startswith("re:") else f"Re: {subject}"


def _marks(kind: str) -> Mapping[str, str]:
    if kind == "list":
        return {"List-Id": "News <news.example.org>", "Precedence": "bulk"}
    return {"Auto-Submitted": "auto-replied"} if kind == "vacation" else {}
