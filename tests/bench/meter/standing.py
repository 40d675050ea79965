"""What is paid every month however many messages come, read from the templates and from Sweep's idle minutes."""

from collections.abc import Mapping
from typing import Any

from infra.build.template import ROOT, load_template
from tests.bench.meter.usage import Usage

MINUTES = 30 * 24 * 60
POLLS = MINUTES * 60 // 20 * 5
"""Receives of one mapping in a month: five pollers, each waiting for 20 s (AWS Lambda Developer Guide, "Using Lambda
with Amazon SQS", §Polling: five batches at once at first; AWS publishes neither the waiting time nor that it is less
where the concurrency is limited, so this is the most)."""
ALWAYS_TOLD = 14
"""Metrics that an ordinary day tells in every hour (decision 0020)."""
KEY_CALLS = MINUTES // 5
"""Of one function that is never idle: the table's key and a secret are each remembered for five minutes ("DynamoDB
encryption at rest", §Using DynamoDB's key; ``nightbell.adapters.secrets``)."""
HOURS = 30 * 24
HOURLY_GB_SECONDS = 3.0
"""Of one run of what runs every hour, estimated and not metered: six seconds of waiting for platforms or logs."""


def polled_queues(template: Mapping[str, Any]) -> list[str]:
    """Name the functions that a plain stack feeds from a queue."""
    found = []
    for name, resource in template["Resources"].items():
        events = resource.get("Properties", {}).get("Events", {}) if "Condition" not in resource else {}
        found += [name for event in events.values() if event["Type"] == "SQS"]
    return found


def hourly(template: Mapping[str, Any]) -> list[str]:
    """Name the functions that a plain stack runs every hour."""
    return [
        name
        for name, resource in template["Resources"].items()
        if "Condition" not in resource
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Properties"].get("Schedule") == "rate(1 hour)"
    ]


def alarms(watch: Mapping[str, Any]) -> int:
    """Count the alarms of a plain stack, with a desk."""
    conditions = {None, "HasDesk"}
    resources = watch["Resources"].values()
    return sum(
        1 for each in resources if each["Type"] == "AWS::CloudWatch::Alarm" and each.get("Condition") in conditions
    )


def standing(sweep_minute: Usage) -> Usage:
    """Add up a month; ``sweep_minute`` is what one idle run of Sweep used."""
    template = load_template(ROOT / "template.yaml")
    watch = load_template(ROOT / "infra" / "watch.yaml")
    units = {
        ("Alarms", "alarm_months"): float(alarms(watch)),
        ("Metrics", "metric_months"): float(ALWAYS_TOLD),
        ("Dashboard", "dashboard_months"): 1.0,
        ("SQS, empty receives", "queue_requests"): float(POLLS * len(polled_queues(template))),
        # Sweep is never idle, ReceiveWebhook and Acknowledge need not be; each has the table's key and two secrets.
        ("Keys (at most)", "key_requests"): float(KEY_CALLS * (1 + 3 + 3)),
        ("Every hour (estimated), requests", "lambda_requests"): float(HOURS * len(hourly(template))),
        ("Every hour (estimated), runs", "gb_seconds"): HOURS * len(hourly(template)) * HOURLY_GB_SECONDS,
    }
    swept = {(f"Sweep: {line}", charge): units for (line, charge), units in sweep_minute.times(MINUTES).units.items()}
    return Usage(units={**units, **swept})
