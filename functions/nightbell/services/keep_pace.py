"""Let an account send no faster than its platform takes, and in a storm say one line where there would be hundreds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.business import TextId
from nightbell.domain.pace import Pace, may_leave, next_chance, slower
from nightbell.domain.storm import LATE, comes_first, pace_of_lines
from nightbell.domain.suppression import HELD_TOO_LONG, STORM
from nightbell.domain.texts import is_written
from nightbell.platforms.paces import pace_of
from nightbell.platforms.storm_places import post_of
from nightbell.services.case import Case
from nightbell.services.guard_account import AccountKey
from nightbell.services.open_way import Way
from nightbell.services.ports import UnitStore

DRAWN_FOR = timedelta(minutes=1)
"""How long tokens are good that were drawn and not used."""
SAID_FOR = timedelta(minutes=1)
"""How long it is remembered whose a line is: whoever has it may leave it to another."""
MANY_POSTS = 1000
"""So many posts that have their line are remembered at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """It may leave, but not yet."""

    until: datetime


class KeepPace:
    """Remembers, for as long as the execution environment lives, what it has sent itself."""

    def __init__(self, store: UnitStore) -> None:
        """Draw from the buckets in this table."""
        self._store = store
        self._own: dict[AccountKey, datetime] = {}
        self._drawn_before: dict[AccountKey, tuple[int, datetime]] = {}
        self._said_by: dict[tuple[AccountKey, str], tuple[str, datetime]] = {}

    def __call__(self, case: Case, way: Way) -> Case | Held | str:
        """Give the case what it may say now; or name until when it is held, or why it is never to leave.

        Raises:
            UnavailableError: The table does not answer.
        """
        if case.unit.is_in_public:
            return self._in_public(case, way)
        # Whoever waits for a person was told so long ago, and nobody waits behind a person.
        return self._drawn(
            case, way, pace_of(case.sender.name), urgent=bool(case.unit.desk) or comes_first(case.conversation)
        )

    def _in_public(self, case: Case, way: Way) -> Case | Held | str:
        settings, first = case.account.brand.storm, comes_first(case.conversation)
        pace = pace_of(case.sender.name)
        if not settings.on:
            return self._drawn(case, way, pace, urgent=first)
        until = way.breaker.storm_until
        # What was held until the storm is over must not come as a flood of its own.
        of_storm = until is not None and case.unit.created_at < until
        if case.text_id is TextId.PUBLIC_STORM or (of_storm and not first and until is not None and until > case.now):
            if not self._says_line(case, way):
                return STORM
            case = replace(case, text_id=TextId.PUBLIC_STORM)
        lines = pace_of_lines(settings, way.breaker.line_threshold, in_storm=of_storm)
        # Half of the bucket is kept for what speaks to all.
        urgent = case.text_id is TextId.PUBLIC_STORM or (first and not of_storm)
        drawn = self._drawn(case, way, slower(pace, lines), urgent=urgent, alone=not of_storm)
        # In calm what waited did so for another reason, such as a platform that was away: all of it is said in turn.
        is_late = of_storm and isinstance(drawn, Held) and case.now - case.unit.created_at >= LATE
        # A platform that wants a pause holds up what is said after it; only other lines of ours make it pointless.
        others = may_leave(way.breaker.full_at, pace, case.now, urgent=True)
        if not (is_late and others):
            return drawn
        self.leave(case, way)
        return HELD_TOO_LONG

    def _says_line(self, case: Case, way: Way) -> bool:
        """Tell whether it is this unit that says the one line below its post."""
        post, brand = post_of(case.contact_id), case.account.brand
        language = case.unit.language or brand.default_language
        if not post or not is_written(brand, TextId.PUBLIC_STORM, language, way.key[0]):
            return False
        name, place = _name(case), (way.key, post)
        known = self._said_by.get(place)
        if known is None or known[1] <= case.now:
            if len(self._said_by) >= MANY_POSTS:
                self._said_by.clear()
            known = self._said_by[place] = self._store.say_line(way.key, post, name, case.now), case.now + SAID_FOR
        return known[0] == name

    def leave(self, case: Case, way: Way) -> None:
        """Leave the storm's line to another, where this unit has it and nothing of it will leave.

        Raises:
            UnavailableError: The table does not answer.
        """
        if case.text_id is TextId.PUBLIC_STORM:
            post = post_of(case.contact_id)
            self._store.leave_line(way.key, post, _name(case))
            self._said_by.pop((way.key, post), None)

    def _drawn(self, case: Case, way: Way, pace: Pace, *, urgent: bool, alone: bool = True) -> Case | Held:
        """Take a token: of this environment's own share while nobody needs more, else of the bucket of all."""
        key, full_at, now = way.key, way.breaker.full_at, case.now
        is_calm = alone and (full_at is None or full_at <= now)
        if is_calm and self._has_own(key, pace.share, now):
            return case
        if not may_leave(full_at, pace, now, urgent=urgent):
            return Held(until=next_chance(full_at, pace, now, urgent=urgent))
        if alone and self._has_drawn(key, now):
            return case
        # One write for several sends, where a storm does not count each.
        many = max(pace.share.burst // 2, 1) if alone else 1
        if not self._store.draw(key, pace.step * many, now, pace.latest(now, urgent=urgent)):
            return Held(until=now + pace.step)
        self._drawn_before[key] = many - 1, now + DRAWN_FOR
        return case

    def _has_own(self, key: AccountKey, share: Pace, now: datetime) -> bool:
        own = self._own.get(key)
        if not may_leave(own, share, now, urgent=True):
            return False
        self._own[key] = max(own or now, now) + share.step
        return True

    def _has_drawn(self, key: AccountKey, now: datetime) -> bool:
        left, until = self._drawn_before.get(key, (0, now))
        if not left or until <= now:
            return False
        self._drawn_before[key] = left - 1, until
        return True


def _name(case: Case) -> str:
    return f"{case.unit.pk}/{case.unit.sk}"
