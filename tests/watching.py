"""CloudWatch as its manual describes it: metrics out of what a function printed, an alarm's state out of metrics."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.build.template import ROOT, load_template

WATCH = load_template(ROOT / "infra" / "watch.yaml")
GIVEN: Mapping[str, Any] = {
    name: parameter.get("Default") or f"the {name}" for name, parameter in WATCH["Parameters"].items()
} | {"Stage": "test"}
ALARMS: Mapping[str, Mapping[str, Any]] = {
    name: resource["Properties"]
    for name, resource in WATCH["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
NAMESPACE = "Nightbell/test"
OURS = {"service": "nightbell"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of one metric.

    Attributes:
        at_s: When; of a minute of 60 seconds.
    """

    namespace: str
    name: str
    value: float
    at_s: float
    dimensions: Mapping[str, str]
    unit: str = "Count"


def printed(output: str, at_s: float) -> Iterator[Sample]:
    """Read what a function printed, by CloudWatch's "Embedded metric format specification"."""
    for line in output.splitlines():
        found = json.loads(line)
        for directive in found.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"]:
                dimensions = {name: found[name] for name in names}
                yield from _metrics(found, directive, dimensions, at_s)


def _metrics(found: Any, directive: Any, dimensions: Mapping[str, str], at_s: float) -> Iterator[Sample]:
    for metric in directive["Metrics"]:
        values = found[metric["Name"]]
        for value in values if isinstance(values, list) else [values]:
            yield Sample(
                namespace=directive["Namespace"],
                name=metric["Name"],
                value=value,
                at_s=at_s,
                dimensions=dimensions,
                unit=metric["Unit"],
            )


def resolved(value: Any) -> Any:
    """Put the parameters into a part of the template."""
    if isinstance(value, list):
        return [resolved(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return GIVEN.get(value["Ref"], value["Ref"])
    if "Fn::Sub" in value:
        return substituted(value["Fn::Sub"])
    return {name: resolved(each) for name, each in value.items()}


def substituted(template: str | Sequence[Any]) -> str:
    """Put the parameters into a text."""
    text, own = (template, {}) if isinstance(template, str) else (template[0], resolved(template[1]))
    for name, value in {**GIVEN, **own}.items():
        text = text.replace(f"${{{name}}}", str(value))
    return str(text)


def state(name: str, samples: Iterable[Sample], now_s: float) -> str:
    """Tell an alarm's state, once the period that ends at ``now_s`` is over.

    Source: CloudWatch, "Using Amazon CloudWatch alarms", evaluating an alarm and missing data.
    """
    alarm = resolved(ALARMS[name])
    period, periods = alarm["Period"], alarm["EvaluationPeriods"]
    wanted = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", ())}
    own = [s for s in samples if (s.namespace, s.name) == (alarm["Namespace"], alarm["MetricName"])]
    own = [s for s in own if dict(s.dimensions) == wanted]
    breaching = 0
    for index in range(periods):
        start = now_s - (index + 1) * period
        values = [s.value for s in own if start <= s.at_s < start + period]
        breaching += _breaches(alarm, values)
    return "ALARM" if breaching >= alarm.get("DatapointsToAlarm", periods) else "OK"


def _breaches(alarm: Mapping[str, Any], values: Sequence[float]) -> bool:
    if not values:
        return bool(alarm["TreatMissingData"] == "breaching")
    found = _statistic(alarm.get("Statistic") or alarm["ExtendedStatistic"], values)
    threshold = float(alarm["Threshold"])
    return {
        "GreaterThanThreshold": found > threshold,
        "LessThanThreshold": found < threshold,
    }[alarm["ComparisonOperator"]]


def _statistic(name: str, values: Sequence[float]) -> float:
    if name.startswith("p"):
        return sorted(values)[min(int(len(values) * float(name[1:]) / 100), len(values) - 1)]
    return float({"Sum": sum(values), "Maximum": max(values)}[name])
