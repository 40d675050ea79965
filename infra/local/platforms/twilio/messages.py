"""The messages of an account as Twilio keeps them, both ways.

Source: Twilio "Messages resource" §Properties.
"""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from nightbell.domain.gsm import segments

WHATSAPP = "whatsapp:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One of them; ``sender`` and ``recipient`` as Twilio writes them."""

    sid: str
    owner: str
    sender: str
    recipient: str
    body: str
    at: datetime
    outbound: bool
    status: str
    error: int | None = None
    callback: str = ""

    def as_json(self) -> Mapping[str, Any]:
        """Show it as the API does."""
        at = format_datetime(self.at)
        return {
            "account_sid": self.owner,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": at,
            "date_sent": None if self.status == "queued" else at,
            "date_updated": at,
            "direction": "outbound-api" if self.outbound else "inbound",
            "error_code": self.error,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segments(self.body) or 1),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "to": self.recipient,
            "uri": f"/2010-04-01/Accounts/{self.owner}/Messages/{self.sid}.json",
        }


def new_sid(prefix: str = "SM") -> str:
    """Make an id as Twilio's are: two letters and 32 digits."""
    return prefix + secrets.token_hex(16)


class Messages:
    """All of them; safe to use from several threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._messages: dict[str, Message] = {}
        self._lock = threading.Lock()

    def add(self, message: Message) -> Message:
        """Keep one."""
        with self._lock:
            self._messages[message.sid] = message
        return message

    def move(self, sid: str, status: str, error: int | None = None) -> Message:
        """Give one another status."""
        with self._lock:
            moved = replace(self._messages[sid], status=status, error=error)
            self._messages[sid] = moved
        return moved

    def to(self, owner: str, recipient: str) -> list[Message]:
        """List an account's to one recipient, the newest first."""
        with self._lock:
            found = [one for one in self._messages.values() if (one.owner, one.recipient) == (owner, recipient)]
        return found[::-1]

    def last_from(self, sender: str, recipient: str) -> datetime | None:
        """Tell when somebody last wrote to a number."""
        with self._lock:
            times = [one.at for one in self._messages.values() if (one.sender, one.recipient) == (sender, recipient)]
        return times[-1] if times else None
