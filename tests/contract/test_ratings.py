"""After an answer the contact may say how it was: asked once, in private, and a number opens nothing again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nightbell.domain.desk_state import DeskState
from nightbell.domain.desk_suppression import WROTE_ANEW
from nightbell.domain.facts import Fact
from nightbell.domain.rating import ASKED, payload
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.channel import VerdictKind
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_done import How as Finished
from nightbell.services.desk_say import Saying
from tests.contract.faults import Faults, How
from tests.contract.world import CONTACT, World
from tests.fakes import Behaviour, says

MakeWorld = Callable[..., World]
AGENT = "marta"
WHY = "it is a test of ratings"


def wants(world: World, **settings: Any) -> World:
    """Have the brand ask."""
    brand = replace(world.account.brand, **{"rating": True, **settings})
    world.account = replace(world.account, brand=brand)
    world.accounts[world.account.channel, world.account.account_id] = world.account
    return world


@pytest.fixture
def rating(world: World) -> World:
    return wants(world)


def answer(world: World, text: str = "Yes, in blue.", by: str = CONTACT, **more: Any) -> Unit:
    page = world.desk.take(world.pk(by), AGENT)
    texts = (Spoken(via=world.channel.name, text=text),)
    saying = Saying(request=f"{by}{text}", texts=texts, up_to=page.conversation.last_seq, override=WHY)
    [unit] = world.desk.say(world.pk(by), AGENT, replace(saying, **more)).units
    return unit


def answered(world: World, text: str = "Do you have size 42?", by: str = CONTACT, **more: Any) -> World:
    """Have a contact ask, and an agent answer and be done."""
    world.write(text, by=by)
    world.work()
    answer(world, by=by, **more)
    world.work()
    return world


def minute(world: World) -> World:
    world.pass_by(minutes=1)
    world.sweep()
    world.work()
    return world


def asks(world: World, by: str = CONTACT) -> list[Unit]:
    return [unit for unit in world.desk_units_of(by) if unit.kind is UnitKind.RATING]


def desk(world: World, by: str = CONTACT) -> DeskState:
    return world.truth.read_desk(world.pk(by))


def test_once_the_answer_has_left_the_contact_is_asked_within_a_minute(rating: World) -> None:
    minute(answered(rating))
    [unit] = asks(rating)
    assert (unit.state, unit.by, unit.closes) == (UnitState.SENT, "", 0)
    assert unit.text == "How was it, 0 to 10? This is automatic."
    assert rating.visible()[-1] == unit.tag
    assert (rating.conversation().is_waiting, rating.conversation().asked) == (False, ASKED)
    for _ in range(3):
        minute(rating)
    assert len(asks(rating)) == 1


@pytest.mark.parametrize("said", [{"text": "9"}, {"text": "9", "choice": payload(9)}, {"text": " 9 / 10 "}])
def test_a_number_is_kept_and_opens_nothing(rating: World, said: dict[str, str]) -> None:
    minute(answered(rating))
    told, sent = len(rating.human_queue.messages), len(rating.visible())
    rating.facts.clear()
    rating.write(**said)
    rating.work()
    read = rating.conversation()
    assert (read.is_waiting, read.seen_seq, read.asked) == (False, 2, None)
    assert (desk(rating).rated, desk(rating).rated_at) == (9, rating.clock.now())
    assert (len(rating.human_queue.messages), len(rating.visible())) == (told, sent)
    fields: dict[str, str | int] = {"points": 9, "brand": "corner", "channel": rating.channel.name}
    assert Fact(name="ratings", fields=fields) in rating.facts
    assert "waiting_pk" not in rating.meta()
    assert rating.faults_at_rest() == []


def test_a_second_tap_corrects_the_first(rating: World) -> None:
    minute(answered(rating))
    for points in (2, 10):
        rating.write(str(points), choice=payload(points))
    assert (desk(rating).rated, rating.conversation().is_waiting) == (10, False)


def test_words_open_it_again(rating: World) -> None:
    minute(answered(rating))
    rating.write("Not really, it is the wrong size")
    rating.work()
    read = rating.conversation()
    assert (read.is_waiting, read.asked, desk(rating).rated) == (True, None, None)
    rating.write("9")
    assert (desk(rating).rated, rating.conversation().waiting_count) == (None, 2)


def test_a_tap_while_something_waits_is_kept_and_closes_nothing(rating: World) -> None:
    minute(answered(rating))
    rating.write("One more thing")
    rating.work()
    rating.write("7", choice=payload(7))
    rating.work()
    assert (desk(rating).rated, rating.conversation().waiting_count) == (7, 2)
    assert rating.meta()["waiting_pk"]


def test_a_number_before_the_question_has_left_is_a_message(rating: World) -> None:
    """The agent has asked for how many, in words without a question mark."""
    answered(rating)
    rating.write("4")
    rating.work()
    minute(rating)
    [unit] = asks(rating)
    assert (unit.state, desk(rating).rated) == (UnitState.SUPPRESSED, None)
    assert rating.conversation().is_waiting


def test_a_number_of_somebody_whom_no_question_reached_is_a_message(rating: World) -> None:
    answered(rating)
    rating.api.next = [Behaviour(executed=False, outcome=says(VerdictKind.REFUSED))]
    minute(rating)
    assert asks(rating)[0].state is UnitState.REFUSED
    rating.write("4")
    assert (desk(rating).rated, rating.conversation().is_waiting) == (None, True)


def test_whoever_writes_before_the_question_leaves_is_not_asked(rating: World) -> None:
    answered(rating)
    rating.write("Thanks, and in green?")
    rating.work()
    minute(rating)
    [unit] = asks(rating)
    assert (unit.state, unit.reason) == (UnitState.SUPPRESSED, WROTE_ANEW)
    assert unit.tag not in rating.visible()


def test_a_message_that_came_while_the_answer_left_is_answered_first(rating: World) -> None:
    rating.write()
    rating.work()
    answer(rating)
    rating.write("And in green?")
    rating.work()
    minute(rating)
    assert asks(rating) == []
    assert rating.conversation().is_waiting


@pytest.mark.parametrize(
    ("is_on", "text", "said"),
    [
        (False, "Do you have size 42?", "Yes, in blue."),
        (True, "My shoe is broken", "Sorry, we send a new one."),
        (True, "Do you have size 42?", "Yes. In blue or in green?"),
    ],
    ids=["switched off", "a complaint", "an answer that asks back"],
)
def test_who_is_not_asked(world: World, is_on: bool, text: str, said: str) -> None:  # noqa: FBT001 - of the brand
    wants(world, rating=is_on)
    world.write(text)
    world.work()
    answer(world, said)
    world.work()
    minute(world)
    assert asks(world) == []
    assert world.conversation().asked is None


def test_whoever_complained_is_asked_where_the_brand_wants_it(world: World) -> None:
    wants(world, rating_of_complaints=True)
    minute(answered(world, "My shoe is broken"))
    assert len(asks(world)) == 1


def test_whoever_goes_on_asks_when_they_are_done(rating: World) -> None:
    answered(rating, done=False)
    minute(rating)
    assert asks(rating) == []
    rating.desk.done(rating.pk(), AGENT, Finished.ANSWERED, up_to=1)
    minute(rating)
    [unit] = asks(rating)
    assert (unit.state, rating.conversation().asked, rating.conversation().agent_id) == (UnitState.SENT, ASKED, None)


@pytest.mark.parametrize("how", [Finished.NO_ANSWER_NEEDED, Finished.ANSWERED])
def test_nobody_is_asked_about_an_answer_that_we_did_not_send(rating: World, how: Finished) -> None:
    rating.write()
    rating.work()
    rating.desk.take(rating.pk(), AGENT)
    rating.desk.done(rating.pk(), AGENT, how, up_to=1)
    minute(rating)
    assert (asks(rating), rating.conversation().asked) == ([], None)


def test_nobody_is_asked_twice_in_one_matter(rating: World) -> None:
    minute(answered(rating))
    rating.write("Thank you!")
    rating.desk.take(rating.pk(), AGENT)
    rating.desk.done(rating.pk(), AGENT, Finished.ANSWERED, up_to=2)
    minute(rating)
    assert len(asks(rating)) == 1


def test_what_an_agent_does_meanwhile_does_not_write_over_it(rating: World) -> None:
    """An act that was decided before the contact's tap is decided anew."""
    minute(answered(rating))
    rating.write("One more thing")
    before = desk(rating)
    rating.write("3", choice=payload(3))
    assert desk(rating).acts == before.acts + 1
    rating.desk.note(rating.pk(), AGENT, "calls back")
    assert desk(rating).rated == 3


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED, How.LOST])
def test_whatever_call_fails_the_contact_is_asked_once(rating: World, how: How) -> None:
    for number in range(1, 30):
        by = f"{CONTACT}{number}"
        rating.build(Faults())
        rating.write(by=by)
        rating.work()
        answer(rating, by=by)
        faults = Faults(number, how)
        rating.build(faults)
        rating.work()
        rating.build(Faults())
        rating.rest()
        rating.pass_by(minutes=10)
        sent = [unit for unit in rating.desk_units_of(by) if unit.kind is UnitKind.PERSON_ANSWER]
        found = asks(rating, by)
        if sent[0].state in {UnitState.SENT, UnitState.CONFIRMED}:
            assert [unit.state.is_final for unit in found] == [True], (number, faults.sites)
            assert max(Counter(rating.visible(by)).values()) == 1
        else:
            assert found == [], (number, faults.sites)
        if number > len(faults.sites):
            return
    raise AssertionError("an answer makes more calls than that")
