"""Text messages from end to end: what a contact reads, and what is stored of it."""

from collections.abc import Iterator

import pytest

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.waiting import wait_for
from nightbell.domain.errors import SignatureError
from nightbell.domain.gsm import segments
from tests.contract.text_world import TextWorld
from tests.contract.world import CLOSED


@pytest.fixture
def world() -> Iterator[TextWorld]:
    made = TextWorld()
    yield made
    made.twilio.stop()


def after_closing(world: TextWorld) -> TextWorld:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    return world


def reported(world: TextWorld, many: int) -> None:
    """Wait for so many statuses, and hand them over."""
    assert wait_for(lambda: sum(posted.path == "status" for posted in world.twilio.log) >= many, 5.0)
    world.hear()


@pytest.mark.parametrize("channel", ["sms", "twilio_whatsapp"])
def test_a_message_is_acknowledged_and_its_status_says_that_it_arrived(world: TextWorld, channel: str) -> None:
    world.write("Do you have rye bread today?", channel)
    assert len(world.shown(channel)) == 1
    assert world.states(channel) == ["SENT"]
    # What is answered to the message itself says nothing: anything else would be sent to the contact.
    assert [(status, body[-11:]) for status, _, body in world.answers] == [(200, "<Response/>")]
    assert world.answers[0][1].startswith("text/xml")
    reported(world, 2)
    assert world.states(channel) == ["CONFIRMED"]
    assert world.human_queue.last_word(world.pk(channel)) is not None


def test_when_closed_the_choices_are_numbered_and_a_digit_chooses(world: TextWorld) -> None:
    after_closing(world).write("Do you have rye bread today?")
    [redirect] = world.shown()
    lines = redirect.splitlines()
    assert lines[-1].startswith(f"{len([line for line in lines if line[:1].isdigit()])} ")
    assert segments(redirect) <= 5
    world.write("1")
    assert len(world.shown()) == 2
    assert not any(line[:2] == "1 " for line in world.shown()[1].splitlines())


@pytest.mark.parametrize("word", ["STOP", "Unsubscribe"])
def test_the_word_that_the_carrier_heeds_gets_no_word_of_ours_until_it_is_taken_back(
    world: TextWorld, word: str
) -> None:
    world.write("Do you have rye bread today?")
    world.write(word)
    assert len(world.shown()) == 1
    world.clock.advance(48 * 3600)
    world.write("Me again, is it fresh?")
    assert len(world.shown()) == 1
    world.clock.advance(48 * 3600)
    world.write("START")
    assert len(world.shown()) == 1
    world.clock.advance(48 * 3600)
    world.write("And today?")
    assert len(world.shown()) == 2
    # The team reads all of it.
    assert len([item for item in world.stored() if item["sk"].startswith("M#")]) == 5


def test_a_yes_to_a_persons_question_takes_no_opt_out_back_and_is_a_message_like_any_other(world: TextWorld) -> None:
    world.write("baja")
    assert len(world.shown()) == 1
    world.clock.advance(48 * 3600)
    world.write("Yes")
    world.write("Is it fresh?")
    assert len(world.shown()) == 1
    [meta] = [item for item in world.stored() if item["sk"] == "META"]
    assert meta["opted_out"] is True


def test_an_ordinary_yes_gets_its_receipt(world: TextWorld) -> None:
    world.write("Yes")
    assert len(world.shown()) == 1


def test_a_call_for_help_is_answered_by_the_carrier_alone_and_the_team_is_told(world: TextWorld) -> None:
    world.write("HELP")
    assert world.shown() == []
    assert world.human_queue.last_word(world.pk()) is not None


def test_a_refusal_that_says_opted_out_is_noted(world: TextWorld) -> None:
    world.faults.add(Fault(kind=FaultKind.ERROR, code=21610))
    world.write("Do you have rye bread today?")
    assert world.states() == ["REFUSED"]
    [meta] = [item for item in world.stored() if item["sk"] == "META"]
    assert meta["opted_out"] is True


def test_a_status_that_says_it_will_not_arrive_is_told_to_the_team(world: TextWorld) -> None:
    world.faults.add(Fault(kind=FaultKind.FAILED_STATUS, code=30003, seconds=0.01))
    world.write("Do you have rye bread today?")
    reported(world, 2)
    world.work()
    assert world.states() == ["UNDELIVERED"]
    told = world.human_queue.last_word(world.pk())
    assert told is not None
    assert "30003" in str(told["acknowledgement"])


@pytest.mark.parametrize(("kind", "executed"), [(FaultKind.LOST_ANSWER, True), (FaultKind.DROPPED, False)])
def test_a_send_without_an_answer_is_read_back_and_the_contact_reads_it_once(
    world: TextWorld, kind: FaultKind, *, executed: bool
) -> None:
    if executed:
        world.faults.add(Fault(kind=FaultKind.NO_ECHO))
    world.faults.add(Fault(kind=kind))
    world.write("Do you have rye bread today?")
    assert len(world.shown()) == int(executed)
    for _ in range(6):
        world.sweep(minutes=2)
    assert len(world.shown()) == 1
    assert world.states() == ["CONFIRMED" if executed else "SENT"]


def test_two_machines_that_answer_each_other_fall_silent(world: TextWorld) -> None:
    for _ in range(20):
        world.write("Thank you for your message. This is automatic.")
        world.clock.advance(120)
    assert len(world.shown()) <= 3


def test_a_delivery_for_another_address_is_refused_and_nothing_is_stored(world: TextWorld) -> None:
    world.twilio._address = "https://elsewhere.example/webhooks/twilio"
    with pytest.raises(SignatureError):
        world.write("Do you have rye bread today?")
    assert world.stored() == []
