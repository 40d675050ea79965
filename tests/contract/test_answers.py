"""What a person says travels as an acknowledgement does, and closes what it answers once it has certainly left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import TextId
from nightbell.domain.closing import Closing
from nightbell.domain.desk_state import DeskState
from nightbell.domain.desk_suppression import (
    AGENT_WROTE,
    CLOSED_NOW,
    PERSON_WINDOW_CLOSED,
    WROTE_ANEW,
    reason_to_drop_made,
)
from nightbell.domain.events import Author, Outcome, OutsideAnswer
from nightbell.domain.facts import Fact
from nightbell.domain.notice import KIND
from nightbell.domain.suppression import ANSWERED, OFF
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind, UnitState
from nightbell.platforms.channel import NotSent, VerdictKind
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_ports import Act
from nightbell.services.desk_say import Saying
from nightbell.services.recover_unit import UNREADABLE
from tests.contract.faults import Crash, Faults, How
from tests.contract.world import CONTACT, World
from tests.fakes import BARE, ECHOING, KEYED, LOST_SENT, LOST_UNSENT, READABLE, Behaviour, FakeChannel, says

MakeWorld = Callable[..., World]
ANSWER = "Yes, in blue and in green. Shall we put one aside?"
AGENT = "marta"
CLASSES = pytest.mark.parametrize("channel", [KEYED, READABLE, ECHOING, BARE], ids=lambda channel: channel.name)


def asked(world: World) -> World:
    """Have a contact ask, and be acknowledged."""
    world.write()
    world.work()
    return world


def say(world: World, text: str = ANSWER, *, request: str = "click 1", **more: Any) -> Unit:
    """Take the conversation, and say something in it."""
    page = world.desk.take(world.pk(), AGENT)
    via = world.channel.name
    saying = Saying(
        request=request,
        texts=(Spoken(via=via, text=text),),
        up_to=page.conversation.last_seq,
        **{"override": "it is a test of how it travels", **more},
    )
    (unit,) = world.desk.say(world.pk(), AGENT, saying).units
    return unit


def said(world: World) -> Unit:
    return world.desk_units_of()[-1]


def desk(world: World) -> DeskState:
    return world.truth.read_desk(world.pk())


def notices(world: World) -> list[dict[str, Any]]:
    return [item for item in world.stored() if item.get("event") == KIND]


def named(facts: list[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if fact.name == name]


def tags(world: World) -> list[str]:
    return [tag for tag in world.visible() if tag == said(world).tag]


def echo(world: World, outcome: Outcome = Outcome.SEEN) -> None:
    world.deliver(world.settlement(said(world).tag, outcome))


def refuses(**more: Any) -> Behaviour:
    return Behaviour(executed=False, outcome=says(VerdictKind.REFUSED, **more))


@CLASSES
def test_an_answer_leaves_in_the_agents_words_and_closes_what_it_answers(
    make_world: MakeWorld, channel: FakeChannel
) -> None:
    world = asked(make_world(channel))
    unit = say(world)
    world.pass_by(minutes=1)
    world.work()
    assert (said(world).state, said(world).text, said(world).due_at) == (UnitState.SENT, ANSWER, None)
    assert (world.api.bodies[-1]["text"], world.api.bodies[-1]["tag"]) == (ANSWER, unit.tag)
    assert world.api.bodies[-1]["by_person"] == "inside"
    assert not world.conversation().is_waiting
    assert world.faults_at_rest() == []


def test_only_the_first_answer_is_counted_as_the_first(world: World) -> None:
    asked(world)
    world.pass_by(minutes=4)
    say(world)
    world.work()
    (first,) = named(world.facts, "first_answer")
    waited = {"wall_s": 240, "open_s": 240, "promise_kept": 1}
    about = {"channel": world.channel.name, "brand": world.account.brand.key, "came": "open", "episode": 1}
    assert {name: value for name, value in first.fields.items() if name != "conversation"} == waited | about
    world.write("And in red?")
    say(world, "In red as well.", request="click 2")
    world.work()
    clock = desk(world).clock
    assert clock is not None
    assert (clock.episode, clock.answers) == (2, 1)


def test_an_answer_closes_no_message_that_came_while_it_left(world: World) -> None:
    asked(world)
    say(world)
    world.write("And in red?")
    world.work()
    assert (said(world).state, world.conversation().seen_seq, world.conversation().waiting_count) == (
        UnitState.SENT,
        1,
        1,
    )
    assert world.faults_at_rest() == []


@CLASSES
def test_an_answer_of_unknown_outcome_is_settled_as_an_acknowledgement_is(
    make_world: MakeWorld, channel: FakeChannel
) -> None:
    world = asked(make_world(channel))
    world.api.next = [LOST_SENT]
    say(world)
    world.rest()
    proven = {"keyed": UnitState.SENT, "readable": UnitState.CONFIRMED}
    expected = proven.get(channel.name, UnitState.UNCERTAIN)
    assert (said(world).state, len(tags(world))) == (expected, 1)
    assert world.conversation().is_waiting == (expected is UnitState.UNCERTAIN)
    assert [notice["txt"] for notice in notices(world)] == (
        [f"Nobody can tell whether what marta wrote reached the contact: {UNREADABLE}."]
        if expected is UnitState.UNCERTAIN
        else []
    )
    assert world.faults_at_rest() == []


def test_an_answer_that_never_left_is_sent_again_and_closes_nothing_before(make_world: MakeWorld) -> None:
    world = asked(make_world(READABLE))
    world.api.next = [LOST_UNSENT]
    say(world)
    world.work()
    assert world.conversation().is_waiting
    world.rest()
    assert (said(world).state, len(tags(world)), world.conversation().is_waiting) == (UnitState.SENT, 1, False)


def test_an_answer_that_is_refused_leaves_a_notice_and_tells_the_human_queue(world: World) -> None:
    asked(world)
    world.api.next = [refuses(reason="the contact has blocked us")]
    say(world)
    world.work()
    conversation = world.conversation()
    assert (said(world).state, conversation.seen_seq, conversation.last_seq) == (UnitState.REFUSED, 0, 2)
    assert [notice["txt"] for notice in notices(world)] == [
        "The platform refused what marta wrote: the contact has blocked us."
    ]
    assert "What the team answered did not reach the contact, or nobody can tell." in _reasons(world)
    assert world.faults_at_rest() == []


def test_a_late_failure_opens_a_closed_conversation_again(world: World) -> None:
    asked(world)
    say(world)
    world.work()
    assert not world.conversation().is_waiting
    world.pass_by(hours=1)
    echo(world, Outcome.FAILED)
    world.work()
    conversation = world.conversation()
    assert (said(world).state, conversation.seen_seq, conversation.last_seq) == (UnitState.UNDELIVERED, 1, 2)
    assert (conversation.episode, conversation.ack_seq) == (2, 0)
    assert world.conversation().is_waiting
    assert "waiting_pk" in world.meta()
    message = world.human_queue.last_word(world.pk())
    assert message is not None
    assert "the phone is gone" in str(message["acknowledgement"])
    echo(world, Outcome.FAILED)
    world.rest()
    assert len(notices(world)) == 1


def test_an_answer_that_is_proven_late_closes_what_it_answers_and_the_notice_stays(make_world: MakeWorld) -> None:
    world = asked(make_world(ECHOING))
    world.api.next = [LOST_SENT]
    say(world)
    world.rest()
    assert (world.conversation().seen_seq, world.conversation().last_seq) == (0, 2)
    echo(world)
    world.work()
    assert (said(world).state, world.conversation().seen_seq, len(notices(world))) == (UnitState.CONFIRMED, 1, 1)
    assert desk(world).clock is not None
    assert world.due() == []


def test_of_two_who_close_a_case_at_once_one_does(world: World) -> None:
    asked(world)
    say(world, "We will tell you by noon.", promise=world.clock.now() + timedelta(hours=2))
    close, again = world.units.close, list[bool]()

    def after_another(case: Closing) -> bool:
        assert close(case)
        now = desk(world)
        again.append(close(replace(case, before=now, after=now.acting())))
        return again[0]

    world.units.close = after_another  # type: ignore[method-assign]
    world.work()
    assert again == [False]
    assert named(world.facts, "desk_units_arrived") == []


def test_the_human_queue_hears_of_a_failure_in_the_same_run(world: World) -> None:
    asked(world)
    told = len(world.human_queue.messages)
    world.api.next = [refuses(reason="the contact has blocked us")]
    unit = say(world)
    world.acknowledge(unit.pk, unit.sk, world.run())
    assert len(world.human_queue.messages) == told + 1
    assert world.due() == []


def test_an_echo_that_is_faster_than_our_own_write_closes_once(world: World) -> None:
    asked(world)
    say(world)
    world.api.on_executed = lambda _: echo(world)
    world.work()
    clock = desk(world).clock
    assert clock is not None
    assert (said(world).state, clock.answers, world.conversation().is_waiting) == (UnitState.CONFIRMED, 1, False)
    assert world.due() == []


def test_nothing_but_the_platforms_own_end_keeps_a_persons_words_back(make_world: MakeWorld) -> None:
    world = make_world(BARE)
    world.deliver(world.message("STOP"))
    world.work()
    for _ in range(21):
        world.write()
    unit = say(world)
    world.work()
    assert world.conversation().opted_out
    assert (said(world).state, said(world).reason, unit.tag in world.visible()) == (UnitState.SENT, "", True)


@pytest.mark.parametrize(("hours", "leaves"), [(23, "inside"), (25, "outside"), (169, None)])
def test_a_person_may_answer_as_long_as_the_platform_lets_people(
    make_world: MakeWorld, hours: int, leaves: str | None
) -> None:
    channel = FakeChannel(name="windowed", recovery=BARE.recovery, person_window=timedelta(days=7))
    world = asked(make_world(channel))
    say(world)
    world.hints.waiting.clear()
    world.pass_by(hours=hours)
    world.rest()
    if leaves is None:
        assert (said(world).state, said(world).reason) == (UnitState.SUPPRESSED, PERSON_WINDOW_CLOSED)
        assert len(notices(world)) == 1
    else:
        assert (said(world).state, world.api.bodies[-1]["by_person"]) == (UnitState.SENT, leaves)


def test_what_cannot_leave_yet_waits_without_a_word_and_leaves_later(world: World) -> None:
    asked(world)
    told = len(world.human_queue.messages)
    world.api.next = [Behaviour(executed=False, outcome=NotSent(error="refused"))] * 2
    say(world)
    world.work()
    assert (said(world).state, said(world).told, len(world.human_queue.messages)) == (UnitState.READY, False, told)
    world.rest()
    assert (said(world).state, world.conversation().is_waiting) == (UnitState.SENT, False)


def test_a_promise_closes_nothing_and_stands_once_it_has_left(world: World) -> None:
    asked(world)
    by = world.clock.now() + timedelta(hours=2)
    say(world, "We will tell you by noon.", promise=by)
    assert desk(world).promise_at is None
    world.work()
    state = desk(world)
    assert (said(world).kind, said(world).state) == (UnitKind.PERSON_PROMISE, UnitState.SENT)
    assert (state.promise_at, state.promise_by, state.promise_episode, state.clock) == (by, AGENT, 1, None)
    assert world.conversation().is_waiting


@pytest.mark.parametrize("next_send", [[], [refuses(reason="no")]], ids=["closing", "a notice"])
def test_whoever_sends_needs_no_right_but_to_update(world: World, next_send: list[Behaviour]) -> None:
    asked(world)
    world.api.next = next_send
    say(world)
    writes = Writes(world.dynamodb)
    world.build(Faults(), dynamodb=writes)
    world.work()
    assert writes.kinds == {"Update"}
    assert world.due() == []


# Untagged echoes


def test_our_own_answer_that_comes_back_without_a_tag_is_no_answer_of_somebody_else(make_world: MakeWorld) -> None:
    world = asked(make_world(ECHOING))
    world.api.next = [Behaviour(executed=True, outcome=says(VerdictKind.SENT, id="the answer's"))]
    say(world)
    world.write("And in red?")
    world.work()
    world.pass_by(minutes=1)
    world.deliver(_outside(world, "the answer's", ANSWER))
    world.work()
    assert (said(world).state, world.conversation().human_at) == (UnitState.CONFIRMED, None)
    assert (world.conversation().seen_seq, world.conversation().last_seq) == (1, 2)


def test_our_own_answer_is_known_by_its_words_before_its_id_is(make_world: MakeWorld) -> None:
    world = asked(make_world(ECHOING))
    world.api.next = [LOST_SENT]
    say(world)
    world.work()
    world.deliver(_outside(world, "another id", f"{ANSWER} "))
    world.rest()
    assert (said(world).state, world.conversation().is_waiting, notices(world)) == (UnitState.CONFIRMED, False, [])


def test_what_a_person_writes_past_us_is_not_taken_for_the_desks(make_world: MakeWorld) -> None:
    world = asked(make_world(ECHOING))
    say(world)
    world.work()
    world.write("And in red?")
    world.pass_by(minutes=1)
    world.deliver(_outside(world, "typed", "In red as well."))
    assert (world.conversation().seen_seq, said(world).state) == (2, UnitState.SENT)


def test_words_that_the_desk_said_again_prove_nothing_about_the_first_time(make_world: MakeWorld) -> None:
    world = asked(make_world(READABLE))
    world.api.next = [LOST_UNSENT]
    say(world)
    world.work()
    say(world, request="click 2")
    world.work()
    world.rest()
    first, second = world.desk_units_of()
    assert (first.state, second.state) == (UnitState.UNCERTAIN, UnitState.SENT)
    assert len(notices(world)) == 1


# What the desk says by itself


def made(world: World, kind: UnitKind, **more: Any) -> Unit:
    """Have the desk say something by itself."""
    read, before = world.conversation(), desk(world)
    now = world.clock.now()
    unit = Unit(
        pk=world.pk(),
        seq=read.last_seq,
        desk=before.acts + 1,
        kind=kind,
        text_id=TextId(kind.value),
        created_at=now,
        due_at=now + FIRST_DUE,
        due_since=now,
        **{"promise_at": now + timedelta(hours=1), **more},
    )
    table = DeskTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)), 2)
    assert table.act(Act(pk=unit.pk, step=None, before=before, after=before.acting(), logs=(), units=(unit,)))
    world.acknowledge(unit.pk, unit.sk, world.run())
    return said(world)


def test_a_holding_update_names_a_new_time_and_closes_nothing(world: World) -> None:
    asked(world)
    unit = made(world, UnitKind.HOLDING)
    assert (unit.state, unit.due_at, "by_person" in world.api.bodies[-1]) == (UnitState.SENT, None, False)
    assert (desk(world).promise_at, desk(world).promise_by) == (unit.promised_by, "")
    assert world.conversation().is_waiting
    assert desk(world).clock is None


def test_a_time_that_automation_names_later_keeps_no_promise(world: World) -> None:
    asked(world)
    promised = world.unit(1).promised_by
    assert promised is not None
    made(world, UnitKind.HOLDING, promise_at=promised + timedelta(hours=1))
    world.clock.advance((promised - world.clock.now()).total_seconds() + 60)
    say(world)
    world.work()
    clock = desk(world).clock
    assert clock is not None
    assert (clock.promised_by, clock.promise_kept) == (promised, False)


def test_no_holding_update_leaves_once_somebody_has_answered(world: World) -> None:
    asked(world)
    say(world)
    world.work()
    assert (made(world, UnitKind.HOLDING).reason, notices(world)) == (ANSWERED, [])


def test_no_holding_update_leaves_after_an_agents_own_word(make_world: MakeWorld) -> None:
    world = asked(make_world(BARE))
    world.api.next = [Behaviour(executed=False, outcome=NotSent(error="refused"))]
    made(world, UnitKind.HOLDING)
    say(world, "By noon.", promise=world.clock.now() + timedelta(hours=2))
    world.rest()
    holding, promise, *_ = world.desk_units_of()
    assert (holding.reason, promise.kind, promise.state) == (AGENT_WROTE, UnitKind.PERSON_PROMISE, UnitState.SENT)


def test_no_holding_update_leaves_while_we_are_closed(world: World) -> None:
    asked(world)
    world.pass_by(hours=12)
    assert made(world, UnitKind.HOLDING).reason == CLOSED_NOW


def test_whoever_holds_it_does_not_stop_a_holding_update(world: World) -> None:
    asked(world)
    world.desk.take(world.pk(), AGENT)
    assert made(world, UnitKind.HOLDING).state is UnitState.SENT


def test_nobody_is_asked_how_it_was_once_they_have_written_again(world: World) -> None:
    asked(world)
    say(world)
    world.work()
    assert made(world, UnitKind.RATING).state is UnitState.SENT
    world.write("Thank you!")
    read = world.conversation()
    rating = replace(said(world), seq=read.last_seq - 1)
    assert _dropped(rating, world) == WROTE_ANEW


@pytest.mark.parametrize("kind", [UnitKind.HOLDING, UnitKind.RATING])
def test_what_fails_of_what_the_desk_says_by_itself_is_counted_and_no_more(world: World, kind: UnitKind) -> None:
    asked(world)
    world.api.next = [refuses(reason="no")]
    unit = made(world, kind)
    assert (unit.state, unit.due_at, notices(world)) == (UnitState.REFUSED, None, [])
    assert desk(world).promise_at is None


@pytest.mark.parametrize("kind", [UnitKind.HOLDING, UnitKind.RATING])
def test_nothing_leaves_by_itself_where_the_owner_wants_nothing_automatic(world: World, kind: UnitKind) -> None:
    asked(world)
    world.accounts[world.channel.name, world.account.account_id] = replace(world.account, automatic=False)
    unit = made(world, kind)
    assert (unit.state, unit.reason) == (UnitState.SUPPRESSED, OFF)
    say(world)
    world.work()
    assert said(world).state is UnitState.SENT


def _dropped(unit: Unit, world: World) -> str | None:
    read, now = world.conversation(), world.clock.now()
    return reason_to_drop_made(unit, read, world.account, reply_window=None, agent_wrote=False, now=now)


def _reasons(world: World) -> list[str]:
    message: Any = world.human_queue.last_word(world.pk())
    return list(message["priority"]["reasons"])


def _outside(world: World, message_id: str, text: str) -> OutsideAnswer:
    return OutsideAnswer(
        kind="fake.echo",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(CONTACT,),
        author=Author.PERSON,
        sent_at=world.clock.now(),
        said_id=message_id,
        text=text,
    )


class Writes:
    """A client that notes what its transactions do.

    Attributes:
        kinds: Of their parts.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.kinds: set[str] = set()

    def __getattr__(self, operation: str) -> Any:
        assert operation != "put_item"
        return getattr(self._client, operation)

    def transact_write_items(self, **request: Any) -> Any:
        self.kinds |= {kind for part in request["TransactItems"] for kind in part}
        return self._client.transact_write_items(**request)


def _crashing(world: World, at: int) -> bool:
    """Let one run of Acknowledge die at one of its calls; false when it has none so late."""
    faults = Faults(at=at, how=How.CRASH_AFTER)
    world.build(faults)
    pk, sk = world.hints.waiting.pop(0)
    try:
        world.acknowledge(pk, sk, world.run())
    except Crash:
        return True
    return False


@CLASSES
def test_whatever_dies_while_an_answer_leaves_it_closes_exactly_once(
    make_world: MakeWorld, channel: FakeChannel
) -> None:
    for at in range(1, 40):
        world = asked(make_world(channel))
        say(world)
        died = _crashing(world, at)
        world.build(Faults())
        world.rest()
        clock, state = desk(world).clock, said(world).state
        arrived = state in {UnitState.SENT, UnitState.CONFIRMED}
        assert (clock is not None and clock.answers == 1) == arrived, at
        assert world.conversation().is_waiting != arrived, at
        assert len(tags(world)) == 1 or not arrived, at
        assert len(notices(world)) == (0 if arrived else 1), at
        assert world.faults_at_rest() == [], at
        if not died:
            return
    raise AssertionError("it never came to its end")
