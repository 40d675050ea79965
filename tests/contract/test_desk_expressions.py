"""The desk's conditions and updates, accepted and refused by the table itself; what is refused changes nothing."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.desk_items import desk_state_write
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import item, to_ms, values
from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import DESK
from nightbell.services.desk_ports import Act, Close, Did, Give, Keep, LetGo, Log, Step, Take
from tests.contract.conversation_table import empty, make_table, partition
from tests.contract.fake_clock import FakeClock
from tests.contract.test_table_expressions import LEASE, NOW, PK, Bench

A_SECOND = timedelta(seconds=1)


class Desk(Bench):
    """A table and the desk's own adapter."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        super().__init__(dynamodb, table)
        self.desk = DeskTable(TableClient(dynamodb, table, Deadline(FakeClock(NOW))))

    def held(self, by: str = "ana", until: timedelta = timedelta(minutes=1), **more: Any) -> Conversation:
        return self.put_conversation(agent_id=by, agent_until=NOW + until, agent_shown=2, **more)

    def does(self, step: Step | None, *, acts: int = 0, **more: Any) -> bool:
        """Act on a step, on what people did as it was read."""
        before = DeskState(acts=acts)
        log = Log(did=Did.TAKE, by="ana", at=NOW)
        return self.desk.act(Act(pk=PK, step=step, before=before, after=before.acting(), logs=[log], **more))

    def all(self) -> list[dict[str, Any]]:
        return partition(self.dynamodb, self.name, PK)


@pytest.fixture(scope="module")
def module_table(dynamodb: Any) -> str:
    return make_table(dynamodb)


@pytest.fixture
def bench(dynamodb: Any, module_table: str) -> Desk:
    empty(dynamodb, module_table)
    return Desk(dynamodb, module_table)


TAKE = Take(agent="ana", until=LEASE, now=NOW)


@pytest.mark.parametrize(
    ("state", "taken"),
    [
        ({}, True),
        ({"seen_seq": 3}, False),
        ({"agent_id": "ana", "agent_until": NOW - A_SECOND}, True),
        ({"agent_id": "ana", "agent_until": LEASE}, True),
        ({"agent_id": "ben", "agent_until": NOW - A_SECOND}, True),
        ({"agent_id": "ben", "agent_until": LEASE}, False),
        ({"agent_id": "ben", "agent_until": NOW}, False),
    ],
    ids=["waits", "all answered", "ours, lapsed", "ours", "another's, lapsed", "another's", "another's, just ends"],
)
def test_take_holds_what_waits_and_nobody_else_holds(bench: Desk, state: dict[str, Any], *, taken: bool) -> None:
    bench.put_conversation(**state, agent_shown=2)
    before = bench.all()
    assert bench.does(TAKE) == taken
    if taken:
        held = bench.meta()
        assert (held["agent_id"], held["agent_until"], held["agent_shown"]) == ("ana", to_ms(LEASE), 0)
    else:
        assert bench.all() == before
        assert not bench.desk.renew(PK, "ana", LEASE, NOW)


def test_nothing_can_be_taken_where_nothing_ever_came(bench: Desk) -> None:
    assert not bench.does(TAKE)
    assert bench.all() == []


@pytest.mark.parametrize(
    ("state", "up_to", "closed", "listed"),
    [
        ({}, 3, True, False),
        ({}, 2, True, True),
        ({"by": "ben"}, 3, False, True),
        ({"by": "ben"}, 2, False, True),
        ({"until": -A_SECOND}, 3, False, True),
        ({"until": -A_SECOND}, 2, False, True),
        ({"until": timedelta(0)}, 3, True, False),
        ({"until": timedelta(0)}, 2, True, True),
        ({"seen_seq": 3}, 3, False, False),
        ({"seen_seq": 2}, 2, False, True),
    ],
    ids=[
        *("all", "a part", "another holds it", "another holds it, a part", "time is over", "time is over, a part"),
        *("time just ends", "time just ends, a part"),
        *("closed before", "a part closed before"),
    ],
)
def test_close_goes_forward_only_and_by_the_holder(
    bench: Desk, state: dict[str, Any], up_to: int, *, closed: bool, listed: bool
) -> None:
    read = bench.held(**state)
    assert bench.does(Close(agent="ana", now=NOW, up_to=up_to, read=read)) == closed
    assert bench.meta()["seen_seq"] == (up_to if closed else read.seen_seq)
    assert ("agent_id" in bench.meta()) != closed
    assert bench.is_listed() == listed


def test_a_message_that_comes_while_all_is_closed_stays_listed(bench: Desk) -> None:
    read = bench.held()
    bench.held(last_seq=4)
    assert not bench.does(Close(agent="ana", now=NOW, up_to=3, read=read))
    assert bench.is_listed()


@pytest.mark.parametrize("up_to", [2, 3])
def test_what_the_contact_is_asked_is_noted_where_it_is_closed(bench: Desk, up_to: int) -> None:
    read = bench.held()
    assert bench.does(Close(agent="ana", now=NOW, up_to=up_to, read=read, asked="rating"))
    assert (bench.meta()["asked"], bench.meta()["seen_seq"]) == ("rating", up_to)


@pytest.mark.parametrize(("holder", "free"), [("ana", True), ("ben", False), (None, False)])
def test_only_the_holder_lets_go_and_notes_what_was_shown(bench: Desk, holder: str | None, *, free: bool) -> None:
    bench.put_conversation(agent_id=holder, agent_until=NOW - A_SECOND)
    assert bench.desk.note_shown(PK, "ana", 3) == free
    assert bench.does(LetGo(agent="ana", now=NOW)) == free
    assert ("agent_until" in bench.meta()) != free
    assert bench.meta().get("agent_shown", 0) == 0


CHANGES: dict[str, dict[str, Any]] = {
    "a message came": {"last_seq": 4},
    "somebody answered": {"seen_seq": 2},
    "another holds it": {"by": "ben"},
    "time is over": {"until": -A_SECOND},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("step", [Keep, LetGo])
def test_what_depends_on_what_was_seen_is_refused_where_that_has_changed(
    bench: Desk, step: type[Keep | LetGo], change: str
) -> None:
    def made(read: Conversation) -> Step:
        if step is LetGo:
            return LetGo(agent="ana", now=NOW, read=read)
        return Keep(agent="ana", now=NOW, until=LEASE, read=read)

    read = bench.held()
    bench.held(**CHANGES[change])
    before = bench.all()
    assert not bench.does(made(read))
    assert bench.all() == before
    assert bench.does(made(bench.held(until=timedelta(0))))


GIVE_CHANGES = {
    "a message came": {"last_seq": 4},
    "somebody answered": {"seen_seq": 2},
    "another holds it": {"by": "cleo"},
    "it was taken anew": {"until": timedelta(minutes=9)},
}


@pytest.mark.parametrize("change", GIVE_CHANGES)
def test_what_is_held_is_given_only_as_it_was_read(bench: Desk, change: str) -> None:
    read = bench.held()
    bench.held(**GIVE_CHANGES[change])  # type: ignore[arg-type]
    assert not bench.does(Give(to="ben", until=LEASE, read=read))
    assert bench.does(Give(to="ben", until=LEASE, read=bench.held()))
    given = bench.meta()
    assert (given["agent_id"], given["agent_until"], given["agent_shown"]) == ("ben", to_ms(LEASE), 0)


@pytest.mark.parametrize("change", [{"last_seq": 4}, {"seen_seq": 2}, {"agent_id": "ana", "agent_until": NOW}])
def test_what_nobody_holds_is_given_only_as_it_was_read(bench: Desk, change: dict[str, Any]) -> None:
    read = bench.put_conversation()
    bench.put_conversation(**change)
    assert not bench.does(Give(to="ben", until=LEASE, read=read))
    assert bench.does(Give(to="ben", until=LEASE, read=bench.put_conversation()))


@pytest.mark.parametrize(("there", "read", "done"), [(None, 0, True), (None, 1, False), (1, 0, False), (2, 1, False)])
def test_nobody_acts_on_what_somebody_has_done_since(bench: Desk, there: int | None, read: int, *, done: bool) -> None:
    bench.put_conversation()
    if there is not None:
        bench.put(PK, DESK, {"acts": there})
    before = bench.all()
    assert bench.does(None, acts=read) == done
    assert bench.does(TAKE, acts=read) is False
    assert (bench.all() == before) != done


WHOLE = DeskState(
    acts=7,
    request="click",
    snoozed_until=NOW,
    snoozed_seq=3,
    promise_at=NOW,
    promise_episode=1,
    promise_by="ana",
    put_off=LEASE,
    held_episode=1,
    clock=AnswerClock(
        episode=1,
        first_at=NOW,
        first_wall_s=60,
        first_open_s=0,
        answers=2,
        last_at=LEASE,
        next_wall_s=40,
        next_open_s=40,
        promised_by=NOW,
        promise_kept=False,
    ),
    done_how="answered",
    done_episode=1,
    rated=0,
    rated_at=NOW,
)


def test_what_people_did_is_read_as_it_was_written(bench: Desk) -> None:
    bench.put_conversation()
    steps = [DeskState(), replace(WHOLE, acts=1), DeskState(acts=2), replace(WHOLE, acts=3, clock=None, rated=10)]
    for before, after in itertools.pairwise(steps):
        assert bench.desk.act(Act(pk=PK, step=None, before=before, after=after, logs=[]))
        assert bench.desk.read_desk(PK) == after


def test_what_people_did_takes_one_write_unit_at_most() -> None:
    longest = replace(WHOLE, acts=10**12, request="x" * 64, promise_by="é" * 64, done_how="resolved_elsewhere")
    _, _, used = desk_state_write(DeskState(), longest)
    stored = item({"pk": "C#" + "x" * 400, "sk": DESK}) | used
    assert sum(len(name) + len(str(values({name: value})[name]).encode()) for name, value in stored.items()) < 1024
