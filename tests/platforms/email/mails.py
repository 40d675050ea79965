"""Mails of our own making, and the notifications by which they arrive."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from nightbell.domain.events import Event, Message
from nightbell.platforms.email.envelope import read_delivery
from nightbell.platforms.email.facts import Receipt, read_receipt
from nightbell.platforms.email.mail import Mail, read_mail
from tests.platforms.fixtures import RECEIVED_AT

OURS = "hola@panaderia.example"
SENDER = "ana@correo.example"
CODE = "NB-1234-5674"
DIGITS = "12345674"

HEADERS = {
    "Return-Path": f"<{SENDER}>",
    "From": f"Ana <{SENDER}>",
    "To": OURS,
    "Subject": "Una pregunta",
    "Message-ID": "<first@correo.example>",
    "Content-Type": "text/plain; charset=utf-8",
}


def written(body: str = "Buenas noches", **changed: str | None) -> bytes:
    """Write a mail; an underscore in a header's name stands for a hyphen, and ``None`` leaves one out."""
    names = {name.lower(): name for name in HEADERS}
    wanted: dict[str, str] = dict(HEADERS)
    for name, value in changed.items():
        header = names.get(name.replace("_", "-").lower(), name.replace("_", "-"))
        wanted.pop(header, None)
        if value is not None:
            wanted[header] = value
    return "".join(f"{name}: {value}\n" for name, value in wanted.items()).encode() + b"\n" + body.encode()


def notification(  # noqa: PLR0913 - each is a part of what SES says
    raw: bytes | None,
    *,
    source: str = SENDER,
    recipients: tuple[str, ...] = (OURS,),
    verdicts: Mapping[str, str] | None = None,
    policy: str | None = None,
    added: Mapping[str, object] | None = None,
    mail_id: str = "ses1",
) -> dict[str, object]:
    """Make SES's word of a mail, with the mail put in as ReceiveMail does."""
    checks = {"spam": "PASS", "virus": "PASS", "spf": "PASS", "dkim": "PASS", "dmarc": "PASS", **(verdicts or {})}
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": "2026-11-18T12:29:58.000Z",
            "source": source,
            "messageId": mail_id,
            "destination": list(recipients),
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in HEADERS.items()],
        },
        "receipt": {
            "recipients": list(recipients),
            "action": {"type": "S3", "bucketName": "custody", "objectKey": f"mail/{mail_id}"},
            **{f"{name}Verdict": {"status": status} for name, status in checks.items()},
            **({} if policy is None else {"dmarcPolicy": policy}),
        },
        **({} if raw is None else {"content": base64.b64encode(raw).decode()}),
        "nightbell": dict(added or {"size": len(raw or b"")}),
    }


def receipt(raw: bytes = b"", **facts: Any) -> Receipt:
    return read_receipt(notification(raw, **facts), RECEIVED_AT)


def mail(body: str = "Buenas noches", **changed: str | None) -> Mail:
    return read_mail(written(body, **changed))


def arrive(raw: bytes | None, **facts: Any) -> list[Event]:
    return read_delivery(json.dumps(notification(raw, **facts)).encode(), RECEIVED_AT)


def message(raw: bytes | None, **facts: Any) -> Message:
    (event,) = arrive(raw, **facts)
    assert isinstance(event, Message)
    return event
