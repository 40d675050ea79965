"""What SES itself says about a mail that it received: the envelope and its verdicts, which no sender can forge.

Source: Amazon SES Developer Guide, "Contents of notifications for Amazon SES email receiving". The rules that go by
headers alone would believe a sender; the verdicts of the receipt are SES's own.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nightbell.platforms.email.addresses import normal, read_addresses, without_label
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    identifier,
    member,
    optional_list,
    optional_member,
    optional_text,
)

PREFIX = "mail/"
"""Of every object that SES writes; nothing else in the bucket is read or deleted."""
ADDED = "nightbell"
"""Member of a notification that ReceiveMail adds: nothing that SES sends has it."""
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER_BY = timedelta(days=1)
_PASS, _FAIL = "PASS", "FAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One mail as SES received it.

    Attributes:
        mail_id: SES's own id of it.
        source: The envelope's sender; ``None`` for the null sender of bounces.
        recipients: Ours, with their labels; those that a rule took it for.
        accounts: The accounts it goes to, the first of each brand; empty where nobody has looked.
        own: Every address of ours, without labels.
        headers: As SES lists them, at most its first 10 KB.
        content: The mail as it travelled, or its beginning; ``None`` where it could not be had.
        size: Of the whole mail in bytes; 0 where it is not known.
        kept_as: Where the whole mail lies.
    """

    mail_id: str
    received_at: datetime
    source: str | None
    recipients: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    verdicts: Mapping[str, str] = field(default_factory=dict)
    dmarc_policy: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    size: int = 0
    kept_as: str = ""

    def passes(self, check: str) -> bool:
        """Tell whether SES is sure, such as of ``dmarc``."""
        return self.verdicts.get(check) == _PASS

    def fails(self, check: str) -> bool:
        """Tell whether SES is sure of the contrary; grey, switched off and not finished are no failures."""
        return self.verdicts.get(check) == _FAIL

    @property
    def is_cut(self) -> bool:
        """Tell whether only the beginning was read."""
        return self.content is not None and self.size > len(self.content)


def read_receipt(notification: Fields, received_at: datetime) -> Receipt:
    """Read the notification of one mail.

    Raises:
        ShapeError: It lacks what every such notification has.
    """
    mail, receipt = member(notification, "mail"), member(notification, "receipt")
    added = optional_member(notification, ADDED)
    recipients = _texts(receipt, "recipients") or _texts(mail, "destination")
    accounts = _texts(added, "accounts")
    return Receipt(
        mail_id=identifier(mail, "messageId"),
        received_at=moment(mail.get("timestamp"), received_at),
        source=_sender(optional_text(mail, "source")),
        recipients=recipients,
        accounts=accounts or tuple(dict.fromkeys(map(without_label, recipients)))[:1],
        own=frozenset(map(without_label, (*recipients, *accounts, *_texts(added, "own")))),
        verdicts={name: _verdict(receipt, f"{name}Verdict") for name in ("spam", "virus", "spf", "dkim", "dmarc")},
        dmarc_policy=optional_text(receipt, "dmarcPolicy").lower(),
        headers=tuple(_header(each) for each in optional_list(mail, "headers")),
        content=_content(notification),
        size=_size(added),
        kept_as=kept_as(notification),
    )


def kept_as(notification: Fields) -> str:
    """Name the object in the bucket that holds the whole mail; empty where SES wrote none."""
    receipt = notification.get("receipt")
    action = receipt.get("action") if isinstance(receipt, dict) else None
    key = action.get("objectKey") if isinstance(action, dict) else None
    return key if isinstance(key, str) else ""


def recipients_of(notification: Fields) -> tuple[str, ...]:
    """Name the addresses of ours that a rule took the mail for; empty where they cannot be read."""
    receipt = notification.get("receipt")
    listed = receipt.get("recipients") if isinstance(receipt, dict) else None
    return _normal_all(listed if isinstance(listed, list) else [])


def account_of(mail: Fields) -> str:
    """Name the account that sent a mail, from SES's word about it.

    Raises:
        ShapeError: There is no address in it.
    """
    found = read_addresses(optional_text(mail, "source"))
    if not found:
        raise ShapeError("source is not an address")
    return without_label(found[0].address)


def destinations(mail: Fields) -> tuple[str, ...]:
    """Name whom a mail was sent to."""
    return _texts(mail, "destination")


def _texts(parent: Fields, name: str) -> tuple[str, ...]:
    return _normal_all(optional_list(parent, name))


def _normal_all(values: list[object]) -> tuple[str, ...]:
    found = (normal(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _sender(source: str) -> str | None:
    found = read_addresses(source)
    return found[0].address if found else None


def _verdict(receipt: Fields, name: str) -> str:
    return optional_text(optional_member(receipt, name), "status").upper()


def _header(item: object) -> tuple[str, str]:
    one = fields(item, "a header")
    return optional_text(one, "name").lower(), optional_text(one, "value")


def _size(added: Fields) -> int:
    size = added.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0


def _content(notification: Fields) -> bytes | None:
    """Take the mail out; SES itself puts it in plain or, as ReceiveMail does, in base64."""
    content = optional_text(notification, "content")
    if not content:
        return None
    try:
        return base64.b64decode("".join(content.split()) if content.isascii() else content, validate=True)
    except (binascii.Error, ValueError):
        return content.encode("utf-8", "surrogatepass")


def moment(value: object, received_at: datetime) -> datetime:
    """Read SES's time; one that is absurd, or none, becomes the time of receipt."""
    try:
        found = datetime.fromisoformat(str(value))
        aware = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return received_at
    return aware if _EARLIEST <= aware <= received_at + _CLOCKS_DIFFER_BY else received_at
