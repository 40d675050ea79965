"""Nothing automatic goes into a conversation that the platform gave to somebody else, on the real table."""

from datetime import timedelta

import pytest

from nightbell.domain import suppression as s
from nightbell.domain.events import Author, OutsideAnswer, ThreadControl
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import VerdictKind
from tests.contract.world import CONTACT, OWN_APPS, World
from tests.fakes import Behaviour, says

OTHER = "another-app"
NAMES = {"another app": OTHER, "somebody who is not named": ""}


def control(world: World, owner: str | None, *, person: bool = False, ago_s: float = 0) -> ThreadControl:
    return ThreadControl(
        kind="fake.pass_thread_control",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(CONTACT,),
        owner_app_id=owner,
        is_person=person,
        at=world.clock.now() - timedelta(seconds=ago_s),
    )


def came_back(world: World, text: str, said_id: str = "mid.echo", ago_s: float = 0) -> OutsideAnswer:
    return OutsideAnswer(
        kind="fake.echo_person",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(CONTACT,),
        author=Author.PERSON,
        sent_at=world.clock.now() - timedelta(seconds=ago_s),
        said_id=said_id,
        text=text,
    )


def held(world: World, seq: int) -> str:
    """Tell why nothing was sent for a message that was handed over."""
    unit = world.unit(seq)
    assert world.last_word() == "suppressed"
    return unit.reason


@pytest.mark.parametrize("owner", NAMES.values(), ids=list(NAMES))
def test_what_was_to_be_sent_stays_unsent_when_somebody_else_gets_the_conversation(world: World, owner: str) -> None:
    world.write()
    world.deliver(control(world, owner))
    world.rest()
    assert world.visible() == []
    assert (world.unit(1).state, held(world, 1)) == (UnitState.SUPPRESSED, s.OWNED_ELSEWHERE)
    assert world.counted("threads_held_back") == 1
    assert world.faults_at_rest() == []


def test_what_is_said_meanwhile_is_kept_and_handed_over_and_not_answered(world: World) -> None:
    world.write()
    world.rest()
    world.deliver(control(world, OTHER))
    world.pass_by(hours=5)
    world.write("And now?")
    world.rest()
    assert len(world.visible()) == 1
    assert world.numbers() == [1, 2]
    assert world.faults_at_rest() == []


def test_a_conversation_is_anybodys_again_after_a_day(world: World) -> None:
    world.write()
    world.deliver(control(world, OTHER))
    world.rest()
    world.pass_by(hours=23, minutes=59)
    world.write("Hello?")
    world.rest()
    assert world.visible() == []
    world.pass_by(hours=24)
    world.write("Is anybody there?")
    world.rest()
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


@pytest.mark.parametrize("owner", [None, *OWN_APPS], ids=["nobody", "us"])
def test_what_is_given_back_is_answered_at_once(world: World, owner: str | None) -> None:
    world.write()
    world.deliver(control(world, OTHER, ago_s=20), echo_of_app(world))
    world.deliver(control(world, owner))
    world.rest()
    assert len(world.visible()) == 1
    assert world.counted("threads_free") == 1
    assert world.faults_at_rest() == []


def echo_of_app(world: World) -> OutsideAnswer:
    at = world.clock.now() - timedelta(seconds=10)
    return OutsideAnswer(
        kind="fake.echo_app",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(CONTACT,),
        author=Author.OTHER_APP,
        sent_at=at,
    )


def test_an_older_word_that_arrives_late_changes_nothing(world: World) -> None:
    world.write()
    world.deliver(control(world, None))
    world.deliver(control(world, OTHER, ago_s=30))
    world.rest()
    assert len(world.visible()) == 1


def test_a_person_in_the_inbox_is_named_as_the_reason(world: World) -> None:
    world.write()
    world.deliver(control(world, "the-inbox", person=True))
    world.rest()
    assert held(world, 1) == s.INBOX
    assert world.conversation().is_waiting
    world.pass_by(minutes=11)
    world.write("I have one more question")
    world.rest()
    assert world.visible() == []


def test_who_owns_the_conversation_of_a_stranger_is_counted_only(world: World) -> None:
    world.deliver(control(world, OTHER))
    assert world.stored() == []
    assert world.counted("threads_of_strangers") == 1


# What the platform says when we send all the same


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_send_into_somebody_elses_conversation_is_made_once_and_held_back(world: World, rounds: int) -> None:
    world.api.next = [
        Behaviour(executed=False, outcome=says(VerdictKind.OWNED_ELSEWHERE, reason=s.OWNED_ELSEWHERE)) for _ in "123"
    ]
    world.write()
    world.rest()
    for _ in range(rounds):
        world.pass_by(hours=1)
        world.sweep()
        world.work()
    assert len(world.api.tokens) == 1
    assert (world.unit(1).state, held(world, 1)) == (UnitState.SUPPRESSED, s.OWNED_ELSEWHERE)
    assert world.breaker() == {}
    assert world.faults_at_rest() == []


# What we said ourselves, on a platform that hands no tag back


def two_answers(world: World) -> tuple[str, str]:
    """Have two things sent in one episode, and tell their words."""
    world.write("Where is my parcel?")
    world.rest()
    world.pass_by(seconds=20)
    world.write(text="STOP")
    world.rest()
    first, second = (unit.text for unit in world.units_of() if unit.kind.sends)
    return first, second


@pytest.mark.parametrize("which", [0, 1], ids=["the first", "the last"])
def test_what_we_said_comes_back_and_is_nobody_elses_answer(world: World, which: int) -> None:
    words = two_answers(world)[which]
    world.pass_by(seconds=10)
    world.deliver(came_back(world, words))
    assert world.conversation().human_at is None
    assert world.conversation().is_waiting
    assert [unit.state for unit in world.units_of() if unit.kind.sends][which] is UnitState.CONFIRMED


def test_what_a_person_said_closes_the_conversation(world: World) -> None:
    two_answers(world)
    world.pass_by(seconds=10)
    world.deliver(came_back(world, "Marta here: it left this morning."))
    assert not world.conversation().is_waiting
    assert world.conversation().human_at == world.clock.now()


def test_a_private_reply_of_ours_closes_no_other_conversation_of_the_contact(world: World) -> None:
    """Its unit is in the conversation of the comment that it answers."""
    world.write()
    world.rest()
    world.pass_by(seconds=10)
    world.deliver(came_back(world, "Thanks for your comment. This is automatic. Ana answers today at 11:00."))
    assert world.conversation().is_waiting
    assert world.conversation().human_at is None


def test_what_we_said_is_known_by_its_id_too(world: World) -> None:
    world.write()
    world.rest()
    world.pass_by(seconds=10)
    world.deliver(came_back(world, "words that the platform changed", said_id="platform-id"))
    assert world.unit(1).state is UnitState.CONFIRMED
