"""The weekly report out of real logs and a real table: what was written is what is counted, once."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.build.template import load_template
from infra.cli.settings import load_settings
from nightbell.adapters.log_reader import MOST, PATTERN, PAUSE_S, LogReader
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.domain.weekly_report.kept_day import KeptDay
from nightbell.domain.weekly_report.tally import LogLine, Tally
from nightbell.domain.weekly_report.week import day_of, week_of
from nightbell.services.weekly_report import LogDays, WeeklyReport
from tests.contract.cli_stage import runner
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock
from tests.unit.weekly_town import happened, lines

BRAND = next(iter(load_settings().brands.values()))
DAY = date(2026, 11, 16)
STAGE = "report"
Run = Callable[..., tuple[int, str, str]]


def write(logs: Any, group: str, written: Iterable[LogLine]) -> None:
    """Write lines as a function does, with what else stands in its log between them."""
    events: list[dict[str, Any]] = [
        {"timestamp": int(each.at.timestamp() * 1000), "message": json.dumps(each.said)} for each in written
    ]
    metrics = {"_aws": {"Timestamp": 1}, "messages_stored": [1.0]}
    at = events[0]["timestamp"]
    events += [{"timestamp": at, "message": each} for each in (json.dumps(metrics), "START", "[]", '"words"')]
    stream = f"{uuid4()}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    for start in range(0, len(events), 500):
        part = sorted(events[start : start + 500], key=lambda each: each["timestamp"])
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=part)


@pytest.fixture
def group(aws: ClientMaker) -> str:
    """Make a log group of the test's own."""
    name = f"/test/{uuid4()}"
    aws("logs").create_log_group(logGroupName=name)
    return name


def numbered(town: Iterable[LogLine]) -> list[LogLine]:
    """Give each line an id of its own, as conversations and messages have."""
    return [LogLine(at=each.at, said={**each.said, "conversation": str(uuid4())}) for each in town]


def test_what_was_written_is_read_once_and_nothing_else(aws: ClientMaker, group: str) -> None:
    begins, ends = day_of(DAY, BRAND.zone)
    written = numbered(lines(happened(begins, ends, 300, 1), BRAND.key))
    outside = numbered(lines(happened(begins - timedelta(hours=3), begins, 20, 2), BRAND.key))
    outside += numbered(lines(happened(ends, ends + timedelta(hours=3), 20, 3), BRAND.key))
    write(aws("logs"), group, [*written, *outside])
    write(aws("logs"), group, written[:50])
    read = [
        (each.at, each.text("conversation"))
        for each in LogReader(aws("logs"), [group], FakeClock()).lines(begins, ends)
    ]
    assert sorted(read) == sorted((each.at, each.text("conversation")) for each in written)


class Paged:
    """Logs that give a page at a time, some empty, some again."""

    def __init__(self, pages: list[list[dict[str, Any]]]) -> None:
        self.pages, self.asked = pages, list[dict[str, Any]]()

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        number = int(request.get("nextToken", 0))
        more = {"nextToken": str(number + 1)} if number + 1 < len(self.pages) else {}
        return {"events": self.pages[number], **more}


def test_a_page_that_is_empty_is_not_the_last_and_one_that_comes_again_counts_once() -> None:
    begins, clock = datetime(2026, 11, 16, tzinfo=UTC), FakeClock()
    events = [{"timestamp": 1, "message": json.dumps({"message": "ratings", "n": number})} for number in range(4)]
    logs = Paged([events[:2], [], events[:3], [], events[3:]])
    read = [each.said["n"] for each in LogReader(logs, ["g"], clock).lines(begins, begins + timedelta(hours=1))]
    assert read == [0, 1, 2, 3]
    assert {each["filterPattern"] for each in logs.asked} == {PATTERN}
    assert clock.sleeps == [PAUSE_S] * 5
    spans = {(each["startTime"], each["endTime"]) for each in logs.asked}
    assert spans == {(int(begins.timestamp() * 1000), int(begins.timestamp() * 1000) + 3_599_999)}


def test_a_day_with_more_lines_than_a_page_is_read_whole(aws: ClientMaker, group: str) -> None:
    """The emulator gives the first of them and no word of the rest."""
    begins, ends = day_of(DAY, BRAND.zone)
    times = [begins + (ends - begins) * number / (MOST + 2000) for number in range(MOST + 2000)]
    write(aws("logs"), group, [LogLine(at=at, said={"message": "ratings", "n": n}) for n, at in enumerate(times)])
    read = [each.number("n") or 0 for each in LogReader(aws("logs"), [group], FakeClock()).lines(begins, ends)]
    assert sorted(read) == list(range(MOST + 2000))


def test_logs_that_do_not_answer_count_nothing(aws: ClientMaker) -> None:
    reader = LogReader(aws("logs"), ["/nothing/here"], FakeClock())
    with pytest.raises(UnavailableError):
        list(reader.lines(*day_of(DAY, BRAND.zone)))


# What is kept


@pytest.fixture
def store(dynamodb: Any, table: str) -> ReportTable:
    return ReportTable(TableClient(dynamodb, table, Deadline(FakeClock())))


def test_a_day_is_kept_as_it_was_counted_first(store: ReportTable) -> None:
    tally: Tally = Counter({("messages", "email", "0", "9"): 7})
    looked = datetime(2026, 11, 17, 0, 31, tzinfo=UTC)
    first = KeptDay(tally=tally, waiting={"email": 2}, waiting_at=looked)
    assert store.keep("a.b#c", DAY, first)
    assert not store.keep("a.b#c", DAY, KeptDay(tally=Counter({("messages", "email", "0", "9"): 8})))
    assert store.keep("a.b", DAY, KeptDay())
    assert store.keep("a.b#c", DAY + timedelta(days=1), KeptDay(waiting={}))
    assert store.days("a.b#c", DAY, DAY) == {DAY: first}
    assert store.days("a.b#c", DAY - timedelta(days=3), DAY - timedelta(days=1)) == {}
    assert store.days("a.b#c", DAY, DAY + timedelta(days=9))[DAY + timedelta(days=1)].waiting == {}


def test_a_week_is_of_kept_days_and_for_the_rest_of_the_logs(aws: ClientMaker, group: str, store: ReportTable) -> None:
    week = week_of(DAY)
    begins, ends = day_of(week.days[0], BRAND.zone)[0], day_of(week.days[-1], BRAND.zone)[1]
    town = happened(begins, ends, 200, 4)
    write(aws("logs"), group, numbered(lines(town, BRAND.key)))
    store.keep(BRAND.key, week.days[1], KeptDay(tally=Counter({("messages", "email", "1", "9"): 1000})))
    clock = FakeClock(ends + timedelta(hours=1))
    count = LogDays(LogReader(aws("logs"), [group], FakeClock()), clock, timedelta(days=90))
    now, before = WeeklyReport(store, count)(BRAND, week)
    on_kept = [each for each in town if each.at.astimezone(BRAND.zone).date() == week.days[1]]
    assert now.messages == len(town) - len(on_kept) + 1000
    assert (now.counted.missing, before.messages, before.counted.missing) == ((), 0, ())


def test_a_day_that_no_log_reaches_or_that_is_yet_to_come_is_missing_and_not_empty(
    aws: ClientMaker, group: str, store: ReportTable
) -> None:
    week = week_of(DAY)
    clock = FakeClock(day_of(week.days[4], BRAND.zone)[0] + timedelta(hours=12))
    count = LogDays(LogReader(aws("logs"), [group], FakeClock()), clock, timedelta(days=3))
    now, before = WeeklyReport(store, count)(BRAND, week)
    assert now.counted.missing == (week.days[0], week.days[1], week.days[5], week.days[6])
    assert before.counted.missing == week.before.days


# The command


@pytest.fixture
def deployed(aws: ClientMaker) -> str:
    """Deploy what the command looks for; yields the log group."""
    cloudformation, name = aws("cloudformation"), f"nightbell-{STAGE}"
    if name not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(_template()))
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.2})
    [found] = [
        each["PhysicalResourceId"]
        for each in cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]
        if each["LogicalResourceId"] == "AcknowledgeLogs"
    ]
    return str(found)


def _template() -> dict[str, Any]:
    whole = load_template()["Resources"]["ConversationTable"]["Properties"]
    names = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    logs = {"Type": "AWS::Logs::LogGroup", "Properties": {}}
    return {
        "Parameters": {"LogRetentionDays": {"Type": "Number", "Default": 90}},
        "Resources": {
            "ConversationTable": {"Type": "AWS::DynamoDB::Table", "Properties": {each: whole[each] for each in names}},
            **dict.fromkeys(("AcknowledgeLogs", "ShowHoursLogs", "HttpApiLogs"), logs),
        },
        "Outputs": {"ConversationTableName": {"Value": {"Ref": "ConversationTable"}}},
    }


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch, STAGE)


def test_the_command_counts_last_week_and_writes_the_page(
    aws: ClientMaker, deployed: str, run: Run, tmp_path: Path
) -> None:
    week = week_of(datetime.now(BRAND.zone).date()).before
    begins, ends = day_of(week.days[0], BRAND.zone)[0], day_of(week.days[-1], BRAND.zone)[1]
    town = happened(begins, ends, 120, 5)
    write(aws("logs"), deployed, numbered(lines(town, BRAND.key)))
    page = tmp_path / "page.html"
    code, out, err = run("report", "week", "--json", "--output", str(page), "--language", "en")
    told = json.loads(out)
    assert (code, told["brand"], told["week"], told["messages"]) == (0, BRAND.key, week.name, len(town))
    assert told["answers"] == sum(each.answered is not None for each in town)
    assert str(page) in err
    assert page.read_text().startswith("<!doctype html>")
    code, out, _ = run("report", "week", "--week", week.name, "--language", "de")
    assert code == 0
    assert f"Nachrichten: {len(town)} (Vorwoche: 0)" in out


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("--week", "2026-W60"), 2, "is no week"),
        (("--brand", "nobody's"), 2, "Name a brand"),
        (("--week", "2026-W03", "--output", "/nowhere/at/all.html"), 1, "Could not write"),
    ],
)
@pytest.mark.usefixtures("deployed")
def test_the_command_says_what_it_lacks(run: Run, argv: tuple[str, ...], code: int, said: str) -> None:
    found, out, err = run("report", "week", *argv)
    assert (found, out) == (code, "")
    assert said in err
