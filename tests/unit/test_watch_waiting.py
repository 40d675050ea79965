"""Customers who wait far longer than they were promised are noticed though nobody ever answers them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from nightbell.domain.facts import Fact
from nightbell.services.overdue import MOST, MOST_READ
from nightbell.services.watch_waiting import WatchWaiting
from tests.contract.fake_clock import FakeClock
from tests.unit.test_hold_promises import SETTINGS, TEN, Store

TWICE = TEN + timedelta(minutes=180)
"""The shop promises ninety minutes."""


@pytest.fixture
def store() -> Store:
    return Store()


def seen(store: Store, at: datetime) -> list[Fact]:
    return WatchWaiting(store, SETTINGS, FakeClock(at))()


def test_who_waits_for_twice_as_long_as_promised_is_overdue(store: Store) -> None:
    store.wait(TEN, count=3)
    store.wait(TEN + timedelta(minutes=1))
    [fact] = seen(store, TWICE)
    assert (fact.name, fact.count, fact.alarm) == ("promises_overdue", 3, False)
    assert fact.fields == {"longest_s": 90 * 60}


def test_somewhat_late_is_not_overdue_and_is_not_even_read(store: Store) -> None:
    store.wait(TEN, count=1000)
    assert seen(store, TWICE - timedelta(minutes=5)) == []
    assert store.read == 0


def test_closing_time_does_not_count(store: Store) -> None:
    """Written half an hour before the shop closes for lunch: ninety minutes of opening time later it is evening."""
    store.wait(TEN + timedelta(hours=3, minutes=30))
    assert seen(store, TEN + timedelta(hours=6, minutes=55)) == []
    assert [fact.count for fact in seen(store, TEN + timedelta(hours=8, minutes=30))] == [1]


def test_it_is_looked_at_every_five_minutes(store: Store) -> None:
    store.wait(TEN)
    found = [minute for minute in range(20) if seen(store, TWICE + timedelta(minutes=minute))]
    assert found == [0, 5, 10, 15]


@pytest.mark.parametrize(
    "state",
    [
        {"snoozed_until": TWICE + timedelta(hours=1)},
        {"promise_at": TWICE + timedelta(hours=1), "promise_episode": 1},
    ],
)
def test_what_was_put_off_or_promised_anew_is_not_overdue(store: Store, state: dict[str, object]) -> None:
    store.wait(TEN, **state)  # type: ignore[arg-type]
    assert seen(store, TWICE) == []


def test_what_an_agent_has_in_hand_is_not_overdue(store: Store) -> None:
    store.wait(TEN)
    [(waiting, standing)] = store.talks.items()
    held = replace(standing.conversation, agent_id="marta", agent_until=TWICE + timedelta(minutes=1))
    store.talks[waiting] = replace(standing, conversation=held)
    assert seen(store, TWICE) == []


def test_what_was_never_promised_cannot_be_overdue(store: Store) -> None:
    """Praise, or a message that nobody could acknowledge: the team hears of it in other ways."""
    store.wait(TEN)
    [(waiting, standing)] = store.talks.items()
    store.talks[waiting] = replace(standing, told=None)
    assert seen(store, TWICE) == []


def test_however_much_waits_a_look_stays_short(store: Store) -> None:
    store.wait(TEN, count=10_000)
    assert [fact.count for fact in seen(store, TWICE)] == [MOST]
    assert store.read == MOST


def test_what_was_put_off_hides_nobody_who_came_later(store: Store) -> None:
    store.wait(TEN - timedelta(minutes=1), count=3 * MOST, snoozed_until=TWICE + timedelta(hours=1))
    store.wait(TEN, count=2)
    assert [fact.count for fact in seen(store, TWICE)] == [2]


def test_a_look_at_what_was_put_off_ends_too(store: Store) -> None:
    store.wait(TEN, count=10_000, snoozed_until=TWICE + timedelta(hours=1))
    assert seen(store, TWICE) == []
    assert store.read == MOST_READ
