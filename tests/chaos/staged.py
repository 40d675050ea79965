"""The real handler of ReceiveWebhook on the emulator, with keys of ours."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import botocore.session
from aws_lambda_powertools import Metrics

from nightbell.platforms.channel import Platform
from nightbell.platforms.registry import PLATFORMS
from tests.bench.stage import TABLE, stage
from tests.chaos.sent import Sent, event_of

KEYS = ("CanarySecret-new-0123456789abcdef", "CanarySecret-old-0123456789abcdef")  # pragma: allowlist secret
"""What signs, the current one first; both are accepted, as while one replaces the other."""


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
def staged(keys: Sequence[str] = KEYS) -> Iterator[Staged]:
    """Start the emulator, and leave nothing behind."""
    from nightbell.handlers import report  # noqa: PLC0415 - as above; whoever imported it first had perhaps no stage

    with patch.dict(os.environ), TemporaryDirectory() as folder, stage(Path(folder)) as played:
        ssm = botocore.session.get_session().create_client("ssm")
        for platform in PLATFORMS.values():
            for secret in platform.webhook_secrets:
                ssm.put_parameter(
                    Name=f"{os.environ['SECRETS_PREFIX']}/{platform.name}/{secret}",
                    Value="\n".join(keys),
                    Type="SecureString",
                    Overwrite=True,
                )
        with composed(), patch.object(report, "_metrics", Metrics(namespace="Nightbell", service="nightbell")):
            yield Staged(dynamodb=played.dynamodb)


@contextmanager
def composed(platforms: Mapping[str, Platform] = PLATFORMS, **replaced: Any) -> Iterator[None]:
    """Compose the handler anew, with other platforms or other parts of its module, and forget it afterwards."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - as above

    with patch.multiple(receive_webhook, PLATFORMS=platforms, **replaced):
        receive_webhook._receiving.cache_clear()
        try:
            yield
        finally:
            receive_webhook._receiving.cache_clear()
