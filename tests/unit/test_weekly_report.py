"""The weekly report says what happened: against counting by hand, in ten zones, where clocks change, too."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightbell.domain.weekly_report.figures import FEW, Counted, Figures
from nightbell.domain.weekly_report.glance import glance
from nightbell.domain.weekly_report.kept_day import packed, unpacked
from nightbell.domain.weekly_report.more_words import WORDS, language_of
from nightbell.domain.weekly_report.page import report_page
from nightbell.domain.weekly_report.saying import duration, percent
from nightbell.domain.weekly_report.spread import Spread, bin_of
from nightbell.domain.weekly_report.style import STYLE
from nightbell.domain.weekly_report.tally import (
    AUTOMATIC,
    CLOSED,
    MESSAGES,
    OPEN,
    OPENING,
    WALL,
    LogLine,
    Tally,
    tally_lines,
)
from nightbell.domain.weekly_report.week import Week, day_of, read_week, week_of
from tests.unit.weekly_town import CHANNELS, Happened, brand_in, happened, lines, nearest_rank, utc

ZONES = {
    "Europe/Madrid": "2026-W13",  # forward
    "Europe/Berlin": "2026-W43",  # back
    "America/New_York": "2026-W10",  # forward
    "America/Sao_Paulo": "2026-W47",
    "Asia/Kolkata": "2026-W47",
    "Asia/Kathmandu": "2026-W53",
    "Australia/Lord_Howe": "2026-W14",  # back by half an hour
    "Pacific/Apia": "2026-W01",
    "Africa/Cairo": "2026-W17",  # forward, at midnight
    "UTC": "2026-W47",
}
HOURS: dict[str, float] = {"Europe/Madrid": 167, "America/New_York": 167, "Africa/Cairo": 167, "Europe/Berlin": 169}
HOURS["Australia/Lord_Howe"] = 168.5
HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(2)>\"' & \u202e"


def week_named(name: str) -> Week:
    found = read_week(name)
    assert found is not None
    return found


def ends_of(week: Week, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return day_of(week.days[0], zone)[0], day_of(week.days[-1], zone)[1]


def counted(town: list[Happened], zone: str) -> Tally:
    """Count a town day by day, as the function does, and add the days up."""
    brand = brand_in(zone)
    whole: Tally = Counter()
    week = week_of(town[0].at.astimezone(brand.zone).date())
    found = list(lines(town, brand.key))
    for day in week.days:
        begins, ends = day_of(day, brand.zone)
        part = [line for line in found if begins <= line.at < ends]
        whole.update(tally_lines(part, {brand.key: brand.zone})[brand.key])
    return whole


def test_what_waits_for_its_turn_in_a_storm_is_no_try_to_send() -> None:
    at = datetime(2026, 11, 18, 12, tzinfo=ZoneInfo("UTC"))
    held = [LogLine(at=at, said={"message": "sends_held", "channel": "facebook_comments"})] * 40
    assert tally_lines(held, {"corner": ZoneInfo("UTC")}, "corner") == {"corner": Counter()}


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_is_counted_exactly(zone: str) -> None:
    brand, week = brand_in(zone), week_named(ZONES[zone])
    town = happened(*ends_of(week, brand.zone), count=700, seed=len(zone))
    figures = Figures(week, Counted(tally=counted(town, zone)))
    assert week.hours(brand.zone) == HOURS.get(zone, 168)
    assert figures.messages == len(town) == 702
    assert figures.by_channel(MESSAGES) == Counter(each.channel for each in town)
    at = [each.at.astimezone(brand.zone) for each in town]
    local = Counter((each.weekday(), each.hour) for each in at)
    assert {(day, hour): figures.at(day, hour) for day in range(7) for hour in range(24)} == {
        (day, hour): local[day, hour] for day in range(7) for hour in range(24)
    }
    kept = [each.kept for each in town if each.answered and each.kept is not None]
    assert figures.promises() == (sum(kept), len(kept))
    assert figures.ratings == dict(sorted(Counter(each.rated for each in town if each.rated is not None).items()))
    sends = Counter("sent" for each in town if each.acked_ms is not None)
    names = {"sends_refused": "refused", "sends_capped": "put_off", "acks_suppressed": "held_back"}
    sends.update(names[each.outcome] for each in town if each.outcome)
    assert figures.sends(AUTOMATIC) == sends


@pytest.mark.parametrize("channel", [None, *CHANNELS])
def test_times_are_true_to_one_per_cent_by_channel_and_in_all(channel: str | None) -> None:
    zone, week = ZoneInfo("Europe/Berlin"), week_named("2026-W43")
    town = happened(*ends_of(week, zone), count=1500, seed=3)
    figures = Figures(week, Counted(tally=counted(town, "Europe/Berlin")))
    ours = [each for each in town if channel in {None, each.channel}]
    acks = [each.acked_ms for each in ours if each.acked_ms is not None]
    assert_alike(figures.ack(channel), acks, 0.5, 0.95)
    for came in (OPEN, CLOSED):
        answers = [each.answered for each in ours if each.answered and each.answered[2] == came]
        assert_alike(figures.first(came, WALL, channel), [wall for wall, _, _ in answers], 0.5, 0.9)
        assert_alike(figures.first(came, OPENING, channel), [opening for _, opening, _ in answers], 0.5, 0.9)


def assert_alike(spread: Spread, values: list[int], *shares: float) -> None:
    assert spread.count == len(values)
    for share in shares:
        assert spread.at(share) == pytest.approx(nearest_rank(values, share), rel=0.011, abs=1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1), st.floats(0.01, 1))
def test_no_rank_is_off_by_more_than_one_per_cent(values: list[int], share: float) -> None:
    spread = Spread((bin_of(value), 1) for value in values)
    assert_alike(spread, values, share)


@settings(deadline=None)
@given(st.dictionaries(st.lists(st.text()).map(tuple), st.integers(1, 10**12)))
def test_what_is_kept_is_read_back(counts: dict[tuple[str, ...], int]) -> None:
    tally: Tally = Counter(counts)
    assert unpacked(packed(tally)) == tally


def test_a_busy_day_fits_an_item() -> None:
    """DynamoDB, "Service quotas": an item holds 400 KB; here are twenty channels and 24 million answers and texts."""
    tally: Tally = Counter()
    for number in range(20):
        tally.update({("ack", f"channel_{number}", str(each)): each * 7919 % 1000 for each in range(600)})
        for came in (OPEN, CLOSED):
            tally.update(
                {("first", f"channel_{number}", came, WALL, str(each)): each * 7927 % 1000 for each in range(900)}
            )
    assert len(packed(tally)) < 400_000


@pytest.mark.parametrize("name", ["2026-W53", "2026-W01", "2020-W53", "2027-W01"])
def test_a_week_is_named_as_the_calendar_does(name: str) -> None:
    week = week_named(name)
    assert week.name == name
    assert [day.weekday() for day in week.days] == list(range(7))
    assert week.before.days[-1] + timedelta(days=1) == week.monday


@pytest.mark.parametrize("name", ["2026-W54", "2026-W00", "2027-W53", "2026-47", "W47", "", "2026-W47 "])
def test_what_is_no_week_is_refused(name: str) -> None:
    assert read_week(name) is None


@pytest.mark.parametrize("zone", ZONES)
def test_the_days_of_a_year_meet_without_a_gap(zone: str) -> None:
    days = [day_of(date(2026, 1, 1) + timedelta(days=number), ZoneInfo(zone)) for number in range(366)]
    assert all(before[1] == after[0] for before, after in pairwise(days))


def test_lines_of_others_and_broken_ones_are_not_counted() -> None:
    zone, at = ZoneInfo("UTC"), utc("2026-11-16T10:00:00")
    said: list[dict[str, object]] = [
        {"message": "messages_stored", "count": 1, "channel": "email", "brand": "other"},
        {"message": "messages_stored", "count": -4, "channel": "email", "brand": "shop"},
        {"message": "messages_stored", "count": "many", "channel": "email", "brand": "shop"},
        {"message": "first_answer", "channel": "email", "brand": "shop", "came": "open"},
        {"message": "answered_outside", "channel": "email", "brand": "shop", "wall_s": True, "open_s": 3},
        {"message": None, "brand": "shop"},
        {},
    ]
    tally = tally_lines([LogLine(at=at, said=each) for each in said], {"shop": zone})["shop"]
    assert tally.total() == 0


def test_a_line_of_the_version_before_belongs_to_the_only_brand() -> None:
    line = LogLine(at=utc("2026-11-16T10:00:00"), said={"message": "messages_stored", "count": 2, "channel": "email"})
    zones = {"shop": ZoneInfo("UTC")}
    assert tally_lines([line], zones)["shop"].total() == 0
    assert tally_lines([line], zones, "shop")["shop"].total() == 2


# The page


def figures_of(count: int, seed: int = 1, name: str = "2026-W47") -> Figures:
    week, zone = week_named(name), "Europe/Madrid"
    town = happened(*ends_of(week, ZoneInfo(zone)), count=count, seed=seed) if count else []
    return Figures(week, Counted(tally=counted(town, zone) if town else Counter()))


class Read(HTMLParser):
    """Everything that a browser would find."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"meta", "rect", "line", "circle"}:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.text += f" {data}"


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("count", [0, 3, 400])
def test_a_page_loads_and_does_nothing_and_leaves_no_blank(language: str, count: int) -> None:
    page = report_page(brand_in("Europe/Madrid", HOSTILE), figures_of(count), figures_of(60, 2, "2026-W46"), language)
    read = Read(page)
    assert not read.tags.keys() & {"script", "img", "link", "iframe", "a", "form", "object", "base", "foreignobject"}
    assert not {name for name in read.attributes if name.startswith("on")} | read.attributes & {"src", "href", "style"}
    assert read.tags["style"] == 1
    assert HOSTILE in " ".join(read.text.split("\n"))
    assert not re.search(r"\{\w*\}", read.text)
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_hostile_channels_and_days_are_words_only() -> None:
    tally: Tally = Counter({(MESSAGES, HOSTILE, "0", "3"): 9})
    week = week_named("2026-W47")
    figures = Figures(week, Counted(tally=tally, waiting={HOSTILE: 2}, waiting_at=utc("2026-11-23T00:30:00")))
    read = Read(report_page(brand_in("Europe/Madrid"), figures, figures, "en"))
    assert not read.tags.keys() & {"script", "img"}
    assert read.text.count("<script>alert(1)</script>") >= 3


def test_few_are_said_as_they_are() -> None:
    tally: Tally = Counter({("promises", "email", "kept"): 2, ("promises", "email", "broken"): 1})
    tally[MESSAGES, "email", "0", "9"] = FEW - 1
    tally["first", "email", OPEN, OPENING, str(bin_of(60))] = 4
    few = Figures(week_named("2026-W47"), Counted(tally=tally))
    read = Read(report_page(brand_in("Europe/Madrid"), few, few, "en")).text.partition("How it is counted")[0]
    assert "2 of 3" in read
    assert "fewer than 5" in read
    assert "%" not in re.sub("9[05]% within", "", read)
    enough = replace(few.counted, tally=tally + Counter({("promises", "email", "kept"): FEW - 3}))
    more = Read(report_page(brand_in("Europe/Madrid"), Figures(few.week, enough), few, "en")).text
    assert "95\u202f%" in more or "95%" in more


def test_the_page_says_the_figures() -> None:
    now, before = figures_of(700), figures_of(350, 2, "2026-W46")
    read = Read(report_page(brand_in("Europe/Madrid"), now, before, "en")).text
    kept, of = now.promises()
    assert f"99% more than the week before ({before.messages})" in read
    assert f"{kept} of {of}" in read
    for channel in CHANNELS:
        assert f" {now.by_channel(MESSAGES)[channel]} " in read
    said = glance(brand_in("Europe/Madrid"), now, before, "en")
    assert said[0] == f"Messages: {now.messages} (week before: {before.messages})"
    assert f"({kept} of {of})" in said[2]


def test_half_of_the_week_before_is_no_measure() -> None:
    now, before = figures_of(700), figures_of(350, 2, "2026-W46")
    half = Figures(before.week, replace(before.counted, missing=before.week.days[:1]))
    read = Read(report_page(brand_in("Europe/Madrid"), now, half, "en")).text
    assert "than the week before" not in read
    assert "week before:" not in read
    assert glance(brand_in("Europe/Madrid"), now, half, "en")[0] == f"Messages: {now.messages}"


def test_a_week_in_which_the_clocks_changed_says_so() -> None:
    spring = figures_of(0, name="2026-W13")
    read = Read(report_page(brand_in("Europe/Madrid"), spring, spring, "en")).text
    assert "this week had 167 hours" in read
    plain = figures_of(0)
    assert "clocks changed" not in Read(report_page(brand_in("Europe/Madrid"), plain, plain, "en")).text


def test_days_that_could_not_be_counted_are_named() -> None:
    week = week_named("2026-W47")
    figures = Figures(week, Counted(missing=(week.days[2],)))
    assert (
        "Not counted: Wednesday 18 November."
        in Read(report_page(brand_in("Europe/Madrid"), figures, figures, "en")).text
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.44, "0.4 s"), (1, "1 s"), (42.4, "42 s"), (60, "1 min"), (3570, "1 h"), (7800, "2 h 10 min"), (172800, "48 h")],
)
def test_a_time_is_said_in_the_unit_that_fits(seconds: float, said: str) -> None:
    assert duration(seconds, "en").replace("\u202f", " ") == said


@pytest.mark.parametrize(("share", "said"), [(0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1, "100%")])
def test_almost_all_is_not_called_all(share: float, said: str) -> None:
    assert percent(share, "en") == said


@pytest.mark.parametrize(("asked", "chosen"), [("de-AT", "de"), ("en-US", "en"), ("nl", "en"), ("", "en")])
def test_a_language_nobody_wrote_is_english(asked: str, chosen: str) -> None:
    assert language_of(asked) == chosen
