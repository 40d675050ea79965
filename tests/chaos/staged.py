"""The real handler of ReceiveWebhook on the emulator, with keys of ours."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import botocore.session
from aws_lambda_powertools import Metrics

from nightbell.adapters.aws_clients import AwsClients
from nightbell.platforms.channel import Platform, SecretNames
from nightbell.platforms.registry import CALLBACKS, PLATFORMS
from tests.bench.stage import TABLE, stage
from tests.chaos.accounts import accounts_of
from tests.chaos.heard import heard
from tests.chaos.schemes import SCHEMES
from tests.chaos.sent import RECEIVED_AT, Sent, delivery_of, event_of

KEYS = ("CanarySecret-new-0123456789abcdef", "CanarySecret-old-0123456789abcdef")  # pragma: allowlist secret
"""What signs, the current one first; both are accepted, as while one replaces the other."""


def secrets_of(platform: str) -> dict[str, tuple[str, ...]]:
    """Give a platform two values for each of its secrets; only the first one's have no name of their own."""
    known, reader = PLATFORMS[platform], CALLBACKS.get(platform)
    asked = names_of(known)
    names = dict.fromkeys((*asked.needed, *asked.optional, *(reader.secrets if reader else ())))
    first, spelled = next(iter(names)), SCHEMES[platform].spelled
    values = {name: KEYS if name == first else tuple(f"{key}-{name}" for key in KEYS) for name in names}
    return {name: tuple(map(spelled, own)) for name, own in values.items()}


def names_of(platform: Platform) -> SecretNames:
    """Name the secrets that the accounts of the proofs need."""
    anything = SCHEMES[platform.name].request(b"", "")
    return platform.secret_names(delivery_of(anything), accounts_of(platform.name))


class Standing:
    """A clock that tells one time of day."""

    def __init__(self, *_: object) -> None:
        """Take whatever a clock is made of."""

    def now(self) -> datetime:
        return RECEIVED_AT

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Where the handler plays."""

    dynamodb: Any

    def receive(self, sent: Sent) -> dict[str, Any]:
        """Hand one request to the handler, as the gateway does."""
        from nightbell.handlers import receive_webhook  # noqa: PLC0415 - composed only now, on the stage

        return receive_webhook.handler(event_of(sent), None)

    def items(self) -> int:
        """Count the table."""
        return count_items(self.dynamodb, TABLE)


def count_items(dynamodb: Any, table: str, **wanted: Any) -> int:
    """Count the items of a table, or those that are wanted, by looking at all of them."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT", ConsistentRead=True, **wanted)
    return sum(page["Count"] for page in pages)


@contextmanager
def staged() -> Iterator[Staged]:
    """Start the emulator, and leave nothing behind."""
    from nightbell.handlers import report  # noqa: PLC0415 - as above; whoever imported it first had perhaps no stage

    with patch.dict(os.environ), TemporaryDirectory() as folder, stage(Path(folder)) as played:
        ssm = botocore.session.get_session().create_client("ssm")
        for platform in heard():
            for secret, values in secrets_of(platform).items():
                ssm.put_parameter(
                    Name=f"{os.environ['SECRETS_PREFIX']}/{platform}/{secret}",
                    Value="\n".join(values),
                    Type="SecureString",
                    Overwrite=True,
                )
        metrics = Metrics(namespace="Nightbell", service="nightbell")
        with _clients_kept(), composed(), patch.object(report, "_metrics", metrics):
            yield Staged(dynamodb=played.dynamodb)


@contextmanager
def _clients_kept() -> Iterator[None]:
    """Make each client once, however often the handler is composed: that takes longer than what they are for."""
    with patch.object(AwsClients, "make", staticmethod(cache(partial(AwsClients.make, AwsClients())))):
        yield


@contextmanager
def composed(platforms: Mapping[str, Platform] = PLATFORMS, **replaced: Any) -> Iterator[None]:
    """Compose the handler anew, with other platforms or other parts of its module, and forget it afterwards."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - as above

    known = {name: accounts_of(name) for name in PLATFORMS}
    parts = {"PLATFORMS": platforms, "SystemClock": Standing, "accounts_by_platform": lambda: known, **replaced}
    with patch.multiple(receive_webhook, **parts):
        receive_webhook._receiving.cache_clear()
        try:
            yield
        finally:
            receive_webhook._receiving.cache_clear()
