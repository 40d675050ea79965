"""What members wrote on LinkedIn is lent for 48 hours, whatever notification brings it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.replay.dynamodb import MemoryDynamo
from nightbell.domain.events import Event, OutsideAnswer
from nightbell.platforms.linkedin.channel import LinkedInComments
from nightbell.platforms.linkedin.notifications import read_delivery
from tests.contract.test_lent_words import quarantined
from tests.contract.world import World
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, read_fixtures

PAGE, CANARY = "3300771", "canary"
FIXTURES = [
    fixture
    for folder in ("valid", "hostile")
    for fixture in read_fixtures(folder, "linkedin")
    if fixture.expect != NOT_UNDERSTOOD and b'"text"' in fixture.body
]


class Lent(LinkedInComments):
    """The channel, behind the platform of this world."""

    platform = "fake"


def with_canary(value: Any) -> Any:
    """Put the canary wherever somebody's words stand."""
    if isinstance(value, list):
        return [with_canary(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: CANARY if key == "text" and each else with_canary(each) for key, each in value.items()}


def events_of(fixture: Fixture) -> list[Event]:
    """Read what a fixture brings, but for the page's own words, which nobody lends it."""
    events = read_delivery(json.dumps(with_canary(json.loads(fixture.body))).encode(), RECEIVED_AT)
    return [event for event in events if not isinstance(event, OutsideAnswer)]


def world_of(page: str) -> World:
    channel: Any = Lent()
    world = World(MemoryDynamo(), "words", channel)
    world.account = replace(world.account, account_id=page)
    world.accounts.clear()
    world.accounts["linkedin", page] = world.account
    return world


def everything(world: World) -> str:
    return str(world.dynamodb.items) + quarantined(world)


@pytest.mark.parametrize("fixture", FIXTURES, ids=str)
def test_no_word_of_a_member_is_left_after_46_hours(fixture: Fixture) -> None:
    world, events = world_of(PAGE), events_of(fixture)
    world.deliver(*events)
    world.work()
    world.pass_by(hours=45.9)
    world.sweep()
    assert (CANARY in everything(world)) == (CANARY in str(events))
    world.pass_by(minutes=7)
    world.sweep()
    assert CANARY not in everything(world)
    # What is in the queue cannot be taken back: it never held any.
    assert world.human_queue.messages or fixture.name != "linkedin_comment"
    assert CANARY not in str(world.human_queue.messages)
