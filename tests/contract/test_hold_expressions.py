"""What holding a promise and keeping a rating ask of the table: accepted and refused by the table itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters import table_expressions as e
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import to_ms
from nightbell.domain.business import TextId
from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import DESK, waiting_shard
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind
from nightbell.services.hold_ports import Waiting
from tests.contract.conversation_table import empty, indexed, make_table, partition
from tests.contract.fake_clock import FakeClock
from tests.contract.test_table_expressions import NOW, PK, SHARDS, Bench

LATER = NOW + timedelta(minutes=10)
READ = DeskState(acts=3, promise_at=LATER, promise_episode=1, promise_by="ana")
HELD = replace(READ, held_episode=1).acting()
UNIT = Unit(
    pk=PK,
    seq=2,
    desk=4,
    kind=UnitKind.HOLDING,
    text_id=TextId.HOLDING,
    via="messenger",
    address="7",
    about={"by": "reserved"},
    language="en",
    promise_at=LATER,
    created_at=NOW,
    due_at=NOW + FIRST_DUE,
    due_since=NOW,
)


class Hold(Bench):
    """A table and the adapter that holds promises."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        super().__init__(dynamodb, table)
        self.client = TableClient(dynamodb, table, Deadline(FakeClock(NOW)))
        self.hold = HoldTable(self.client, SHARDS)

    def put_desk(self, **more: object) -> None:
        promised = {"promise_at": LATER, "promise_episode": 1, "promise_by": "ana"}
        self.put(PK, DESK, {"acts": 3, "due_pk": "DUE#1", "due_at": NOW, "due_since": NOW, **promised, **more})

    def all(self) -> list[dict[str, Any]]:
        return partition(self.dynamodb, self.name, PK)

    def desk(self) -> dict[str, Any]:
        return next(item for item in self.all() if item["sk"] == DESK)


@pytest.fixture(scope="module")
def module_table(dynamodb: Any) -> str:
    return make_table(dynamodb)


@pytest.fixture
def bench(dynamodb: Any, module_table: str) -> Hold:
    empty(dynamodb, module_table)
    return Hold(dynamodb, module_table)


def test_the_list_is_read_from_one_moment_to_another_both_included(bench: Hold) -> None:
    tick = timedelta(milliseconds=1)
    for number, since in enumerate([NOW - tick, NOW, LATER, LATER + tick]):
        shard = {"waiting_pk": waiting_shard("harbour"), "waiting_at": since}
        bench.put(f"C#{number}", "META", {"last_seq": 1, **shard})
    bench.put("C#9", "META", {"last_seq": 1, "waiting_pk": waiting_shard("other"), "waiting_at": NOW})
    found = list(bench.hold.waiting_between("harbour", NOW, LATER))
    assert found == [Waiting(pk="C#1", since=NOW), Waiting(pk="C#2", since=LATER)]


def test_holding_writes_the_unit_and_the_note_and_takes_the_marker(bench: Hold) -> None:
    bench.put_desk(sweeps=2)
    assert bench.hold.hold(UNIT, READ, HELD)
    desk = bench.desk()
    assert (desk["acts"], desk["held_episode"], desk["promise_by"]) == (4, 1, "ana")
    assert not {"due_pk", "due_at", "due_since", "sweeps"} & desk.keys()
    stored = bench.units.read_unit_by_key(PK, UNIT.sk)
    assert stored == UNIT
    assert [item["sk"] for item in bench.all() if "due_pk" in item] == [UNIT.sk]


def test_where_nobody_has_acted_yet_it_is_the_first_act(bench: Hold) -> None:
    assert bench.hold.hold(replace(UNIT, desk=1), DeskState(), DeskState(held_episode=1).acting())
    assert bench.desk()["acts"] == 1


@pytest.mark.parametrize("acts", [2, 4])
def test_whatever_was_done_meanwhile_refuses_it(bench: Hold, acts: int) -> None:
    bench.put_desk(acts=acts)
    before = bench.all()
    assert not bench.hold.hold(UNIT, READ, HELD)
    assert bench.all() == before


def test_a_number_is_given_out_once(bench: Hold) -> None:
    bench.put_desk()
    assert bench.hold.hold(UNIT, READ, HELD)
    before = bench.all()
    assert not bench.hold.hold(UNIT, READ, HELD)
    assert not bench.hold.hold(replace(UNIT, desk=4), HELD, HELD.acting())
    assert bench.all() == before


@pytest.mark.parametrize(
    ("until", "left"),
    [(LATER, {"due_at": to_ms(LATER), "due_since": to_ms(LATER), "due_pk": "DUE#1"}), (None, {})],
)
def test_a_marker_comes_again_or_never_more(bench: Hold, until: Any, left: dict[str, object]) -> None:
    bench.put_desk(sweeps=3)
    bench.hold.mark_again(PK, READ, until)
    desk = bench.desk()
    names = ("due_pk", "due_at", "due_since", "sweeps")
    assert {name: desk[name] for name in names if name in desk} == left
    assert indexed(bench.dynamodb, bench.name, "due") == ({(PK, DESK)} if left else set())


@pytest.mark.parametrize("gone", [{"acts": 4}, {"due_pk": None, "due_at": None}], ids=["an act", "no marker"])
@pytest.mark.parametrize("until", [LATER, None], ids=["again", "never more"])
def test_a_marker_is_left_alone_where_somebody_has_acted_or_none_is(
    bench: Hold, until: Any, gone: dict[str, object]
) -> None:
    bench.put_desk(**gone)
    before = bench.all()
    bench.hold.mark_again(PK, READ, until)
    assert bench.all() == before


@pytest.mark.parametrize("acts", [None, 3])
def test_a_rating_moves_the_counter_on_and_is_the_first_act_where_there_was_none(bench: Hold, acts: int | None) -> None:
    if acts:
        bench.put_desk()
    bench.client.update(PK, DESK, e.RATED, rated=0, at=LATER, zero=0, one=1)
    desk = bench.desk()
    assert (desk["rated"], desk["rated_at"], desk["acts"]) == (0, to_ms(LATER), (acts or 0) + 1)
