"""What the human queue reads about a conversation, and which of several messages counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nightbell.domain.conversation import Conversation
from nightbell.domain.hand_off import REVISIONS_PER_UNIT, queue_revision
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.registry import CHANNELS
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.fakes import FakeHumanQueue
from tests.unit.talk import MONDAY_NOON, PK, Talk, bakery

REACHED = {UnitState.SENT, UnitState.CONFIRMED, UnitState.UNCERTAIN}


@pytest.mark.parametrize("state", UnitState)
def test_the_text_is_told_only_if_it_may_have_reached_the_contact(state: UnitState) -> None:
    talk = Talk()
    decision = talk.says("Hello")
    told = talk.handed_off(decision, state, text="Hello there", promised_by=MONDAY_NOON)["acknowledgement"]
    assert told["text"] == ("Hello there" if state in REACHED else None)
    assert told["promised_by"] == ("2026-11-23T11:00:00Z" if state in REACHED else None)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (UnitState.READY, "pending"),
        (UnitState.SENDING, "pending"),
        (UnitState.RECOVERING, "pending"),
        (UnitState.SENT, "acknowledged"),
        (UnitState.CONFIRMED, "acknowledged"),
        (UnitState.UNCERTAIN, "uncertain"),
        (UnitState.REFUSED, "refused"),
        (UnitState.UNDELIVERED, "undelivered"),
        (UnitState.SUPPRESSED, "suppressed"),
    ],
)
def test_every_state_has_its_word(state: UnitState, said: str) -> None:
    talk = Talk()
    assert talk.handed_off(talk.says("Hello"), state)["acknowledgement"]["state"] == said


def test_a_person_reads_all_they_need_before_opening_it() -> None:
    talk = Talk()
    talk.says("Hello", sent_at=talk.now - timedelta(seconds=3))
    decision = talk.wait(minutes=1).says("The cake was broken")
    message = talk.handed_off(decision)
    assert message["conversation_id"] == PK
    assert message["episode"] == 1
    assert message["brand"] == "harbour"
    assert message["account"] == {"id": "100000000000001", "name": "Facebook"}
    assert message["contact"] == {"id": "4711", "display_name": None}
    assert (message["first_message_at"], message["last_message_at"]) == ("2026-11-23T11:00:00Z", "2026-11-23T11:01:00Z")
    assert (message["waiting_count"], message["kind"], message["language"]) == (2, "complaint", "en")


def test_the_desk_link_survives_a_browser() -> None:
    talk = Talk()
    link = talk.handed_off(talk.says("Hello"))["desk_link"]
    assert "#" not in link
    assert unquote(link) == f"https://desk.example/{PK}"


# Which message counts. Two workers move two units of one conversation at once: the acknowledgement, and a later
# unit that sends nothing. Readers keep the highest revision, so whatever the order in which they read, told and
# wrote, that one must say in the end what became of the acknowledgement.


@dataclass
class Table:
    """The two units as stored, each read and write whole."""

    conversation: Conversation
    units: dict[int, Unit]
    due: set[int] = field(default_factory=set)

    def read_conversation(self, _: str) -> Conversation:
        return self.conversation

    def read_unit(self, _: str, seq: int) -> Unit | None:
        return self.units.get(seq)

    def move(self, read: Unit, state: UnitState, *, due: bool) -> Unit | None:
        """Write a state if the unit still is as it was read."""
        if self.units[read.seq].revision != read.revision:
            return None
        self.units[read.seq] = replace(read, state=state, revision=read.revision + 1)
        (self.due.add if due else self.due.discard)(read.seq)
        return self.units[read.seq]

    def told(self, read: Unit) -> None:
        if self.units[read.seq].revision == read.revision:
            self.due.discard(read.seq)


Worker = Callable[[Table, TellHumanQueue, UnitState], Iterator[None]]


def acknowledge(table: Table, tell: TellHumanQueue, verdict: UnitState) -> Iterator[None]:
    """Send, announce and write the outcome; stand still between any two of these."""
    unit = table.units[1]
    yield
    if unit.state is UnitState.READY:
        started = table.move(unit, UnitState.SENDING, due=True)
        yield
        if started is not None:
            tell(started, verdict)
            yield
            finished = table.move(started, verdict, due=verdict is UnitState.READY)
            again = table.units[1]
            is_ours = again.state is UnitState.CONFIRMED and again.epoch == started.epoch
            if finished is None and is_ours and verdict is UnitState.SENT:
                table.told(again)
    elif unit.state in {UnitState.SENDING, UnitState.RECOVERING}:
        # Written before anything is said: a worker taken for dead may have said another thing at this revision.
        recovering = table.move(replace(unit, epoch=unit.epoch + 1), UnitState.RECOVERING, due=True)
        yield
        if recovering is not None:
            tell(recovering, UnitState.UNCERTAIN)
            yield
            table.move(recovering, UnitState.UNCERTAIN, due=False)
    elif 1 in table.due:
        tell(unit, unit.state)
        yield
        table.told(unit)


def hand_over(table: Table, tell: TellHumanQueue, _: UnitState) -> Iterator[None]:
    """Tell about the later unit until what was sent last has come to something."""
    unit = table.units[2]
    yield
    if not unit.state.is_final:
        settled = tell(unit, UnitState.SUPPRESSED, unit.reason)
        yield
        table.move(unit, UnitState.SUPPRESSED if settled else UnitState.READY, due=not settled)


def settle(table: Table, _: TellHumanQueue, outcome: UnitState) -> Iterator[None]:
    """Hear from the platform what became of the send."""
    unit = table.units[1]
    yield
    started = unit.state not in {UnitState.READY, UnitState.SUPPRESSED, UnitState.REFUSED, UnitState.UNDELIVERED}
    if started and outcome in {UnitState.CONFIRMED, UnitState.UNDELIVERED} and unit.state is not outcome:
        due = outcome is UnitState.UNDELIVERED or unit.state is UnitState.UNCERTAIN or 1 in table.due
        table.move(unit, outcome, due=due)


WORKERS: dict[str, Worker] = {"acknowledge": acknowledge, "hand over": hand_over, "settle": settle}
VERDICTS = st.sampled_from(
    [
        UnitState.SENT,
        UnitState.REFUSED,
        UnitState.UNCERTAIN,
        UnitState.READY,
        UnitState.CONFIRMED,
        UnitState.UNDELIVERED,
    ]
)
RUNS = st.tuples(st.sampled_from(sorted(WORKERS)), VERDICTS)


def tables() -> Table:
    """Start with an acknowledgement and, two messages later, a unit that only tells of the third message."""
    talk = Talk()
    for text in ("Hello", "Hello?", "Hello??"):
        talk.says(text)
    first, second = talk.units
    conversation = replace(talk.conversation, unit_seq=2)
    return Table(conversation, {1: first, 2: replace(second, seq=2)}, {1, 2})


def drain(table: Table, tell: TellHumanQueue) -> None:
    """Let Sweep come by until nothing is due."""
    for _ in range(20):
        for seq in sorted(table.due):
            worker = acknowledge if seq == 1 else hand_over
            for _ in worker(table, tell, UnitState.SENT):
                pass
    assert not table.due


@given(
    runs=st.lists(RUNS, min_size=1, max_size=6),
    turns=st.lists(st.integers(0, 5), max_size=40),
    dies=st.sets(st.integers(0, 5)),
)
@settings(max_examples=400, deadline=None)
@example(runs=[("hand over", UnitState.SENT), ("acknowledge", UnitState.SENT)], turns=[1, 1, 0, 0, 1], dies=set())
@example(
    runs=[
        ("settle", UnitState.UNDELIVERED),
        *[("acknowledge", UnitState.SENT)] * 2,
        ("hand over", UnitState.SENT),
        ("acknowledge", UnitState.SENT),
    ],
    turns=[4, 4],
    dies=set(),
)
@example(
    runs=[
        *[("acknowledge", UnitState.SENT)] * 3,
        ("hand over", UnitState.SENT),
        ("settle", UnitState.CONFIRMED),
        ("acknowledge", UnitState.SENT),
    ],
    turns=[5, 5],
    dies=set(),
)
@example(runs=[*[("acknowledge", UnitState.SENT)] * 3, ("hand over", UnitState.SENT)] * 2, turns=[4, 4], dies=set())
def test_the_highest_revision_tells_in_the_end_what_became_of_the_acknowledgement(
    runs: list[tuple[str, UnitState]], turns: list[int], dies: set[int]
) -> None:
    table, queue = tables(), FakeHumanQueue()
    accounts = {("messenger", bakery().account_id): bakery()}
    tell = TellHumanQueue(queue, table, accounts, CHANNELS)  # type: ignore[arg-type]
    going = [WORKERS[name](table, tell, verdict) for name, verdict in runs]
    for turn in turns:
        next(going[turn % len(going)], None)
    for number, worker in enumerate(going):
        # Some die where they stand; what they left undone is found by its due marker.
        if number not in dies:
            for _ in worker:
                pass
    drain(table, tell)
    last = queue.last_word(PK)
    assert last is not None
    by_revision: dict[object, set[object]] = {}
    for message in queue.messages:
        told: Any = message["acknowledgement"]
        by_revision.setdefault(message["revision"], set()).add(told["state"])
    assert told_state(last) == STATE_WORDS[table.units[1].state]
    highest = max(by_revision, key=lambda revision: int(str(revision)))
    assert by_revision[highest] == {STATE_WORDS[table.units[1].state]}, "two equal revisions say different things"


STATE_WORDS = {
    UnitState.SENT: "acknowledged",
    UnitState.CONFIRMED: "acknowledged",
    UnitState.UNCERTAIN: "uncertain",
    UnitState.REFUSED: "refused",
    UnitState.UNDELIVERED: "undelivered",
}


def told_state(message: dict[str, object]) -> object:
    told: Any = message["acknowledgement"]
    return told["state"]


def unit(seq: int, revision: int) -> Unit:
    return Unit(pk=PK, seq=seq, kind=UnitKind.HAND_OFF, created_at=MONDAY_NOON, revision=revision)


SEQ, REVISION = st.integers(1, 10**9), st.integers(0, 240)


@given(seq=SEQ, revision=REVISION)
def test_an_outcome_stands_above_its_state_and_below_whatever_is_written_next(seq: int, revision: int) -> None:
    read, written = unit(seq, revision), unit(seq, revision + 1)
    revisions = [
        queue_revision(read, read, announced=False),
        queue_revision(read, read, announced=True),
        queue_revision(written, written, announced=False),
    ]
    assert revisions == sorted(set(revisions))


@given(seq=SEQ, newest=REVISION, subject=REVISION, announced=st.booleans())
def test_a_later_units_hand_off_stands_above_every_earlier_one(
    seq: int,
    newest: int,
    subject: int,
    announced: bool,  # noqa: FBT001
) -> None:
    earlier = queue_revision(unit(seq, newest), unit(max(seq - 1, 1), subject), announced=announced)
    assert earlier < queue_revision(unit(seq + 1, 0), unit(seq + 1, 0), announced=False)
    assert earlier < queue_revision(unit(seq + 1, 0), unit(seq, newest), announced=False)
    assert earlier // REVISIONS_PER_UNIT == seq


@given(newest=REVISION, subject=REVISION)
def test_a_unit_that_tells_again_stands_above_what_it_told_before(newest: int, subject: int) -> None:
    about = unit(1, subject)
    first = queue_revision(unit(2, newest), about, announced=False)
    assert queue_revision(unit(2, newest + 1), about, announced=False) > first
