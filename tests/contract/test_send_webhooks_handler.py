"""The functions as they are composed: what Acknowledge writes down for a system, SendWebhooks sends it."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from nightbell.domain.facts import Fact
from nightbell.domain.keys import outbox_pk
from nightbell.domain.webhooks import Webhook
from nightbell.handlers import build_acknowledge, live_settings, send_webhooks
from nightbell.handlers.environment import read_environment
from nightbell.handlers.settings import settings
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from nightbell.services.write_outbox import WriteOutbox
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import partition
from tests.fakes import FakeHumanQueue

KEY = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="  # pragma: allowlist secret
CRM = Webhook(name="crm", url="https://crm.example.org/hook")
MESSAGE = {"conversation_id": "C#a.b.c", "revision": 7, "brand": "b", "acknowledgement": {"state": "pending"}}


class Http:
    got: list[HttpRequest]

    def __init__(self, *_: Any, **__: Any) -> None:
        Http.got = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        Http.got.append(request)
        return Answer(status=200, headers={}, body=b"")


@pytest.fixture
def deployed(aws: ClientMaker, table: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set what the template sets, and a secret."""
    prefix = f"/nightbell/{table}"
    aws("ssm").put_parameter(Name=f"{prefix}/standard/out/crm", Value=KEY, Type="SecureString", Overwrite=True)
    queue = aws("sqs").create_queue(QueueName=f"human-{table}")["QueueUrl"]
    given = {name: "https://a.example" for name in build_acknowledge.NEEDS if name.endswith("_URL")}
    given |= dict.fromkeys((name for name in build_acknowledge.NEEDS if name not in given), "")
    given |= {"TABLE_NAME": table, "SECRETS_PREFIX": prefix, "HUMAN_QUEUE_URL": queue, "DUE_SHARDS": "2"}
    for name, value in (given | {"GRAPH_API_VERSION": "v26.0"}).items():
        monkeypatch.setenv(name, value)
    return table


def test_what_one_function_writes_down_the_other_sends(
    deployed: str, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_settings, "settings", lambda: replace(settings(), webhooks=(CRM,)))
    monkeypatch.setattr(send_webhooks, "webhooks", lambda: (CRM,))
    monkeypatch.setattr(send_webhooks, "PlatformHttp", Http)
    reported: list[Fact] = []
    monkeypatch.setattr(send_webhooks, "report", reported.extend)
    acknowledging = build_acknowledge.Acknowledging(read_environment(build_acknowledge.NEEDS))
    told = acknowledging._told(FakeNothing())
    assert isinstance(told, WriteOutbox)
    told.send(MESSAGE)
    send_webhooks._sending.cache_clear()
    send_webhooks.handler({}, SimpleNamespace(get_remaining_time_in_millis=lambda: 55_000))
    assert [request.url for request in Http.got] == [CRM.url]
    assert [fact.name for fact in reported] == ["webhooks_sent"]
    [item] = partition(dynamodb, deployed, outbox_pk("crm"))
    assert "closed_at" in item
    send_webhooks._sending.cache_clear()


def test_without_webhooks_the_queue_is_told_and_nothing_else(deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it sets the environment
    monkeypatch.setattr(live_settings, "settings", lambda: replace(settings(), webhooks=()))
    acknowledging = build_acknowledge.Acknowledging(read_environment(build_acknowledge.NEEDS))
    queue = FakeHumanQueue()
    assert acknowledging._told(queue) is queue


class FakeNothing:
    """A queue that takes anything."""

    def send(self, message: Any) -> None:
        pass
