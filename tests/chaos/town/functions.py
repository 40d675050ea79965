"""The functions in this process: their real handlers, composed on clients and a clock of ours."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from unittest.mock import patch

from aws_lambda_powertools import Metrics

from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from nightbell.adapters.aws_clients import AwsClients
from nightbell.handlers import (
    acknowledge,
    build_acknowledge,
    check_accounts,
    receive_webhook,
    replay_delivery,
    report,
    sweep,
)
from nightbell.services.ports import PlatformApi
from tests.chaos.town.accounts import settings
from tests.chaos.town.backends import Backend
from tests.chaos.town.faults import Died, Exposed, Weather
from tests.contract.fake_clock import FakeClock

LIFE_S = {"receive": 10, "acknowledge": 30, "sweep": 60, "replay": 120, "check": 300}
"""As the template sets them; a test holds the two together."""
PREFIX = "/nightbell/chaos"
SHARDS = 8
COMPOSED = {
    "receive": receive_webhook._receiving,
    "acknowledge": acknowledge._acknowledging,
    "sweep": sweep._composed,
    "replay": replay_delivery._service,
    "check": check_accounts._checking,
}
HANDLERS: Mapping[str, Callable[[dict[str, Any], Any], Any]] = {
    "receive": receive_webhook.handler,
    "acknowledge": acknowledge.handler,
    "sweep": sweep.handler,
    "replay": replay_delivery.handler,
    "check": check_accounts.handler,
}


class MemorySsm:
    """Parameter Store as a dictionary."""

    def __init__(self, values: Mapping[str, str], since: datetime) -> None:
        """``since`` all of them were set."""
        self.values = dict(values)
        self._since = since

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 - AWS's own words
        del WithDecryption
        value = self.values[Name.removeprefix(f"{PREFIX}/meta/")]
        return {"Parameter": {"Value": value, "LastModifiedDate": self._since}}


@dataclass(slots=True)
class _Context:
    clock: FakeClock
    ends: float

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self.clock.monotonic()) * 1000)


@dataclass(slots=True, kw_only=True)
class Functions:
    """Use it as a context manager; outside of it the handlers are as they ship.

    Attributes:
        heard: Learns of every message that a queue took.
        running: The function that runs just now.
        at_work: Partition and sort key of the unit that a function wrote last.
    """

    clock: FakeClock
    weather: Weather
    backend: Backend
    secrets: MemorySsm
    platform_api: PlatformApi
    heard: Callable[[str, str], None] = lambda _, __: None
    running: str = ""
    at_work: tuple[str, str] = ("", "")
    invocations: int = 0
    deaths: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        # Where one thing cannot be replaced the others are put back: every test that comes later would meet them.
        with ExitStack() as stack:
            self._replace(stack.enter_context)
            self._forget()
            stack.callback(self._forget)
            self._stack = stack.pop_all()
        return self

    def _replace(self, enter: Callable[[AbstractContextManager[Any]], Any]) -> None:
        enter(patch.dict(os.environ, self._environment()))
        enter(patch.object(AwsClients, "make", lambda _, service, __: self.client(service)))
        for module in (receive_webhook, build_acknowledge, replay_delivery, check_accounts):
            enter(patch.object(module, "SystemClock", lambda _: self.clock))
        for module in (build_acknowledge, check_accounts):
            enter(patch.object(module, "PlatformHttp", lambda **_: self.platform_api))
        # Read once: every death would read them anew, which takes longer than all else that a new sandbox does.
        for name in ("settings", "live_settings"):
            enter(patch(f"nightbell.handlers.{name}.settings", settings))
        # One after the other, so that a seed always finds the same faults.
        enter(patch("nightbell.services.store_delivery.WORKERS", 1))
        # Made when the module was imported, before there was an environment.
        enter(patch.object(report, "_metrics", Metrics(service="nightbell", namespace="Nightbell")))

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def client(self, service: str) -> Any:
        found = {"dynamodb": self.backend.dynamodb, "sqs": self.backend.sqs, "ssm": self.secrets}[service]
        return Exposed(service, found, self.weather, self.heard, self._touch)

    def _touch(self, pk: str, sk: str) -> None:
        if sk.startswith(("A#", "D#")):
            self.at_work = pk, sk

    def __call__(self, name: str, event: dict[str, Any]) -> Any:
        """Invoke a function.

        Raises:
            Died: The sandbox did not live to answer; the next call gets a new one.
        """
        self.invocations += 1
        self.running = name
        self.weather.lives_for(LIFE_S[name])
        context = _Context(self.clock, self.clock.monotonic() + LIFE_S[name])
        try:
            return HANDLERS[name](event, context)
        except Died:
            self.deaths += 1
            COMPOSED[name].cache_clear()
            raise
        finally:
            self.running, self.weather.dies_at = "", None

    def _forget(self) -> None:
        for composed in COMPOSED.values():
            composed.cache_clear()

    def _environment(self) -> dict[str, str]:
        queues = self.backend.queues
        return {
            "TABLE_NAME": self.backend.table,
            "ACK_QUEUE_URL": queues["AckQueue"],
            "HUMAN_QUEUE_URL": queues["HumanQueue"],
            "SPILL_QUEUE_URL": queues["SpillQueue"],
            "SECRETS_PREFIX": PREFIX,
            "DUE_SHARDS": str(SHARDS),
            "GRAPH_API_URL": "http://graph.example",
            "GRAPH_API_VERSION": "v26.0",
            "INSTAGRAM_API_URL": f"http://graph.example{INSTAGRAM_PATH}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",  # pragma: allowlist secret
            "AWS_DEFAULT_REGION": "us-east-1",
        }
