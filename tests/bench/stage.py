"""A table, queues and secrets on the emulator, and the real handlers composed on them."""

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session

from infra.build.template import ROOT, load_template
from infra.local.ministack import CREDENTIALS, MiniStack, free_port

TABLE = "NightbellBench"
APP_SECRET = "bench-app-secret-0123456789abcdef"  # pragma: allowlist secret
PAGE = "100000000000001"
NUMBER = "200000000000002"
PEOPLE = 5 * 10**15
"""The first contact's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the benchmark plays."""

    endpoint: str
    dynamodb: Any


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Start the emulator, make what the handlers need, and point them at it."""
    with MiniStack(free_port(), folder) as cloud:
        cloud.wait()
        os.environ |= CREDENTIALS | {"AWS_ENDPOINT_URL": cloud.endpoint}
        session = botocore.session.get_session()
        dynamodb, sqs, ssm = (session.create_client(name) for name in ("dynamodb", "sqs", "ssm"))
        _make_table(dynamodb)
        queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("ack", "human", "spill")}
        for name, value in {
            "app_secret": APP_SECRET,
            "verify_token": "bench",
            f"access_token/{PAGE}": "bench",
        }.items():
            ssm.put_parameter(Name=f"/nightbell/bench/meta/{name}", Value=value, Type="SecureString")
        os.environ |= {
            "TABLE_NAME": TABLE,
            "ACK_QUEUE_URL": queues["ack"],
            "HUMAN_QUEUE_URL": queues["human"],
            "SPILL_QUEUE_URL": queues["spill"],
            "SECRETS_PREFIX": "/nightbell/bench",
            "DUE_SHARDS": "8",
            "GRAPH_API_URL": "http://127.0.0.1:9",
            "GRAPH_API_VERSION": "v26.0",
            "INSTAGRAM_API_URL": "http://127.0.0.1:9",
            "POWERTOOLS_SERVICE_NAME": "nightbell",
            "POWERTOOLS_METRICS_NAMESPACE": "Nightbell",
        }
        yield Stage(endpoint=cloud.endpoint, dynamodb=dynamodb)


def _make_table(dynamodb: Any) -> None:
    """Make the table that the template describes, so that there is no second description of it."""
    described = load_template(ROOT / "template.yaml")["Resources"]["ConversationTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    dynamodb.create_table(TableName=TABLE, **{name: described[name] for name in wanted})


def delivery(number: int, contact: int, text: str = "Hello, do you have rye bread today?") -> dict[str, Any]:
    """Make a signed HTTP API event that carries one message."""
    at = int(time.time() * 1000)
    message = {
        "sender": {"id": f"{PEOPLE + contact}"},
        "recipient": {"id": PAGE},
        "timestamp": at,
        "message": {"mid": f"m_{number}", "text": text},
    }
    return _event({"object": "page", "entry": [{"id": PAGE, "time": at, "messaging": [message]}]})


def batch(number: int, contact: int, count: int) -> dict[str, Any]:
    """Make one event that carries several messages of one contact."""
    events = [delivery(number + each, contact, f"And {each} rolls, please.") for each in range(count)]
    messages = [json.loads(event["body"])["entry"][0]["messaging"][0] for event in events]
    return _event({"object": "page", "entry": [{"id": PAGE, "time": messages[0]["timestamp"], "messaging": messages}]})


def whatsapp_delivery(number: int, contact: int) -> dict[str, Any]:
    """Make the same of WhatsApp."""
    person = f"{34_600_000_000 + contact}"
    text = {"body": "Hello, do you have rye bread today?"}
    message = {
        "from": person,
        "id": f"wamid.{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": text,
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "34871000000", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Ana"}, "wa_id": person, "user_id": f"ES.bench{contact}"}],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    return _event({"object": "whatsapp_business_account", "entry": [{"id": "102000000000000", "changes": changes}]})


def _event(said: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(said)
    signature = hmac.new(APP_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    return {
        "pathParameters": {"platform": "meta"},
        "requestContext": {"http": {"method": "POST"}, "domainName": "hooks.bakery.example"},
        "headers": {"x-hub-signature-256": f"sha256={signature}"},
        "body": body,
    }
