"""When a business is open: a weekly plan with breaks, nights, holidays and exceptions.

Every instant is an aware datetime, and every result is in UTC. The plan is read on the clock
of the business's own zone; time between two instants is real elapsed time, so a promise made
across a clock change is still kept to the minute.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from nightbell.domain.day_plan import DatedHours, DayPlan, Interval, Period, PublicHolidays

HORIZON = timedelta(days=400)
"""How far we look for an opening: more than a year, so that a yearly season is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A maximal time in which we are open, or closed, without a break.

    Attributes:
        start: UTC; ``None`` when it did not begin within the horizon.
        end: UTC; ``None`` when it does not end within the horizon.
    """

    is_open: bool
    start: datetime | None
    end: datetime | None

    @property
    def key(self) -> str:
        """Name the stretch, the same for every instant in it: ``open:2026-11-23T08:00:00Z``."""
        since = f"{self.start:%Y-%m-%dT%H:%M:%SZ}" if self.start else "always"
        return f"{'open' if self.is_open else 'closed'}:{since}"


class OpeningHours:
    """The opening hours of one brand or account."""

    __slots__ = ("_plan", "_unchanging", "zone")

    def __init__(
        self,
        *,
        zone: ZoneInfo,
        weekly: Sequence[Sequence[Period]],
        exceptions: Mapping[date, DatedHours] | None = None,
        holidays: PublicHolidays | None = None,
    ) -> None:
        """Take a plan.

        Args:
            zone: Whose clock the plan is read on.
            weekly: Seven days, Monday first; each with its periods, which may run past midnight.
            exceptions: Override the weekly plan and public holidays.
            holidays: Closed on these days, unless an exception says otherwise.
        """
        self.zone = zone
        self._plan = DayPlan(zone=zone, weekly=weekly, exceptions=exceptions or {}, holidays=holidays)
        self._unchanging = self._plan.unchanging()

    def stretch_at(self, at: datetime) -> Stretch:
        """Find the open or closed stretch that holds an instant; its end is outside it."""
        if self._unchanging is not None:
            return Stretch(is_open=self._unchanging, start=None, end=None)
        at = at.astimezone(UTC)
        opens, closes = next(self._open_around(at), (None, None))
        if opens is None or opens > at:
            start, end, is_open = self._last_close(at), opens, False
        else:
            start, end, is_open = self._first_open(opens, at), closes, True
        return Stretch(
            is_open=is_open,
            start=start if start and at - start <= HORIZON else None,
            end=end if end and end - at <= HORIZON else None,
        )

    def next_opening(self, after: datetime) -> datetime | None:
        """Find when the next open stretch starts, at or after an instant; ``None`` if not in sight."""
        if self._unchanging is not None:
            return None
        after = after.astimezone(UTC)
        opens = (start for start, _ in self._open_around(after) if start >= after)
        return next((start for start in opens if start - after <= HORIZON), None)

    def add_open_time(self, start: datetime, amount: timedelta) -> datetime | None:
        """Count an amount of opening time from an instant, across breaks and nights.

        Returns:
            The instant at which the amount is used up; the very end of an open stretch counts
            as within it. ``None`` when there is not so much opening time in sight.

        Raises:
            ValueError: ``amount`` is negative.
        """
        if amount < timedelta(0):
            message = f"cannot count {amount} of opening time"
            raise ValueError(message)
        start = start.astimezone(UTC)
        if self._unchanging is not None:
            return start + amount if self._unchanging else None
        for opens, closes in self._open_around(start):
            begin = max(opens, start)
            if begin + amount <= closes:
                return begin + amount
            amount -= closes - begin
        return None

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Count the opening time from one instant to another; none where the second is not later.

        What lies more than the horizon after ``start`` is left out.
        """
        start, end, total = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
        if end <= start or self._unchanging is False:
            return total
        if self._unchanging:
            return end - start
        for opens, closes in self._open_around(start):
            if opens >= end:
                break
            total += min(closes, end) - max(opens, start)
        return total

    @property
    def weekly(self) -> Sequence[Sequence[Period]]:
        """The seven days as planned, Monday first."""
        return self._plan.weekly

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """Look up what is planned for a date, with exceptions and public holidays."""
        return self._plan.periods_on(day)

    def is_exception(self, day: date) -> bool:
        """Tell whether the business itself has planned this date apart."""
        return self._plan.is_exception(day)

    def reason_on(self, day: date) -> str:
        """Tell why a date differs from the weekly plan; empty when it does not."""
        return self._plan.reason_on(day)

    def _open_around(self, at: datetime) -> Iterator[Interval]:
        """Yield the open stretches that end after an instant, in order, as far as the horizon.

        The first may have begun earlier than two days before, and is then told too short.
        """
        today = at.astimezone(self.zone).date()
        last: Interval | None = None
        for offset in range(-2, HORIZON.days + 2):
            for start, end in self._plan.on(today + timedelta(days=offset)):
                if last and start <= last[1]:
                    last = (last[0], max(end, last[1]))
                    continue
                if last and last[1] > at:
                    yield last
                last = (start, end)
        if last and last[1] > at:
            yield last

    def _first_open(self, start: datetime, at: datetime) -> datetime:
        """Follow an open stretch back through the days before, to where it began."""
        while at - start <= HORIZON:
            day = start.astimezone(self.zone).date()
            earlier = [opens for opens, closes in self._near(day) if opens < start <= closes]
            if not earlier:
                break
            start = min(earlier)
        return start

    def _last_close(self, at: datetime) -> datetime | None:
        """Find the end of the last open stretch before an instant at which we are closed."""
        today = at.astimezone(self.zone).date()
        for offset in range(HORIZON.days + 2):
            day = today - timedelta(days=offset)
            if any(end <= at for _, end in self._near(day)):
                # A night that began a day earlier may end later than the period that was met first.
                earlier = self._near(day - timedelta(days=2))
                return max(end for _, end in (*earlier, *self._near(day)) if end <= at)
        return None

    def _near(self, day: date) -> tuple[Interval, ...]:
        """Put a day beside the days before it, whose nights may run into it."""
        return (*self._plan.on(day - timedelta(days=2)), *self._plan.on(day - timedelta(days=1)), *self._plan.on(day))
