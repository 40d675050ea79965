"""From what lies in MailQueue to deliveries that need nothing else: the mail is put in, and whose it is.

A delivery can be kept, spilled and read again months later, when the bucket has forgotten the mail.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nightbell.domain.business import Account
from nightbell.platforms.email.addresses import normal, without_label
from nightbell.platforms.email.envelope import is_received
from nightbell.platforms.email.facts import ADDED, PREFIX, kept_as, recipients_of
from nightbell.platforms.reading.fields import Fields, as_json

READ_BYTES = 2 * 1024 * 1024
"""Of a mail: headers and text stand first, and what follows are files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A mail in the bucket.

    Attributes:
        beginning: Its first ``READ_BYTES``, or all of it.
        size: Of the whole in bytes.
    """

    beginning: bytes
    size: int


def key_of(notification: Fields, bucket: str) -> str | None:
    """Name the object to read; ``None`` for what is no received mail, or lies elsewhere."""
    if not is_received(notification):
        return None
    receipt = notification.get("receipt")
    action = receipt.get("action") if isinstance(receipt, dict) else None
    named = action.get("bucketName") if isinstance(action, dict) else None
    key = kept_as(notification)
    return key if named == bucket and key.startswith(PREFIX) else None


def complete(notification: Fields, accounts: Sequence[Account], stored: StoredMail | None) -> bytes:
    """Write the delivery of one notification; what a sender put into our own member is overwritten."""
    if not is_received(notification):
        return as_json(notification).encode()
    whole = {name: value for name, value in notification.items() if name != ADDED}
    added: dict[str, object] = {"accounts": _accounts(notification, accounts), "own": _own(accounts)}
    if stored is not None:
        whole["content"] = base64.b64encode(stored.beginning).decode()
        added["size"] = stored.size
    return as_json({**whole, ADDED: added}).encode()


def _accounts(notification: Fields, accounts: Sequence[Account]) -> list[str]:
    """Name the accounts that the mail is for, the first of each brand: one mail gets one answer of a brand."""
    by_address = _by_address(accounts)
    found = [
        by_address[address] for each in recipients_of(notification) if (address := without_label(each)) in by_address
    ]
    firsts: dict[str, str] = {}
    for account in found:
        firsts.setdefault(account.brand.key, account.account_id)
    return list(firsts.values())


def _own(accounts: Sequence[Account]) -> list[str]:
    return list(_by_address(accounts))


def _by_address(accounts: Sequence[Account]) -> Mapping[str, Account]:
    named = ((normal(address), each) for each in accounts for address in (each.account_id, *each.aliases))
    return {without_label(address): each for address, each in named if address is not None}
