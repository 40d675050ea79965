"""Whoever sweeps sees a storm in the list of what waits, tells the team, and sees that it is over."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from nightbell.domain.bulletin import Bulletin
from nightbell.domain.business import BusinessSettings, StormSettings
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.quiet import week_of
from nightbell.domain.storm import Storm
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.services.hold_ports import Waiting
from nightbell.services.tell_storm import TellStorm
from nightbell.services.watch_storms import WatchStorms
from tests.contract.fake_clock import FakeClock
from tests.ladder import PRIVATE, PUBLIC
from tests.unit.test_hold_promises import SETTINGS, TEN

BRAND = next(iter(SETTINGS.brands.values()))
ONE, OTHER, DM = (("public", "1"), ("public", "2"), ("private", "1"))
HOUR = timedelta(hours=1)


def settings(**storm: object) -> BusinessSettings:
    brand = replace(BRAND, storm=replace(StormSettings(), **storm))  # type: ignore[arg-type]
    one = next(iter(SETTINGS.accounts.values()))
    accounts = {key: replace(one, channel=key[0], account_id=key[1], brand=brand) for key in (ONE, OTHER, DM)}
    return BusinessSettings(brands={brand.key: brand}, accounts=accounts)


class Store:
    """What waits, what was heard and the storms, in memory; counts what is written."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.heard: dict[tuple[str, str, date], dict[int, int]] = defaultdict(dict)
        self.storms: dict[tuple[str, str], Storm | None] = {}
        self.thresholds: dict[tuple[str, str], int] = {}
        self.writes = self.reads = 0
        self.is_down = self.cannot_tell = False

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        if self.is_down:
            raise UnavailableError("no answer")
        return iter([each for each in self.waiting if brand == BRAND.key and oldest <= each.since <= newest])

    def read_heard(self, channel: str, account_id: str, week: date) -> Mapping[int, int]:
        return self.heard[channel, account_id, week]

    def read_storm(self, key: tuple[str, str]) -> Storm | None:
        self.reads += 1
        return self.storms.get(key)

    def write_storm(self, key: tuple[str, str], storm: Storm | None) -> None:
        self.writes += 1
        self.storms[key] = storm

    def write_threshold(self, key: tuple[str, str], threshold: int) -> None:
        self.writes += 1
        self.thresholds[key] = threshold


class Town:
    """Minutes pass, people write, and a sweep looks."""

    def __init__(self, known: BusinessSettings | None = None, start: datetime = TEN + timedelta(minutes=1)) -> None:
        self.store, self.clock = Store(), FakeClock(start)
        self.known = known or settings()
        self.watch = self.started()
        self.facts: list[Fact] = []
        self.number = 0
        self.read: dict[str, Bulletin] = {}

    def started(self) -> WatchStorms:
        channels = {"public": PUBLIC, "private": PRIVATE}
        tell = TellStorm(lambda pks: min(len(pks), 7), self.read_by_the_team, self.clock)
        return WatchStorms(self.store, self.known, channels, self.clock, tell)

    def read_by_the_team(
        self, brand: str | None, gets: Gets, name: str, bulletin: Bulletin, *, until: datetime
    ) -> list[TeamPlace]:
        assert (brand, gets) == (BRAND.key, Gets.ALERTS)
        assert until > self.clock.now()
        if self.store.cannot_tell:
            raise UnavailableError("no answer")
        self.read[name] = bulletin
        return []

    def minute(self, people: int, key: tuple[str, str] = ONE, post: str = "post", *, by: str = "") -> list[Fact]:
        for _ in range(people):
            self.number += 1
            pk = conversation_pk(*key, f"{post.format(self.number)}/{by or self.number}")
            self.store.waiting.append(Waiting(pk=pk, since=self.clock.now() + timedelta(seconds=30)))
        self.clock.advance(60)
        told = self.watch()
        self.facts += told
        return told

    def names(self) -> list[str]:
        return [fact.name for fact in self.facts]


def storm_of(people: int) -> Town:
    town = Town()
    town.minute(people)
    return town


def test_the_team_hears_where_how_many_and_how_far_above_the_usual() -> None:
    [fact] = storm_of(40).facts
    assert (fact.name, fact.alarm) == ("storms_began", True)
    told = {"channel": "public", "account": "1", "brand": BRAND.key, "people": 40, "peak": 40, "storm_at": 30}
    assert fact.fields == {**told, "posts": 1, "minutes": 0, "waiting": 40, "first": 7}


def test_it_is_over_by_itself_and_the_team_hears_how_many_still_wait() -> None:
    town = storm_of(40)
    town.minute(100)
    for _ in range(6):
        town.minute(0)
    assert town.names() == ["storms_began", "storms_over"]
    over = town.facts[-1]
    assert not over.alarm
    assert (over.fields["people"], over.fields["peak"], over.fields["waiting"]) == (140, 100, 140)
    assert town.store.storms[ONE] is None
    assert [town.minute(5) for _ in range(20)] == [[]] * 20


def test_in_calm_nothing_is_written_and_hardly_anything_read() -> None:
    town = Town()
    for _ in range(60):
        town.minute(29)
    # Every account once in ten minutes, and at first.
    assert (town.facts, town.store.writes, town.store.reads) == ([], 0, 2 * 7)


def test_one_person_alone_makes_no_storm_however_much_they_write() -> None:
    town = Town()
    town.minute(1000, by="ana")
    town.minute(1000, post="post{}", by="ana")
    assert town.facts == []


def test_people_are_counted_once_below_however_many_posts_and_a_private_channel_never() -> None:
    town = Town()
    town.minute(29, post="post{}")
    town.minute(500, DM)
    assert town.facts == []
    [fact] = town.minute(31, post="post{}")
    assert fact.fields["posts"] == 31


def test_two_accounts_of_one_brand_have_storms_of_their_own() -> None:
    town = Town()
    for number in range(40):
        pk = conversation_pk(*OTHER, f"post/{number}")
        town.store.waiting.append(Waiting(pk=pk, since=town.clock.now()))
    town.minute(40)
    assert [fact.fields["account"] for fact in town.facts] == ["1", "2"]
    for minute in range(8):
        town.minute(20 if minute < 6 else 0)
    assert [fact.fields["account"] for fact in town.facts if fact.name == "storms_over"] == ["2"]


def usual(town: Town, a_minute: int, weeks: tuple[int, ...] = (1, 2)) -> None:
    for week in weeks:
        hour = town.clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(weeks=week)
        monday = week_of(hour)
        town.store.heard[*ONE, monday.date()][(hour - monday) // HOUR] = a_minute * 60


def test_what_is_usual_for_an_account_is_no_storm() -> None:
    town = Town()
    usual(town, 20)
    assert town.minute(199) == []
    assert town.store.thresholds == {ONE: 200}
    assert [fact.fields["storm_at"] for fact in town.minute(200)] == [200]


def test_the_usual_is_written_down_once_an_hour() -> None:
    town = Town()
    usual(town, 20)
    for _ in range(50):
        town.minute(100)
    assert town.store.writes == 1


def test_a_sweep_that_starts_anew_ends_what_another_saw_begin() -> None:
    town = storm_of(40)
    town.watch = town.started()
    for _ in range(6):
        town.minute(0)
    assert town.names() == ["storms_began", "storms_over"]


def test_what_cannot_be_read_is_said_and_looked_at_again() -> None:
    town = Town()
    town.store.is_down = True
    assert [fact.name for fact in town.minute(40)] == ["storms_unknown"]
    town.store.is_down = False
    assert [fact.name for fact in town.minute(40)] == ["storms_began"]


def test_it_can_be_switched_off_and_be_noticed_sooner() -> None:
    off, soon = Town(settings(on=False)), Town(settings(people_a_minute=5))
    assert off.minute(10_000) == []
    assert [fact.name for fact in soon.minute(5)] == ["storms_began"]


def lines_of(bulletin: Bulletin) -> list[str]:
    return [line.text for section in bulletin.sections for line in section.lines]


def test_the_team_reads_where_it_is_how_bad_it_was_and_what_is_left() -> None:
    town = storm_of(40)
    for _ in range(61):
        town.minute(20)
    for _ in range(6):
        town.minute(0)
    began, goes_on, over = town.read.values()
    name = f"{next(iter(town.known.accounts.values())).name} (public)"
    assert began.title == f"Far more people than usual write in public: {name}"
    assert lines_of(began)[:2] == [
        "40 people in its worst minute; 30 in a minute make a storm there.",
        "40 of them below post",
    ]
    assert goes_on.title == f"Still far more people than usual write in public: {name}"
    assert over.title == f"No more people than usual write in public any more: {name}"
    assert lines_of(over)[0].startswith("1260 people in 66 minutes, 40 people in its worst minute;")
    assert lines_of(over)[-1] == "1260 of them wait for an answer, 7 of these before all others."


def test_a_storm_holds_for_all_who_send_though_the_team_cannot_be_told_yet() -> None:
    town = Town()
    town.minute(0)
    town.store.cannot_tell = True
    assert [fact.name for fact in town.minute(40)] == ["storms_unknown"]
    stormy = town.store.storms[ONE]
    assert town.read == {}
    assert stormy is not None
    assert stormy.is_on(town.clock.now())


def test_who_could_not_be_told_is_told_in_the_next_minute() -> None:
    town = Town()
    town.minute(0)
    town.store.cannot_tell = True
    town.minute(40)
    town.store.cannot_tell = False
    assert [fact.name for fact in town.minute(5)] == ["storms_began"]
    assert [town.minute(20) for _ in range(5)] == [[]] * 5
    assert len(town.read) == 1


def test_what_fails_for_one_account_hides_no_storm_on_another() -> None:
    town = Town()
    town.store.cannot_tell = True
    for number in range(40):
        pk = conversation_pk(*OTHER, f"post/{number}")
        town.store.waiting.append(Waiting(pk=pk, since=town.clock.now()))
    town.minute(40)
    assert town.store.storms.keys() == {ONE, OTHER}
