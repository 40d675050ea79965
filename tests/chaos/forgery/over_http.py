"""The proof's last stage: forgeries against the deployed stack."""

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.chaos.forgery.gateway import Gateway, answers, as_travelled, can_travel, deployed
from tests.chaos.forgery.proof import Findings, Target, canaries, leaked, targets
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
        rng, keys = Random(run.seed), (cloud.secrets["app_secret"],)
        every = targets(GENUINE, keys)
        listener = Listener({*canaries(every), *cloud.secrets.values()})
        dynamodb, table = cloud.handles.client("dynamodb"), cloud.handles.table_name
        for target in every:
            gateway = Gateway(f"{cloud.handles.api_url}/webhooks/{target.platform.name}")
            _genuine(target, gateway, rng, findings)
            before = _messages(dynamodb, table)
            _forged(target, gateway, rng, many, findings)
            stored = _messages(dynamodb, table) - before
            findings.add(f"{stored} messages were stored of what was forged, over HTTP" if stored else None)
            run.progress(0.95, f"{target.platform.name}: {many:,} over HTTP")
        for line in _logged(cloud.handles.client("logs")):
            listener.write(line + "\n")
        listener.write((folder / "ministack.log").read_text())
        for violation in leaked(listener):
            findings.add(violation)
        findings.count("lines of log read", listener.lines)
    return findings


def _genuine(target: Target, gateway: Gateway, rng: Random, findings: Findings) -> None:
    sent = [as_travelled(each, rng) for each in target.genuine if can_travel(each) and len(each.body) < LARGEST]
    for each in gateway.post_all(rng.sample(sent, min(GENUINE, len(sent)))):
        findings.add(None if each.status == 200 else f"genuine {each.sent.what}: {each.status} over HTTP")
    findings.count("genuine, over HTTP", min(GENUINE, len(sent)))


def _forged(target: Target, gateway: Gateway, rng: Random, many: int, findings: Findings) -> None:
    seen = answers(gateway.post_all(_travelling(target, rng, many)))
    findings.count("forged, over HTTP", many)
    if len(seen) != 1 or {status for status, _ in seen} != {401}:
        findings.add(f"{target.platform.name}: forged requests over HTTP were answered {dict(seen)}")


def _travelling(target: Target, rng: Random, many: int) -> Iterator[Sent]:
    left = many
    while left:
        sent = target.forger.forge(rng)[1]
        if can_travel(sent):
            left -= 1
            yield as_travelled(sent, rng)


def _messages(dynamodb: Any, table: str) -> int:
    """Count what a delivery leaves; accounts and acknowledgements move on by themselves meanwhile."""
    values = {":message": {"S": "M#"}, ":quarantine": {"S": "Q#"}}
    wanted = "begins_with(sk, :message) OR begins_with(pk, :quarantine)"
    return count_items(dynamodb, table, FilterExpression=wanted, ExpressionAttributeValues=values)


def _logged(logs: Any) -> Iterator[str]:
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            yield from (event["message"] for found in pages for event in found["events"])
