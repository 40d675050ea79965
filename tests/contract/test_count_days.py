"""Days are counted once each, as a whole, and made good when the function did not run."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from infra.build.template import load_template
from infra.cli.report import WRITERS
from infra.cli.settings import load_settings
from nightbell.adapters.log_reader import LogReader
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import Brand
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import conversation_pk, team_pk
from nightbell.domain.weekly_report.figures import Counted, Figures
from nightbell.domain.weekly_report.kept_day import KeptDay, report_pk
from nightbell.domain.weekly_report.week import day_of, week_of
from nightbell.services.count_days import BACK, FRESH, SETTLED, CountDays
from nightbell.services.hold_ports import Waiting
from nightbell.services.weekly_report import LogDays
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock
from tests.contract.test_report import numbered, write
from tests.unit.weekly_town import Happened, happened, lines

SHOP = next(iter(load_settings().brands.values()))
FAR = replace(SHOP, key="far", zone=ZoneInfo("Asia/Kathmandu"))
YESTERDAY = date(2026, 11, 16)
DAYS = [YESTERDAY - timedelta(days=number) for number in range(BACK - 1, -1, -1)]


class Waits:
    """What waits: two conversations, whoever asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        self.asked.append(brand)
        assert oldest < newest
        yield Waiting(pk=conversation_pk("email", "a", "1"), since=newest)
        yield Waiting(pk=conversation_pk("email", "a", "2"), since=newest)


class Office:
    """CountDays on a real table and real logs, at a time of the test's choosing."""

    def __init__(self, aws: ClientMaker, dynamodb: Any, table: str) -> None:
        self.logs, self.group = aws("logs"), f"/test/{uuid4()}"
        self.logs.create_log_group(logGroupName=self.group)
        self.clock = FakeClock(day_of(YESTERDAY, SHOP.zone)[1] + SETTLED)
        self.store = ReportTable(TableClient(dynamodb, table, Deadline(self.clock)))
        self.waits = Waits()
        self.kept_for = timedelta(days=90)

    def write(self, brand: Brand, count: int = 200) -> list[Happened]:
        """Write a week and more of a town."""
        begins, ends = day_of(DAYS[0], brand.zone)[0], day_of(YESTERDAY, brand.zone)[1]
        town = happened(begins, ends, count, 6)
        write(self.logs, self.group, numbered(lines(town, brand.key)))
        return town

    def count(self, *brands: Brand, times: int = 99, group: str = "") -> list[tuple[str, str]]:
        """Run once; tells which days of whom were kept."""
        left = iter([True] * times + [False] * 99)
        reader = LogReader(self.logs, [group or self.group], FakeClock())
        service = CountDays(
            store=self.store,
            count=LogDays(reader, self.clock, self.kept_for),
            waiting=self.waits,
            brands={brand.key: brand for brand in brands},
            clock=self.clock,
        )
        facts = [fact for fact in service(lambda: next(left)) if fact.name == "days_counted"]
        return [(str(fact.fields["brand"]), str(fact.fields["day"])) for fact in facts]

    def kept(self, brand: Brand) -> Mapping[date, KeptDay]:
        return self.store.days(brand.key, date(2026, 1, 1), date(2027, 1, 1))

    def messages(self, brand: Brand) -> dict[date, int]:
        week = week_of(YESTERDAY)
        return {day: Figures(week, Counted(tally=each.tally)).messages for day, each in self.kept(brand).items()}


@pytest.fixture
def office(aws: ClientMaker, dynamodb: Any, table: str) -> Office:
    return Office(aws, dynamodb, table)


def by_day(town: list[Happened], brand: Brand) -> dict[date, int]:
    dates = [each.at.astimezone(brand.zone).date() for each in town]
    return {day: dates.count(day) for day in DAYS}


def test_every_day_is_counted_as_a_whole_and_once(office: Office) -> None:
    town = office.write(SHOP)
    assert office.count(SHOP) == [(SHOP.key, day.isoformat()) for day in DAYS]
    assert office.messages(SHOP) == by_day(town, SHOP)
    write(office.logs, office.group, numbered(lines(town, SHOP.key)))
    assert office.count(SHOP, group="/nobody/asks") == []
    assert office.messages(SHOP) == by_day(town, SHOP)


def test_brands_keep_to_their_own_clocks_and_their_own_lines(office: Office) -> None:
    here, there = office.write(SHOP, 150), office.write(FAR, 90)
    office.count(SHOP, FAR)
    assert office.messages(SHOP) == by_day(here, SHOP)
    assert office.messages(FAR) == by_day(there, FAR)
    assert sum(office.messages(FAR).values()) == len(there) == 92


def test_a_day_is_left_alone_until_its_last_lines_have_come(office: Office) -> None:
    office.clock.advance(-1)
    assert (SHOP.key, YESTERDAY.isoformat()) not in office.count(SHOP)
    office.clock.advance(1)
    assert office.count(SHOP) == [(SHOP.key, YESTERDAY.isoformat())]


def test_what_there_is_no_time_for_is_counted_an_hour_later(office: Office) -> None:
    town = office.write(SHOP)
    assert office.count(SHOP, times=3) == [(SHOP.key, day.isoformat()) for day in DAYS[:3]]
    assert office.count(SHOP) == [(SHOP.key, day.isoformat()) for day in DAYS[3:]]
    assert office.messages(SHOP) == by_day(town, SHOP)


def test_logs_that_break_off_leave_no_half_of_a_day(office: Office) -> None:
    office.write(SHOP)
    with pytest.raises(UnavailableError):
        office.count(SHOP, group="/not/there")
    assert office.kept(SHOP) == {}


def test_days_that_no_log_reaches_are_not_kept_as_empty(office: Office) -> None:
    office.write(SHOP)
    office.kept_for = timedelta(days=3)
    assert office.count(SHOP) == [(SHOP.key, day.isoformat()) for day in DAYS[-2:]]


def test_what_waits_is_told_of_a_day_that_has_just_ended(office: Office) -> None:
    office.count(SHOP)
    kept = office.kept(SHOP)
    assert (kept[YESTERDAY].waiting, kept[YESTERDAY].waiting_at) == ({"email": 2}, office.clock.now())
    assert all(kept[day].waiting is None for day in DAYS[:-1])
    assert office.waits.asked == [SHOP.key]


def test_what_waited_is_not_guessed_hours_later(office: Office) -> None:
    office.clock.advance((FRESH - SETTLED).total_seconds())
    office.count(SHOP)
    assert office.kept(SHOP)[YESTERDAY].waiting is None


def test_the_function_may_touch_its_own_counts_and_read_the_lines_that_are_counted() -> None:
    resources = load_template()["Resources"]
    [policy] = resources["CountDaysRole"]["Properties"]["Policies"]
    statements = [each.get("Fn::If", [0, each])[1] for each in policy["PolicyDocument"]["Statement"]]
    table, team, index, *logs, own = statements
    assert table["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["REPORT#*"]}}
    assert report_pk("a.b").startswith("REPORT#")
    assert team["Action"] == "dynamodb:UpdateItem"
    assert team["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TEAM#*"]}}
    assert team_pk("a").startswith("TEAM#")
    assert index["Action"] == "dynamodb:Query"
    read = [each for statement in logs for each in _list(statement["Resource"])]
    assert {each["Fn::GetAtt"][0] for each in read if "Fn::GetAtt" in each} == {f"{name}Logs" for name in WRITERS}
    bare = [each["Fn::Sub"] for each in read if "Fn::Sub" in each]
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
    assert sorted(bare) == sorted(f"{group}${{{name}Logs}}" for name in WRITERS)
    assert own["Resource"] == {"Fn::GetAtt": ["CountDaysLogs", "Arn"]}
    named = resources["CountDays"]["Properties"]["Environment"]["Variables"]["LOG_GROUPS"]["Fn::Join"][1]
    groups = {each["Fn::If"][1]["Ref"] if "Fn::If" in each else each["Ref"] for each in named}
    assert groups == {f"{name}Logs" for name in WRITERS}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
