"""ReceiveWebhook beside the same job written on the libraries that somebody would otherwise take.

What is the same: one signed delivery with one text is verified and parsed, its message stored once, and 200 answered.
What the others do not do here: decide what the contact is told, note the answer as due, hint at it, keep the
conversation, hold a whole delivery that the table refuses, write logs and metrics. So they may well be quicker.
"""

import hashlib
import hmac
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.build.template import ROOT
from tests.bench.figure import Figure, ratios, spread
from tests.bench.receive import one_round
from tests.bench.stage import APP_SECRET, NUMBER, TABLE, Stage, delivery, stage, whatsapp_delivery

ROUNDS = 7
PER_ROUND = 40
_FOLDER = Path(__file__).parent
_PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
_MODULES = ROOT / ".venv" / "bench-node"

Sent = tuple[str, str]
"""A body, and its signature."""


def measure() -> Iterator[Figure]:
    """Take turns with each of them."""
    with tempfile.TemporaryDirectory() as name, stage(Path(name)) as here:
        if _PYTHON.exists():
            command = [str(_PYTHON), str(_FOLDER / "pywa_app.py")]
            yield from _beside(here, "pywa on FastAPI, WhatsApp", command, whatsapp_delivery, _signed)
        else:
            print("pywa is not installed: make .venv/bench/ready says why", file=sys.stderr)
        if (node := shutil.which("node")) and (_MODULES / "node_modules").exists():
            command = [node, str(_FOLDER / "botkit_app.js")]
            yield from _beside(here, "Botkit, Messenger", command, delivery, _signed_as_before)
        else:
            print("Botkit is not installed: make .venv/bench-node/ready says why", file=sys.stderr)


def _beside(
    here: Stage,
    name: str,
    command: list[str],
    make: Callable[[int, int], dict[str, Any]],
    sign: Callable[[dict[str, Any]], Sent],
) -> Iterator[Figure]:
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - composed only now, on the stage

    def ours(event: dict[str, Any]) -> None:
        if receive_webhook.handler(event, None)["statusCode"] != 200:
            raise ValueError

    with _rival(here, command) as play:
        _turn(0, make, sign, ours, play)
        turns = [_turn(number, make, sign, ours, play) for number in range(1, ROUNDS + 1)]
    found = ratios([mine for mine, _ in turns], [theirs for _, theirs in turns])
    took = statistics.median(theirs for _, theirs in turns)
    said = f"{took:.2f} ms there, {spread(found)}"
    yield Figure(name=f"ReceiveWebhook, against {name}", value=statistics.median(found), unit="x", note=said)


def _turn(
    number: int,
    make: Callable[[int, int], dict[str, Any]],
    sign: Callable[[dict[str, Any]], Sent],
    ours: Callable[[dict[str, Any]], None],
    play: Callable[[Sequence[Sent]], float],
) -> tuple[float, float]:
    events = [make(number * 10_000 + each, number * 10_000 + each) for each in range(PER_ROUND)]
    return one_round(ours, events), play([sign(event) for event in events])


@contextmanager
def _rival(here: Stage, command: list[str]) -> Iterator[Callable[[Sequence[Sent]], float]]:
    """Start it; it plays a round whenever it is asked. At its end, its messages must be in the table."""
    more = {"APP_SECRET": APP_SECRET, "PHONE_ID": NUMBER, "MODULES": str(_MODULES), "AWS_ENDPOINT_URL": here.endpoint}
    before = _stored(here)
    played = 0
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | more | {"TABLE_NAME": TABLE}
    ) as process:
        into, out = process.stdin, process.stdout
        if into is None or out is None:
            raise ValueError(command)

        def play(deliveries: Sequence[Sent]) -> float:
            nonlocal played
            played += len(deliveries)
            into.write(json.dumps(deliveries) + "\n")
            into.flush()
            return float(out.readline())

        yield play
        into.close()
    if _stored(here) - before != played:
        raise ValueError("it did not store what it was sent")


def _stored(here: Stage) -> int:
    found = here.dynamodb.get_paginator("scan").paginate(
        TableName=TABLE,
        Select="COUNT",
        FilterExpression="begins_with(pk, :rival)",
        ExpressionAttributeValues={":rival": {"S": "RIVAL#"}},
    )
    return sum(int(page["Count"]) for page in found)


def _signed(event: dict[str, Any]) -> Sent:
    return event["body"], event["headers"]["x-hub-signature-256"]


def _signed_as_before(event: dict[str, Any]) -> Sent:
    body: str = event["body"]
    return body, "sha1=" + hmac.new(APP_SECRET.encode(), body.encode(), hashlib.sha1).hexdigest()
