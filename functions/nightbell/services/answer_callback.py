"""Answer what a platform asks in the name of a person: delete what is held of them, or let go of their permission.

A deletion is written down before it is promised, with a due marker: Sweep does it, and goes on where it was cut off.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from nightbell.domain.business import Account, Brand
from nightbell.domain.deletion import DeletionRequest, is_code
from nightbell.domain.deletion_page import LANGUAGES, Responsible, deletion_page, unknown_page
from nightbell.domain.errors import (
    EncodingError,
    MethodError,
    MisconfiguredError,
    TooLargeError,
    UnknownPlatformError,
)
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.html_page import HEADERS, PRIVATE
from nightbell.domain.languages import choose_language
from nightbell.platforms.channel import Callback, CallbackKind, CallbackReader, Channel
from nightbell.services.guard_account import DEAUTHORIZED, AccountKey, Cause
from nightbell.services.ports import Breaker, Secrets
from nightbell.services.receive_delivery import Received
from nightbell.services.ways_out import of_platform, ways_out

PAUSE = timedelta(minutes=5)
"""After it, Sweep says that the breaker is still open; a probe, which waits for nothing, has most often closed it."""
_JSON = {"content-type": "application/json", "cache-control": "no-store"}


class CallbackStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def read_deletion(self, code: str) -> DeletionRequest | None:
        """Read a request consistently; ``None`` when there is none."""

    def note_deletion(self, request: DeletionRequest) -> bool:
        """Write it down, due at once; false when it is there already."""

    def was_deauthorized(self, code: str) -> bool:
        """Tell whether this very request was heard before."""

    def note_deauthorized(self, callback: Callback) -> None:
        """Remember that it was heard."""


class BreakerStore(Protocol):
    """The breakers of accounts. Each call may raise UnavailableError."""

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        """Read consistently; one that never was is closed."""

    def open_breaker(self, channel: str, account_id: str, breaker: Breaker) -> None:
        """Let nothing of the account leave before ``breaker.open_until``."""


class AnswerCallback:
    """The service for the addresses where platforms ask for a person."""

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        *,
        readers: Mapping[str, CallbackReader],
        secrets: Secrets,
        store: CallbackStore,
        breakers: BreakerStore,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
    ) -> None:
        """Know these platforms, and these accounts of ours."""
        self._readers = readers
        self._secrets = secrets
        self._store = store
        self._breakers = breakers
        self._accounts = accounts
        self._channels = channels

    def serves(self, delivery: Delivery) -> bool:
        """Tell whether a request came to one of these addresses."""
        reader = self._readers.get(delivery.platform)
        return reader is not None and delivery.path in reader.kinds

    def __call__(self, delivery: Delivery, address: str) -> Received:
        """Answer one request.

        Args:
            delivery: Not verified yet.
            address: Of this very path, as the outside knows it, without a query.

        Raises:
            RejectedError: The sender's fault; nothing was written.
            MisconfiguredError: No secret was ever set; nothing is ever accepted without one.
            UnavailableError: Nothing was promised; a retry is safe.
        """
        reader = self._readers.get(delivery.platform)
        if reader is None or delivery.path not in reader.kinds:
            raise UnknownPlatformError("no platform asks here")
        if delivery.method == "GET" and reader.kinds[delivery.path] is CallbackKind.DELETION:
            return self._status(delivery)
        if delivery.method != "POST":
            raise MethodError("requests are posted")
        _check_size(delivery, reader)
        callback = reader.read(delivery, self._known_secrets(reader))
        if callback.kind is CallbackKind.DELETION:
            return self._delete(callback, delivery, address)
        return self._deauthorize(callback, delivery)

    def _known_secrets(self, reader: CallbackReader) -> Mapping[str, Sequence[str]]:
        """Load every secret that is set; not each platform's app has all of them."""
        found: dict[str, Sequence[str]] = {}
        failures: list[MisconfiguredError] = []
        for name in reader.secrets:
            try:
                found[name] = self._secrets.get(reader.platform, name)
            except MisconfiguredError as error:
                failures.append(error)
        if not found:
            raise failures[0]
        return found

    def _delete(self, callback: Callback, delivery: Delivery, address: str) -> Received:
        request = DeletionRequest(
            code=callback.code,
            platform=delivery.platform,
            asked_at=delivery.received_at,
            user_id=callback.user_id,
        )
        is_new = self._store.note_deletion(request)
        body = json.dumps({"url": f"{address}?id={callback.code}", "confirmation_code": callback.code})
        fact = Fact(name="deletions_asked" if is_new else "deletions_asked_again")
        return Received(body=body, headers=_JSON, facts=(fact,))

    def _deauthorize(self, callback: Callback, delivery: Delivery) -> Received:
        """Open the breakers first: a crash then repeats it, and forgets nothing."""
        if self._store.was_deauthorized(callback.code):
            return Received(facts=(Fact(name="deauthorizations_repeated"),))
        breaker = Breaker(open_until=delivery.received_at + PAUSE, cause=Cause.TOKEN, token_mark=DEAUTHORIZED)
        concerned = self._concerned(callback, delivery.platform)
        for key in concerned:
            # One that is open already has its own reason, and its own probe.
            if self._breakers.read_breaker(*key).open_until is None:
                self._breakers.open_breaker(*key, breaker)
        self._store.note_deauthorized(callback)
        accounts = len({account_id for _, account_id in concerned})
        return Received(facts=(Fact(name="deauthorized", alarm=True, fields={"accounts": accounts}),))

    def _concerned(self, callback: Callback, platform: str) -> list[AccountKey]:
        """List all that speaks by a token the person may have granted: for accounts of the app that asks."""
        login = "instagram" if callback.secret.startswith("instagram_") else "facebook"
        there = of_platform(self._accounts.values(), self._channels, platform)
        return ways_out([account for account in there if account.login == login], self._channels)

    def _status(self, delivery: Delivery) -> Received:
        code = delivery.query.get("id", "")
        language = choose_language(delivery.headers.get("accept-language", ""), LANGUAGES)
        request = self._store.read_deletion(code) if is_code(code) else None
        headers = {**HEADERS, **PRIVATE, "content-language": language}
        if request is None or request.platform != delivery.platform:
            return Received(status=404, body=unknown_page(language), headers=headers)
        brands = _brands(self._accounts.values())
        responsible = [Responsible(name=brand.name, email=brand.email) for brand in brands]
        page = deletion_page(request, responsible, language)
        return Received(body=page, headers=headers, facts=(Fact(name="deletion_pages_shown"),))


def _brands(accounts: Iterable[Account]) -> list[Brand]:
    return list({account.brand.key: account.brand for account in accounts}.values())


def _check_size(delivery: Delivery, reader: CallbackReader) -> None:
    if len(delivery.body) > reader.max_body:
        raise TooLargeError("the body is larger than any such request")
    if delivery.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodingError("compressed bodies are not accepted")
