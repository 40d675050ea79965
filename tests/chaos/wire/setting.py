"""The table, queues and secrets of one lane, made and read past the proxies."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import requests
from botocore import UNSIGNED
from botocore.config import Config

from infra.build.template import load_template
from infra.local.ministack import CREDENTIALS
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.settings import BUSINESS
from tests.chaos.wire.events import HOOKS
from tests.chaos.wire.stand_ins import STAND_INS

APP_SECRET = "wire-app-secret-0123456789abcdef"  # pragma: allowlist secret
INSTAGRAM_SECRET = "wire-instagram-secret-0123456789abcdef"  # pragma: allowlist secret
TOKEN = "wire"
SHARDS = 2
MOST_AT_ONCE = 10
"""Of one queue."""
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

    @property
    def business(self) -> Path:
        """The settings that ship, but for Instagram's own login; :func:`write_business` makes them."""
        return Path(self.folder) / "business.toml"


def write_business(folder: Path) -> None:
    """Connect Instagram by its own login, which gives both ways to call Meta, and name an account elsewhere each."""
    shipped = BUSINESS.read_text()
    own = re.sub(r"^page_id = .*$", 'login = "instagram"', shipped, flags=re.MULTILINE)
    assert own != shipped
    (folder / "business.toml").write_text("".join([own, *(each.accounts for each in STAND_INS.values())]))


class Setting:
    """What the functions of one lane are deployed with.

    Attributes:
        environment: Theirs.
    """

    def __init__(self, address: Address) -> None:
        os.environ |= CREDENTIALS
        self._session = botocore.session.get_session()
        # Nobody here checks a signature, and what the lane itself asks need not be checked either.
        plain = Config(signature_version=UNSIGNED, parameter_validation=False)
        self.dynamodb, self.sqs, self.ssm = (
            self._session.create_client(name, endpoint_url=address.cloud, config=plain)
            for name in ("dynamodb", "sqs", "ssm")
        )
        self._address = address
        self.table = f"wire-{address.number}"
        self._prefix = f"/nightbell/{self.table}"
        described = load_template()["Resources"]["ConversationTable"]["Properties"]
        self.dynamodb.create_table(TableName=self.table, **{name: described[name] for name in TABLE_PARTS})
        self.environment = self._environment()
        os.environ |= self.environment

    def write_secrets(self, account_ids: Iterable[str]) -> None:
        """Set every secret that the functions read."""
        tokens = {f"access_token/{account}": TOKEN for account in account_ids}
        secrets = {"app_secret": APP_SECRET, "instagram_app_secret": INSTAGRAM_SECRET, "verify_token": TOKEN}
        named = {f"meta/{name}": value for name, value in {**secrets, **tokens}.items()}
        for there in STAND_INS.values():
            named |= {f"{there.platform}/{name}": value for name, value in there.secrets.items()}
        for name, value in named.items():
            self.ssm.put_parameter(Name=f"{self._prefix}/{name}", Value=value, Type="SecureString")

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
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=MOST_AT_ONCE)
            found: list[dict[str, Any]] = answer.get("Messages", [])
            taken += [message["Body"] for message in found]
            if found:
                entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(found)]
                self.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
            if len(found) < MOST_AT_ONCE:
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
            "INSTAGRAM_API_URL": self._address.graph + INSTAGRAM_PATH,
            "PLATFORMS_URL": self._address.graph,
            "PUBLIC_URL": HOOKS,
            "MAIL_BUCKET": "wire",
            "POWERTOOLS_SERVICE_NAME": "nightbell",
            "POWERTOOLS_METRICS_NAMESPACE": "Nightbell",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }
