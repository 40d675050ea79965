"""The table, queues and secrets of one lane, made and read past the proxies."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import requests

from infra.build.template import load_template
from infra.local.ministack import CREDENTIALS

APP_SECRET = "wire-app-secret-0123456789abcdef"  # pragma: allowlist secret
TOKEN = "wire"
SHARDS = 2
TABLE_PARTS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
PATIENCE_S = 60
"""For the proxies' first calls: they load the descriptions of all of AWS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a lane plays.

    Attributes:
        cloud: The emulator itself.
        aws, graph: What the functions call: the proxies.
        graph_port: Where the simulated Graph API listens.
    """

    number: int
    cloud: str
    aws: str
    graph: str
    graph_port: int
    folder: str

    @property
    def clock_file(self) -> Path:
        return Path(self.folder) / f"clock-{self.number}.json"


class Setting:
    """What the functions of one lane are deployed with.

    Attributes:
        environment: Theirs.
    """

    def __init__(self, address: Address, account_ids: Iterable[str]) -> None:
        os.environ |= CREDENTIALS
        self._session = botocore.session.get_session()
        self.dynamodb, self.sqs, self._ssm = (
            self._session.create_client(name, endpoint_url=address.cloud) for name in ("dynamodb", "sqs", "ssm")
        )
        self._address = address
        self.table = f"wire-{address.number}"
        self._prefix = f"/nightbell/{self.table}"
        described = load_template()["Resources"]["ConversationTable"]["Properties"]
        self.dynamodb.create_table(TableName=self.table, **{name: described[name] for name in TABLE_PARTS})
        tokens = {f"access_token/{account}": TOKEN for account in account_ids}
        for name, value in {"app_secret": APP_SECRET, "verify_token": TOKEN, **tokens}.items():
            self._ssm.put_parameter(Name=f"{self._prefix}/meta/{name}", Value=value, Type="SecureString")
        self.environment = self._environment()
        os.environ |= self.environment

    def warm_up(self) -> None:
        """Make one call of each kind through the proxies: their first ones are slow."""
        dynamodb, sqs, ssm = (self._session.create_client(name) for name in ("dynamodb", "sqs", "ssm"))
        dynamodb.describe_table(TableName=self.table)
        sqs.receive_message(QueueUrl=self.environment["ACK_QUEUE_URL"])
        ssm.get_parameter(Name=f"{self._prefix}/meta/app_secret")
        requests.get(self._address.graph, timeout=PATIENCE_S)

    def drain(self, queue: str) -> list[str]:
        """Take every message of a queue, by the variable that names it."""
        url, taken = self.environment[queue], []
        while True:
            found: list[dict[str, Any]] = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages", []
            )
            for message in found:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(message["Body"])
            if len(found) < 10:
                return taken

    def _environment(self) -> dict[str, str]:
        names = ("ack", "human", "spill")
        queues = {name: self.sqs.create_queue(QueueName=f"{name}-{self._address.number}")["QueueUrl"] for name in names}
        return {
            **CREDENTIALS,
            **{f"{name.upper()}_QUEUE_URL": url for name, url in queues.items()},
            "AWS_ENDPOINT_URL": self._address.aws,
            # As the template has it: shorter pauses between botocore's own tries.
            "AWS_NEW_RETRIES_2026": "true",
            "STAGE": "local",
            "TABLE_NAME": self.table,
            "SECRETS_PREFIX": self._prefix,
            "DUE_SHARDS": str(SHARDS),
            "CLOCK_FILE": str(self._address.clock_file),
            "GRAPH_API_URL": self._address.graph,
            "GRAPH_API_VERSION": "v26.0",
            "INSTAGRAM_API_URL": self._address.graph,
            "POWERTOOLS_SERVICE_NAME": "nightbell",
            "POWERTOOLS_METRICS_NAMESPACE": "Nightbell",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }
