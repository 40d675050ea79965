"""Take custody of mail: read what SES wrote into the bucket, and store it like any other delivery.

SES has written the mail before anybody is told of it, and the queue keeps telling until it is stored; so nothing is
lost where one of the two cannot be reached.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.platforms.email.completing import StoredMail, complete, key_of
from nightbell.platforms.email.envelope import notifications
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields
from nightbell.services.ports import Clock

PLATFORM = "email"


class MailStore(Protocol):
    """The bucket."""

    bucket: str

    def read(self, key: str) -> StoredMail | None:
        """Read a mail's beginning; ``None`` where there is no such object any more.

        Raises:
            UnavailableError: It cannot be read now; another try is safe.
        """


class ReceiveMail:
    """The service behind the function of that name."""

    def __init__(
        self,
        *,
        mails: MailStore,
        accounts: Sequence[Account],
        store_delivery: Callable[[Delivery], Sequence[Fact]],
        clock: Clock,
    ) -> None:
        """Read from this bucket for these accounts."""
        self._mails = mails
        self._accounts = accounts
        self._store_delivery = store_delivery
        self._clock = clock

    def __call__(self, body: bytes) -> list[Fact]:
        """Take one message of MailQueue.

        Raises:
            UnavailableError: Not stored yet; another try is safe.
        """
        return [fact for each in self._told(body) for fact in self._take(each)]

    def _told(self, body: bytes) -> Sequence[Fields | bytes]:
        """Unwrap; what is none of SES's words goes on as it is, and ends in quarantine or is counted there."""
        try:
            return list(notifications(read_json(body))) or [body]
        except NotUnderstoodError:
            return [body]

    def _take(self, told: Fields | bytes) -> list[Fact]:
        if isinstance(told, bytes):
            return list(self._store(told))
        key = key_of(told, self._mails.bucket)
        stored = self._mails.read(key) if key else None
        gone = [Fact(name="mail_gone", alarm=True)] if key and stored is None else []
        return [*gone, *self._store(complete(told, self._accounts, stored))]

    def _store(self, body: bytes) -> Sequence[Fact]:
        return self._store_delivery(
            Delivery(
                platform=PLATFORM,
                path="",
                method="MAIL",
                headers={},
                query={},
                body=body,
                received_at=self._clock.now(),
            )
        )
