"""The conditions and updates that are deployed, accepted and refused by the table itself.

Every case goes through the adapters' own methods. A refusal must leave the item as it was; an index
entry must come and go exactly where the design says so.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import conversation_values, from_ms, item, to_ms, unit_item
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import TextId
from nightbell.domain.conversation import Consent, Conversation, Join
from nightbell.domain.events import Author, Contact, Message
from nightbell.domain.keys import due_shard, waiting_shard
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind, UnitState
from nightbell.services.guard_account import GuardAccount
from nightbell.services.ports import (
    Attempt,
    Breaker,
    DueMark,
    NumberedMessage,
    Sending,
    StoreRefusal,
    StoreRequest,
)
from tests.contract.conversation_table import empty, indexed, make_table, partition
from tests.contract.fake_clock import FakeClock

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
PK = "C#messenger.1.2"
SHARDS = 3
SETTLE = timedelta(seconds=90)
LEASE = NOW + timedelta(seconds=40)
ME = Attempt(worker="me", now=NOW, lease=LEASE)
TEXT = Sending(text_id="receipt", text="Thanks.", promised_by=NOW + timedelta(hours=1))
DUE = NOW + timedelta(seconds=60)
ALL_STATES = list(UnitState)
OPEN_STATES = [state for state in UnitState if not state.is_final]


class Bench:
    """A table, its adapters, and one unit or conversation put into it."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self.dynamodb = dynamodb
        self.name = table
        clock = FakeClock(NOW)
        client = TableClient(dynamodb, table, Deadline(clock))
        self.receipts = ReceiptTable(client, SHARDS)
        self.units = UnitTable(client, SHARDS)

    def put(self, pk: str, sk: str, values: dict[str, object]) -> None:
        self.dynamodb.put_item(TableName=self.name, Item=item({"pk": pk, "sk": sk, **values}))

    def put_unit(self, state: UnitState, **more: object) -> Unit:
        """Put a unit as it is in a state: worked on by "me", and due unless it is final."""
        unit = Unit(
            pk=PK,
            seq=1,
            kind=UnitKind.ACKNOWLEDGEMENT,
            text_id=TextId.RECEIPT,
            created_at=NOW,
            due_at=DUE,
            due_since=NOW,
        )
        stored = unit_item(unit, due_shard(unit.pk + unit.sk, SHARDS))
        stored |= item({"st": state.value, "rev": 5, "ack_key": unit.ack_key, "epoch": 1, "worker": "me"})
        if state in {UnitState.SENDING, UnitState.RECOVERING}:
            stored |= item({"lease": NOW - timedelta(seconds=1), "sent_from": NOW - timedelta(seconds=200)})
        if state.is_final:
            for name in ("due_pk", "due_at", "due_since"):
                del stored[name]
        stored |= item(more)
        self.dynamodb.put_item(TableName=self.name, Item=stored)
        found = self.receipts.read_unit(PK, 1)
        assert found is not None
        return found

    def unit(self) -> dict[str, Any]:
        return next(found for found in partition(self.dynamodb, self.name, PK) if found["sk"].startswith("A#"))

    def put_conversation(self, **fields: Any) -> Conversation:
        conversation = Conversation(**{"last_seq": 3, "seen_seq": 1, "episode": 2, "episode_at": NOW, **fields})
        agents = {
            name: getattr(conversation, name)
            for name in ("agent_id", "agent_until", "agent_shown", "human_at", "other_app_until", "owner_until")
        }
        listed = {"waiting_pk": "WAIT#corner", "waiting_at": NOW} if conversation.is_waiting else {}
        self.put(PK, "META", conversation_values(conversation) | agents | listed)
        return self.receipts.read_conversation(PK)

    def meta(self) -> dict[str, Any]:
        return next((found for found in partition(self.dynamodb, self.name, PK) if found["sk"] == "META"), {})

    def is_due(self) -> bool:
        """Tell whether the index and the item agree that the unit is due."""
        listed = (PK, "A#000000000001") in indexed(self.dynamodb, self.name, "due")
        assert listed == ("due_pk" in self.unit()) == ("due_at" in self.unit())
        return listed

    def is_listed(self) -> bool:
        """Tell whether the index and the item agree that the conversation waits."""
        listed = (PK, "META") in indexed(self.dynamodb, self.name, "waiting")
        assert listed == ("waiting_pk" in self.meta()) == ("waiting_at" in self.meta())
        return listed


@pytest.fixture(scope="module")
def module_table(dynamodb: Any) -> str:
    return make_table(dynamodb)


@pytest.fixture
def bench(dynamodb: Any, module_table: str) -> Bench:
    empty(dynamodb, module_table)
    return Bench(dynamodb, module_table)


def names(value: object) -> str:
    return str(getattr(value, "value", value)).lower().replace("_", " ")


# A1 to A8 and S1, each tried on a unit in every state


def as_if(unit: Unit, state: UnitState) -> Unit:
    """Be a worker that read the unit in this state, whatever has become of it since."""
    return replace(unit, state=state)


def climbed(bench: Bench, unit: Unit) -> Unit | None:
    """Be at the first step of two."""
    return bench.units.climb(replace(unit, ladder=("reply",), next_text_id=TextId.REDIRECT), UnitState.SENT)


Try = Callable[[Bench, Unit], object]
TRIES: dict[str, tuple[Try, set[UnitState]]] = {
    "start": (lambda b, u: b.units.start(as_if(u, UnitState.READY), ME, TEXT), {UnitState.READY}),
    "recover": (lambda b, u: b.units.recover(u, ME, NOW - SETTLE), {UnitState.SENDING, UnitState.RECOVERING}),
    "resend": (lambda b, u: b.units.resend(as_if(u, UnitState.RECOVERING), ME), {UnitState.RECOVERING}),
    "finish a send": (lambda b, u: b.units.finish(as_if(u, UnitState.SENDING), UnitState.SENT), {UnitState.SENDING}),
    "finish a recovery": (
        lambda b, u: b.units.finish(as_if(u, UnitState.RECOVERING), UnitState.UNCERTAIN),
        {UnitState.RECOVERING},
    ),
    "put a send off": (
        lambda b, u: b.units.not_now(as_if(u, UnitState.SENDING), LEASE, told=True),
        {UnitState.SENDING},
    ),
    "put a recovery off": (
        lambda b, u: b.units.not_now(as_if(u, UnitState.RECOVERING), LEASE, told=False),
        {UnitState.RECOVERING},
    ),
    "keep a send in doubt": (
        lambda b, u: b.units.stay_in_doubt(as_if(u, UnitState.SENDING), LEASE, "x"),
        {UnitState.SENDING},
    ),
    "keep a recovery in doubt": (
        lambda b, u: b.units.stay_in_doubt(as_if(u, UnitState.RECOVERING), LEASE, "x"),
        {UnitState.RECOVERING},
    ),
    "park": (lambda b, u: b.units.not_now(as_if(u, UnitState.READY), LEASE, told=True, reason="x"), {UnitState.READY}),
    "climb from a send": (lambda b, u: climbed(b, as_if(u, UnitState.SENDING)), {UnitState.SENDING}),
    "climb from a recovery": (lambda b, u: climbed(b, as_if(u, UnitState.RECOVERING)), {UnitState.RECOVERING}),
    "suppress": (lambda b, u: b.units.suppress(u, "answered"), {UnitState.READY}),
    "see": (
        lambda b, u: b.receipts.settle_seen(u, NOW),
        {UnitState.READY, UnitState.SENDING, UnitState.RECOVERING, UnitState.UNCERTAIN, UnitState.SENT},
    ),
    "fail": (
        lambda b, u: b.receipts.settle_failed(u, "gone", NOW),
        {
            UnitState.READY,
            UnitState.SENDING,
            UnitState.RECOVERING,
            UnitState.UNCERTAIN,
            UnitState.SENT,
            UnitState.CONFIRMED,
        },
    ),
}
OWN_WRITE_SEEN = {
    ("finish a send", UnitState.SENT),
    ("finish a recovery", UnitState.UNCERTAIN),
    ("suppress", UnitState.SUPPRESSED),
    ("resend", UnitState.SENDING),
}
"""What a second try of the same write finds when the first one's answer was lost."""


@pytest.mark.parametrize("state", ALL_STATES, ids=names)
@pytest.mark.parametrize("what", TRIES)
def test_each_write_holds_from_exactly_the_states_of_the_design(bench: Bench, what: str, state: UnitState) -> None:
    attempt, allowed = TRIES[what]
    unit = bench.put_unit(state)
    before = bench.unit()
    done = attempt(bench, unit)
    after = bench.unit()
    if state in allowed:
        assert done
        assert after["rev"] == before["rev"] + 1
    else:
        assert after == before
        assert bool(done) == ((what, state) in OWN_WRITE_SEEN)


WRITES: dict[str, tuple[UnitState, str, bool, datetime | None]] = {
    "start": (UnitState.READY, "SENDING", True, DUE),
    "recover": (UnitState.SENDING, "RECOVERING", True, LEASE),
    "resend": (UnitState.RECOVERING, "SENDING", True, DUE),
    "finish a send": (UnitState.SENDING, "SENT", False, None),
    "finish a recovery": (UnitState.RECOVERING, "UNCERTAIN", False, None),
    "put a send off": (UnitState.SENDING, "READY", True, LEASE),
    "put a recovery off": (UnitState.RECOVERING, "READY", True, LEASE),
    "keep a send in doubt": (UnitState.SENDING, "RECOVERING", True, LEASE),
    "keep a recovery in doubt": (UnitState.RECOVERING, "RECOVERING", True, LEASE),
    "park": (UnitState.READY, "READY", True, LEASE),
    "climb from a send": (UnitState.SENDING, "READY", True, DUE),
    "climb from a recovery": (UnitState.RECOVERING, "READY", True, DUE),
    "suppress": (UnitState.READY, "SUPPRESSED", False, None),
}


@pytest.mark.parametrize("what", WRITES)
def test_due_marker_stays_until_the_state_is_final(bench: Bench, what: str) -> None:
    state, becomes, is_due, due_at = WRITES[what]
    TRIES[what][0](bench, bench.put_unit(state))
    after = bench.unit()
    assert after["st"] == becomes
    assert bench.is_due() == is_due
    assert after.get("due_at") == (to_ms(due_at) if due_at else None)


@pytest.mark.parametrize("state", [*OPEN_STATES, UnitState.SENT, UnitState.UNCERTAIN], ids=names)
def test_being_seen_never_clears_a_due_marker(bench: Bench, state: UnitState) -> None:
    bench.put_unit(state)
    was_due = bench.is_due()
    unit = bench.receipts.read_unit(PK, 1)
    assert unit is not None
    assert bench.receipts.settle_seen(unit, NOW)
    # Only from UNCERTAIN the human queue was told something that is not true any more.
    assert bench.is_due() == (was_due or state is UnitState.UNCERTAIN)
    if state is UnitState.UNCERTAIN:
        assert bench.unit()["due_at"] == bench.unit()["due_since"] == to_ms(NOW)


@pytest.mark.parametrize("state", sorted(TRIES["fail"][1]), ids=names)
def test_a_failure_is_always_due_at_once(bench: Bench, state: UnitState) -> None:
    assert bench.receipts.settle_failed(bench.put_unit(state), "gone", NOW)
    assert bench.is_due()
    assert (bench.unit()["due_at"], bench.unit()["reason"]) == (to_ms(NOW), "gone")


def test_nothing_settles_a_unit_that_was_never_started(bench: Bench) -> None:
    unit = Unit(pk=PK, seq=1, kind=UnitKind.ACKNOWLEDGEMENT, created_at=NOW, due_at=DUE, due_since=NOW)
    bench.dynamodb.put_item(TableName=bench.name, Item=unit_item(unit, "DUE#0"))
    assert not bench.receipts.settle_seen(unit, NOW)
    assert not bench.receipts.settle_failed(unit, "gone", NOW)
    assert bench.unit()["rev"] == 0


@pytest.mark.parametrize(
    ("what", "state"),
    [("see", UnitState.SENT), ("see", UnitState.UNCERTAIN), ("fail", UnitState.SENT)],
    ids=["seen", "seen late", "failed"],
)
def test_another_key_settles_nothing(bench: Bench, what: str, state: UnitState) -> None:
    unit = bench.put_unit(state, ack_key="another")
    assert not TRIES[what][0](bench, unit)


def test_reading_that_was_overtaken_settles_nothing(bench: Bench) -> None:
    bench.put_unit(UnitState.UNCERTAIN)
    stale = replace(bench.put_unit(UnitState.UNCERTAIN), state=UnitState.SENDING)
    assert not bench.receipts.settle_seen(stale, NOW)


def test_a_late_arrival_never_overtakes_what_the_platform_said_since(bench: Bench) -> None:
    read = bench.put_unit(UnitState.UNCERTAIN)
    bench.put_unit(UnitState.UNDELIVERED)
    assert not bench.receipts.settle_seen(read, NOW)
    assert bench.unit()["st"] == "UNDELIVERED"


# A1


@pytest.mark.parametrize(
    ("not_before", "starts"),
    [(None, True), (NOW - timedelta(seconds=1), True), (NOW, True), (NOW + timedelta(seconds=1), False)],
)
def test_start_waits_for_its_time(bench: Bench, not_before: datetime | None, *, starts: bool) -> None:
    unit = bench.put_unit(UnitState.READY, not_before=not_before)
    assert (bench.units.start(unit, ME, TEXT) is not None) == starts


def test_start_writes_down_who_sends_what_and_until_when(bench: Bench) -> None:
    before = bench.put_unit(UnitState.READY)
    started = bench.units.start(before, ME, TEXT)
    assert started is not None
    assert (started.state, started.worker, started.epoch) == (UnitState.SENDING, "me", before.epoch + 1)
    assert (started.lease, started.sent_from, started.due_at) == (LEASE, NOW, DUE)
    assert (started.text, started.text_id, started.promised_by) == (TEXT.text, TextId.RECEIPT, TEXT.promised_by)
    assert bench.unit()["ack_key"] == before.ack_key


def test_start_does_not_begin_another_step_than_the_one_that_was_read(bench: Bench) -> None:
    unit = bench.put_unit(UnitState.READY, ack_key="of a later step")
    assert bench.units.start(unit, ME, TEXT) is None
    assert bench.unit()["st"] == "READY"


@pytest.mark.parametrize(
    ("due_at", "then"),
    [
        (LEASE - timedelta(seconds=1), LEASE),
        (LEASE, LEASE),
        (LEASE + timedelta(seconds=1), LEASE + timedelta(seconds=1)),
        (LEASE + FIRST_DUE, LEASE + FIRST_DUE),
        # Parked for long, and a crash right now must not be found only then.
        (LEASE + timedelta(minutes=40), LEASE),
    ],
)
def test_start_touches_the_index_only_where_it_must(bench: Bench, due_at: datetime, then: datetime) -> None:
    bench.units.start(bench.put_unit(UnitState.READY, due_at=due_at), ME, TEXT)
    assert bench.unit()["due_at"] == to_ms(then)


@pytest.mark.parametrize(
    ("worker", "epoch", "is_ours"), [("me", 2, True), ("another", 2, False), ("me", 1, False), ("me", 3, False)]
)
def test_start_knows_its_own_write_whose_answer_was_lost(
    bench: Bench, worker: str, epoch: int, *, is_ours: bool
) -> None:
    read = bench.put_unit(UnitState.READY)
    bench.put_unit(UnitState.SENDING, worker=worker, epoch=epoch)
    assert (bench.units.start(read, ME, TEXT) is not None) == is_ours


# A2 to A5


@pytest.mark.parametrize(
    ("lease", "sent_from", "settled_before", "recovers"),
    [
        (NOW - timedelta(milliseconds=1), NOW - timedelta(seconds=30), None, True),
        (NOW, NOW - timedelta(seconds=30), None, False),
        (NOW + timedelta(seconds=1), NOW - timedelta(seconds=30), None, False),
        (NOW - timedelta(seconds=1), NOW - SETTLE - timedelta(milliseconds=1), NOW - SETTLE, True),
        (NOW - timedelta(seconds=1), NOW - SETTLE, NOW - SETTLE, False),
        (NOW + timedelta(seconds=1), NOW - timedelta(seconds=200), NOW - SETTLE, False),
    ],
    ids=["lease over", "lease just ends", "lease runs", "settled", "not settled yet", "settled, but the lease runs"],
)
def test_recovery_waits_for_the_lease_and_the_settle_time(
    bench: Bench, lease: datetime, sent_from: datetime, settled_before: datetime | None, *, recovers: bool
) -> None:
    unit = bench.put_unit(UnitState.SENDING, lease=lease, sent_from=sent_from)
    assert (bench.units.recover(unit, ME, settled_before) is not None) == recovers


def test_a_send_that_was_proven_meanwhile_is_not_recovered(bench: Bench) -> None:
    read = bench.put_unit(UnitState.SENDING, lease=NOW - timedelta(seconds=1))
    bench.put_unit(UnitState.CONFIRMED, lease=NOW - timedelta(seconds=1))
    assert bench.units.recover(read, ME, None) is None
    assert bench.unit()["st"] == "CONFIRMED"


def test_of_two_who_recover_one_does(bench: Bench) -> None:
    unit = bench.put_unit(UnitState.SENDING)
    assert bench.units.recover(unit, ME, None) is not None
    assert bench.units.recover(unit, replace(ME, worker="another"), None) is None
    assert (bench.unit()["worker"], bench.unit()["epoch"]) == ("me", unit.epoch + 1)


def test_recovery_knows_its_own_write_whose_answer_was_lost(bench: Bench) -> None:
    unit = bench.put_unit(UnitState.SENDING)
    bench.put_unit(UnitState.RECOVERING, epoch=unit.epoch + 1, lease=LEASE)
    assert bench.units.recover(unit, ME, None) is not None


def test_a_reading_from_before_another_recovery_recovers_nothing(bench: Bench) -> None:
    read = bench.put_unit(UnitState.SENDING)
    bench.put_unit(UnitState.RECOVERING, epoch=2, worker="another")
    before = bench.unit()
    assert bench.units.recover(read, ME, None) is None
    assert bench.unit() == before


STALE: dict[str, dict[str, Any]] = {"another worker": {"worker": "another"}, "another attempt": {"epoch": 2}}
BY_WORKER = {
    name: WRITES[name][0]
    for name in (
        "resend",
        "finish a send",
        "finish a recovery",
        "put a send off",
        "put a recovery off",
        "keep a send in doubt",
        "keep a recovery in doubt",
    )
}


@pytest.mark.parametrize("stale", STALE)
@pytest.mark.parametrize("what", BY_WORKER)
def test_a_worker_that_was_taken_over_writes_nothing(bench: Bench, what: str, stale: str) -> None:
    read = bench.put_unit(BY_WORKER[what])
    bench.put_unit(BY_WORKER[what], **STALE[stale])
    before = bench.unit()
    assert TRIES[what][0](bench, read) is None
    assert bench.unit() == before


@pytest.mark.parametrize("what", [*BY_WORKER, "park", "suppress"])
def test_the_same_write_twice_counts_as_done_once(bench: Bench, what: str) -> None:
    unit = bench.put_unit(WRITES[what][0])
    first = TRIES[what][0](bench, unit)
    after = bench.unit()
    assert TRIES[what][0](bench, unit) == first is not None
    assert bench.unit() == after


@pytest.mark.parametrize("what", ["park", "suppress"])
def test_a_reading_that_is_old_parks_and_suppresses_nothing(bench: Bench, what: str) -> None:
    read = bench.put_unit(UnitState.READY)
    bench.put_unit(UnitState.READY, rev=6, worker="another")
    before = bench.unit()
    assert TRIES[what][0](bench, read) is None
    assert bench.unit() == before


def test_finish_keeps_what_the_platform_said(bench: Bench) -> None:
    bench.units.finish(bench.put_unit(UnitState.SENDING), UnitState.SENT, message_id="m.1")
    bench_unit = bench.unit()
    assert (bench_unit["platform_id"], "lease" in bench_unit) == ("m.1", False)


def test_what_was_put_off_may_not_start_before(bench: Bench) -> None:
    parked = bench.units.not_now(bench.put_unit(UnitState.SENDING), LEASE, told=True, reason="too many calls")
    assert parked is not None
    assert (parked.not_before, parked.told, parked.reason) == (LEASE, True, "too many calls")
    assert bench.units.start(parked, ME, TEXT) is None
    assert bench.units.start(parked, replace(ME, now=LEASE), TEXT) is not None


# A6


@pytest.mark.parametrize(("rev", "told"), [(5, True), (6, False)])
def test_told_clears_the_marker_only_of_what_was_told(bench: Bench, rev: int, *, told: bool) -> None:
    unit = bench.put_unit(UnitState.CONFIRMED, due_pk="DUE#0", due_at=DUE)
    bench.put_unit(UnitState.UNDELIVERED, due_pk="DUE#0", due_at=DUE, rev=rev)
    assert bench.units.mark_told(unit) == told
    assert bench.is_due() != told


# R1


def message(name: str = "m.1", text: str = "hello") -> Message:
    contact = Contact(contact_id="2", address="2")
    return Message(
        kind="messenger.message",
        channel="messenger",
        account_id="1",
        contact=contact,
        message_id=name,
        sent_at=NOW,
        text=text,
    )


def request(read: Conversation, **more: Any) -> StoreRequest:
    written = replace(read, last_seq=read.last_seq + 1, episode=read.episode or 1, episode_at=NOW, brand="corner")
    unit = Unit(pk=PK, seq=written.last_seq, kind=UnitKind.ACKNOWLEDGEMENT, created_at=NOW, due_at=DUE, due_since=NOW)
    given: dict[str, Any] = {
        "pk": PK,
        "read": read,
        "written": written,
        "received_at": NOW,
        "messages": [NumberedMessage(seq=written.last_seq, message=message())],
        "units": [unit],
    }
    return StoreRequest(**given | more)


def test_the_first_message_makes_a_conversation_a_unit_and_both_index_entries(bench: Bench) -> None:
    assert bench.receipts.store(request(Conversation())) is None
    assert [found["sk"] for found in partition(bench.dynamodb, bench.name, PK)] == ["A#000000000001", "M#m%2E1", "META"]
    assert bench.is_due()
    assert bench.is_listed()
    assert (bench.meta()["waiting_pk"], bench.meta()["waiting_at"]) == (waiting_shard("corner"), to_ms(NOW))
    unit = bench.unit()
    assert (unit["st"], unit["rev"], from_ms(unit["due_at"])) == ("READY", 0, DUE)


def test_a_conversation_that_came_meanwhile_is_not_new(bench: Bench) -> None:
    bench.put_conversation(last_seq=1, seen_seq=0)
    assert bench.receipts.store(request(Conversation())) == StoreRefusal()
    assert len(partition(bench.dynamodb, bench.name, PK)) == 1


CHANGED: dict[str, dict[str, Any]] = {
    "another message came": {"last_seq": 4},
    "a person answered": {"seen_seq": 2},
    "an agent took it": {"agent_id": "ana", "agent_until": LEASE},
    "a person wrote from the inbox": {"human_at": NOW},
    "another app wrote": {"other_app_until": LEASE},
    "another app got it": {"owner_until": LEASE},
}
HELD: dict[str, Any] = {
    "agent_id": "ana",
    "agent_until": LEASE,
    "human_at": NOW - timedelta(minutes=1),
    "other_app_until": LEASE,
    "owner_until": LEASE,
}
CHANGED_AGAIN: dict[str, dict[str, Any]] = {
    "the agent let go": {**HELD, "agent_id": None, "agent_until": None},
    "the agent took it again": {**HELD, "agent_until": LEASE + timedelta(minutes=30)},
    "the person wrote again": {**HELD, "human_at": NOW},
    "the other app wrote again": {**HELD, "other_app_until": LEASE + timedelta(minutes=1)},
    "it was given back": {**HELD, "owner_until": None},
}


@pytest.mark.parametrize("before", [{}, HELD], ids=["nobody there", "everybody there"])
def test_what_was_decided_on_an_unchanged_conversation_is_stored(bench: Bench, before: dict[str, Any]) -> None:
    read = bench.put_conversation(**before)
    assert bench.receipts.store(request(read)) is None
    assert bench.meta()["last_seq"] == 4


@pytest.mark.parametrize("what", [*CHANGED, *CHANGED_AGAIN])
def test_what_was_decided_on_a_changed_conversation_is_not_stored(bench: Bench, what: str) -> None:
    read = bench.put_conversation(**({} if what in CHANGED else HELD))
    bench.put_conversation(**(CHANGED | CHANGED_AGAIN)[what])
    assert bench.receipts.store(request(read)) == StoreRefusal()
    assert len(partition(bench.dynamodb, bench.name, PK)) == 1


def stored_joins(bench: Bench, read: Conversation, number: int = 0) -> bool:
    return bench.receipts.join(PK, read, Join(since=NOW + timedelta(minutes=number), pk=f"C#home.{number}"))


def as_it_is(bench: Bench, *, exists: bool, joins: bool) -> Conversation:
    """Put a conversation that holds messages or not, and goes on elsewhere or not."""
    if exists:
        bench.put_conversation()
    if joins:
        assert stored_joins(bench, bench.receipts.read_conversation(PK))
    return bench.receipts.read_conversation(PK)


BOTH = pytest.mark.parametrize("joins", [False, True], ids=["joins nothing", "joins another"])
EITHER = pytest.mark.parametrize("exists", [False, True], ids=["holds nothing", "holds messages"])


@BOTH
@EITHER
def test_messages_are_stored_where_nothing_has_changed_about_where_they_go(
    bench: Bench, *, exists: bool, joins: bool
) -> None:
    read = as_it_is(bench, exists=exists, joins=joins)
    assert bench.receipts.store(request(read)) is None
    after = bench.receipts.read_conversation(PK)
    assert (after.last_seq, after.joins) == (read.last_seq + 1, read.joins)


@BOTH
@EITHER
def test_nothing_is_stored_where_messages_go_elsewhere_since_it_was_decided(
    bench: Bench, *, exists: bool, joins: bool
) -> None:
    read = as_it_is(bench, exists=exists, joins=joins)
    assert stored_joins(bench, read, number=1)
    before = bench.meta()
    assert bench.receipts.store(request(read)) == StoreRefusal()
    assert bench.meta() == before


@BOTH
@EITHER
def test_a_join_is_written_where_nothing_came_between(bench: Bench, *, exists: bool, joins: bool) -> None:
    read = as_it_is(bench, exists=exists, joins=joins)
    assert stored_joins(bench, read, number=1)
    after = bench.receipts.read_conversation(PK)
    assert [join.pk for join in after.joins] == [*(join.pk for join in read.joins), "C#home.1"]
    assert replace(after, joins=()) == replace(read, joins=())


@BOTH
@EITHER
def test_a_join_is_refused_once_a_message_came_between(bench: Bench, *, exists: bool, joins: bool) -> None:
    read = as_it_is(bench, exists=exists, joins=joins)
    assert bench.receipts.store(request(read)) is None
    before = bench.meta()
    assert not stored_joins(bench, read, number=1)
    assert bench.meta() == before


@BOTH
@EITHER
def test_a_join_is_refused_once_another_came_between(bench: Bench, *, exists: bool, joins: bool) -> None:
    read = as_it_is(bench, exists=exists, joins=joins)
    assert stored_joins(bench, read, number=1)
    before = bench.meta()
    assert not stored_joins(bench, read, number=2)
    assert bench.meta() == before


def test_agents_fields_are_never_written_by_receiving(bench: Bench) -> None:
    read = bench.put_conversation(**HELD, agent_shown=3)
    before = bench.meta()
    assert bench.receipts.store(request(read)) is None
    for name in ("agent_id", "agent_until", "agent_shown", "human_at", "other_app_until", "owner_until"):
        assert bench.meta()[name] == before[name]


def test_a_message_that_is_there_is_recognised_and_nothing_is_stored_again(bench: Bench) -> None:
    assert bench.receipts.store(request(Conversation())) is None
    read = bench.receipts.read_conversation(PK)
    assert bench.receipts.store(request(read)) == StoreRefusal(stored_before=frozenset({("m.1", "")}))
    assert bench.meta()["last_seq"] == 1


def test_other_content_under_the_same_id_is_told_apart(bench: Bench) -> None:
    assert bench.receipts.store(request(Conversation())) is None
    read = bench.receipts.read_conversation(PK)
    other = request(read, messages=[NumberedMessage(seq=2, message=message(text="something else"))])
    assert bench.receipts.store(other) == StoreRefusal(other_content=frozenset({("m.1", "")}))


def test_our_own_transaction_whose_answer_was_lost_is_recognised(bench: Bench) -> None:
    once = request(Conversation())
    assert bench.receipts.store(once) is None
    assert bench.receipts.store(once) == StoreRefusal(stored_before=frozenset({("m.1", "")}))


def test_a_reference_of_another_conversation_is_taken(bench: Bench) -> None:
    first = request(Conversation())
    first = replace(first, written=replace(first.written, reference="ABCDEFG"))
    assert bench.receipts.store(first) is None
    other = replace(first, pk="C#messenger.1.3", units=())
    assert bench.receipts.store(other) == StoreRefusal(reference_taken=True)
    assert partition(bench.dynamodb, bench.name, "C#messenger.1.3") == []


def test_a_reference_of_the_same_conversation_is_its_own_again(bench: Bench) -> None:
    first = request(Conversation())
    assert bench.receipts.store(replace(first, written=replace(first.written, reference="ABCDEFG"))) is None
    again = request(bench.put_conversation(), messages=[], units=[])
    assert bench.receipts.store(replace(again, written=replace(again.written, reference="ABCDEFG"))) is None
    assert bench.meta()["reference"] == "ABCDEFG"


def test_consent_is_kept_beside_the_conversation(bench: Bench) -> None:
    consent = Consent(channel="email", address="a@b.example", given_at=NOW, wording="Which address?", seq=1)
    stored = request(Conversation(), consents=[consent])
    assert bench.receipts.store(replace(stored, written=replace(stored.written, consent=consent))) is None
    found = next(f for f in partition(bench.dynamodb, bench.name, PK) if f["sk"].startswith("P#"))
    assert (found["address"], found["wording"], found["given_at"]) == ("a@b.example", "Which address?", to_ms(NOW))
    assert bench.receipts.read_conversation(PK).consent == consent


def test_the_list_entry_keeps_its_place_for_the_whole_episode(bench: Bench) -> None:
    bench.receipts.store(request(Conversation()))
    read = bench.receipts.read_conversation(PK)
    later = replace(read, last_seq=2)
    more = [NumberedMessage(seq=2, message=message("m.2"))]
    assert bench.receipts.store(request(read, written=later, messages=more, units=())) is None
    assert bench.meta()["waiting_at"] == to_ms(NOW)


def test_a_message_that_closes_itself_is_not_listed(bench: Bench) -> None:
    read = bench.put_conversation(seen_seq=3)
    written = replace(read, last_seq=4, seen_seq=4)
    assert bench.receipts.store(request(read, written=written, units=())) is None
    assert not bench.is_listed()


# H1 to H4


def test_an_answer_from_the_inbox_closes_what_it_answers(bench: Bench) -> None:
    read = bench.put_conversation()
    assert bench.receipts.note_outside_answer(PK, read, Author.PERSON, NOW, 3)
    assert (bench.meta()["seen_seq"], bench.meta()["human_at"]) == (3, to_ms(NOW))
    assert not bench.is_listed()


@pytest.mark.parametrize("now", [{"last_seq": 4}, {"seen_seq": 3}], ids=["a message came", "all was closed"])
def test_an_answer_from_the_inbox_closes_nothing_it_did_not_see(bench: Bench, now: dict[str, Any]) -> None:
    read = bench.put_conversation()
    bench.put_conversation(**now)
    before = bench.meta()
    assert not bench.receipts.note_outside_answer(PK, read, Author.PERSON, NOW, 3)
    assert bench.meta() == before


@pytest.mark.parametrize("author", list(Author))
def test_who_wrote_past_us_is_noted_by_the_latest_time(bench: Bench, author: Author) -> None:
    read = bench.put_conversation()
    name = "human_at" if author is Author.PERSON else "other_app_until"
    for at in (NOW, NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)):
        assert bench.receipts.note_outside_answer(PK, read, author, at, None)
    latest = NOW + timedelta(minutes=1 if author is Author.PERSON else 11)
    assert bench.meta()[name] == to_ms(latest)
    assert bench.is_listed()


@pytest.mark.parametrize("author", list(Author))
def test_who_writes_to_a_stranger_leaves_no_trace(bench: Bench, author: Author) -> None:
    bench.receipts.note_outside_answer(PK, Conversation(), author, NOW, None)
    assert bench.meta() == {}


DAY = timedelta(hours=24)


def test_who_owns_a_conversation_is_the_newest_word_in_whatever_order(bench: Bench) -> None:
    bench.put_conversation()
    later = NOW + timedelta(minutes=1)
    for at in (NOW, later, NOW, later):
        bench.receipts.note_thread_owner(PK, at, at + DAY)
    assert (bench.meta()["owner_at"], bench.meta()["owner_until"]) == (to_ms(later), to_ms(later + DAY))
    bench.receipts.note_thread_owner(PK, later - timedelta(seconds=1), None)
    assert bench.meta()["owner_until"] == to_ms(later + DAY)
    assert bench.is_listed()


def test_a_conversation_that_is_free_again_is_held_by_no_app_until_a_newer_word(bench: Bench) -> None:
    bench.put_conversation(other_app_until=LEASE, owner_until=LEASE)
    bench.receipts.note_thread_owner(PK, NOW, None)
    assert not {"owner_until", "other_app_until"} & set(bench.meta())
    bench.receipts.note_thread_owner(PK, NOW - timedelta(seconds=1), NOW + DAY)
    assert "owner_until" not in bench.meta()
    bench.receipts.note_thread_owner(PK, NOW + timedelta(seconds=1), NOW + DAY)
    assert bench.meta()["owner_until"] == to_ms(NOW + DAY)


def test_of_two_words_of_one_moment_the_first_stands(bench: Bench) -> None:
    bench.put_conversation()
    bench.receipts.note_thread_owner(PK, NOW, NOW + DAY)
    bench.receipts.note_thread_owner(PK, NOW, None)
    assert bench.meta()["owner_until"] == to_ms(NOW + DAY)


def test_who_owns_the_conversation_of_a_stranger_leaves_no_trace(bench: Bench) -> None:
    for until in (NOW + DAY, None):
        bench.receipts.note_thread_owner(PK, NOW, until)
    assert bench.meta() == {}


@pytest.mark.parametrize("opted_out", [True, False])
def test_the_wish_of_a_stranger_leaves_no_trace(bench: Bench, *, opted_out: bool) -> None:
    assert not bench.receipts.note_opt_out(PK, NOW, opted_out=opted_out)
    assert bench.meta() == {}


@pytest.mark.parametrize("table", ["receipts", "units"])
def test_the_newer_of_two_wishes_counts(bench: Bench, table: str) -> None:
    bench.put_conversation()
    store, second = getattr(bench, table), timedelta(seconds=1)
    assert store.note_opt_out(PK, NOW, opted_out=True)
    for at, opted_out in ((NOW, False), (NOW - second, False), (NOW, True)):
        assert not store.note_opt_out(PK, at, opted_out=opted_out)
    assert bench.meta()["opted_out"]
    assert store.note_opt_out(PK, NOW + second, opted_out=False)
    assert "opted_out" not in bench.meta()
    assert not store.note_opt_out(PK, NOW, opted_out=True)
    assert "opted_out" not in bench.meta()


# Sweep


def mark(due_at: datetime) -> DueMark:
    return DueMark(pk=PK, sk="A#000000000001", due_at=due_at, since=NOW, sweeps=0)


def test_putting_off_moves_the_marker_and_not_its_beginning(bench: Bench) -> None:
    bench.put_unit(UnitState.READY)
    for number, (seen, until) in enumerate([(DUE, LEASE), (LEASE, DUE)], start=1):
        assert bench.units.put_off(mark(seen), until)
        unit = bench.unit()
        assert (unit["due_at"], unit["due_since"], unit["sweeps"]) == (to_ms(until), to_ms(NOW), number)


@pytest.mark.parametrize("state", [UnitState.SENT, UnitState.READY], ids=["gone", "moved"])
def test_putting_off_brings_no_marker_back(bench: Bench, state: UnitState) -> None:
    bench.put_unit(state)
    before = bench.unit()
    assert not bench.units.put_off(mark(LEASE), NOW)
    assert bench.unit() == before


def test_what_is_due_is_listed_the_longest_due_first(bench: Bench) -> None:
    for minutes in (3, 1, 2, 60):
        at = NOW + timedelta(minutes=minutes)
        bench.put("C#x.y.z", f"A#{minutes}", {"due_pk": "DUE#1", "due_at": at})
    due = bench.units.due(1, NOW + timedelta(minutes=3), limit=2)
    assert [each.sk for each in due] == ["A#1", "A#2"]
    assert bench.units.due(0, NOW + timedelta(days=1), limit=2) == []


def test_a_marker_that_the_index_shows_late_is_told(bench: Bench) -> None:
    bench.put_unit(UnitState.READY)
    (due,) = bench.units.due(int(bench.unit()["due_pk"].removeprefix("DUE#")), DUE, limit=5)
    found = bench.units.read_mark(due)
    assert found is not None
    assert (found.since, found.sweeps) == (NOW, 0)
    bench.put_unit(UnitState.READY, due_at=LEASE)
    assert bench.units.read_mark(due) is None
    bench.put_unit(UnitState.SENT)
    assert bench.units.read_mark(due) is None


# The breaker


def breaker(bench: Bench) -> dict[str, Any]:
    (found,) = partition(bench.dynamodb, bench.name, "ACC#messenger.1")
    return found


def test_a_breaker_opens_counts_and_is_due(bench: Bench) -> None:
    opened = Breaker(open_until=DUE, cause="token", token_mark="abc")
    for times in (1, 2):
        bench.units.open_breaker("messenger", "1", opened)
        found = bench.units.read_breaker("messenger", "1")
        assert (found.open_until, found.cause, found.token_mark, found.opened) == (DUE, "token", "abc", times)
    assert ("ACC#messenger.1", "BRK") in indexed(bench.dynamodb, bench.name, "due")


def test_of_all_who_ask_to_probe_one_may(bench: Bench) -> None:
    bench.units.open_breaker("messenger", "1", Breaker(open_until=NOW, cause="failures"))
    read = bench.units.read_breaker("messenger", "1")
    assert [bench.units.claim_probe("messenger", "1", read, LEASE) for _ in range(3)] == [True, False, False]
    assert bench.units.read_breaker("messenger", "1").open_until == LEASE


def test_another_token_is_tried_by_one_alone(bench: Bench) -> None:
    bench.units.open_breaker(
        "messenger", "1", Breaker(open_until=DUE, cause="token", token_mark="deauthorized")
    )  # pragma: allowlist secret
    guard, key = GuardAccount(bench.units), ("messenger", "1")
    asked = [guard.may_send(key, bench.units.read_breaker(*key), "a newer token", NOW) for _ in range(4)]
    assert asked == [True, False, False, False]


def test_closing_a_breaker_forgets_everything(bench: Bench) -> None:
    assert [bench.units.count_failure("messenger", "1") for _ in range(2)] == [1, 2]
    bench.units.open_breaker("messenger", "1", Breaker(open_until=DUE, cause="failures"))
    bench.units.put_off(DueMark(pk="ACC#messenger.1", sk="BRK", due_at=DUE, since=NOW, sweeps=0), LEASE)
    bench.units.close_breaker("messenger", "1")
    assert breaker(bench) == {"pk": "ACC#messenger.1", "sk": "BRK"}
    assert indexed(bench.dynamodb, bench.name, "due") == set()
