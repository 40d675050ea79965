"""News about an account opens and closes its breaker, on the real table."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.domain.events import AccountNews
from nightbell.services.guard_account import Cause
from nightbell.services.ports import Breaker
from tests.contract.world import World


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
