"""The proof's last stage: forgeries against the deployed stack."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.chaos.forgery.gateway import Gateway, answers, as_travelled, can_travel, deployed
from tests.chaos.forgery.handler import ANSWERS
from tests.chaos.forgery.proof import Findings, canaries, leaked, targets
from tests.chaos.forgery.target import Target
from tests.chaos.listening import Listener
from tests.chaos.part import Run
from tests.chaos.sent import Sent
from tests.chaos.staged import count_items

GENUINE = 150
LARGEST = 1_000_000


def over_http(run: Run, many: int) -> Findings:
    """Deploy, let genuine requests in, try forged ones, and read every log afterwards."""
    findings = Findings()
    with deployed() as (cloud, folder):
        rng = Random(run.seed)
        known = {name: {one: (value,) for one, value in own.items()} for name, own in cloud.secrets.items()}
        every = targets(GENUINE, known.__getitem__, datetime.now(UTC))
        spoken = {value for own in cloud.secrets.values() for value in own.values()}
        listener = Listener({*canaries(every), *spoken})
        gateway = Gateway(cloud.handles.api_url)
        dynamodb, table = cloud.handles.client("dynamodb"), cloud.handles.table_name
        for target in every:
            _genuine(target, gateway, rng, findings)
        for target in every:
            before = _kept(dynamodb, table)
            _forged(target, gateway, rng, many, findings)
            stored = _kept(dynamodb, table) - before
            findings.add(f"{target.name}: {stored} were stored of what was forged, over HTTP" if stored else None)
        for line in _logged(cloud.handles.client("logs")):
            listener.write(line + "\n")
        listener.write((folder / "ministack.log").read_text())
        for violation in leaked(listener):
            findings.add(violation)
        findings.count("lines of log read", listener.lines)
    return findings


def _genuine(target: Target, gateway: Gateway, rng: Random, findings: Findings) -> None:
    sent = [as_travelled(each, rng) for each in target.genuine if can_travel(each) and len(each.body) < LARGEST]
    chosen = rng.sample(sent, min(GENUINE, len(sent)))
    for each in gateway.call_all(chosen):
        findings.add(None if each.status == 200 else f"genuine {each.sent.what}: {each.status} over HTTP")
    findings.count("genuine, over HTTP", len(chosen))


def _forged(target: Target, gateway: Gateway, rng: Random, many: int, findings: Findings) -> None:
    seen = answers(gateway.call_all(_travelling(target, rng, many)))
    findings.count("forged, over HTTP", many)
    if len(seen) != 1 or {status for status, _ in seen} != {ANSWERS[target.refusal]}:
        findings.add(f"{target.name}: forged requests over HTTP were answered {dict(seen)}")


def _travelling(target: Target, rng: Random, many: int) -> Iterator[Sent]:
    left = many
    while left:
        sent = target.forger.forge(rng)[1]
        if can_travel(sent):
            left -= 1
            yield as_travelled(sent, rng)


def _kept(dynamodb: Any, table: str) -> int:
    """Count what a request leaves; accounts and acknowledgements move on by themselves meanwhile."""
    values = {":message": {"S": "M#"}, ":quarantine": {"S": "Q#"}, ":asked": {"S": "ASK#"}}
    wanted = "begins_with(sk, :message) OR begins_with(pk, :quarantine) OR begins_with(pk, :asked)"
    return count_items(dynamodb, table, FilterExpression=wanted, ExpressionAttributeValues=values)


def _logged(logs: Any) -> Iterator[str]:
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            yield from (event["message"] for found in pages for event in found["events"])
