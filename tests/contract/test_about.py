"""What an answer must repeat travels with the unit, and the id of a message may be all that tells it."""

from collections.abc import Callable
from dataclasses import replace

from nightbell.domain.events import Contact, Silent
from nightbell.domain.storable import MAX_ABOUT, fitting_about
from nightbell.domain.unit import UnitState
from tests.contract.world import CLOSED, World
from tests.fakes import KEYED, LOST_UNSENT

MakeWorld = Callable[..., World]
ABOUT = {"id": "<m1@shop.example>", "subject": "Bread ¿?"}


def item_of(world: World, sk: str) -> dict[str, object]:
    return next(found for found in world.stored() if found["sk"] == sk)


def test_an_answer_repeats_what_its_message_asks_for(world: World) -> None:
    world.write(about=ABOUT)
    world.rest()
    assert world.unit(1).about == ABOUT
    assert world.api.bodies[0]["about"] == ABOUT


def test_a_second_try_repeats_it_too(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.api.next = [LOST_UNSENT]
    world.write(about=ABOUT)
    world.rest()
    assert [body["about"] for body in world.api.bodies] == [ABOUT, ABOUT]
    assert world.unit(1).state is UnitState.SENT


def test_each_answer_goes_where_its_own_message_came_from(make_world: MakeWorld) -> None:
    """A mail may be answered at another address than the one before it."""
    world = make_world(KEYED, now=CLOSED)
    for address in ("one@a.example", "two@a.example"):
        said = replace(world.message(about=ABOUT), contact=Contact(contact_id="7", address=address))
        world.deliver(said)
        world.pass_by(minutes=1)
    assert world.unit(1).address == "one@a.example"
    world.rest()
    assert world.api.bodies[0]["to"] == "one@a.example"


def test_a_message_keeps_why_it_stayed_unanswered(world: World) -> None:
    world.write(mid="m1", silent=Silent.BOUNCE, about=ABOUT)
    stored = item_of(world, "M#m1")
    assert (stored["silent"], stored["about"]) == ("bounce", ABOUT)
    world.write(mid="m2")
    assert {"silent", "about"}.isdisjoint(item_of(world, "M#m2"))


def test_a_unit_stays_within_the_kilobyte_that_a_write_is_counted_by() -> None:
    long = {"id": "x" * 300, "refs": "y" * 5_000, "subject": "ü" * 150}
    kept = fitting_about(long)
    assert kept == {"id": "x" * 300, "subject": "ü" * 150}
    assert fitting_about({"id": "x" * (MAX_ABOUT - 2)}) == {"id": "x" * (MAX_ABOUT - 2)}
    assert fitting_about({"id": "x" * (MAX_ABOUT - 1)}) == {}


def test_where_the_id_tells_other_words_are_the_same_message(world: World) -> None:
    world.write("Where is my order?", mid="m1", id_tells=True)
    world.write("Where is my order? (transcribed)", mid="m1", id_tells=True)
    assert world.conversation().last_seq == 1
    world.write("Where is my order? (read anew)", mid="m1")
    assert world.conversation().last_seq == 1
