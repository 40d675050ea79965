"""Opening hours against a second, plainer definition, in zones with every kind of clock change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nightbell.domain.day_plan import DatedHours, Period
from nightbell.domain.opening_hours import OpeningHours

ZONES = [
    *("UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu"),
    "Australia/Lord_Howe",  # Half an hour of summer time.
    "Africa/Cairo",  # Clocks change at midnight.
    "America/Havana",  # Clocks go back from 01:00 to midnight.
    "America/Santiago",  # Clocks go back from midnight into the day before.
    "Europe/Dublin",  # Winter time is the deviation.
    "Pacific/Apia",
]
TURNS = [
    *("2026-03-08 07:00", "2026-03-29 01:00", "2026-10-25 01:00", "2026-11-01 06:00"),  # New York, Madrid, Dublin
    *("2026-04-04 15:00", "2026-10-03 15:30", "2026-04-23 22:00", "2026-10-29 21:00"),  # Lord Howe, Cairo
    *("2026-03-08 05:00", "2026-11-01 05:00", "2026-04-05 03:00", "2026-09-06 04:00"),  # Havana, Santiago
    *("2026-12-31 23:00", "2024-02-29 12:00"),
]


def instants() -> st.SearchStrategy[datetime]:
    near = st.builds(
        lambda turn, minutes: datetime.fromisoformat(turn).replace(tzinfo=UTC) + timedelta(minutes=minutes),
        st.sampled_from(TURNS),
        st.integers(-36 * 60, 36 * 60),
    )
    anywhere = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
    return near | anywhere


@st.composite
def days(draw: st.DrawFn) -> tuple[Period, ...]:
    marks = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    periods = [Period(start=15 * a, end=15 * b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    runs_on: bool = draw(st.booleans())
    if periods and runs_on:
        periods[-1] = Period(start=periods[-1].start, end=periods[-1].end + 15 * draw(st.integers(0, 32)))
    return tuple(periods)


class EveryThirteenthDay:
    """A calendar with enough holidays to matter."""

    def on(self, day: date) -> str | None:
        return "holiday" if day.toordinal() % 13 == 0 else None


@st.composite
def plans(draw: st.DrawFn) -> tuple[OpeningHours, "PlainHours"]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    weekly = draw(st.lists(days(), min_size=7, max_size=7))
    offsets = draw(st.dictionaries(st.integers(0, 1460), days(), max_size=8))
    exceptions = {date(2024, 1, 1) + timedelta(days=n): DatedHours(periods=p) for n, p in offsets.items()}
    holidays = draw(st.sampled_from([None, EveryThirteenthDay()]))
    hours = OpeningHours(zone=zone, weekly=weekly, exceptions=exceptions, holidays=holidays)
    return hours, PlainHours(zone, weekly, exceptions, holidays)


class PlainHours:
    """What "open" means, read straight off the clock on the wall.

    While the clock shows times for the second time, it counts as still showing the last of
    them: whatever was to happen by then has happened the first time.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        weekly: list[tuple[Period, ...]],
        exceptions: dict[date, DatedHours],
        holidays: EveryThirteenthDay | None,
    ) -> None:
        self._zone, self._weekly, self._exceptions, self._holidays = zone, weekly, exceptions, holidays

    def is_open(self, at: datetime) -> bool:
        there = at.astimezone(self._zone)
        wall = there.replace(tzinfo=None, fold=0)
        if there.fold:
            while (wall + timedelta(minutes=1)).replace(tzinfo=self._zone, fold=1).utcoffset() != (
                wall + timedelta(minutes=1)
            ).replace(tzinfo=self._zone, fold=0).utcoffset():
                wall += timedelta(minutes=1)
            wall = wall.replace(second=59, microsecond=999999)
        return any(self._covers(wall.date() - timedelta(days=back), wall) for back in (0, 1, 2))

    def _covers(self, day: date, wall: datetime) -> bool:
        since = wall - datetime.combine(day, time.min)
        return any(timedelta(minutes=p.start) <= since < timedelta(minutes=p.end) for p in self._periods(day))

    def _periods(self, day: date) -> tuple[Period, ...]:
        if day in self._exceptions:
            return self._exceptions[day].periods
        if self._holidays and self._holidays.on(day):
            return ()
        return self._weekly[day.weekday()]


TICK = timedelta(microseconds=1)


@settings(deadline=None, max_examples=400)
@given(plans(), instants())
def test_open_is_what_the_clock_on_the_wall_says(plan: tuple[OpeningHours, PlainHours], at: datetime) -> None:
    hours, plain = plan
    assert hours.stretch_at(at).is_open == plain.is_open(at)


@settings(deadline=None, max_examples=300)
@given(plans(), instants(), st.floats(0, 1, exclude_max=True))
def test_a_stretch_is_as_long_as_can_be_and_the_same_throughout(
    plan: tuple[OpeningHours, PlainHours], at: datetime, where: float
) -> None:
    hours, plain = plan
    found = hours.stretch_at(at)
    if found.start:
        assert found.start <= at
        assert plain.is_open(found.start) == found.is_open
        assert plain.is_open(found.start - TICK) != found.is_open
    if found.end:
        assert at < found.end
        assert plain.is_open(found.end - TICK) == found.is_open
        assert plain.is_open(found.end) != found.is_open
    if found.start and found.end:
        inside = min(found.start + (found.end - found.start) * where, found.end - TICK)
        assert plain.is_open(inside) == found.is_open
        assert hours.stretch_at(inside) == found


@settings(deadline=None, max_examples=300)
@given(plans(), instants())
def test_the_next_opening_is_the_first_change_to_open(plan: tuple[OpeningHours, PlainHours], at: datetime) -> None:
    hours, plain = plan
    opening = hours.next_opening(at)
    now = hours.stretch_at(at)
    if opening is None:
        later = hours.stretch_at(now.end) if now.is_open and now.end else now
        assert now.end is None or later.end is None or later.end - at > timedelta(days=400)
        return
    assert opening >= at
    assert plain.is_open(opening)
    assert not plain.is_open(opening - TICK)
    if not now.is_open:
        assert opening == now.end
    elif opening != now.start:
        assert now.end
        assert hours.stretch_at(now.end).end == opening


@settings(deadline=None, max_examples=300)
@given(plans(), instants(), st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_a_promise_holds_exactly_so_much_opening_time(
    plan: tuple[OpeningHours, PlainHours], at: datetime, amount: timedelta
) -> None:
    hours, _ = plan
    end = hours.add_open_time(at, amount)
    assume(end is not None)
    assert end is not None
    assert open_time(hours, at, end) == amount
    assert amount == timedelta(0) or hours.stretch_at(end - TICK).is_open


@settings(deadline=None, max_examples=200)
@given(plans(), instants(), st.timedeltas(timedelta(0), timedelta(hours=9)), st.timedeltas(timedelta(0), timedelta(9)))
def test_who_writes_later_is_never_promised_an_earlier_answer(
    plan: tuple[OpeningHours, PlainHours], at: datetime, amount: timedelta, wait: timedelta
) -> None:
    hours, _ = plan
    first, second = hours.add_open_time(at, amount), hours.add_open_time(at + wait, amount)
    assert first is None or second is None or first <= second


@settings(deadline=None, max_examples=300)
@given(plans(), instants(), st.timedeltas(timedelta(hours=-9), timedelta(days=9)))
def test_opening_time_between_is_that_of_every_open_stretch_between(
    plan: tuple[OpeningHours, PlainHours], at: datetime, later: timedelta
) -> None:
    hours, _ = plan
    assert hours.open_time_between(at, at + later) == open_time(hours, at, at + later)


@settings(deadline=None, max_examples=200)
@given(plans(), instants(), st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_opening_time_between_is_what_a_promise_counted(
    plan: tuple[OpeningHours, PlainHours], at: datetime, amount: timedelta
) -> None:
    hours, _ = plan
    end = hours.add_open_time(at, amount)
    assume(end is not None)
    assert end is not None
    # Nothing beyond the horizon is counted.
    assert end - at > timedelta(days=400) or hours.open_time_between(at, end) == amount


def open_time(hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    total = timedelta(0)
    while start < end:
        stretch = hours.stretch_at(start)
        until = min(end, stretch.end or end)
        total += (until - start) if stretch.is_open else timedelta(0)
        start = until
    return total
