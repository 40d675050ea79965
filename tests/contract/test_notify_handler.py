"""The functions as they are composed: what Acknowledge writes down for the team, Notify sends, and alarms, too."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from nightbell.adapters.clock import SystemClock
from nightbell.domain.business import BusinessSettings
from nightbell.domain.facts import Fact
from nightbell.domain.keys import team_pk
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.handlers import build_acknowledge, live_settings, notify
from nightbell.handlers.environment import read_environment
from nightbell.handlers.settings import settings
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from nightbell.services.write_alerts import WriteAlerts
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import partition
from tests.contract.test_notify import ALARM, Human

URL = "https://hooks.slack.com/services/T0/B0/secret"  # pragma: allowlist secret
CONTEXT: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 55_000)


class Http:
    got: list[HttpRequest]

    def __init__(self, *_: Any, **__: Any) -> None:
        Http.got = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        Http.got.append(request)
        return Answer(status=200, headers={}, body=b"ok")


def known() -> BusinessSettings:
    shipped = settings()
    brand = next(iter(shipped.brands))
    alarms = frozenset({Gets.ALERTS, Gets.ALARMS})
    slack = TeamPlace(name="shop-floor", kind="slack", brand=brand, gets=alarms)
    mail = TeamPlace(name="office", kind="email", brand=brand, gets=alarms, to="a@b.example", sender="n@b.example")
    return replace(shipped, team=(slack, mail))


@pytest.fixture
def deployed(aws: ClientMaker, table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Set what the template sets, and a chat's address."""
    prefix = f"/nightbell/{table}"
    aws("ssm").put_parameter(Name=f"{prefix}/notify/shop-floor", Value=URL, Type="SecureString", Overwrite=True)
    queue = aws("sqs").create_queue(QueueName=f"human-{table}")["QueueUrl"]
    given = {name: "https://a.example" for name in build_acknowledge.NEEDS if name.endswith("_URL")}
    given |= dict.fromkeys((name for name in build_acknowledge.NEEDS if name not in given), "")
    given |= {"TABLE_NAME": table, "SECRETS_PREFIX": prefix, "HUMAN_QUEUE_URL": queue, "DUE_SHARDS": "2"}
    for name, value in (given | {"GRAPH_API_VERSION": "v26.0", "PLATFORMS_URL": ""}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(live_settings, "settings", known)
    monkeypatch.setattr(notify, "PlatformHttp", Http)
    notify._notifying.cache_clear()
    yield table
    notify._notifying.cache_clear()


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    facts: list[Fact] = []
    monkeypatch.setattr(notify, "report", facts.extend)
    return facts


def test_what_acknowledge_writes_down_is_due_at_notify(deployed: str, dynamodb: Any, reported: list[Fact]) -> None:
    acknowledging = build_acknowledge.Acknowledging(read_environment(build_acknowledge.NEEDS))
    told = acknowledging._told(Human())
    assert isinstance(told, WriteAlerts)
    now = datetime.now(UTC).isoformat()
    told.send(
        {
            "conversation_id": "C#messenger.100.5",
            "episode": 1,
            "brand": next(iter(known().brands)),
            "channel": "messenger",
            "via": None,
            "contact": {"id": "5", "display_name": None},
            "first_message_at": now,
            "last_message_at": now,
            "priority": {"score": 100, "reasons": ["The message contains an emergency phrase."]},
            "preview": None,
            "desk_link": None,
        }
    )
    notify.handler({}, CONTEXT)
    # The table knows no such conversation, so nobody waits.
    assert [fact.name for fact in reported if fact.name != "digests_owed"] == ["alerts_settled"] * 2
    [item] = partition(dynamodb, deployed, team_pk("shop-floor"))
    assert "closed_at" in item
    assert "body" not in item


def test_an_alarm_goes_to_every_place_in_the_same_run(deployed: str, reported: list[Fact]) -> None:  # noqa: ARG001 - it sets the environment
    alarm = {**ALARM, "StateChangeTime": SystemClock().now().isoformat()}
    notify.handler({"Records": [{"Sns": {"Message": json.dumps(alarm)}}]}, CONTEXT)
    assert [fact.name for fact in reported] == ["team_told", "team_told"]
    slack, mail = Http.got
    assert (slack.url, slack.public_only, slack.aws) == (URL, True, "")
    assert (mail.url, mail.aws) == ("https://email.{region}.amazonaws.com/v2/email/outbound-emails", "ses")
    assert URL not in repr(slack)


def test_without_places_the_queue_is_told_and_nothing_else(deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it sets the environment
    monkeypatch.setattr(live_settings, "settings", lambda: replace(known(), team=()))
    acknowledging = build_acknowledge.Acknowledging(read_environment(build_acknowledge.NEEDS))
    queue = Human()
    assert acknowledging._told(queue) is queue
