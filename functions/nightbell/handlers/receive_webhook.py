"""ReceiveWebhook: answers a platform's deliveries at the HTTP API."""

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import RECEIVE, RECEIVE_ONCE, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.queues import SpillQueue
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.domain.errors import MisconfiguredError, NightbellError, RejectedError
from nightbell.domain.facts import Fact
from nightbell.handlers.build_callbacks import build_callbacks
from nightbell.handlers.build_receive import Storing
from nightbell.handlers.environment import read_environment
from nightbell.handlers.http_event import address_of, delivery_from, request_id
from nightbell.handlers.report import about, report, report_crash, report_stale
from nightbell.handlers.settings import accounts_by_platform
from nightbell.platforms.registry import PLATFORMS
from nightbell.services.receive_call import ReceiveCall
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from nightbell.services.store_delivery import WORKERS

NEEDS = (
    *("TABLE_NAME", "ACK_QUEUE_URL", "SPILL_QUEUE_URL", "SECRETS_PREFIX", "DUE_SHARDS", "META_APP_ID", "CLOCK_FILE"),
    *("PUBLIC_URL", "CALL_QUEUE_URL"),
)
OWN_DEADLINE_S = 2.5
"""Of what a platform allows: the shortest is Messenger's 5 s (Meta contract §3.1)."""
WORDS = {200: "", 401: "not signed", 403: "refused", 404: "unknown platform", 413: "too large"}


class _Receiving:
    """The service, and what the handler needs beside it."""

    def __init__(self) -> None:
        env = read_environment(NEEDS)
        self.public_url = env.public_url
        aws, limits = AwsClients(), replace(RECEIVE, connections=WORKERS)
        self.clock = SystemClock(env.clock_file)
        self.storing = Storing(
            env,
            self.clock,
            dynamodb=aws.make("dynamodb", limits),
            sqs=aws.make("sqs", replace(RECEIVE_ONCE, connections=WORKERS)),
            call_hints=True,
        )
        self.secrets = ParameterSecrets(aws.make("ssm", RECEIVE_ONCE), env.secrets_prefix, self.clock)
        spill = SpillQueue(aws.make("sqs", RECEIVE), env.spill_queue_url, self.clock)
        self.service = ReceiveDelivery(
            platforms=PLATFORMS,
            secrets=self.secrets,
            store_delivery=self.storing.service,
            spill=spill,
            accounts=accounts_by_platform(),
            calls=ReceiveCall(self.storing.answer_call, spill),
        )
        self.callbacks = build_callbacks(env, self.storing.client, self.secrets)

    def answer(self, event: dict[str, Any]) -> Received:
        """Answer what a platform delivers, or asks in the name of a person."""
        self.storing.deadline.set(OWN_DEADLINE_S)
        delivery = delivery_from(event, self.clock.now(), self.public_url)
        if self.callbacks.serves(delivery):
            return self.callbacks(delivery, address_of(event))
        return self.service(delivery)


@cache
def _receiving() -> _Receiving:
    # What was restored from one snapshot would otherwise pause for the same times between its tries.
    random.seed()
    return _Receiving()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Answer one HTTP API event; what is wrong with a refused delivery is told to nobody."""
    with about(delivery=request_id(event)):
        return _handled(event)


def _handled(event: dict[str, Any]) -> dict[str, Any]:
    try:
        receiving = _receiving()
        received = receiving.answer(event)
    except NightbellError as error:
        report([_refusal(error)])
        return _answer(error.status, WORDS.get(error.status, ""))
    except Exception as error:  # noqa: BLE001 - a 500 and a line without content, whatever it was
        report_crash(error)
        return _answer(500, "")
    _tell(received, receiving.secrets.stale)
    return _answer(received.status, received.body, received.headers)


def _tell(received: Received, stale: Mapping[str, str]) -> None:
    """Report; what fails here must not become a 5xx for what is stored, which the platform would deliver again."""
    try:
        report(received.facts)
        report_stale(stale)
    except Exception as error:  # noqa: BLE001 - as above
        with suppress(Exception):
            report_crash(error)


def _refusal(error: NightbellError) -> Fact:
    rejected = isinstance(error, RejectedError)
    name = f"refused_{error.status}" if rejected else type(error).__name__.removesuffix("Error").lower()
    because = {} if rejected else {"because": str(error)[:200]}
    return Fact(name=name, alarm=isinstance(error, MisconfiguredError) or error.status == 503, fields=because)  # noqa: PLR2004


def _answer(status: int, body: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    plain = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
    return {"statusCode": status, "headers": {**plain, **(headers or {})}, "body": body}
