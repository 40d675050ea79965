"""What a platform is answered, whatever becomes of telling about it."""

import random
from collections.abc import Iterable
from types import SimpleNamespace

import pytest

from nightbell.domain.facts import Fact
from nightbell.handlers import receive_webhook
from nightbell.services.receive_delivery import Received


def test_what_is_stored_is_answered_with_200_though_nothing_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def fail(facts: Iterable[Fact]) -> None:
        raise OSError(f"nowhere to write {list(facts)}")

    received = Received(facts=(Fact(name="messages"),))
    receiving = SimpleNamespace(answer=lambda _: received, secrets=SimpleNamespace(stale={}))
    monkeypatch.setattr(receive_webhook, "_receiving", lambda: receiving)
    monkeypatch.setattr(receive_webhook, "report", fail)
    monkeypatch.setattr(receive_webhook, "report_crash", lambda error: told.append(type(error).__name__))
    assert receive_webhook.handler({}, None)["statusCode"] == 200
    assert told == ["OSError"]


def test_environments_of_one_snapshot_do_not_pause_for_the_same_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """They begin with one state of what pauses are drawn by, and it is mended before anything is drawn."""
    monkeypatch.setattr(receive_webhook, "_Receiving", random.random)
    snapshot, drawn = random.getstate(), set()
    for _ in range(3):
        random.setstate(snapshot)
        receive_webhook._receiving.cache_clear()
        drawn.add(receive_webhook._receiving())
    receive_webhook._receiving.cache_clear()
    assert len(drawn) == 3
