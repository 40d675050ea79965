"""Turns what happened in a run into billable units."""

import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.build.template import ROOT, load_template
from nightbell.domain.keys import unit_sk
from tests.bench.meter.duration import Assumed, Work, gb_seconds
from tests.bench.meter.town import CHANNELS

SQS_STEP, API_STEP = 64 * 1024, 512 * 1024
GB = 1024**3
MONTH_S = 30 * 86400
THIRD_UNIT = unit_sk(3)
BY_MAPPING = 2
"""Requests for each message that a mapping delivers by itself: a receive and a delete."""
ANSWER_HEAD_BYTES = 450
"""Of the answer to a webhook: status line and headers, and what TLS adds."""
HANDSHAKE_BYTES = 900
"""That a client sends until a new TLS connection stands, and to end it."""
_ACCESS_LOG = {
    "requestId": "JKJaXmPLvHcESHA=",
    "routeKey": "ANY /webhooks/{platform}",
    "status": "200",
    "identity.sourceIp": "173.252.127.118",
    "responseLength": "0",
    "responseLatency": "45",
    "integrationLatency": "41",
    "error.message": "-",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Billable units by what they are charged as; a line of the bill is ``(service, what)``.

    Attributes:
        units: By line; each is charged by the price of its ``charge``.
    """

    units: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def over(self, number: float) -> "Usage":
        """Share it among so many."""
        return Usage(units={line: units / number for line, units in self.units.items()})

    def times(self, number: float) -> "Usage":
        """Have it so many times."""
        return self.over(1 / number)

    def __add__(self, other: "Usage") -> "Usage":
        """Add the units of both, line by line."""
        lines = [*self.units, *(line for line in other.units if line not in self.units)]
        return Usage(units={line: self.units.get(line, 0) + other.units.get(line, 0) for line in lines})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a run, between two marks."""

    invocations: Sequence[Mapping[str, Any]]
    calls: Sequence[Mapping[str, Any]]
    mapped: int
    sends: int
    sent_bytes: int


def part_of(report: Mapping[str, Any], name: str) -> Part:
    """Cut the stretches of a name out of a report of ``real_run``, and join them."""
    marks = report["parts"][name]

    def cut(what: str) -> list[Mapping[str, Any]]:
        return [each for begin, end in marks for each in report[what][begin[what] : end[what]]]

    def sum_of(what: str) -> int:
        return sum(end[what] - begin[what] for begin, end in marks)

    return Part(
        invocations=cut("invocations"),
        calls=cut("calls"),
        mapped=sum_of("mapped"),
        sends=sum_of("sends"),
        sent_bytes=sum_of("sent_bytes"),
    )


def usage_of(part: Part, cpu_ms: Mapping[str, float], memory_mb: Mapping[str, int], assumed: Assumed) -> Usage:
    """Count everything that is charged for a part; ``cpu_ms`` is of one warm run of each function."""
    by_http = sum(1 for run in part.invocations if run["function"] in {"ReceiveWebhook", "ServeDesk"})
    units = {
        ("HTTP API", "api_requests"): float(by_http),
        ("Lambda, requests", "lambda_requests"): float(len(part.invocations)),
        **_durations(part, cpu_ms, memory_mb, assumed),
        ("DynamoDB, writes", "write_units"): sum(call["write_units"] for call in part.calls),
        ("DynamoDB, reads", "read_units"): sum(call["read_units"] for call in part.calls),
        ("SQS, hints and hand-offs", "queue_requests"): _queue_requests(part),
        **_logs(part, by_http),
        ("Data sent", "sent_gb"): (part.sent_bytes + part.sends * HANDSHAKE_BYTES + by_http * ANSWER_HEAD_BYTES) / GB,
    }
    return Usage(units=units)


def _durations(
    part: Part, cpu_ms: Mapping[str, float], memory_mb: Mapping[str, int], assumed: Assumed
) -> dict[tuple[str, str], float]:
    units: dict[tuple[str, str], float] = {}
    starting = 0.0
    for function, runs in Counter(run["function"] for run in part.invocations).items():
        calls = Counter(call["operation"] for call in part.calls if call["function"] == function)
        sends = part.sends if function == "Acknowledge" else 0
        work = Work(runs=runs, cpu_ms=runs * cpu_ms[function], calls=calls, sends=sends)
        working, waiting, more = gb_seconds(work, memory_mb[function], assumed)
        units["Lambda, " + function + " works", "gb_seconds"] = working
        units["Lambda, " + function + " waits", "gb_seconds"] = waiting
        starting += more
    return {**units, ("Lambda, cold starts", "gb_seconds"): starting}


def _queue_requests(part: Part) -> float:
    steps = (-(-call["sent"] // SQS_STEP) for call in part.calls if call["service"] == "sqs")
    return float(sum(steps) + part.mapped * BY_MAPPING)


def _logs(part: Part, by_http: int) -> dict[tuple[str, str], float]:
    said = "".join(run["log"] for run in part.invocations).encode()
    access = by_http * len(access_line())
    kept = (len(gzip.compress(said)) + len(gzip.compress((access_line() * 50).encode())) / 50 * by_http) / GB
    months = retention_days() / 30
    return {
        ("Logs, of the functions", "log_gb"): len(said) / GB,
        ("Logs, of the API", "log_gb"): access / GB,
        ("Logs, kept", "log_stored_gb_months"): kept * months,
    }


def access_line() -> str:
    """Fill in the API's own format with what a webhook's delivery looks like."""
    stage = load_template(ROOT / "template.yaml")["Resources"]["HttpApiStage"]["Properties"]
    line = str(stage["AccessLogSettings"]["Format"])
    for name, value in sorted(_ACCESS_LOG.items(), key=lambda each: -len(each[0])):
        line = line.replace(f"$context.{name}", value)
    json.loads(line)
    if "$context" in line:
        raise ValueError(f"nobody knows how long a value is: {line}")
    return line


def retention_days() -> int:
    """Read how long logs are kept."""
    return int(load_template(ROOT / "template.yaml")["Parameters"]["LogRetentionDays"]["Default"])


def memory_of(template: Mapping[str, Any]) -> dict[str, int]:
    """Read the memory of every function."""
    usual = template["Globals"]["Function"]["MemorySize"]
    found = {name: each for name, each in template["Resources"].items() if each["Type"] == "AWS::Serverless::Function"}
    return {name: int(each["Properties"].get("MemorySize", usual)) for name, each in found.items()}


def storage(report: Mapping[str, Any], *, with_third: bool) -> Usage:
    """Weigh what a conversation leaves in the table for a month, without or with the hand-off of its third message."""
    left = [each for each in report["stored"] if with_third or each["sk"] != THIRD_UNIT]
    gb_months = sum(each["stored"] / GB * min((each["life_s"] or MONTH_S) / MONTH_S, 1.0) for each in left)
    lines = {("DynamoDB, a month's storage", "stored_gb_months"): gb_months}
    lines |= {("DynamoDB, a month's backup", "backed_up_gb_months"): gb_months}
    return Usage(units=lines).over(len(CHANNELS) * report["conversations"])
