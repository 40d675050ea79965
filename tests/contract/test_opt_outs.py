"""A contact who told the platform itself to keep us away is written to no more; one who came back is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nightbell.domain.conversation import Join
from nightbell.domain.events import OptOut
from nightbell.domain.suppression import OPTED_OUT
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import VerdictKind
from tests.contract.world import CONTACT, World
from tests.fakes import KEYED, Behaviour, says

MakeWorld = Callable[..., World]
SECOND = timedelta(seconds=1)


def opt_out(world: World, *, opted_out: bool = True, by: str = CONTACT, ago: timedelta = timedelta()) -> OptOut:
    return OptOut(
        kind="fake.blocked",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=("nobody", by),
        opted_out=opted_out,
        at=world.clock.now() - ago,
    )


def test_whoever_blocks_us_gets_nothing_more(world: World) -> None:
    world.write()
    world.rest()
    world.pass_by(hours=1)
    world.deliver(opt_out(world))
    assert world.conversation().opted_out
    world.pass_by(hours=23)
    world.write("Where is my order?")
    world.rest()
    assert len(world.api.seen) == 1
    assert world.counted("opt_outs_heeded") == 1


def test_what_waits_to_be_sent_is_held_back(world: World) -> None:
    world.write()
    world.pass_by(seconds=1)
    world.deliver(opt_out(world))
    world.rest()
    assert world.api.seen == []
    unit = world.unit(1)
    assert (unit.state, unit.reason) == (UnitState.SUPPRESSED, OPTED_OUT)


def test_whoever_comes_back_is_written_to_again(world: World) -> None:
    world.write()
    world.pass_by(seconds=1)
    world.deliver(opt_out(world))
    world.pass_by(seconds=1)
    world.deliver(opt_out(world, opted_out=False))
    world.rest()
    assert len(world.api.seen) == 1
    assert world.counted("opt_ins_heeded") == 1


@pytest.mark.parametrize("first", [True, False])
def test_of_two_words_the_newer_counts_in_whatever_order_they_come(world: World, *, first: bool) -> None:
    world.write()
    world.pass_by(minutes=1)
    world.deliver(opt_out(world, ago=timedelta(seconds=30)))
    world.deliver(opt_out(world, opted_out=first))
    world.deliver(opt_out(world, opted_out=not first, ago=SECOND))
    assert world.conversation().opted_out == first
    assert world.counted("opt_outs_overtaken") == 1


def test_coming_back_takes_back_nothing_that_was_written_to_us(world: World) -> None:
    world.write("STOP")
    world.rest()
    world.pass_by(seconds=1)
    world.deliver(opt_out(world, opted_out=False))
    assert world.conversation().opted_out


def test_a_stranger_who_blocks_us_leaves_no_trace(world: World) -> None:
    world.deliver(opt_out(world))
    assert world.stored() == []
    assert world.counted("opt_outs_of_strangers") == 1


def test_a_message_and_the_wish_it_comes_with_are_both_heeded(world: World) -> None:
    world.pass_by(seconds=1)
    world.deliver(opt_out(world), world.message("BASTA", answered_by_platform=True))
    assert world.conversation().opted_out
    world.rest()
    assert world.api.seen == []


def test_a_refusal_because_of_a_block_is_remembered(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.api.next = [Behaviour(executed=False, outcome=says(VerdictKind.REFUSED, opted_out=True))]
    world.write()
    world.rest()
    assert world.unit(1).state is UnitState.REFUSED
    assert world.conversation().opted_out
    world.pass_by(hours=24)
    world.write()
    world.rest()
    assert len(world.api.tokens) == 1
    world.deliver(opt_out(world, opted_out=False))
    assert not world.conversation().opted_out


def test_a_wish_goes_where_the_conversation_went_on(world: World) -> None:
    world.write()
    world.pass_by(seconds=1)
    read = world.conversation("8")
    assert world.receipts.join(world.pk("8"), read, Join(since=world.clock.now(), pk=world.pk()))
    world.pass_by(seconds=1)
    world.deliver(opt_out(world, by="8"))
    assert world.conversation().opted_out
    assert not world.conversation("8").opted_out
