"""infra/watch.yaml against the code, the main template and the runbook."""

import json
import re
from typing import Any

import pytest

from infra.build.template import ROOT, functions, load_template
from nightbell.domain.facts import Fact
from nightbell.domain.measures import AGES, COUNTED, TROUBLE, Measure, measures
from tests.watching import ALARMS, GIVEN, NAMESPACE, OURS, WATCH, resolved, substituted

MAIN = load_template()
TEXT = (ROOT / "infra" / "watch.yaml").read_text()
RUNBOOK = (ROOT / "docs" / "operations.md").read_text()
OWN_METRICS = COUNTED | AGES | set(TROUBLE.values()) | {"ack_ms", "first_answer_s", "promises_kept", "promises_broken"}
BY_FILTER = {"throttled"}
AWS_METRICS = {
    # AWS Lambda, "Types of metrics for Lambda functions"; ConcurrentExecutions of the account has none.
    "AWS/Lambda": {
        ("Errors", "FunctionName"),
        ("Throttles", "FunctionName"),
        ("Invocations", "FunctionName"),
        ("Duration", "FunctionName"),
        ("ConcurrentExecutions", ""),
    },
    # API Gateway, "Monitor HTTP API metrics"
    "AWS/ApiGateway": {(name, "ApiId") for name in ("Count", "4xx", "5xx", "Latency")},
    # Amazon SQS, "Available CloudWatch metrics"
    "AWS/SQS": {
        ("ApproximateAgeOfOldestMessage", "QueueName"),
        ("ApproximateNumberOfMessagesVisible", "QueueName"),
    },
    # Amazon DynamoDB, "DynamoDB metrics and dimensions"
    "AWS/DynamoDB": {
        (name, dimensions)
        for name in (
            "ReadThrottleEvents",
            "WriteThrottleEvents",
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
        )
        for dimensions in ("TableName", "TableName,GlobalSecondaryIndexName")
    },
}
each_alarm = pytest.mark.parametrize("name", ALARMS)


def rows(section: str) -> set[str]:
    """Name what the rows of a section's tables explain."""
    found = RUNBOOK.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in found.splitlines() if line.startswith("| `")]
    return {name for line in lines for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_every_alarm_has_a_row_in_the_runbook_and_every_row_an_alarm() -> None:
    assert rows("Alarms") == set(ALARMS)


@each_alarm
def test_an_alarm_tells_what_it_means_and_where_to_read_on(name: str) -> None:
    alarm = resolved(ALARMS[name])
    assert alarm["AlarmName"] == f"nightbell-test-{name}"
    assert alarm["AlarmDescription"].endswith(f" What to do: {GIVEN['Runbook']}#alarms")
    assert alarm["AlarmActions"] == ["AlarmTopic"]


@each_alarm
def test_an_alarm_says_what_silence_means(name: str) -> None:
    block = TEXT.partition(f"\n  {name}:\n")[2].partition("\n\n")[0]
    assert re.search(r"TreatMissingData: (notBreaching|breaching) # \w+", block)


def test_silence_itself_is_an_alarm_only_of_what_runs_by_the_clock() -> None:
    assert {name for name, alarm in ALARMS.items() if alarm["TreatMissingData"] == "breaching"} == {"SweepSilent"}


@each_alarm
def test_an_alarm_listens_to_what_there_is(name: str) -> None:
    alarm = resolved(ALARMS[name])
    assert_told(alarm["Namespace"], alarm["MetricName"], {d["Name"]: d["Value"] for d in alarm.get("Dimensions", ())})


def assert_told(namespace: str, metric: str, dimensions: dict[str, str]) -> None:
    if namespace != NAMESPACE:
        assert (metric, ",".join(dimensions)) in AWS_METRICS[namespace]
    elif metric in BY_FILTER:
        assert dimensions == {}
    else:
        assert metric in OWN_METRICS
        assert dimensions == OURS


def test_every_alarm_is_told_apart_by_whether_it_can_wait_until_morning() -> None:
    night = RUNBOOK.partition("\n### At three in the morning\n")[2].partition("\n### ")[0]
    named = [name for line in night.splitlines() if line.startswith("| ") for name in re.findall(r"`(\w+)`", line)]
    once_more = ["OldestDue"]  # the reason to get up after all
    assert sorted(named) == sorted([*ALARMS, *once_more])


def test_what_an_operator_must_hear_of_belongs_to_an_alarm() -> None:
    """However a fact's name is written: as it is, chosen between two, or listed."""
    heard = {resolved(alarm)["MetricName"] for alarm in ALARMS.values()}
    assert set(TROUBLE.values()) <= heard
    sources = [path.read_text() for path in (ROOT / "functions" / "nightbell").rglob("*.py")]
    told = re.compile(r'(?:(?:Fact|Finding)\(\s*name=|care_fact\(\s*)"(\w+)",[^()]{0,60}?alarm=True')
    named = {name for source in sources for name in told.findall(source)}
    assert len(named) > 20
    assert named - set(TROUBLE) == set()


def test_every_trouble_can_happen() -> None:
    sources = "\n".join(
        path.read_text() for path in (ROOT / "functions" / "nightbell").rglob("*.py") if path.name != "measures.py"
    )
    made = {"misconfigured": "MisconfiguredError", "unavailable": "UnavailableError"}
    assert {name for name in TROUBLE if made.get(name, f'"{name}"') not in sources} == set()


def test_every_counted_fact_can_happen() -> None:
    made = {f"sends_{kind}" for kind in ("sent", "not_sent", "refused", "unknown")} | {"refused_401"}
    sources = "\n".join(
        path.read_text() for path in (ROOT / "functions" / "nightbell").rglob("*.py") if path.name != "measures.py"
    )
    assert {name for name in (COUNTED | AGES) - made if f'"{name}"' not in sources} == set()


def test_every_trouble_has_a_line_in_the_runbook() -> None:
    assert {name for name in TROUBLE if f"`{name}`" not in RUNBOOK} == set()


def test_every_line_of_the_runbook_can_be_told() -> None:
    assert rows("What to watch") == set(TROUBLE)


# Measures


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (Fact(name="messages_stored", count=3), [Measure(name="messages_stored", value=3)]),
        (Fact(name="oldest_due_s", count=7), [Measure(name="oldest_due_s", value=7, unit="Seconds")]),
        (Fact(name="handshakes"), []),
        (
            Fact(name="quarantined", alarm=True),
            [Measure(name="quarantined", value=1), Measure(name="trouble_reading", value=1)],
        ),
        (Fact(name="tokens_dying", alarm=True), [Measure(name="trouble_accounts", value=1)]),
        (Fact(name="checks_failed"), []),
        (Fact(name="quiet_channels", alarm=True), [Measure(name="quiet_channels", value=1)]),
        (Fact(name="nobody_thought_of_it", alarm=True), [Measure(name="defects", value=1)]),
        (
            Fact(name="sends_sent", fields={"waited_ms": 740, "kind": "acknowledgement"}),
            [Measure(name="sends_sent", value=1), Measure(name="ack_ms", value=740, unit="Milliseconds")],
        ),
        (
            Fact(name="sends_sent", fields={"waited_ms": 740, "kind": "person_answer"}),
            [Measure(name="sends_sent", value=1)],
        ),
        (
            Fact(name="first_answer", fields={"wall_s": 90, "open_s": 60, "promise_kept": 0}),
            [Measure(name="first_answer_s", value=90, unit="Seconds"), Measure(name="promises_broken", value=1)],
        ),
        (
            Fact(name="first_answer", fields={"wall_s": 90, "promise_kept": 1}),
            [Measure(name="first_answer_s", value=90, unit="Seconds"), Measure(name="promises_kept", value=1)],
        ),
        (
            Fact(name="answered_outside", fields={"wall_s": 90, "promise_kept": 1}),
            [Measure(name="first_answer_s", value=90, unit="Seconds"), Measure(name="promises_kept", value=1)],
        ),
        (Fact(name="answered_outside"), []),
        (
            Fact(name="answered_outside", fields={"wall_s": 90}),
            [Measure(name="first_answer_s", value=90, unit="Seconds")],
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Fact) else "",
)
def test_what_a_fact_adds_to_the_metrics(fact: Fact, expected: list[Measure]) -> None:
    assert list(measures(fact)) == expected


def test_few_facts_are_metrics() -> None:
    """Each one that is told in an hour costs for that hour (decision 0020)."""
    assert len(OWN_METRICS) <= 36


# What is watched

NO_AGE = {"HumanDeadLetters", "AckDeadLetters", "SpillDeadLetters", "MailDeadLetters", "CallDeadLetters"}


def test_every_function_and_every_queue_is_watched() -> None:
    names = {name: "Sweep" if name == "Sweep" else name for name in functions(MAIN)}
    given = {"ServeDesk": "Desk"}
    missing = [name for name in names if f"{given.get(name, name)}Fails" not in ALARMS]
    queues = [name for name, each in MAIN["Resources"].items() if each["Type"] == "AWS::SQS::Queue"]
    missing += [name for name in queues if name not in ALARMS and f"{name}Old" not in ALARMS]
    assert missing == []
    assert {name for name in queues if name.endswith("DeadLetters")} == NO_AGE


def test_the_nested_stack_is_given_all_it_asks_for() -> None:
    stack = MAIN["Resources"]["WatchStack"]
    given = stack["Properties"]["Parameters"]
    needed = {name for name, parameter in WATCH["Parameters"].items() if "Default" not in parameter}
    assert needed <= set(given) <= set(WATCH["Parameters"])
    assert stack["Condition"] == "IsWatched"
    assert (ROOT / stack["Properties"]["TemplateURL"]).is_file()


def test_each_stage_has_metrics_of_its_own() -> None:
    common = MAIN["Globals"]["Function"]["Environment"]["Variables"]
    assert common["POWERTOOLS_METRICS_NAMESPACE"] == {"Fn::Sub": "Nightbell/${Stage}"}
    own = [alarm["Namespace"] for alarm in ALARMS.values() if not isinstance(alarm["Namespace"], str)]
    assert own
    assert all(each == {"Fn::Sub": "Nightbell/${Stage}"} for each in own)
    assert common["POWERTOOLS_SERVICE_NAME"] == OURS["service"]


# The dashboard


def dashboard() -> list[dict[str, Any]]:
    body = WATCH["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(substituted(body))["widgets"]
    return found


def test_the_dashboard_draws_what_there_is() -> None:
    for widget in dashboard():
        for namespace, metric, *rest in widget["properties"].get("metrics", ()):
            names = [each for each in rest if isinstance(each, str)]
            assert_told(namespace, metric, dict(zip(names[::2], names[1::2], strict=True)))


def test_every_part_of_the_dashboard_says_what_it_shows() -> None:
    for widget in dashboard():
        said = widget["properties"].get("title") or widget["properties"]["markdown"]
        assert len(said.split()) >= 5, said


def test_the_dashboard_follows_the_way_of_a_message() -> None:
    titles = [widget["properties"].get("markdown", "") for widget in dashboard() if widget["type"] == "text"]
    assert [title[:5] for title in titles[1:]] == [f"## {number}." for number in range(1, len(titles))]
    places = [(widget["y"], widget["x"]) for widget in dashboard()]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert all(widget["x"] + widget["width"] <= 24 for widget in dashboard())


def test_the_dashboard_shows_alarms_that_there_are() -> None:
    [shown] = [widget["properties"]["alarms"] for widget in dashboard() if widget["type"] == "alarm"]
    names = [arn.rpartition(":")[2].removeprefix("nightbell-test-") for arn in shown]
    assert set(names) <= set(ALARMS)
    assert "OldestDue" in names
