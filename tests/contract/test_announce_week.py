"""A team hears of its week once, when it first opens, and never of half a week."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.cli.settings import load_settings
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.keys import team_pk
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.domain.weekly_report.kept_day import KeptDay
from nightbell.domain.weekly_report.tally import Tally
from nightbell.domain.weekly_report.week import read_week
from nightbell.services.announce_week import USEFUL_FOR, AnnounceWeek, begins_at
from nightbell.services.tell_team import TellTeam
from nightbell.services.weekly_report import WeeklyReport
from tests.contract.fake_clock import FakeClock
from tests.unit.talk import always, bakery

BRAND = replace(next(iter(load_settings().brands.values())), languages=("en",))
WEEK = read_week("2026-W47")
assert WEEK is not None
URL = "https://desk.example.org/desk/report"


class Team:
    """One place that gets reports, and one that gets alerts alone."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        assert WEEK is not None
        self.week, self.opens = WEEK, begins_at(BRAND, WEEK)
        self.clock = FakeClock(self.opens)
        client = TableClient(dynamodb, table, Deadline(self.clock))
        self.outbox, self.store = OutboxTable(client), ReportTable(client)
        places = [
            TeamPlace(name="leads", kind="slack", brand=BRAND.key, gets=frozenset({Gets.REPORT})),
            TeamPlace(name="floor", kind="slack", brand=BRAND.key, gets=frozenset({Gets.ALERTS})),
        ]
        self.announce = AnnounceWeek(
            tell=TellTeam(self.outbox, places, self.clock),
            read=WeeklyReport(self.store),
            brands={BRAND.key: BRAND},
            clock=self.clock,
            url=URL,
        )

    def keep(self, *, days: int = 7) -> None:
        for number, day in enumerate([*self.week.before.days, *self.week.days][: 7 + days]):
            tally: Tally = Counter({("messages", "email", str(day.weekday()), "9"): 100 if number >= 7 else 50})
            self.store.keep(BRAND.key, day, KeptDay(tally=tally))

    def told(self, at: datetime | None = None, place: str = "leads") -> list[dict[str, Any]]:
        """Run once, and read what is owed to a place."""
        self.clock.advance((at - self.clock.now()).total_seconds() if at else 0)
        list(self.announce())
        due = self.outbox.due(team_pk(place), self.clock.now(), 10)
        claimed = [self.outbox.claim(each, self.clock.now() + timedelta(days=30)) for each in due]
        return [json.loads(each.body) for each in claimed if each]


@pytest.fixture
def team(dynamodb: Any, table: str) -> Team:
    return Team(dynamodb, table)


def test_three_figures_and_where_to_read_on_are_told_once(team: Team) -> None:
    team.keep()
    [said] = team.told()
    lines = [(line["text"], line["link"]) for section in said["sections"] for line in section["lines"]]
    assert said["title"] == f"The week of {BRAND.name}"
    assert lines[0][0] == "Messages: 700 (week before: 350)"
    assert len(lines) == 4
    assert lines[3] == (team.week.name, URL)
    assert team.told(team.clock.now() + timedelta(hours=1)) == []
    assert team.told(place="floor") == []


def test_nobody_is_told_before_the_shop_opens_or_when_it_is_no_news(team: Team) -> None:
    team.keep()
    assert team.told(team.opens - timedelta(seconds=1)) == []
    assert team.told(team.opens + USEFUL_FOR) == []


def test_half_a_week_is_not_told_and_the_whole_as_soon_as_it_is_counted(team: Team) -> None:
    team.keep(days=6)
    assert team.told() == []
    team.keep(days=7)
    assert len(team.told(team.clock.now() + timedelta(hours=1))) == 1


@pytest.mark.parametrize("is_open", [True, False])
def test_where_nobody_ever_opens_or_closes_it_is_told_on_a_morning(*, is_open: bool) -> None:
    assert WEEK is not None
    brand = replace(BRAND, hours=always(bakery(), is_open=is_open).hours)
    at = begins_at(brand, WEEK).astimezone(BRAND.zone)
    assert (at.weekday(), at.hour, at.date()) == (0, 8, WEEK.days[-1] + timedelta(days=1))
