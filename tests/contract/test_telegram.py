"""Telegram from end to end: what a contact reads, and what is stored of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.vendor import Act
from nightbell.domain.errors import SignatureError, UnknownPlatformError
from tests.contract.bot_world import BOT, IN_BUSINESS_CHAT, BotWorld
from tests.contract.world import CLOSED


@pytest.fixture
def world() -> Iterator[BotWorld]:
    made = BotWorld()
    yield made
    made.stop()


def after_closing(world: BotWorld) -> BotWorld:
    world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    return world


@pytest.mark.parametrize("by", ["7000000001", IN_BUSINESS_CHAT])
def test_a_message_is_acknowledged_in_the_very_chat_it_came_from(world: BotWorld, by: str) -> None:
    world.write("Do you have rye bread today?", by)
    assert len(world.shown(by)) == 1
    assert world.states(by) == ["SENT"]
    assert [(answer.status, answer.body) for answer in world.answers] == [(200, "")]
    told = world.human_queue.last_word(world.pk(by))
    assert told is not None
    # The token is in the address of the call and nowhere else.
    assert {path.partition(":")[0] for path in world.calls} == {f"/bot{BOT}"}
    methods = [path.rpartition("/")[2] for path in world.calls]
    assert methods == ["getBusinessConnection", "sendMessage"][by != IN_BUSINESS_CHAT :]


def test_nobody_gets_our_words_in_the_name_of_a_stranger_who_connected_the_bot(world: BotWorld) -> None:
    by = "strangers-connection:7000000001"
    world.write("Do you have rye bread today?", by)
    assert world.shown(by) == []
    assert world.states(by) == ["SUPPRESSED"]
    told = world.human_queue.last_word(world.pk(by))
    assert told is not None
    assert "owner_ids" in str(told["acknowledgement"])


def test_where_nobody_tells_whose_connection_it_is_nothing_is_said_yet(world: BotWorld) -> None:
    world.faults.add(Fault(kind=FaultKind.DROPPED, operation="ask"))
    world.write("Do you have rye bread today?", IN_BUSINESS_CHAT)
    assert world.shown(IN_BUSINESS_CHAT) == []
    assert world.states(IN_BUSINESS_CHAT) == ["READY"]
    world.sweep(minutes=10)
    assert len(world.shown(IN_BUSINESS_CHAT)) == 1


def test_who_starts_the_bot_is_greeted(world: BotWorld) -> None:
    world.do("start")
    assert len(world.shown()) == 1


def test_when_closed_the_choices_are_buttons_and_a_tap_chooses(world: BotWorld) -> None:
    after_closing(world).write("Do you have rye bread today?")
    [redirect] = world.shown()
    assert redirect.buttons
    [button] = [each for each in redirect.buttons if each.payload.endswith(".here")]
    world.do("tap", button.title, payload=button.payload, about=redirect.message_id)
    assert len(world.shown()) == 2
    assert world.answers[-1].headers["content-type"] == "application/json"
    assert "answerCallbackQuery" in world.answers[-1].body


def test_a_number_that_is_asked_for_can_be_handed_over_by_a_tap(world: BotWorld) -> None:
    after_closing(world).write("Do you have rye bread today?")
    [redirect] = world.shown()
    [button] = [each for each in redirect.buttons if each.payload.endswith(".call_me")]
    world.do("tap", button.title, payload=button.payload, about=redirect.message_id)
    world.do("own_number", "+34600111222")
    assert len(world.shown()) == 3
    assert any(item["sk"].startswith("P#") for item in world.stored())


@pytest.mark.parametrize("word", ["/stop", "STOP", "stop bot"])
def test_who_asks_for_silence_has_it(world: BotWorld, word: str) -> None:
    world.write("Do you have rye bread today?")
    world.write(word)
    said = len(world.shown())
    world.clock.advance(48 * 3600)
    world.write("Me again, is it fresh?")
    assert len(world.shown()) == said


def test_who_blocks_the_bot_and_lets_it_write_again_has_both(world: BotWorld) -> None:
    world.write("Do you have rye bread today?")
    world.others("block")
    assert world.meta()["opted_out"] is True
    world.others("unblock")
    assert not world.meta().get("opted_out")


def test_a_send_that_the_contact_has_blocked_is_final_and_noted(world: BotWorld) -> None:
    world.faults.add(Fault(kind=FaultKind.ERROR, code=403))
    world.write("Do you have rye bread today?")
    assert world.states() == ["REFUSED"]
    assert world.meta()["opted_out"] is True


@pytest.mark.parametrize(("kind", "seen"), [(FaultKind.LOST_ANSWER, 1), (FaultKind.DROPPED, 0)])
def test_a_send_without_an_answer_is_never_made_again_and_a_person_is_told(
    world: BotWorld, kind: FaultKind, seen: int
) -> None:
    world.faults.add(Fault(kind=kind))
    world.write("Do you have rye bread today?")
    for _ in range(6):
        world.sweep(minutes=2)
    assert len(world.shown()) == seen
    assert world.states() == ["UNCERTAIN"]
    assert len(world.calls) == 1


def test_too_many_messages_wait_and_then_go_out_once(world: BotWorld) -> None:
    world.faults.add(Fault(kind=FaultKind.ERROR, code=429))
    world.write("Do you have rye bread today?")
    assert world.states() == ["READY"]
    for _ in range(4):
        world.sweep(minutes=1)
    assert (len(world.shown()), world.states()) == (1, ["SENT"])


def test_a_person_who_answers_in_the_business_account_takes_it_out_of_the_queue(world: BotWorld) -> None:
    world.write("Do you have rye bread today?", IN_BUSINESS_CHAT)
    world.clock.advance(60)
    world.others("person", "Yes, until noon. Olga", by=IN_BUSINESS_CHAT)
    assert "waiting_pk" not in world.meta(IN_BUSINESS_CHAT)
    world.write("Thank you!", IN_BUSINESS_CHAT)
    assert len(world.shown(IN_BUSINESS_CHAT)) == 1


def test_telegrams_own_away_message_answers_nothing(world: BotWorld) -> None:
    world.write("Do you have rye bread today?", IN_BUSINESS_CHAT)
    world.clock.advance(60)
    world.others("away", "We are away", by=IN_BUSINESS_CHAT)
    assert "waiting_pk" in world.meta(IN_BUSINESS_CHAT)


def test_what_a_contact_deletes_in_a_business_chat_is_gone_here_too(world: BotWorld) -> None:
    world.write("My card is 4111 1111 1111 1111", IN_BUSINESS_CHAT)
    [first] = [each for each in world.telegram.transcript(world.contact(IN_BUSINESS_CHAT)) if each.author == "contact"]
    world.others("delete", about=first.message_id, by=IN_BUSINESS_CHAT)
    assert any(item["sk"].startswith("B#") for item in world.stored(IN_BUSINESS_CHAT))


def test_two_machines_that_answer_each_other_fall_silent(world: BotWorld) -> None:
    for _ in range(20):
        world.write("Thank you for your message. This is automatic.")
        world.clock.advance(120)
    assert len(world.shown()) <= 3


def test_a_bot_of_another_name_or_secret_is_refused_and_nothing_is_stored(world: BotWorld) -> None:
    world.telegram.write(world.contact(), Act(text="Hello"))
    right = world._delivery(world.telegram.log[-1])
    header = "x-telegram-bot-api-secret-token"
    for delivery, error in (
        (replace(right, headers={**right.headers, header: "another-secret-of-32-characters-"}), SignatureError),
        (replace(right, headers={}), SignatureError),
        (replace(right, path="6200000018"), UnknownPlatformError),
        (replace(right, path=""), UnknownPlatformError),
    ):
        with pytest.raises(error):
            world._receive(delivery)
    assert world.stored() == []
