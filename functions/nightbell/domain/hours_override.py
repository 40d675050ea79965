"""Opening or closing by hand, for a while: by whom, for whom, until when and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.overridden_hours import Forced, OverriddenHours

KEPT_FOR = timedelta(days=7)
"""After its end: what happened before goes on being judged by the hours that were true then."""
LONGEST = timedelta(days=31)
"""What lasts longer belongs in the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom: all, one brand, or one account.

    Attributes:
        brand: Empty for all.
        channel, account_id: Empty for all accounts of the brand.
    """

    brand: str = ""
    channel: str = ""
    account_id: str = ""

    def holds(self, other: "Scope") -> bool:
        """Tell whether another one lies within this one, or is the same."""
        pairs = zip(
            (self.brand, self.channel, self.account_id), (other.brand, other.channel, other.account_id), strict=True
        )
        return all(mine in {"", theirs} for mine, theirs in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One such word.

    Attributes:
        since: UTC, whole seconds, because stretches are named by the second.
        until: UTC; it ends by itself.
        by: Who said it.
        reason: For the team, in their own words; customers are not told.
    """

    scope: Scope
    is_open: bool
    since: datetime
    until: datetime
    by: str
    reason: str = ""

    def is_running(self, now: datetime) -> bool:
        """Tell whether it holds."""
        return self.since <= now < self.until


def with_word(said: Sequence[Override], new: Override) -> tuple[Override, ...]:
    """Add the last word: whatever was said for the same, or for a part of it, ends where it begins."""
    return (*ended(said, new.scope, new.since), new)


def ended(said: Sequence[Override], scope: Scope, now: datetime) -> tuple[Override, ...]:
    """End what was said for a scope and its parts, and forget what ended long ago."""
    cut = (replace(each, until=min(each.until, now)) if scope.holds(each.scope) else each for each in said)
    return tuple(each for each in cut if each.since < each.until and now - each.until < KEPT_FOR)


def running(said: Sequence[Override], scope: Scope, now: datetime) -> Override | None:
    """Find the word that counts for a brand or an account now: the last one of all that hold."""
    found = [each for each in said if each.scope.holds(scope) and each.is_running(now)]
    # Of two that begin in the same second, the one that was said later.
    return max(enumerate(found), key=lambda pair: (pair[1].since, pair[0]))[1] if found else None


def overridden(hours: OpeningHours, said: Sequence[Override], scope: Scope) -> OpeningHours:
    """Lay what was said for a brand or an account over its planned hours."""
    forced = list(_forced(said, scope))
    return OverriddenHours(hours, forced) if forced else hours


def _forced(said: Sequence[Override], scope: Scope) -> Iterator[Forced]:
    for each in said:
        if each.scope.holds(scope):
            yield Forced(is_open=each.is_open, since=each.since, until=each.until)
