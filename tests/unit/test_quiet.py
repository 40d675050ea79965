"""An account that went quiet against its own usual is noticed; chance, small accounts and single odd weeks are not."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.domain.errors import UnavailableError
from nightbell.domain.quiet import HOUR, Quiet, at_most, quiet
from nightbell.services.count_heard import EVERY, CountHeard, NoticeQuiet
from tests.contract.fake_clock import FakeClock
from tests.contract.world import EXAMPLE
from tests.unit.calendars import FakeCalendars

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PK = "C#messenger.100.7"
OTHER = "C#messenger.200.7"
UNIT = "A#000000000001"


def steady(an_hour: int, *, silent_h: int = 0, weeks: int = 5) -> Callable[[datetime], int]:
    """Hear the same number every hour for so many weeks, and nothing lately."""
    begins, ends = NOW - timedelta(weeks=weeks), NOW - HOUR * silent_h
    return lambda hour: an_hour if begins <= hour < ends else 0


def a_day(messages: int, *, silent_days: int = 0) -> Callable[[datetime], int]:
    """Hear so many at ten in the morning of each day."""
    ends = NOW - timedelta(days=silent_days)
    return lambda hour: messages if hour.hour == 9 and hour < ends else 0


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (steady(20), None),
        (steady(20, silent_h=1), Quiet(hours=1, heard=0, usual=20)),
        (steady(5, silent_h=2), None),
        (steady(5, silent_h=3), Quiet(hours=3, heard=0, usual=15)),
        (steady(1, silent_h=11), None),
        (steady(1, silent_h=12), Quiet(hours=12, heard=0, usual=12)),
        (a_day(2, silent_days=5), None),
        (a_day(2, silent_days=7), Quiet(hours=168, heard=0, usual=14)),
        (a_day(1, silent_days=7), None),
        (steady(0), None),
    ],
)
def test_the_busier_an_account_the_sooner_its_silence_is_noticed(
    heard: Callable[[datetime], int], expected: Quiet | None
) -> None:
    assert quiet(heard, NOW) == expected


def test_a_few_that_still_come_do_not_hide_that_nearly_all_stay_away() -> None:
    assert quiet(lambda hour: 3 if hour >= NOW - HOUR else 40, NOW) == Quiet(hours=1, heard=3, usual=40)
    assert quiet(lambda hour: 5 if hour >= NOW - HOUR else 40, NOW) is None


def test_a_calm_hour_is_not_silence() -> None:
    """Half of the usual is most unlikely by chance where thousands write, and nobody's alarm."""
    assert at_most(1000, 2000) < 1e-100
    assert quiet(lambda hour: 1000 if hour >= NOW - HOUR else 2000, NOW) is None


def test_a_new_account_has_no_usual_yet() -> None:
    assert quiet(steady(50, silent_h=3, weeks=2), NOW) is None
    assert quiet(steady(50, silent_h=3, weeks=4), NOW) is not None


def test_one_odd_week_changes_nothing() -> None:
    """Neither an outage a week ago nor a storm makes today's hours unusual."""
    week_ago = NOW - timedelta(weeks=1)
    outage = lambda hour: 0 if week_ago - 24 * HOUR <= hour < week_ago else steady(20, silent_h=1)(hour)  # noqa: E731 - one of two
    storm = lambda hour: 9000 if week_ago - 24 * HOUR <= hour < week_ago else steady(2)(hour)  # noqa: E731
    assert quiet(outage, NOW) is not None
    assert quiet(storm, NOW) is None


def test_a_silence_of_weeks_becomes_usual() -> None:
    """It is told for two weeks; then whoever hears alarms knows."""
    assert quiet(steady(20, silent_h=13 * 24, weeks=9), NOW) is not None
    assert quiet(steady(20, silent_h=22 * 24, weeks=9), NOW) is None


@pytest.mark.parametrize("an_hour", [0.02, 0.2, 1, 5, 40])
def test_chance_alone_raises_no_alarm_in_a_year(an_hour: float) -> None:
    """Customers who come by themselves, three times as many by day as by night."""
    dice = random.Random(7)
    counts: dict[datetime, int] = {}

    def heard(hour: datetime) -> int:
        if hour not in counts:
            mean = an_hour * (1.5 if 8 <= hour.hour < 20 else 0.5)
            counts[hour] = sum(dice.random() < mean / 100 for _ in range(100))
        return counts[hour]

    hours = range(0, 365 * 24, 61)
    assert [hour for hour in hours if quiet(heard, NOW + HOUR * hour)] == []


def test_how_likely_so_few_are() -> None:
    assert at_most(0, 3) == pytest.approx(0.049787, abs=1e-6)
    assert at_most(2, 3) == pytest.approx(0.423190, abs=1e-6)
    assert at_most(10, 5000) == 0


# What is counted, and when it is written down


class Heard:
    """The table as a dictionary."""

    def __init__(self) -> None:
        self.hours: Counter[tuple[str, str, datetime]] = Counter()
        self.writes = 0
        self.is_away = False

    def add_heard(self, channel: str, account_id: str, hour: datetime, count: int) -> None:
        if self.is_away:
            raise UnavailableError("no table")
        self.writes += 1
        self.hours[channel, account_id, hour] += count

    def read_heard(self, channel: str, account_id: str, week: date) -> Mapping[int, int]:
        if self.is_away and account_id == "100":
            raise UnavailableError("no table")
        begins = datetime(week.year, week.month, week.day, tzinfo=UTC)
        own = (key for key in self.hours if key[:2] == (channel, account_id))
        return {hour: self.hours[key] for key in own if 0 <= (hour := (key[2] - begins) // HOUR) < 168}


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


def write(count_heard: CountHeard, pks: Iterable[str]) -> None:
    for pk in pks:
        count_heard(pk, UNIT)


def test_the_first_is_written_down_at_once_and_the_next_thousand_together(heard: Heard, clock: FakeClock) -> None:
    """A small account is heard although its execution environment ends with the message."""
    count_heard = CountHeard(heard, clock)
    write(count_heard, [PK])
    assert heard.hours == {("messenger", "100", NOW): 1}
    write(count_heard, [PK] * 1000)
    assert heard.writes == 1
    clock.advance(EVERY.total_seconds())
    write(count_heard, [PK])
    assert heard.writes == 2
    assert heard.hours == {("messenger", "100", NOW): 1002}


def test_each_hour_and_each_account_is_counted_by_itself(heard: Heard, clock: FakeClock) -> None:
    count_heard = CountHeard(heard, clock)
    write(count_heard, [PK, PK, OTHER])
    clock.advance(3600)
    write(count_heard, [PK])
    later = NOW + HOUR
    assert heard.hours == {
        ("messenger", "100", NOW): 2,
        ("messenger", "200", NOW): 1,
        ("messenger", "100", later): 1,
    }


def test_what_the_desk_says_is_not_heard(heard: Heard, clock: FakeClock) -> None:
    CountHeard(heard, clock)(PK, "D#000000000001")
    assert heard.hours == {}


def test_what_cannot_be_written_waits_and_holds_nothing_up(heard: Heard, clock: FakeClock) -> None:
    count_heard = CountHeard(heard, clock)
    heard.is_away = True
    write(count_heard, [PK, PK])
    heard.is_away = False
    write(count_heard, [PK])
    assert heard.writes == 0
    clock.advance(EVERY.total_seconds())
    write(count_heard, [PK])
    assert heard.hours == {("messenger", "100", NOW): 4}


# What is told

ACCOUNTS = read_business(EXAMPLE, FakeCalendars()).accounts


def test_a_quiet_account_is_named_with_what_was_missed(heard: Heard, clock: FakeClock) -> None:
    for week in range(1, 5):
        heard.hours["messenger", "100", NOW - timedelta(weeks=week) - HOUR] = 30
    [fact] = NoticeQuiet(heard, [ACCOUNTS["messenger", "100"]], clock)()
    assert (fact.name, fact.alarm) == ("quiet_channels", True)
    assert fact.fields == {"channel": "messenger", "account": "100", "hours": 1, "heard": 0, "usual": 30}


def test_one_account_that_cannot_be_read_hides_no_other(heard: Heard, clock: FakeClock) -> None:
    heard.is_away = True
    facts = list(NoticeQuiet(heard, ACCOUNTS.values(), clock)())
    assert [(fact.name, fact.alarm, fact.fields["account"]) for fact in facts] == [("quiet_unknown", False, "100")]


def test_only_whole_hours_are_compared(heard: Heard, clock: FakeClock) -> None:
    """Ten minutes past ten nobody has to have written as much as usual by eleven."""
    clock.advance(600)
    for week in range(1, 5):
        heard.hours["messenger", "100", NOW - timedelta(weeks=week)] = 30
    assert list(NoticeQuiet(heard, [ACCOUNTS["messenger", "100"]], clock)()) == []
