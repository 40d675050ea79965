"""Act on what a platform tells about an account of ours: a block stops its sends, the end of one lets them go on.

Hand-offs are not touched: the team hears of every customer while an account is blocked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.events import AccountNews
from nightbell.domain.facts import Fact
from nightbell.platforms.channel import Channel
from nightbell.services.guard_account import AccountKey, Cause, pause_after
from nightbell.services.ports import Breaker
from nightbell.services.ways_out import of_platform, speaks_by, ways_out


class BreakerStore(Protocol):
    """The breakers of accounts. Each call may raise UnavailableError."""

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        """Read consistently; one that never was is closed."""

    def open_breaker(self, channel: str, account_id: str, breaker: Breaker) -> None:
        """Let nothing of the account leave before ``breaker.open_until``."""

    def close_breaker(self, channel: str, account_id: str) -> None:
        """Forget failures."""


class ApplyAccountNews:
    """Open and close the breakers of all that speaks through the accounts which a piece of news is about."""

    def __init__(
        self,
        breakers: BreakerStore,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
    ) -> None:
        """Find out by the settings which accounts are meant."""
        self._breakers = breakers
        self._accounts = accounts
        self._channels = channels

    def __call__(self, news: AccountNews, now: datetime) -> list[Fact]:
        """Apply it; news that comes again changes nothing.

        Raises:
            UnavailableError: It may not have been applied; another try is safe.
        """
        keys = ways_out(self._meant(news), self._channels)
        for key in keys:
            if news.is_blocked:
                self._block(key, now)
            else:
                self._lift(key)
        name = "accounts_blocked" if news.is_blocked else "accounts_unblocked"
        about: dict[str, str | int] = {"kind": news.kind, "detail": news.detail[:120]}
        ids = dict.fromkeys((*news.account_ids, *(account_id for _, account_id in keys)))
        about |= {"accounts": ",".join(ids)[:120], "owner": news.owner_id}
        return [Fact(name=name, alarm=True, fields=about)]

    def _meant(self, news: AccountNews) -> list[Account]:
        """Find the accounts: the named one with all that speaks through it, or all that the named owner has."""
        told = self._channels.get(news.channel)
        if news.account_ids:
            there = of_platform(self._accounts.values(), self._channels, told.platform if told else None)
            return [account for account in there if speaks_by(account, news.account_ids)]
        # An account whose owner the settings do not tell may be meant; if it is not, its first probe shows it.
        own = [account for account in self._accounts.values() if account.channel == news.channel]
        return [account for account in own if account.business_account_id in {None, news.owner_id}]

    def _block(self, key: AccountKey, now: datetime) -> None:
        breaker = self._breakers.read_breaker(*key)
        if breaker.open_until is not None and breaker.open_until > now:
            return
        until = now + pause_after(breaker.opened)
        self._breakers.open_breaker(*key, Breaker(open_until=until, cause=Cause.BLOCKED))

    def _lift(self, key: AccountKey) -> None:
        """Close what a block opened; a dead token is another matter."""
        if self._breakers.read_breaker(*key).cause == Cause.BLOCKED:
            self._breakers.close_breaker(*key)
