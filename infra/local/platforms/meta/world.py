"""What the simulated platform knows: accounts, threads, posts, the time, and how fast each may send."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.care_state import CareState
from infra.local.platforms.meta.people import Account, App, Contact, Thread
from infra.local.platforms.meta.wall import Wall


class Bucket:
    """Lets so many calls through at once, and so many a second after that."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        """Start full."""
        self._burst = burst
        self._rate = per_second
        self._left = float(burst)
        self._at = time.monotonic()

    def take(self) -> bool:
        """Use one up; ``False`` when there is none."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast one may send, as documented ("Rate limits" of each channel).

    Attributes:
        messenger_per_second: Also of an Instagram account.
        pair_burst: WhatsApp, to one customer: so many, then one every six seconds.
    """

    messenger_per_second: int = 300
    private_replies_per_hour: int = 750
    whatsapp_per_second: int = 80
    pair_burst: int = 45
    pair_per_second: float = 1 / 6
    read_backs_per_second: int = 2


class World:
    """All state of the simulated platform; whoever changes a thread holds ``lock``."""

    def __init__(
        self, *, app: App, accounts: Iterable[Account], clock: Callable[[], datetime], limits: Limits | None = None
    ) -> None:
        """Take the accounts that exist and the platform's time, aware; contacts come by writing."""
        self.app = app
        self.accounts = {account.key: account for account in accounts}
        self.clock = clock
        self.limits = limits or Limits()
        self.lock = threading.RLock()
        self.threads: dict[tuple[str, str, str], Thread] = {}
        self.wall = Wall()
        self.care = CareState(self.accounts.values())
        self.profiles: dict[str, dict[str, Any]] = {}
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def account_of(self, contact: Contact) -> Account:
        """Find the account that sees a contact so."""
        return self.accounts[contact.channel, contact.account_id]

    def thread(self, contact: Contact) -> Thread:
        """Find a contact's thread, or begin it."""
        with self.lock:
            thread = self.threads.setdefault(contact.key, Thread(contact=contact))
            thread.contact = contact
            return thread

    def find(self, account: Account, address: str) -> Thread | None:
        """Find a thread by what a send may be addressed to: the contact's id, or their user id."""
        with self.lock:
            for (channel, account_id, contact_id), thread in self.threads.items():
                ours = (channel, account_id) == (account.channel, account.account_id)
                if ours and address and address in (contact_id, thread.contact.user_id):
                    return thread
        return None

    def may(self, *what: str, burst: int, per_second: float) -> bool:
        """Count one call against a limit; ``False`` when it is exceeded."""
        with self.lock:
            return self._buckets.setdefault(what, Bucket(burst=burst, per_second=per_second)).take()
