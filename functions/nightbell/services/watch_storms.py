"""Notice that far more people than usual write in public, tell the team, and notice that it is over.

Who waits is on a list that is kept anyhow: looking at its last minute costs no message a write, and sees what all
execution environments have stored. Below how many posts one person writes, or how often, does not matter.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from nightbell.domain.business import Account, BusinessSettings, StormSettings
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.quiet import week_of
from nightbell.domain.storm import HOUR, WINDOW, Storm, threshold_of, untold, usual_a_minute, watched
from nightbell.platforms.channel import Channel
from nightbell.platforms.storm_places import author_of, post_of
from nightbell.services.guard_account import AccountKey
from nightbell.services.hold_ports import Waiting
from nightbell.services.ports import Clock
from nightbell.services.tell_storm import TellStorm, Written

ALL_EVERY_MINUTES = 10
"""So often every account is asked for its storm: another execution environment may have seen one begin."""


class StormStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        """List what waits since then, both ends included; may lag behind the table."""

    def read_heard(self, channel: str, account_id: str, week: date) -> Mapping[int, int]:
        """Read what was heard in the week that begins on that Monday (UTC), by the hour that something came in."""

    def read_storm(self, key: AccountKey) -> Storm | None:
        """Read an account's storm, consistently."""

    def write_storm(self, key: AccountKey, storm: Storm | None) -> None:
        """Let it be so for all who send; ``None`` where it is over."""

    def write_threshold(self, key: AccountKey, threshold: int) -> None:
        """Write down for all who send how many people in a minute are a storm."""


class WatchStorms:
    """Sweep's work of every minute."""

    def __init__(
        self,
        store: StormStore,
        settings: BusinessSettings,
        channels: Mapping[str, Channel],
        clock: Clock,
        tell: TellStorm,
    ) -> None:
        """Look at every account where everybody can read what customers write."""
        self._tell = tell
        self._store, self._settings, self._channels, self._clock = store, settings, channels, clock
        self._stormy: set[AccountKey] = set()
        self._thresholds: dict[AccountKey, tuple[datetime, int]] = {}
        self._is_first = True

    def __call__(self) -> list[Fact]:
        """Look once; what cannot be read is looked at again in a minute."""
        now, facts = self._clock.now(), list[Fact]()
        accounts = {key: account for key, account in self._settings.accounts.items() if self._may_storm(account)}
        brands = {account.brand.key for account in accounts.values()}
        try:
            written = {each for brand in brands for each in self._written(brand, now - WINDOW, now)}
        except UnavailableError as error:
            return [_unknown(error)]
        self._look_at_all(accounts, written, now, facts)
        return facts

    def _look_at_all(
        self, accounts: Mapping[AccountKey, Account], written: Collection[Written], now: datetime, facts: list[Fact]
    ) -> None:
        asks_all = self._is_first or now.minute % ALL_EVERY_MINUTES == 0
        for key, account in sorted(accounts.items(), key=lambda each: each[0]):
            theirs = [each for each in written if each.key == key]
            people = len({each.author for each in theirs})
            if asks_all or key in self._stormy or people >= account.brand.storm.people_a_minute:
                try:
                    facts += self._look(account, people, theirs, now)
                except UnavailableError as error:
                    # Another account's storm is looked at all the same, and this one's again in a minute.
                    self._stormy.add(key)
                    facts.append(_unknown(error))
        self._is_first = False

    def _may_storm(self, account: Account) -> bool:
        channel = self._channels.get(account.channel)
        return channel is not None and channel.is_public and account.brand.storm.on

    def _written(self, brand: str, since: datetime, until: datetime) -> Iterator[Written]:
        for waiting in self._store.waiting_between(brand, since, until):
            place = split_conversation_pk(waiting.pk)
            if place is not None:
                yield Written(key=place[:2], author=author_of(place[2]), post=post_of(place[2]), pk=waiting.pk)

    def _look(self, account: Account, people: int, written: Sequence[Written], now: datetime) -> Iterator[Fact]:
        key, settings = (account.channel, account.account_id), account.brand.storm
        before = self._store.read_storm(key)
        threshold = self._threshold(key, settings, now) if people >= settings.people_a_minute else people + 1
        after, news = watched(before, people, threshold, now)
        if after is not None and after != before:
            # Whoever sends has to know at once, also where the team cannot be told now: it is in a minute.
            self._store.write_storm(key, after if news is None else untold(after, now))
        told = after or before
        if news is not None and told is not None:
            wrote = written if told.since == now else list(self._written(account.brand.key, told.since - WINDOW, now))
            # Told before that is written down: twice is better than never.
            yield self._tell(news, account, told, written, [each for each in wrote if each.key == key])
        if news is not None or (after is None and before is not None):
            self._store.write_storm(key, after)
        (self._stormy.add if after else self._stormy.discard)(key)

    def _threshold(self, key: AccountKey, settings: StormSettings, now: datetime) -> int:
        """Work it out once an hour, and write it down where lines would else be held to what is little here."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        known = self._thresholds.get(key)
        if known is None or known[0] != hour:
            threshold = threshold_of(settings, usual_a_minute(lambda at: self._heard(key, at), now))
            if threshold > settings.people_a_minute:
                self._store.write_threshold(key, threshold)
            known = self._thresholds[key] = (hour, threshold)
        return known[1]

    def _heard(self, key: AccountKey, hour: datetime) -> int:
        week = week_of(hour)
        return self._store.read_heard(*key, week.date()).get((hour - week) // HOUR, 0)


def _unknown(error: UnavailableError) -> Fact:
    return Fact(name="storms_unknown", fields={"because": str(error)[:80]})
