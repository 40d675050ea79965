"""Leads see at the desk what the weeks were like; nobody else does."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.report_table import ReportTable
from nightbell.domain.weekly_report.kept_day import KeptDay
from nightbell.domain.weekly_report.tally import Tally
from nightbell.domain.weekly_report.week import Week
from nightbell.services.weekly_report import last_week
from tests.contract.desk_bench import DeskBench
from tests.contract.desk_office import DeskOffice, code, told


@pytest.fixture
def office(dynamodb: Any, table: str) -> DeskOffice:
    return DeskOffice(DeskBench(dynamodb, table))


def keep(office: DeskOffice, week: Week, messages: int) -> None:
    """Keep a week in which so many messages came, on its Tuesday."""
    [brand] = office.bench.settings.brands.values()
    for day in week.days:
        tally: Tally = Counter({("messages", "email", "1", "9"): messages if day == week.days[1] else 0})
        ReportTable(office.bench.client).keep(brand.key, day, KeptDay(tally=tally))


def last(office: DeskOffice) -> Week:
    [brand] = office.bench.settings.brands.values()
    return last_week(office.bench.clock.now(), brand)


def test_a_lead_sees_the_last_week_and_those_before(office: DeskOffice) -> None:
    week = last(office)
    keep(office, week, 4711)
    keep(office, week.before, 815)
    given = told(office.ask("GET", "/api/report", "lena", query={"language": "de"}))
    assert (given["week"], given["before"], given["after"]) == (week.name, week.before.name, None)
    assert "4.711" in given["page"]
    assert '<html lang="de">' in given["page"]
    earlier = told(office.ask("GET", "/api/report", "lena", query={"week": week.before.name, "language": "en"}))
    assert (earlier["week"], earlier["after"]) == (week.before.name, week.name)
    assert ">815<" in earlier["page"]


def test_days_that_nobody_counted_are_named_and_no_log_is_read(office: DeskOffice) -> None:
    page = told(office.ask("GET", "/api/report", "lena", query={"language": "en"}))["page"]
    assert page.count("Not counted:") == 1


def test_who_is_no_lead_sees_nothing(office: DeskOffice) -> None:
    assert code(office.ask("GET", "/api/report", "marta")) == "not_allowed"
    assert code(office.ask("GET", "/api/report", "")) == "not_signed_in"


@pytest.mark.parametrize(
    "query", [{"brand": "nobody's"}, {"week": "2026-W54"}, {"week": "47"}, {"week": "9999-W01"}, {"other": "1"}]
)
def test_what_there_is_not_is_refused(office: DeskOffice, query: dict[str, str]) -> None:
    assert code(office.ask("GET", "/api/report", "lena", query=query)) == "invalid"


def test_the_week_that_is_under_way_is_not_shown_as_if_it_were_over(office: DeskOffice) -> None:
    week = last(office)
    now = Week(monday=week.monday + timedelta(days=7))
    assert code(office.ask("GET", "/api/report", "lena", query={"week": now.name})) == "invalid"


def test_the_answer_is_one_page_and_json(office: DeskOffice) -> None:
    given = office.ask("GET", "/api/report", "lena")
    assert json.loads(given.body)["page"].count("<!doctype html>") == 1
    assert given.headers["cache-control"] == "no-store"
