"""News about an account opens and closes its breakers, on the real table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.events import AccountNews
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import VerdictKind
from nightbell.services.guard_account import Cause
from nightbell.services.ports import Breaker
from tests.contract.faults import Faults, How
from tests.contract.test_ladder import ANA, BEN, Page
from tests.contract.world import World
from tests.fakes import Behaviour, says
from tests.ladder import PRIVATE, PUBLIC, REPLY


def news(world: World, *, blocked: bool = True, named: bool = True, owner_id: str = "") -> AccountNews:
    return AccountNews(
        kind="fake.news",
        channel=world.channel.name,
        account_ids=(world.account.account_id,) if named else (),
        is_blocked=blocked,
        owner_id=owner_id,
        detail="spam",
    )


def breaker(world: World) -> Breaker:
    return world.units.read_breaker(world.channel.name, world.account.account_id)


def test_a_blocked_account_sends_nothing_and_hands_over_all_the_same(world: World) -> None:
    world.deliver(news(world))
    world.deliver(world.message())
    world.work()
    assert world.api.seen == []
    assert world.last_word() == "pending"


def test_the_end_of_a_block_lets_sends_go_on(world: World) -> None:
    world.deliver(news(world))
    world.deliver(news(world, blocked=False))
    world.deliver(world.message())
    world.work()
    assert len(world.api.seen) == 1


def test_news_that_comes_again_does_not_lengthen_the_block(world: World) -> None:
    world.deliver(news(world))
    once = breaker(world)
    world.deliver(news(world))
    assert breaker(world) == once
    assert once.cause == Cause.BLOCKED


def test_a_block_and_its_end_in_one_delivery_are_taken_in_their_order(world: World) -> None:
    for _ in range(20):
        world.deliver(news(world), news(world, blocked=False))
        assert breaker(world).open_until is None


def test_the_end_of_a_block_does_not_bring_a_dead_token_back(world: World) -> None:
    dead = Breaker(open_until=world.clock.now() + timedelta(minutes=1), cause=Cause.TOKEN, token_mark="m")
    world.units.open_breaker(world.channel.name, world.account.account_id, dead)
    world.deliver(news(world, blocked=False))
    assert breaker(world).cause == Cause.TOKEN


@pytest.mark.parametrize(("known_owner", "is_meant"), [(None, True), ("1020", True), ("9999", False)])
def test_an_owners_news_is_about_its_own_accounts(world: World, known_owner: str | None, *, is_meant: bool) -> None:
    key = (world.channel.name, world.account.account_id)
    world.accounts[key] = replace(world.account, business_account_id=known_owner)
    world.deliver(news(world, named=False, owner_id="1020"))
    assert (breaker(world).open_until is not None) is is_meant


def test_an_operator_hears_of_both(world: World) -> None:
    world.deliver(news(world), news(world, blocked=False))
    told = [(fact.name, fact.alarm) for fact in world.facts if fact.name.startswith("accounts_")]
    assert sorted(told) == [("accounts_blocked", True), ("accounts_unblocked", True)]


# A Page speaks in three ways, and news of it is told once, on the channel of its messages.

WAYS = (PRIVATE.name, PUBLIC.name, REPLY.name)


@pytest.fixture
def page(dynamodb: Any, table: str) -> Page:
    return Page(dynamodb, table)


def page_news(page: Page, *, blocked: bool = True) -> AccountNews:
    return replace(news(page, blocked=blocked), channel=PRIVATE.name)


def causes(page: Page) -> dict[str, str]:
    found = {way: page.units.read_breaker(way, page.account.account_id) for way in WAYS}
    return {way: each.cause for way, each in found.items() if each.open_until is not None}


def test_a_block_of_a_page_stops_line_private_reply_and_messages(page: Page) -> None:
    page.deliver(page_news(page))
    assert causes(page) == dict.fromkeys(WAYS, Cause.BLOCKED)
    page.comments()
    page.set_account(public_line=False)
    page.comments(by=BEN)
    page.work()
    assert (page.api.asked, page.lines(), page.api.replies) == ([], [], {})
    assert [page.unit(1, by).state for by in (ANA, BEN)] == [UnitState.READY] * 2
    assert page.told() == [("pending", "pending"), ("pending", None)]


def test_the_end_of_its_block_opens_every_way_again(page: Page) -> None:
    page.deliver(page_news(page))
    page.deliver(page_news(page, blocked=False))
    assert causes(page) == {}
    page.comments()
    page.work()
    assert (len(page.lines()), len(page.api.replies)) == (1, 1)


def test_who_speaks_for_another_page_is_not_stopped(page: Page) -> None:
    page.deliver(replace(page_news(page), account_ids=("another page",)))
    assert causes(page) == {}
    assert [fact.fields["accounts"] for fact in page.facts if fact.alarm] == ["another page"]


def test_an_account_that_a_page_sends_for_stops_with_it(page: Page) -> None:
    page.set_account(page_id="the page")
    page.deliver(replace(page_news(page), account_ids=("the page",)))
    assert causes(page) == dict.fromkeys((PUBLIC.name, REPLY.name), Cause.BLOCKED)


def test_each_account_is_named_once_however_many_ways_it_has(page: Page) -> None:
    page.deliver(page_news(page))
    (alarm,) = (fact for fact in page.facts if fact.alarm)
    assert alarm.fields["accounts"] == page.account.account_id


@pytest.mark.parametrize("how", [How.FAILED, How.LOST, How.CRASH_AFTER])
@pytest.mark.parametrize("at", range(1, 7))
def test_whatever_breaks_the_next_delivery_stops_the_other_ways(page: Page, how: How, at: int) -> None:
    page.build(Faults(at, how))
    page.deliver(page_news(page))
    assert causes(page) == dict.fromkeys(WAYS, Cause.BLOCKED)


@pytest.mark.parametrize("asked_s", [None, 4 * 3600])
def test_what_waits_for_a_block_to_end_is_sent_an_hour_after_that_at_most(world: World, asked_s: int | None) -> None:
    def minute() -> int:
        world.work()
        world.pass_by(minutes=1)
        world.sweep()
        return len(world.api.tokens)

    refused = says(VerdictKind.ACCOUNT_BLOCKED, retry_after_s=asked_s)
    world.api.next = [Behaviour(executed=False, outcome=refused)] * 100
    world.deliver(news(world))
    world.write()
    for _ in range(60 * 3):
        probes = minute()
    while minute() == probes:
        """Until one more was refused just now."""
    world.api.next.clear()
    world.deliver(news(world, blocked=False))
    lifted = world.clock.now()
    while not world.api.seen:
        minute()
    assert timedelta(minutes=50) < world.clock.now() - lifted <= timedelta(minutes=62)
