"""Acknowledging on the real table: every verdict, every way of settling, and a human queue that is told the truth."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.events import Outcome
from nightbell.domain.suppression import ANSWERED, HELD
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import NoAnswer, NotSent, VerdictKind
from nightbell.services.guard_account import FAILURES_TO_OPEN
from nightbell.services.ports import Attempt, Sending
from nightbell.services.recover_unit import KEY_FORGOTTEN
from nightbell.services.start_unit import TEXT_GONE
from tests.contract.world import World
from tests.fakes import (
    BARE,
    ECHOING,
    KEYED,
    LOST_SENT,
    LOST_UNSENT,
    READABLE,
    Behaviour,
    FakeChannel,
    says,
)

MakeWorld = Callable[..., World]


def refuses(kind: VerdictKind, **more: Any) -> Behaviour:
    return Behaviour(executed=False, outcome=says(kind, **more))


def words(world: World) -> list[str]:
    """List what the human queue heard about the acknowledgement, in turn."""
    return [str(message["acknowledgement"]["state"]) for message in world.human_queue.messages]  # type: ignore[index]


def echo(world: World, outcome: Outcome = Outcome.SEEN) -> None:
    world.deliver(world.settlement(world.unit(1).tag, outcome))


# Verdicts


def test_what_was_sent_is_told_and_at_rest(world: World) -> None:
    world.write()
    world.work()
    unit = world.unit(1)
    assert (unit.state, unit.platform_message_id, unit.due_at) == (UnitState.SENT, "platform-id", None)
    assert words(world) == ["acknowledged"]
    assert world.faults_at_rest() == []


def test_what_the_platform_refuses_is_final_and_told_with_the_reason(world: World) -> None:
    world.api.next = [refuses(VerdictKind.REFUSED, reason="the contact has blocked us")]
    world.write()
    world.rest()
    assert (world.unit(1).state, world.unit(1).reason) == (UnitState.REFUSED, "the contact has blocked us")
    assert words(world) == ["refused"]
    assert world.faults_at_rest() == []


def test_what_never_left_is_tried_again_and_told_meanwhile(world: World) -> None:
    world.api.next = [Behaviour(executed=False, outcome=NotSent(error="refused"))] * 3
    world.write()
    world.rest()
    assert len(world.visible()) == 1
    assert words(world) == ["pending", "acknowledged"]
    assert world.faults_at_rest() == []


@pytest.mark.parametrize("wait_s", [5, 900])
def test_a_platform_that_asks_us_to_wait_is_obeyed(world: World, wait_s: int) -> None:
    world.api.next = [refuses(VerdictKind.NOT_SENT, retry_after_s=wait_s)]
    world.write()
    asked_at = world.clock.now()
    world.work()
    assert world.unit(1).not_before == asked_at + timedelta(seconds=wait_s)
    world.acknowledge(world.pk(), world.unit(1).sk, world.run())
    assert len(world.api.tokens) == 1
    world.rest()
    assert len(world.visible()) == 1
    assert asked_at + timedelta(seconds=wait_s) <= world.clock.now()


# Unknown outcomes, by class


@pytest.mark.parametrize(
    ("channel", "behaviour", "state", "visible"),
    [
        (READABLE, LOST_SENT, UnitState.CONFIRMED, 1),
        (READABLE, LOST_UNSENT, UnitState.SENT, 1),
        (ECHOING, LOST_SENT, UnitState.UNCERTAIN, 1),
        (ECHOING, LOST_UNSENT, UnitState.UNCERTAIN, 0),
        (BARE, LOST_SENT, UnitState.UNCERTAIN, 1),
        (BARE, LOST_UNSENT, UnitState.UNCERTAIN, 0),
        (KEYED, LOST_SENT, UnitState.SENT, 1),
        (KEYED, LOST_UNSENT, UnitState.SENT, 1),
    ],
    ids=lambda value: getattr(value, "name", None) or str(getattr(value, "executed", value)),
)
def test_an_unknown_outcome_is_settled_by_what_the_platform_can_prove(
    make_world: MakeWorld, channel: FakeChannel, behaviour: Behaviour, state: UnitState, visible: int
) -> None:
    world = make_world(channel)
    world.api.next = [behaviour]
    world.write()
    world.rest()
    assert (world.unit(1).state, len(world.visible())) == (state, visible)
    assert world.faults_at_rest() == []
    assert world.clock.now() <= world.unit(1).created_at + timedelta(minutes=5)


def test_nothing_is_looked_for_before_the_settle_time(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    for _ in range(8):
        world.pass_by(seconds=10)
        world.acknowledge(world.pk(), world.unit(1).sk, world.run())
    assert (world.api.reads, world.unit(1).state) == (0, UnitState.SENDING)
    world.pass_by(seconds=11)
    world.acknowledge(world.pk(), world.unit(1).sk, world.run())
    assert (world.api.reads, world.unit(1).state) == (1, UnitState.CONFIRMED)


def test_a_conversation_that_cannot_be_read_back_leaves_it_uncertain(world: World) -> None:
    world.api.next, world.api.readable = [LOST_SENT], False
    world.write()
    world.rest()
    assert (world.unit(1).state, words(world)) == (UnitState.UNCERTAIN, ["uncertain"])
    assert world.faults_at_rest() == []


@pytest.mark.parametrize("channel", [READABLE, ECHOING], ids=lambda channel: channel.name)
def test_an_echo_after_uncertain_is_told_again(make_world: MakeWorld, channel: FakeChannel) -> None:
    world = make_world(channel)
    world.api.next, world.api.readable = [LOST_SENT], False
    world.write()
    world.rest()
    echo(world)
    assert world.unit(1).due_at == world.clock.now()
    world.rest()
    assert (words(world), world.unit(1).state) == (["uncertain", "acknowledged"], UnitState.CONFIRMED)
    assert world.faults_at_rest() == []


def test_an_echo_proves_an_unanswered_send_without_looking(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    echo(world)
    world.rest()
    assert (world.api.reads, world.unit(1).state, words(world)) == (0, UnitState.CONFIRMED, ["acknowledged"])
    assert world.faults_at_rest() == []


def test_what_was_proven_absent_and_then_echoed_is_never_sent_again(world: World) -> None:
    world.api.next = [LOST_UNSENT, refuses(VerdictKind.NOT_SENT, retry_after_s=600)]
    world.write()
    world.work()
    world.pass_by(seconds=91)
    world.acknowledge(world.pk(), world.unit(1).sk, world.run())
    assert world.unit(1).state is UnitState.READY
    echo(world)
    world.rest()
    assert (world.unit(1).state, len(world.api.tokens)) == (UnitState.CONFIRMED, 2)


def test_an_echo_before_our_own_write_is_told_once(world: World) -> None:
    world.api.on_executed = lambda tag: world.deliver(world.settlement(tag))
    world.write()
    world.work()
    assert (world.unit(1).state, world.unit(1).due_at, words(world)) == (
        UnitState.CONFIRMED,
        None,
        ["acknowledged"],
    )


def test_an_echo_that_comes_twice_or_late_changes_nothing(world: World) -> None:
    world.write()
    world.rest()
    echo(world)
    before = world.stored()
    echo(world)
    assert world.stored() == before
    assert world.hints.waiting == []


@pytest.mark.parametrize("when", ["before our own write", "after it", "after an echo", "after uncertain"])
def test_a_failure_counts_whenever_it_comes(world: World, when: str) -> None:
    if when == "before our own write":
        world.api.on_executed = lambda tag: world.deliver(world.settlement(tag, Outcome.FAILED))
    if when == "after uncertain":
        world.api.next, world.api.readable = [LOST_SENT], False
    world.write()
    world.rest()
    if when == "after an echo":
        echo(world)
    if when != "before our own write":
        echo(world, Outcome.FAILED)
    world.rest()
    assert (world.unit(1).state, world.unit(1).reason) == (UnitState.UNDELIVERED, "the phone is gone")
    assert world.last_word() == "undelivered"
    echo(world)
    world.rest()
    assert world.unit(1).state is UnitState.UNDELIVERED
    assert len(world.visible()) == 1


def test_news_of_an_earlier_episode_does_not_stand_above_the_present_one(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.api.next = [LOST_SENT]
    world.write()
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.secrets.token = None
    world.write("one more thing")
    world.work()
    world.desk.take(world.pk(), "ana")
    world.rest()
    assert world.last_word() == "suppressed"
    echo(world)
    world.rest()
    assert world.unit(1).state is UnitState.CONFIRMED
    assert world.last_word() == "suppressed"


def test_news_of_an_earlier_episode_does_not_stand_above_one_that_got_nothing(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.api.next = [LOST_SENT]
    world.write()
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.write("stop")
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.write("one more thing")
    world.rest()
    assert world.last_word() == "suppressed"
    echo(world)
    world.rest()
    assert world.last_word() == "suppressed"


# Suppressed at the last moment


@pytest.mark.parametrize("what", ["takes", "answers"])
def test_an_agent_who_is_faster_leaves_nothing_to_send(world: World, what: str) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    if what == "answers":
        world.desk.close(world.pk(), "ana")
    world.rest()
    assert (world.visible(), world.unit(1).state) == ([], UnitState.SUPPRESSED)
    assert world.unit(1).reason == (HELD if what == "takes" else ANSWERED)
    assert words(world) == ["suppressed"]
    assert world.faults_at_rest() == []


def test_what_waits_too_long_for_the_window_is_not_sent(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.pass_by(hours=23, minutes=56)
    world.rest()
    assert (world.visible(), world.last_word()) == ([], "suppressed")


def test_a_text_that_was_taken_out_of_the_settings_is_handed_over_without(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    for key, account in world.accounts.items():
        world.accounts[key] = replace(account, brand=replace(account.brand, texts={"en": {}, "es": {}}))
    world.rest()
    assert (world.visible(), world.unit(1).state, world.unit(1).reason) == ([], UnitState.SUPPRESSED, TEXT_GONE)
    assert words(world) == ["suppressed"]


def test_a_run_that_is_nearly_over_sends_nothing(world: World) -> None:
    world.write()
    world.hints.waiting.clear()
    world.acknowledge(world.pk(), world.unit(1).sk, world.run(timedelta(seconds=13)))
    assert (world.api.tokens, world.unit(1).state) == ([], UnitState.READY)
    world.rest()
    assert len(world.visible()) == 1


def test_who_wakes_after_somebody_took_over_takes_no_news_from_the_team(make_world: MakeWorld) -> None:
    """A worker sleeps for longer than it can live; meanwhile nobody could tell what came of it, until an echo did."""
    world = make_world(ECHOING)
    world.write()
    pk, sk = world.hints.waiting.pop(0)
    finish = world.units.finish

    def after_all_that(unit: Unit, state: UnitState, **more: Any) -> Unit | None:
        world.units.finish = finish  # type: ignore[method-assign]
        world.pass_by(minutes=5)
        world.acknowledge(pk, sk, world.run())
        assert world.unit(1).state is UnitState.UNCERTAIN
        echo(world)
        return finish(unit, state, **more)

    world.units.finish = after_all_that  # type: ignore[method-assign]
    world.acknowledge(pk, sk, world.run())
    world.rest()
    assert (world.unit(1).state, world.last_word()) == (UnitState.CONFIRMED, "acknowledged")
    assert world.faults_at_rest() == []


def test_two_workers_with_the_same_hint_send_once(world: World) -> None:
    world.write()
    started = world.units.start

    def after_another(unit: Unit, attempt: Attempt, sending: Sending | None) -> Unit | None:
        world.units.start = started  # type: ignore[method-assign]
        world.acknowledge(unit.pk, unit.sk, world.run())
        return started(unit, attempt, sending)

    world.units.start = after_another  # type: ignore[method-assign]
    world.work()
    assert len(world.api.tokens) == 1
    assert words(world) == ["acknowledged"]


def test_a_worker_that_wakes_after_its_lease_writes_nothing(make_world: MakeWorld) -> None:
    world = make_world(KEYED)

    def sleep_too_long(_: str) -> None:
        world.api.on_executed = lambda _: None
        world.pass_by(seconds=60)
        world.acknowledge(world.pk(), world.unit(1).sk, world.run())

    world.api.on_executed = sleep_too_long
    world.write()
    world.rest()
    assert (len(world.visible()), world.unit(1).state, world.unit(1).worker) == (1, UnitState.SENT, "worker 2")
    assert world.faults_at_rest() == []


# The breaker


def test_a_dead_token_parks_hands_over_once_probes_with_one_and_closes_when_replaced(world: World) -> None:
    world.api.next = [refuses(VerdictKind.TOKEN_DEAD)] * 2
    for by in "123":
        world.write(by=by)
    world.work()
    assert len(world.api.tokens) == 1
    assert words(world) == ["pending"] * 3
    assert world.breaker()["cause"] == "token"
    world.pass_by(seconds=61)
    world.sweep()
    world.work()
    assert len(world.api.tokens) == 2
    assert words(world) == ["pending"] * 3
    world.secrets.token = "another token"
    world.rest()
    assert [len(world.visible(by)) for by in "123"] == [1, 1, 1]
    assert words(world) == ["pending"] * 3 + ["acknowledged"] * 3
    assert set(world.breaker()) == {"pk", "sk"}
    assert [world.faults_at_rest(by) for by in "123"] == [[], [], []]


def test_while_one_probes_the_others_wait(world: World) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED)]
    world.write(by="1")
    world.write(by="2")
    world.work()
    world.pass_by(seconds=61)
    tokens: list[int] = []

    def another(tag: str) -> None:
        world.api.on_executed = lambda _: None
        assert tag == world.unit(1, "1").tag
        world.acknowledge(world.pk("2"), world.unit(1, "2").sk, world.run())
        tokens.append(len(world.api.tokens))

    world.api.on_executed = another
    world.acknowledge(world.pk("1"), world.unit(1, "1").sk, world.run())
    assert tokens == [2]
    world.rest()
    assert [len(world.visible(by)) for by in "12"] == [1, 1]


@pytest.mark.parametrize("kind", [VerdictKind.TOKEN_DEAD, VerdictKind.NOT_PERMITTED])
def test_a_replaced_token_is_tried_without_waiting_for_the_pause(world: World, kind: VerdictKind) -> None:
    world.api.next = [refuses(kind)]
    world.write(by="1")
    world.work()
    world.secrets.token = "another token"
    world.write(by="2")
    world.work()
    assert len(world.visible("2")) == 1
    assert "open_until" not in world.breaker()


def test_an_account_without_a_token_hands_over_and_sends_when_it_has_one(world: World) -> None:
    world.secrets.token = None
    world.write()
    world.work()
    assert words(world) == ["pending"]
    world.sweep()
    world.pass_by(minutes=2)
    world.sweep()
    world.work()
    assert words(world) == ["pending"]
    world.secrets.token = "set at last"
    world.rest()
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


def test_a_row_of_failures_opens_the_breaker_and_a_probe_closes_it(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.api.next = [LOST_UNSENT] * FAILURES_TO_OPEN
    contacts = [f"{n}" for n in range(FAILURES_TO_OPEN + 3)]
    for by in contacts:
        world.write(by=by)
    world.work()
    assert len(world.api.tokens) == FAILURES_TO_OPEN
    assert world.counted("breakers_opened") == 1
    parked = contacts[FAILURES_TO_OPEN:]
    assert [world.unit(1, by).state for by in parked] == [UnitState.READY] * 3
    world.rest()
    assert [len(world.visible(by)) for by in parked] == [1, 1, 1]
    assert [world.last_word(by) for by in contacts[:FAILURES_TO_OPEN]] == ["uncertain"] * FAILURES_TO_OPEN
    assert [world.faults_at_rest(by) for by in contacts] == [[] for _ in contacts]


def test_each_time_it_opens_again_it_stays_open_twice_as_long(world: World) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED)] * 9
    world.write()
    pauses = []
    for _ in range(9):
        world.acknowledge(world.pk(), world.unit(1).sk, world.run())
        until = world.units.read_breaker(world.channel.name, world.account.account_id).open_until
        assert until is not None
        pauses.append(round((until - world.clock.now()).total_seconds() / 60))
        world.pass_by(minutes=61)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_keyed_send_that_may_not_be_repeated_now_is_told_once_and_repeated_later(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    world.secrets.token = None
    for minutes in (1, 2, 4, 8):
        world.pass_by(minutes=minutes)
        world.sweep()
        world.work()
    assert words(world) == ["pending"]
    world.secrets.token = "again"
    world.rest()
    assert (len(world.visible()), world.unit(1).state) == (1, UnitState.SENT)
    assert world.faults_at_rest() == []


@pytest.mark.parametrize("came_of_the_first", [LOST_SENT, LOST_UNSENT], ids=["sent", "not sent"])
@pytest.mark.parametrize("breaker_is_open", [False, True], ids=["tried", "breaker open"])
@pytest.mark.parametrize("second", [VerdictKind.NOT_SENT, VerdictKind.TOKEN_DEAD, VerdictKind.ACCOUNT_BLOCKED])
def test_a_keyed_send_of_unknown_outcome_is_never_said_to_be_unsent(
    make_world: MakeWorld, second: VerdictKind, *, breaker_is_open: bool, came_of_the_first: Behaviour
) -> None:
    world = make_world(KEYED)
    world.api.next = [came_of_the_first, *[refuses(second)] * 2]
    world.write()
    world.work()
    world.pass_by(minutes=1)
    if breaker_is_open:
        world.write(by="another")
        world.work()
    world.sweep()
    world.work()
    assert (world.unit(1).state, world.last_word()) == (UnitState.RECOVERING, "pending")
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.api.next = []
    world.rest()
    assert (world.unit(1).state, world.unit(1).reason, world.last_word()) == (
        UnitState.UNCERTAIN,
        ANSWERED,
        "uncertain",
    )
    assert world.faults_at_rest() == []


def test_a_keyed_send_of_unknown_outcome_is_repeated_under_its_key_when_it_can_be(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.api.next = [LOST_SENT, *[Behaviour(executed=False, outcome=NotSent(error="refused"))] * 4]
    world.write()
    world.rest()
    assert (len(world.visible()), world.unit(1).state, words(world)) == (
        1,
        UnitState.SENT,
        ["pending", "acknowledged"],
    )
    assert world.faults_at_rest() == []


def test_what_the_platform_refuses_under_the_same_key_later_stays_uncertain(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    unsent = Behaviour(executed=False, outcome=NotSent(error="refused"))
    world.api.next = [LOST_SENT, unsent, refuses(VerdictKind.REFUSED, reason="blocked")]
    world.write()
    world.rest()
    assert (world.unit(1).state, world.last_word()) == (UnitState.UNCERTAIN, "uncertain")
    assert world.faults_at_rest() == []


def test_a_key_that_the_platform_has_forgotten_is_used_no_more(make_world: MakeWorld) -> None:
    world = make_world(replace(KEYED, reply_window=None))
    world.api.next = [LOST_SENT, *[Behaviour(executed=False, outcome=NotSent(error="refused"))] * 99]
    world.write()
    world.rest()
    assert (world.unit(1).state, world.unit(1).reason) == (UnitState.UNCERTAIN, KEY_FORGOTTEN)
    assert world.faults_at_rest() == []


# The human queue


def test_news_beside_an_acknowledgement_that_cannot_leave_is_told_once_and_not_at_every_sweep(world: World) -> None:
    world.secrets.token = None
    world.write()
    world.work()
    world.write("It came broken and I am not happy")
    world.work()
    for hours in range(6):
        world.pass_by(hours=hours)
        world.sweep()
        world.work()
    assert words(world) == ["pending", "pending"]
    world.secrets.token = "set at last"
    world.rest()
    assert world.last_word() == "acknowledged"
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


@pytest.mark.parametrize("channel", [READABLE, ECHOING, BARE, KEYED], ids=lambda channel: channel.name)
def test_a_queue_that_is_down_delays_the_word_and_repeats_no_send(make_world: MakeWorld, channel: FakeChannel) -> None:
    world = make_world(channel)
    send = world.human_queue.send
    refused: list[object] = []

    def refuse_three(message: Mapping[str, object]) -> None:
        if len(refused) < 3:
            refused.append(message)
            raise UnavailableError("down")
        send(message)

    world.human_queue.send = refuse_three  # type: ignore[method-assign]
    world.write()
    world.rest()
    assert len(refused) == 3
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


def test_hand_offs_keep_to_the_schema_and_name_the_conversation(world: World) -> None:
    world.write()
    world.work()
    (message,) = world.human_queue.messages
    assert (message["conversation_id"], message["waiting_count"]) == (world.pk(), 1)


def test_a_hand_off_that_breaks_its_schema_leaves_the_unit_due(world: World) -> None:
    def refuse(message: Mapping[str, object]) -> None:
        raise MisconfiguredError(f"the hand-off breaks its schema: {message['schema']}")

    send = world.human_queue.send
    world.human_queue.send = refuse  # type: ignore[method-assign]
    world.write()
    pk, sk = world.hints.waiting.pop()
    with pytest.raises(MisconfiguredError):
        world.acknowledge(pk, sk, world.run())
    assert world.unit(1).due_at is not None
    world.human_queue.send = send  # type: ignore[method-assign]
    world.rest()
    assert len(world.visible()) == 1
    assert world.faults_at_rest() == []


def test_an_answer_lost_by_the_platform_is_unknown_whatever_the_fault(world: World) -> None:
    world.api.next = [Behaviour(executed=True, outcome=NoAnswer(error="reset"))]
    world.write()
    world.work()
    assert (world.unit(1).state, words(world)) == (UnitState.SENDING, [])
