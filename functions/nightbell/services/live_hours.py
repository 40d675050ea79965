"""The settings with the hours as they are right now: as planned, unless somebody opened or closed by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol, TypeVar

from nightbell.domain.business import Account, Brand, BusinessSettings
from nightbell.domain.errors import UnavailableError
from nightbell.domain.hours_override import Override, Scope, overridden
from nightbell.services.ports import Clock

FRESH_FOR = timedelta(seconds=30)
"""How long what was read is good for; two functions may differ by as much."""

Said = tuple[Override, ...]
K = TypeVar("K")
V = TypeVar("V")


class OverrideReader(Protocol):
    """Where what was said by hand is kept."""

    def read(self) -> Said:
        """Read all of it, ended ones too; nothing where nothing was said.

        Raises:
            UnavailableError: It cannot be read.
        """


class LiveHours:
    """Reads what was said by hand at most every half minute, and only when somebody needs hours."""

    def __init__(self, reader: OverrideReader, clock: Clock) -> None:
        """Read nothing yet."""
        self._reader, self._clock, self._lock = reader, clock, Lock()
        self._said: Said = ()
        self._asked_at: datetime | None = None

    def said(self) -> Said:
        """Tell what is known; where it cannot be read, what was known, and before that nothing: then the plan holds."""
        if not self._is_fresh():
            with self._lock:
                if not self._is_fresh():
                    self._ask()
        return self._said

    def _is_fresh(self) -> bool:
        # A clock that was set back must not keep anything alive.
        return self._asked_at is not None and timedelta(0) <= self._clock.now() - self._asked_at < FRESH_FOR

    def _ask(self) -> None:
        try:
            read = self._reader.read()
        except UnavailableError:
            read = self._said
        # The same words stay the same object, by which others know that nothing has changed.
        self._said = self._said if read == self._said else read
        self._asked_at = self._clock.now()


class _Live(Mapping[K, V]):
    """Brands or accounts by key, each with the hours that hold; worked out once for what was said."""

    def __init__(self, planned: Mapping[K, V], hours: LiveHours) -> None:
        self._planned, self._hours = planned, hours
        self._known: tuple[Said, dict[K, V]] = ((), {})

    def __getitem__(self, key: K) -> V:
        planned, said = self._planned[key], self._hours.said()
        if not said:
            return planned
        if self._known[0] is not said:
            self._known = (said, {})
        known = self._known[1]
        if key not in known:
            known[key] = self._with(planned, said)
        return known[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._planned)

    def __len__(self) -> int:
        return len(self._planned)

    def _with(self, planned: V, said: Said) -> V:
        raise NotImplementedError


class _Brands(_Live[str, Brand]):
    def _with(self, planned: Brand, said: Said) -> Brand:
        return brand_with(planned, said)


class _Accounts(_Live[tuple[str, str], Account]):
    def _with(self, planned: Account, said: Said) -> Account:
        scope = Scope(brand=planned.brand.key, channel=planned.channel, account_id=planned.account_id)
        return replace(planned, hours=overridden(planned.hours, said, scope), brand=brand_with(planned.brand, said))


def brand_with(brand: Brand, said: Said) -> Brand:
    """Lay what was said for a brand, or for all, over its hours."""
    return replace(brand, hours=overridden(brand.hours, said, Scope(brand=brand.key)))


def live_settings(settings: BusinessSettings, hours: LiveHours) -> BusinessSettings:
    """Have the settings follow what is said by hand; everything else in them stays."""
    return replace(settings, brands=_Brands(settings.brands, hours), accounts=_Accounts(settings.accounts, hours))
