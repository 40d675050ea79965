"""Events as a relay writes them.

Source: ``functions/nightbell/schemas/standard_message.v1.json``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from infra.local.platforms.vendor import Act, Contact

Json = dict[str, Any]


def moment(at: datetime) -> str:
    """Write a time."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(kind: str, at: datetime, data: Json) -> Json:
    """Write the envelope."""
    return {"type": kind, "timestamp": moment(at), "data": data}


def person(contact: Contact) -> Json:
    """Write who it was."""
    return {"id": contact.contact_id, "name": contact.name}


def _picture(_: Contact, act: Act, __: datetime) -> Json:
    return {"text": act.text, "attachments": [{"kind": "image", "id": "upload-1", "title": "cake.jpg"}]}


def _form(contact: Contact, act: Act, at: datetime) -> Json:
    """Write a form on which the contact has ticked that they may be written to."""
    email = f"{contact.contact_id}@example.org"
    wording = "Yes, answer me by e-mail."
    consent = {"channel": "email", "address": email, "wording": wording, "given_at": moment(at)}
    return {"text": act.text, "contact": {**person(contact), "email": email}, "consent": consent}


CONTENTS: Mapping[str, Callable[[Contact, Act, datetime], Json]] = {
    "text": lambda _, act, __: {"text": act.text},
    "image": _picture,
    "audio": lambda _, __, ___: {"attachments": [{"kind": "audio"}]},
    "form": _form,
    "tap": lambda _, act, __: {"text": act.text, "choice": act.payload},
    "poison": lambda _, __, ___: {"text": ["not", "a", "text"]},
}
"""What a new message holds, beside id and contact; ``poison`` is what no relay should send."""

CHANGES: Mapping[str, str] = {"edit": "message.updated", "unsend": "message.deleted"}
"""What is done to a message that is there."""


def written(contact: Contact, act: Act, number: str, at: datetime) -> Json:
    """Write what a contact did.

    Raises:
        ValueError: There is no such act.
    """
    if act.kind == "unsupported":
        return event("contact.created", at, person(contact))
    if act.kind in CHANGES:
        words = {"text": act.text} if act.kind == "edit" else {}
        return event(CHANGES[act.kind], at, {"id": act.about, "contact": person(contact), **words})
    if act.kind not in CONTENTS:
        message = f"No relay brings {act.kind!r}; there are unsupported, {', '.join((*CHANGES, *CONTENTS))}."
        raise ValueError(message)
    content = CONTENTS[act.kind](contact, act, at)
    return event("message.created", at, {"id": number, "contact": person(contact), **content})
