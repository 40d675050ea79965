"""What a delivery leaves behind, down to what is counted: nothing is kept or dropped in silence."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from nightbell.adapters.receipt_table import PART_BYTES
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.errors import MethodError, UnavailableError, UnknownPlatformError
from nightbell.domain.events import (
    AccountNews,
    Author,
    Broken,
    ContactMoved,
    Noise,
    Outcome,
    OutsideAnswer,
    Silent,
    Unknown,
)
from nightbell.domain.keys import REFERENCE_SK, encode_part, quarantine_pk, reference_pk, spill_part_pk
from nightbell.domain.policy import NOT_DECIDED, NOT_IN_SETTINGS
from nightbell.domain.references import reference_code
from nightbell.domain.spill import cut
from nightbell.domain.storable import whole
from nightbell.domain.unit import UnitKind, UnitState
from nightbell.platforms.channel import Reply
from nightbell.services.find_home import EVER
from nightbell.services.ports import StoreRefusal
from nightbell.services.receive_delivery import Received
from nightbell.services.settle import NOBODY_TYPES_FASTER
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import TOO_LARGE
from tests.contract.conversation_table import partition
from tests.contract.faults import Faults, How
from tests.contract.world import CLOSED, CONTACT, World
from tests.fakes import ECHOING, KEYED, LOST_SENT, FakeSpillQueue

MakeWorld = Callable[..., World]


def spilling(world: World, faults: Faults | None = None) -> FakeSpillQueue:
    spill = FakeSpillQueue()
    world.build(faults or Faults(), spill=spill)
    return spill


NAMES = {"conversation", "messages", "spill"}
OF_REPORT = {"channel", "brand", "episode", "came"}
"""What the weekly report needs beside the times; told by few."""
"""What lines are found by; test_trace.py looks at them."""


def said(received: Received) -> list[tuple[str, int, bool, dict[str, Any]]]:
    told = []
    for fact in received.facts:
        beside = NAMES | (
            OF_REPORT if fact.name in {"messages_stored", "answered_outside", "acks_undelivered"} else set()
        )
        told.append((fact, {name: each for name, each in fact.fields.items() if name not in beside}))
    return [(fact.name, fact.count, fact.alarm, fields) for fact, fields in told]


def said_of(name: str, *, count: int = 1, alarm: bool = False, **fields: Any) -> tuple[str, int, bool, dict[str, Any]]:
    return (name, count, alarm, fields)


def kept(world: World) -> list[dict[str, Any]]:
    """List what is in this month's quarantine."""
    return partition(world.dynamodb, world.table, quarantine_pk(f"{world.clock.now():%Y-%m}"))


def from_inbox(world: World, author: Author = Author.PERSON, by: str = CONTACT) -> OutsideAnswer:
    return OutsideAnswer(
        kind="fake.echo",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(by,),
        author=author,
        sent_at=world.clock.now(),
    )


# What is counted


def test_messages_are_counted_as_stored_and_then_as_repeated(world: World) -> None:
    messages = [world.message() for _ in range(3)]
    assert said(world.deliver(*messages)) == [said_of("messages_stored", count=3)]
    again = said(world.deliver(*messages, world.message()))
    assert again == [said_of("messages_repeated", count=3), said_of("messages_stored")]


def test_other_content_is_counted_and_stored(world: World) -> None:
    for number in range(2):
        world.write(f"at {number}", mid=f"m.{number}")
    changed = [world.message(f"at {number}, sorry", mid=f"m.{number}") for number in range(2)]
    expected = [said_of("messages_with_other_content", count=2), said_of("messages_stored", count=2)]
    assert said(world.deliver(*changed)) == expected
    assert world.numbers() == [1, 2, 3, 4]


def test_a_message_of_an_account_nobody_declared_raises_an_alarm(world: World) -> None:
    world.accounts.clear()
    alarm = said_of("account_not_in_settings", alarm=True, channel=world.channel.name)
    assert said(world.write()) == [alarm, said_of("messages_stored")]
    assert (world.unit(1).kind, world.unit(1).reason) == (UnitKind.UNDECIDED, NOT_IN_SETTINGS)
    assert "settings" in NOT_IN_SETTINGS


def test_a_policy_that_fails_raises_an_alarm_that_quotes_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError("something the contact said")

    monkeypatch.setattr("nightbell.services.draft_messages.decide", fail)
    assert said(world.write()) == [
        said_of("policy_failed", alarm=True, error="LookupError"),
        said_of("messages_stored"),
    ]
    assert world.unit(1).reason == NOT_DECIDED


def test_noise_is_counted_and_told_where_an_operator_must_look(world: World) -> None:
    quiet = Noise(kind="fake.typing", channel="fake", detail="d" * 99)
    loud = Noise(kind="fake.review", channel="fake", alarm=True, detail="the account is restricted")
    assert said(world.deliver(quiet, loud)) == [
        said_of("noise", kind="fake.typing", detail="d" * 80),
        said_of("operator_must_look", alarm=True, kind="fake.review", detail="the account is restricted"),
    ]


def test_news_of_an_account_is_told_to_the_operator_where_nothing_applies_it(world: World) -> None:
    storing = StoreDelivery(
        platforms={"fake": world.platform}, store=world.receipts, store_messages=world.store_messages, hints=world.hints
    )
    news = AccountNews(kind="fake.news", channel=world.channel.name, account_ids=(), is_blocked=True, detail="d" * 99)
    (fact,) = storing(world.platform.holding([news], world.clock.now()), platform_waits=True)
    assert (fact.name, fact.alarm, dict(fact.fields)) == (
        "operator_must_look",
        True,
        {"kind": "fake.news", "detail": "d" * 80},
    )


def test_an_event_that_nobody_declared_is_new_once(world: World) -> None:
    kind = "fake.dance." + "x" * 99
    unknown = Unknown(kind=kind, channel="fake")
    assert said(world.deliver(unknown, unknown)) == [said_of("new_kinds_of_event", alarm=True, kind=kind[:80])]
    assert said(world.deliver(unknown)) == [said_of("unknown_events", kind=kind[:80])]
    (noted,) = partition(world.dynamodb, world.table, "KIND#fake")
    assert noted == {"pk": "KIND#fake", "sk": encode_part(kind), "first_at": noted["first_at"]}
    assert noted["first_at"] == int(world.clock.now().timestamp() * 1000)


def test_a_hint_that_is_lost_is_counted(world: World) -> None:
    def refuse(pk: str, sk: str) -> None:
        raise UnavailableError(pk + sk)

    world.hints.hint = refuse  # type: ignore[method-assign]
    assert said(world.write()) == [said_of("messages_stored"), said_of("hints_lost")]


def test_a_handshake_is_answered_and_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.platform, "handshake", lambda *_: Reply(body="the challenge"))
    received = world.receive(world.platform.holding([world.message()], world.clock.now()))
    assert (received.status, received.body, said(received)) == (200, "the challenge", [said_of("handshakes")])
    assert world.stored() == []


# What is refused


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"platform": "another"}, UnknownPlatformError),
        ({"path": "elsewhere"}, UnknownPlatformError),
        ({"method": "GET"}, MethodError),
        ({"method": "PUT"}, MethodError),
    ],
)
def test_what_is_not_posted_to_a_platforms_address_is_refused(
    world: World, changed: dict[str, str], error: type[Exception]
) -> None:
    delivery = world.platform.holding([world.message()], world.clock.now())
    with pytest.raises(error):
        world.receive(replace(delivery, **changed))  # type: ignore[arg-type]
    assert world.stored() == []


@pytest.mark.parametrize("value", ["identity", "IDENTITY", "Identity"])
def test_a_body_that_says_it_is_not_compressed_is_taken(world: World, value: str) -> None:
    delivery = world.platform.holding([world.message()], world.clock.now())
    assert world.receive(replace(delivery, headers={"content-encoding": value})).status == 200


# What is spilled


def test_a_delivery_that_is_too_large_to_wait_for_is_spilled_without_an_alarm(world: World) -> None:
    spill = spilling(world)
    received = world.deliver(*(world.message(by=f"{n}") for n in range(100)))
    because = "100 pieces of work, 100 messages"
    assert said(received) == [said_of("large_deliveries_spilled", because=because)]
    assert len(spill.parts) == 1


def test_a_delivery_that_the_table_does_not_take_is_spilled_with_an_alarm(world: World) -> None:
    spilling(world, Faults(at=1, how=How.FAILED))
    ((name, count, alarm, fields),) = said(world.write())
    assert (name, count, alarm, set(fields)) == ("deliveries_spilled", 1, True, {"because"})
    assert 0 < len(fields["because"]) <= 80


def test_the_reason_for_spilling_is_told_in_short(world: World) -> None:
    def refuse(request: object) -> None:
        raise UnavailableError(type(request).__name__ + "x" * 99)

    spilling(world)
    world.receipts.store = refuse  # type: ignore[method-assign]
    because = ("StoreRequest" + "x" * 99)[:80]
    assert said(world.write()) == [said_of("deliveries_spilled", alarm=True, because=because)]


def test_a_spilled_part_is_kept_for_a_month_under_its_number(world: World) -> None:
    delivery = world.platform.holding([world.message()], world.clock.now())
    (part,) = cut(delivery)
    world.receipts.keep_spill_part(part, world.clock.now())
    (stored,) = partition(world.dynamodb, world.table, spill_part_pk(str(part["id"])))
    assert (stored["sk"], stored["part"]) == ("1", part)
    assert stored["expires_at"] == int((world.clock.now() + timedelta(days=30)).timestamp())
    assert world.receipts.read_spill_part(str(part["id"]), 1) == part
    assert world.receipts.read_spill_part(str(part["id"]), 2) is None
    world.receipts.empty_spill_part(str(part["id"]), 1)
    assert world.receipts.read_spill_part(str(part["id"]), 1) is None
    world.receipts.keep_spill_part(part, world.clock.now())
    assert world.receipts.read_spill_part(str(part["id"]), 1) is None


# What is kept elsewhere


def test_what_cannot_be_read_is_in_quarantine_to_the_byte(world: World) -> None:
    raw = b"\xff\xfe not one of ours" + bytes(range(256))
    delivery = replace(world.platform.holding([], world.clock.now()), body=raw)
    ((name, count, alarm, fields),) = said(world.receive(delivery))
    assert (name, count, alarm) == ("quarantined", 1, True)
    assert (fields["kind"], fields["reason"]) == ("delivery", "not one of ours")
    (item,) = kept(world)
    assert item["sk"].startswith(str(fields["id"]))
    assert fields["id"] == sha256(raw).hexdigest()[:32]
    assert gzip.decompress(bytes(item["body_gzip"])) == raw
    assert item["body_size"] == len(raw)
    assert (item["of"], item["platform"], item["event"], item["reason"]) == (1, "fake", "delivery", "not one of ours")
    assert item["received_at"] == int(world.clock.now().timestamp() * 1000)
    assert item["expires_at"] == int((world.clock.now() + timedelta(days=400)).timestamp())
    world.receive(delivery)
    assert len(kept(world)) == 1


def test_a_broken_event_is_in_quarantine_as_it_came(world: World) -> None:
    raw = '{"half a letter": "\ud83d"}'
    broken = Broken(kind="k" * 99, channel="fake", reason="r" * 200, raw=raw)
    ((_, _, _, fields),) = said(world.deliver(broken))
    assert (fields["kind"], fields["reason"]) == ("k" * 80, "r" * 120)
    (item,) = kept(world)
    assert gzip.decompress(bytes(item["body_gzip"])) == raw.encode("utf-8", "surrogatepass")
    assert (item["event"], item["reason"], item["platform"]) == ("k" * 99, "r" * 200, "fake")


def test_the_whole_of_a_message_too_large_for_an_item_can_be_read_back(world: World) -> None:
    message = world.message("🔔" * 200_000)
    received = world.deliver(message)
    ((_, _, alarm, fields), _) = said(received)
    assert alarm
    parts = sorted(kept(world), key=lambda item: str(item["sk"]))
    assert all(item["sk"].startswith(str(fields["id"])) for item in parts)
    assert {(item["reason"], item["platform"], item["event"]) for item in parts} == {
        (TOO_LARGE, world.channel.name, "fake.message")
    }
    assert gzip.decompress(b"".join(bytes(item["body_gzip"]) for item in parts)) == whole(message)


def test_what_is_kept_in_parts_is_put_together_in_their_order(world: World) -> None:
    # Bytes that no compression shortens.
    raw = b"".join(number.to_bytes(4, "big") + hash_of(number) for number in range(30_000))
    delivery = replace(world.platform.holding([], world.clock.now()), body=raw)
    world.receive(delivery)
    parts = sorted(kept(world), key=lambda item: str(item["sk"]))
    assert [item["of"] for item in parts] == [len(parts)] * len(parts)
    assert len(parts) > 1
    assert [len(bytes(item["body_gzip"])) for item in parts[:-1]] == [PART_BYTES] * (len(parts) - 1)
    assert gzip.decompress(b"".join(bytes(item["body_gzip"]) for item in parts)) == raw


def hash_of(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


# References


def test_a_reference_that_is_taken_is_exchanged_for_another(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    world.write()
    pk, brand = world.pk(), world.account.brand.key
    taken = [reference_code(pk, 1, salt) for salt in range(2)]
    for code in taken:
        world.dynamodb.put_item(
            TableName=world.table,
            Item={
                "pk": {"S": reference_pk(brand, code)},
                "sk": {"S": REFERENCE_SK},
                "conversation": {"S": "C#readable.1.another"},
            },
        )
    world.pass_by(minutes=1)
    world.write("", choice="nightbell.choice.email_us")
    assert world.conversation().reference == reference_code(pk, 1, 2)
    (own,) = partition(world.dynamodb, world.table, reference_pk(brand, reference_code(pk, 1, 2)))
    assert own["conversation"] == pk
    assert own["expires_at"] == int((world.clock.now() + timedelta(days=180)).timestamp())
    assert world.numbers() == [1, 2]
    world.rest()
    assert world.faults_at_rest() == []


def told_again(world: World) -> dict[str, Any]:
    """Choose to write a mail once more, in a new episode; returns what leads here by the code."""
    if world.conversation().is_waiting:
        world.desk.take(world.pk(), "marta")
        world.desk.close(world.pk(), "marta")
    world.write("", choice="nightbell.choice.email_us")
    world.rest()
    code = world.conversation().reference
    assert code
    (pointer,) = partition(world.dynamodb, world.table, reference_pk(world.account.brand.key, code))
    return pointer


def test_a_code_that_is_told_again_goes_on_leading_here(make_world: MakeWorld) -> None:
    world = make_world(replace(KEYED, reply_window=None), now=CLOSED)
    first = told_again(world)
    world.pass_by(days=89)
    assert told_again(world) == first
    world.pass_by(days=2)
    again = told_again(world)
    assert (again["pk"], again["conversation"]) == (first["pk"], world.pk())
    assert again["expires_at"] == int((world.clock.now() + timedelta(days=180)).timestamp())


def test_a_code_that_is_somebody_elses_by_now_is_told_no_more(make_world: MakeWorld) -> None:
    world = make_world(replace(KEYED, reply_window=None), now=CLOSED)
    first = told_again(world)
    world.pass_by(days=181)
    world.dynamodb.put_item(
        TableName=world.table,
        Item={"pk": {"S": first["pk"]}, "sk": {"S": REFERENCE_SK}, "conversation": {"S": "C#keyed.1.another"}},
    )
    again = told_again(world)
    assert again["pk"] != first["pk"]
    assert again["conversation"] == world.pk()


@pytest.mark.parametrize("carries", [True, False])
def test_what_carries_the_code_by_itself_has_one_from_the_first_answer_on(
    make_world: MakeWorld, *, carries: bool
) -> None:
    world = make_world(replace(KEYED, form=replace(KEYED.form, carries_code=carries)))
    world.write()
    assert bool(world.conversation().reference) == carries
    world.write("STOP")
    world.write("Hello again?")
    assert bool(world.conversation().reference) == carries


def test_what_is_not_answered_needs_no_code(make_world: MakeWorld) -> None:
    world = make_world(replace(KEYED, form=replace(KEYED.form, carries_code=True)))
    world.write(silent=Silent.BOUNCE)
    assert world.conversation().reference is None


# What keeps changing


def test_a_conversation_that_keeps_changing_is_never_said_to_be_stored(world: World) -> None:
    world.receipts.store = lambda _: StoreRefusal()  # type: ignore[method-assign, assignment]
    with pytest.raises(UnavailableError, match="kept changing"):
        world.store_messages(world.pk(), [world.message()], world.clock.now())


def test_a_conversation_that_is_read_anew_after_each_change_is_stored(world: World) -> None:
    store = world.receipts.store
    refused: list[Conversation] = []

    def refuse_ten(request: Any) -> StoreRefusal | None:
        if len(refused) < 10:
            refused.append(request.read)
            return StoreRefusal()
        return store(request)

    world.receipts.store = refuse_ten  # type: ignore[method-assign]
    stored = world.store_messages(world.pk(), [world.message(), world.message()], world.clock.now())
    assert [unit.seq for unit in stored.units] == [1]
    assert world.numbers() == [1, 2]


def test_an_outside_answer_that_could_not_be_noted_is_never_said_to_be(world: World) -> None:
    world.write()
    world.pass_by(minutes=3)
    delivery = world.platform.holding([from_inbox(world)], world.clock.now())
    refused: list[int | None] = []

    def refuse(_pk: str, _read: Conversation, _author: Author, _at: object, closes: int | None, **_: object) -> bool:
        refused.append(closes)
        return False

    world.receipts.note_outside_answer = refuse  # type: ignore[method-assign, assignment]
    with pytest.raises(UnavailableError):
        world.receive(delivery)
    assert len(refused) > 1
    assert set(refused) == {1}


# Who wrote past us


def test_an_instant_reply_of_the_inbox_answers_nothing(world: World) -> None:
    world.write()
    world.pass_by(seconds=NOBODY_TYPES_FASTER.total_seconds() - 0.001)
    assert said(world.deliver(from_inbox(world))) == [said_of("instant_outside_answers")]
    assert world.conversation().is_waiting
    assert world.conversation().human_at is None
    world.pass_by(seconds=0.001)
    assert said(world.deliver(from_inbox(world))) == [said_of("answered_outside", wall_s=5, open_s=5)]
    assert not world.conversation().is_waiting


def test_an_answer_from_before_the_message_is_no_instant_reply_to_it(world: World) -> None:
    world.write()
    answer = replace(from_inbox(world), sent_at=world.clock.now() - timedelta(seconds=1))
    assert said(world.deliver(answer)) == [said_of("outside_answers")]
    assert world.conversation().is_waiting
    assert world.conversation().human_at == answer.sent_at


def test_another_apps_message_closes_nothing(world: World) -> None:
    world.write()
    for seconds in (1, 180):
        world.pass_by(seconds=seconds)
        assert said(world.deliver(from_inbox(world, Author.OTHER_APP))) == [said_of("outside_answers")]
    assert world.conversation().is_waiting
    assert world.conversation().other_app_until == world.clock.now() + timedelta(minutes=10)


def test_an_answer_where_nothing_waits_is_noted_and_closes_nothing(world: World) -> None:
    world.write()
    world.pass_by(minutes=3)
    world.deliver(from_inbox(world))
    world.pass_by(minutes=1)
    assert said(world.deliver(from_inbox(world))) == [said_of("outside_answers")]
    assert world.conversation().human_at == world.clock.now()


def test_an_answer_to_a_stranger_is_counted_and_leaves_no_trace(world: World) -> None:
    assert said(world.deliver(from_inbox(world, by="99"))) == [said_of("outside_answers_to_strangers")]
    assert world.stored("99") == []


def test_of_several_names_of_a_contact_the_one_who_is_known_was_answered(world: World) -> None:
    world.write()
    world.pass_by(minutes=3)
    answer = replace(from_inbox(world), contact_ids=("99", CONTACT))
    assert said(world.deliver(answer)) == [said_of("answered_outside", wall_s=180, open_s=180)]
    assert not world.conversation().is_waiting


# What became of our own sends


def settled(world: World, outcome: Outcome, **changed: Any) -> list[tuple[str, int, bool, dict[str, Any]]]:
    return said(world.deliver(replace(world.settlement(world.unit(1).tag, outcome), **changed)))


def test_a_settlement_is_counted_by_what_it_changes(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.write()
    world.rest()
    assert settled(world, Outcome.SEEN) == [said_of("acks_confirmed")]
    assert settled(world, Outcome.SEEN) == [said_of("settlements_repeated")]
    assert world.hints.waiting == []
    failed = world.settlement("", Outcome.FAILED).kind
    assert settled(world, Outcome.FAILED, detail="x" * 99) == [said_of("acks_undelivered", kind=failed, code="")]
    assert world.hints.waiting == [(world.pk(), world.unit(1).sk)]
    assert settled(world, Outcome.FAILED) == [said_of("settlements_repeated")]
    assert settled(world, Outcome.SEEN) == [said_of("settlements_repeated")]
    assert world.unit(1).reason == "x" * 99


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        ("30003 the phone is off", "30003"),
        ("131047: more than a day", "131047"),
        ("Ana wrote: call 30003", ""),
        ("+34 600 123 456 is no number", ""),
        ("34600123456 is no number", ""),
        ("600 123 456 is no number", ""),
        ("600-123-456", ""),
        ("", ""),
    ],
)
def test_of_why_a_send_failed_only_a_code_goes_into_the_log(make_world: MakeWorld, detail: str, code: str) -> None:
    world = make_world(ECHOING)
    world.write()
    world.rest()
    [(name, _, _, told)] = settled(world, Outcome.FAILED, kind="fake.failed", detail=detail)
    assert (name, told) == ("acks_undelivered", {"kind": "fake.failed", "code": code})
    assert world.unit(1).reason == detail


def test_news_that_the_team_must_hear_is_hinted_at_once(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.api.next = [LOST_SENT]
    world.write()
    world.rest()
    assert settled(world, Outcome.SEEN) == [said_of("acks_confirmed")]
    assert world.hints.waiting == [(world.pk(), world.unit(1).sk)]
    world.work()
    assert world.last_word() == "acknowledged"


@pytest.mark.parametrize("tag", ["", "somebody else's", "nightbell.1.1", "nightbell.1.x.y", "nightbell.1.9.unknown"])
def test_a_settlement_of_nothing_we_know_is_counted_by_its_kind(world: World, tag: str) -> None:
    world.write()
    before = world.stored()
    expected = [said_of("settlements_without_unit", kind="fake.echo")]
    assert settled(world, Outcome.SEEN, tag=tag) == expected
    assert settled(world, Outcome.SEEN, contact_ids=("99",)) == expected
    assert world.stored() == before


def test_of_several_names_in_a_settlement_the_one_with_the_unit_is_meant(world: World) -> None:
    world.write()
    world.rest()
    assert settled(world, Outcome.SEEN, contact_ids=("99", CONTACT)) == [said_of("acks_confirmed")]
    assert world.unit(1).state is UnitState.CONFIRMED


def test_a_settlement_of_what_was_never_sent_raises_an_alarm_or_comes_too_late(world: World) -> None:
    world.write()
    assert settled(world, Outcome.SEEN) == [said_of("settlements_without_send", alarm=True)]
    world.desk.take(world.pk(), "ana")
    world.rest()
    assert world.unit(1).state is UnitState.SUPPRESSED
    assert settled(world, Outcome.FAILED) == [said_of("settlements_too_late")]


# Where messages go instead


def test_of_two_joins_that_were_decided_on_the_same_reading_the_first_counts(world: World) -> None:
    world.write()
    pk = world.pk()
    for number in range(2):
        read = world.conversation()
        first = Join(since=world.clock.now(), pk=f"C#first.{number}")
        late = Join(since=world.clock.now(), pk=f"C#late.{number}")
        assert world.units.join(pk, read, first)
        assert not world.units.join(pk, read, late)
        assert [join.pk for join in world.conversation().joins][-1] == first.pk
        world.pass_by(minutes=1)
    assert len(world.conversation().joins) == 2


def moves(world: World, *old: str, new: str = "new") -> ContactMoved:
    return ContactMoved(
        kind="fake.moved",
        channel=world.channel.name,
        account_id=world.account.account_id,
        old_ids=old,
        new_id=new,
        at=world.clock.now(),
    )


def test_a_join_that_always_loses_is_never_said_to_be_done(world: World) -> None:
    world.write()
    tried: list[Join] = []

    def lose(_pk: str, _read: Conversation, join: Join) -> bool:
        tried.append(join)
        return False

    world.receipts.join = lose  # type: ignore[method-assign, assignment]
    delivery = world.platform.holding([moves(world, CONTACT)], world.clock.now())
    with pytest.raises(UnavailableError):
        world.receive(delivery)
    assert len(tried) > 1
    assert {join.pk for join in tried} == {world.pk()}


def test_a_join_that_somebody_else_was_faster_with_is_done(world: World) -> None:
    world.write()
    join = world.receipts.join

    def second(pk: str, read: Conversation, wanted: Join) -> bool:
        assert join(pk, read, wanted)
        return join(pk, read, wanted)

    world.receipts.join = second  # type: ignore[method-assign, assignment]
    assert said(world.deliver(moves(world, CONTACT))) == [said_of("contacts_moved")]
    assert [each.pk for each in world.conversation("new").joins] == [world.pk()]


def test_of_several_former_ids_the_one_that_is_known_tells_where_it_goes_on(world: World) -> None:
    world.write()
    assert said(world.deliver(moves(world, "8", "9"))) == [said_of("contacts_moved_unknown")]
    assert said(world.deliver(moves(world, "8", CONTACT))) == [said_of("contacts_moved")]
    world.write("it is me", by="new")
    assert (world.numbers(), world.numbers("new")) == ([1, 2], [])
    assert said(world.deliver(moves(world, CONTACT, new=CONTACT))) == [said_of("contacts_moved_unknown")]


def test_a_contact_who_wrote_under_the_new_id_before_goes_on_elsewhere_from_now_on(world: World) -> None:
    world.write()
    early = world.message("under the new id", by="new")
    world.deliver(early)
    world.pass_by(minutes=1)
    world.deliver(moves(world, CONTACT))
    (join,) = world.conversation("new").joins
    assert (join.pk, join.since) == (world.pk(), world.clock.now())
    world.deliver(early)
    world.write("and now", by="new")
    assert (world.numbers(), world.numbers("new")) == ([1, 2], [1])


def test_a_new_id_joins_the_first_of_its_other_names_that_is_known(world: World) -> None:
    world.write()
    known = world.message("me again", by="new")
    aliases = replace(known.contact, aliases=("8", CONTACT))
    world.deliver(replace(known, contact=aliases))
    assert (world.numbers(), world.numbers("new")) == ([1, 2], [])
    (join,) = world.conversation("new").joins
    assert (join.pk, join.since) == (world.pk(), EVER)


def test_words_that_were_looked_up_replace_none_and_make_no_message(world: World) -> None:
    world.write("what was said", mid="m.1")
    before = world.stored()
    world.units.note_words(world.pk(), "m.1", "something else", None)
    world.units.note_words(world.pk(), "m.2", "of nobody", None)
    assert world.stored() == before
