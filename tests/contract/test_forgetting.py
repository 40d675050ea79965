"""Who is forgotten is forgotten: on the real table, through every crash, and whatever is delivered again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.conversation import Join
from nightbell.domain.deletion import DeletionRequest
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Attachment, Contact, Message
from nightbell.domain.keys import conversation_pk, reference_pk
from nightbell.domain.requests import DELETION_SK, FORGOTTEN_PREFIX, request_pk
from nightbell.services.delete_on_request import DeleteOnRequest
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Saying
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.forget import Forget, Forgotten
from nightbell.services.sweep import Sweep
from tests.contract.conversation_table import indexed, partition
from tests.contract.faults import Crash, Faults, FaultyDynamo, How
from tests.contract.world import CLOSED, CONTACT, OPEN, SHARDS, SWEEP_LIFE, World
from tests.fakes import LOST_SENT, READABLE

CANARY = "canary"
"""In everything that a customer says and is; afterwards it must be nowhere."""
CODE = "a" * 26

MakeWorld = Callable[..., World]


def forgetter(world: World, faults: Faults | None = None) -> Forget:
    client = TableClient(FaultyDynamo(world.dynamodb, faults or Faults()), world.table, Deadline(world.clock))
    discard = DiscardBeside(DiscardWhole(QuarantineTable(client), world.clock), {})
    return Forget(store=ForgettingTable(client), discard=discard, clock=world.clock)


def forget(world: World, by: str = CONTACT, **more: Any) -> Forgotten:
    return forgetter(world)([world.pk(by)], "marta", **more)


def from_ada(world: World, text: str, **more: Any) -> Message:
    ada = Contact(contact_id=CONTACT, address=f"{CANARY}-address", name=f"{CANARY} Rossi")
    return replace(world.message(text and f"{CANARY} {text}", **more), contact=ada)


def talk(world: World) -> list[Message]:
    """Say everything that can be said: words, media, something odd, a choice, an address, something huge."""
    said = [
        from_ada(world, "hello", raw='{"odd": "canary"}', about={"subject": f"{CANARY} bread"}),
        from_ada(world, "look", attachments=(Attachment(kind="image", reference="1", detail=f"{CANARY}.png"),)),
        from_ada(world, "", choice="nightbell.choice.email_us"),
        from_ada(world, "", choice="nightbell.choice.email_me"),
        from_ada(world, "me@canary.example"),
        from_ada(world, "long " * 100_000),
    ]
    for message in said:
        world.deliver(message)
        world.pass_by(minutes=1)
    world.rest()
    return said


def everything(world: World) -> str:
    """Read all that the table holds of this world."""
    pages = world.dynamodb.get_paginator("scan").paginate(TableName=world.table, ConsistentRead=True)
    return str([page["Items"] for page in pages])


def holds_canary(world: World) -> bool:
    """Look into the table, and into what is packed there."""
    quarantine = QuarantineTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)))
    bodies = [quarantine.read_body(entry) or b"" for entry in quarantine.entries(f"{world.clock.now():%Y-%m}")]
    return CANARY in everything(world) or any(CANARY.encode() in body for body in bodies)


def test_nothing_that_a_contact_said_or_is_stays(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    talk(world)
    assert holds_canary(world)
    reference = world.conversation().reference
    assert reference
    done = forget(world)
    assert not holds_canary(world)
    assert (done.messages, done.consents, done.references, done.wholes) == (6, 1, 1, 1)
    assert done.is_finished
    assert partition(world.dynamodb, world.table, reference_pk(world.account.brand.key, reference))[0].keys() == {
        "pk",
        "sk",
        "expires_at",
    }


def test_nothing_that_agents_wrote_about_a_contact_stays(world: World) -> None:
    world.write()
    world.rest()
    world.desk.take(world.pk(), "ana")
    world.desk.note(world.pk(), "ben", f"{CANARY} called")
    spoken = [Spoken(via=world.channel.name, text=f"Dear {CANARY}, 👍")]
    saying = Saying(request="click", texts=spoken, up_to=1, override=f"{CANARY} likes it so")
    world.desk.say(world.pk(), "ana", saying)
    world.rest()
    acts = [item for item in world.stored() if item["sk"].startswith("L#")]
    assert holds_canary(world)
    done = forget(world)
    assert not holds_canary(world)
    assert (done.units, done.logs, done.is_finished) == (2, len(acts), True)
    left = {item["sk"]: item for item in world.stored()}
    assert [(left[item["sk"]]["did"], left[item["sk"]]["by"]) for item in acts] == [
        *(("take", "ana"), ("note", "ben"), ("answer", "ana"), ("override", "ana"))
    ]
    [unit] = [item for sk, item in left.items() if sk.startswith("D#")]
    assert (unit["st"], unit["by"], unit["closes"]) == ("SENT", "ana", 1)
    assert forget(world).changed == 0


def test_what_an_agent_says_about_a_message_that_came_meanwhile_stays(world: World) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    forget_conversation = ForgettingTable.forget_conversation

    def closed_and_then_written(self: ForgettingTable, *closing: Any) -> bool:
        closed = forget_conversation(self, *closing)
        world.write("hello again")
        page = world.desk.take(world.pk(), "ana")
        spoken = [Spoken(via=world.channel.name, text="Hello again!")]
        assert page.conversation.last_seq == 2
        world.desk.say(world.pk(), "ana", Saying(request="click", texts=spoken, up_to=2))
        return closed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ForgettingTable, "forget_conversation", closed_and_then_written)
        forget(world)
    assert [unit.text for unit in world.desk_units_of()] == ["Hello again!"]


def test_that_something_was_there_stays(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    talk(world)
    before = {item["sk"]: item for item in world.stored()}
    forget(world)
    after = {item["sk"]: item for item in world.stored()}
    for sk, item in before.items():
        kept = {"pk", "sk", "seq", "event", "sent_at", "got_at", "content_hash", "st", "rev", "created_at", "given_at"}
        assert {name: item[name] for name in kept & item.keys()} == {
            name: after[sk].get(name) for name in kept & item.keys()
        }
    consent = next(item for sk, item in after.items() if sk.startswith("P#"))
    assert consent["channel"] == "email"
    assert "address" not in consent


def test_a_record_tells_who_and_when_and_nothing_else(world: World) -> None:
    world.write()
    forget(world)
    [record] = [item for item in world.stored() if item["sk"].startswith(FORGOTTEN_PREFIX)]
    at = int(OPEN.timestamp() * 1000)
    assert record == {
        "pk": world.pk(),
        "sk": "FORGOTTEN#000000000001",
        "up_to": 1,
        "forgotten_by": "marta",
        "forgotten_at": at,
    }


def test_forgetting_again_changes_nothing(world: World) -> None:
    world.write()
    world.rest()
    forget(world)
    before = world.stored()
    world.pass_by(hours=1)
    again = forgetter(world)([world.pk()], "ben")
    assert (again.changed, again.is_finished, again.conversations) == (0, True, [world.pk()])
    after = world.stored()
    for item in [*before, *after]:
        item.pop("forgotten_at", None) if item["sk"] == "META" else None
    assert before == after


def test_what_is_delivered_again_brings_nothing_back(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    said = talk(world)
    forget(world)
    numbers = world.numbers()
    world.deliver(*said)
    world.rest()
    assert world.numbers() == numbers
    assert CANARY not in str(world.stored())


def test_a_new_message_starts_afresh(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    talk(world)
    forget(world)
    world.pass_by(hours=1)
    seen = len(world.visible())
    world.write("Hola, ¿está abierto?")
    world.rest()
    conversation = world.conversation()
    assert (conversation.waiting_count, conversation.language, conversation.name) == (1, "es", None)
    assert conversation.episode == conversation.last_seq
    assert len(world.visible()) == seen + 1


def test_a_forgotten_conversation_waits_for_nobody_and_its_acknowledgement_stays_here(world: World) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    done = forget(world)
    assert done.still_moving == 1
    conversation = world.conversation()
    assert (conversation.is_waiting, conversation.agent_id) == (False, None)
    assert (world.pk(), "META") not in indexed(world.dynamodb, world.table, "waiting")
    world.rest()
    assert world.visible() == []
    assert forget(world).is_finished


def test_a_text_that_may_be_on_its_way_stays_until_that_is_settled(world: World) -> None:
    """By that text the send is looked for; without it, it would be sent again."""
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    assert not forget(world).is_finished
    world.rest()
    assert len(world.visible()) == 1
    assert forget(world).is_finished
    assert all("txt" not in item for item in world.stored())


def test_who_is_not_known_is_not_invented(world: World) -> None:
    assert forget(world, by="nobody").conversations == []
    assert world.stored("nobody") == []


def test_others_are_left_alone(world: World) -> None:
    world.write("mine", by="1")
    world.write("yours", by="11")
    forget(world, by="1")
    assert "yours" in str(world.stored("11"))
    assert world.conversation("11").is_waiting


def test_joined_conversations_are_forgotten_too_and_a_circle_ends(world: World) -> None:
    for by, other in (("1", "2"), ("2", "1")):
        world.write(f"{CANARY} of {by}", by=by)
        read = world.conversation(by)
        assert world.truth.join(world.pk(by), read, Join(since=world.clock.now(), pk=world.pk(other)))
    world.rest()
    assert forget(world, by="1").conversations == [world.pk("1"), world.pk("2")]
    assert CANARY not in str(world.stored("2"))


def test_only_what_was_asked_for_when_nothing_is_to_be_followed(world: World) -> None:
    for by in ("1", "2"):
        world.write(f"{CANARY} of {by}", by=by)
    assert world.truth.join(world.pk("1"), world.conversation("1"), Join(since=OPEN, pk=world.pk("2")))
    assert forget(world, by="1", follow=False).conversations == [world.pk("1")]
    assert CANARY in str(world.stored("2"))


def test_when_time_is_up_the_next_run_goes_on(make_world: MakeWorld) -> None:
    world = make_world(now=CLOSED)
    talk(world)
    left = [True, True, True]
    done = forget(world, has_time=lambda: bool(left) and left.pop())
    assert (done.is_finished, done.messages + done.units + done.consents) == (False, 2)
    assert forget(world).is_finished
    assert not holds_canary(world)


def test_time_is_asked_for_before_each_conversation_also_where_nothing_is_left_to_remove(world: World) -> None:
    """Looking at what is forgotten already takes time as well."""
    for by in ("1", "2"):
        world.write(by=by)
    assert world.truth.join(world.pk("1"), world.conversation("1"), Join(since=OPEN, pk=world.pk("2")))
    world.rest()
    assert forget(world, by="1").is_finished
    left = [True]
    done = forget(world, by="1", has_time=lambda: bool(left) and left.pop())
    assert (done.is_finished, done.conversations) == (False, [world.pk("1")])


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED, How.LOST])
def test_whatever_call_fails_another_run_forgets_the_rest(make_world: MakeWorld, how: How) -> None:
    for at in range(1, 60):
        world = make_world(now=CLOSED)
        world.deliver(from_ada(world, "hello"), from_ada(world, "", choice="nightbell.choice.email_us"))
        world.rest()
        faults = Faults(at=at, how=how)
        with suppress(Crash, UnavailableError):
            forgetter(world, faults)([world.pk()], "marta")
        assert forget(world).is_finished
        assert CANARY not in str(world.stored())
        assert any(item["sk"].startswith(FORGOTTEN_PREFIX) for item in world.stored())
        if len(faults.sites) < at:
            return
    raise AssertionError("it never ends")


class Interrupted(FaultyDynamo):
    """Lets a message come after the k-th call."""

    def __init__(self, world: World, faults: Faults, **said: Any) -> None:
        super().__init__(world.dynamodb, faults)
        self._world = world
        self._said = said or {"text": "and another thing"}

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        inner = getattr(self._world.dynamodb, operation)

        def call(**request: Any) -> Any:
            answer = inner(**request)
            self._faults.sites.append(operation)
            if len(self._faults.sites) == self._faults.at:
                self._world.write(**self._said)
            return answer

        return call


def test_a_message_that_comes_meanwhile_is_a_new_one(make_world: MakeWorld) -> None:
    """It comes after each call in turn: it is stored with its words, and waits."""
    for at in range(1, 60):
        world = make_world()
        world.write(f"{CANARY} hello")
        world.rest()
        faults = Faults(at=at, how=How.CRASH_AFTER)

        interrupted = Interrupted(world, faults)
        client = TableClient(interrupted, world.table, Deadline(world.clock))
        Forget(store=ForgettingTable(client), discard=lambda *_: None, clock=world.clock)([world.pk()], "marta")
        stored = world.stored()
        assert CANARY not in str(stored)
        if len(faults.sites) < at:
            return
        [second] = [item for item in stored if item["sk"].startswith("M#") and item["seq"] == 2]
        is_waiting = world.conversation().is_waiting
        # Seen before the conversation was closed, it belongs to what was to be forgotten.
        assert second.get("txt", "") == ("and another thing" if is_waiting else "")
        assert is_waiting == ((world.pk(), "META") in indexed(world.dynamodb, world.table, "waiting"))
    raise AssertionError("it never ends")


def test_a_code_that_is_given_out_meanwhile_leads_nowhere_either(make_world: MakeWorld) -> None:
    """A late tap on an old choice begins an episode, and each episode has a code of its own."""
    for at in range(1, 60):
        world = make_world(now=CLOSED)
        world.write("hello")
        world.rest()
        forget(world)
        faults = Faults(at=at, how=How.CRASH_AFTER)
        interrupted = Interrupted(world, faults, text="", choice="nightbell.choice.email_us")
        client = TableClient(interrupted, world.table, Deadline(world.clock))
        Forget(store=ForgettingTable(client), discard=lambda *_: None, clock=world.clock)([world.pk()], "marta")
        if len(faults.sites) < at:
            return
        if not world.conversation().is_waiting:
            leading = [
                code for code in everything(world).split("}, {") if f"'conversation': {{'S': '{world.pk()}'" in code
            ]
            assert leading == []
    raise AssertionError("it never ends")


# What a platform asks in the name of a person


def store(world: World) -> DeletionTable:
    return DeletionTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)), SHARDS)


def ask(world: World, user_id: str = CONTACT) -> None:
    request = DeletionRequest(code=CODE, platform="fake", asked_at=world.clock.now(), user_id=user_id)
    assert store(world).note_deletion(request)


def sweep(world: World, faults: Faults | None = None) -> None:
    jobs = {
        DELETION_SK: DeleteOnRequest(
            store=store(world),
            forget=forgetter(world, faults),
            accounts=world.accounts,
            channels={world.channel.name: world.channel},
            clock=world.clock,
        )
    }
    world.sweeper = Sweep(
        store=world.units,
        hints=world.hints,
        acknowledge=world.acknowledge,
        clock=world.clock,
        due_shards=SHARDS,
        jobs=jobs,
    )
    with suppress(Crash):
        world.facts += world.sweeper(world.run(SWEEP_LIFE)).facts


def test_what_was_promised_is_done_by_the_next_sweep(world: World) -> None:
    world.write(f"{CANARY} hello")
    world.rest()
    ask(world)
    sweep(world)
    assert CANARY not in str(world.stored())
    found = store(world).read_deletion(CODE)
    assert found is not None
    assert (found.done_at, found.conversations, found.messages, found.user_id) == (world.clock.now(), 1, 1, "")
    assert (request_pk(CODE), DELETION_SK) not in indexed(world.dynamodb, world.table, "due")
    assert world.counted("deletions_done") == 1


def test_a_request_that_matches_nobody_says_so(world: World) -> None:
    world.write(f"{CANARY} hello", by="1")
    ask(world, "218471")
    sweep(world)
    found = store(world).read_deletion(CODE)
    assert found is not None
    assert (found.done_at, found.conversations) == (world.clock.now(), 0)
    assert CANARY in str(world.stored("1"))
    assert world.counted("deletions_unmatched") == 1


def test_the_same_request_again_is_done_once(world: World) -> None:
    world.write(by=CONTACT)
    world.rest()
    ask(world)
    sweep(world)
    again = DeletionRequest(code=CODE, platform="fake", asked_at=world.clock.now(), user_id=CONTACT)
    assert not store(world).note_deletion(again)
    world.write("new words")
    world.rest()
    world.pass_by(minutes=2)
    sweep(world)
    assert "new words" in str(world.stored())
    assert world.counted("deletions_done") == 1


def test_a_deletion_waits_for_an_acknowledgement_that_is_under_way(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write(f"{CANARY} hello")
    world.work()
    ask(world)
    sweep(world)
    found = store(world).read_deletion(CODE)
    assert found is not None
    assert (found.done_at, found.user_id) == (None, CONTACT)
    assert world.counted("deletions_under_way") == 1
    world.rest()
    world.pass_by(minutes=5)
    sweep(world)
    done = store(world).read_deletion(CODE)
    assert done is not None
    assert done.done_at
    assert all("txt" not in item for item in world.stored())


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED])
def test_a_deletion_that_is_cut_off_is_finished_later(make_world: MakeWorld, how: How) -> None:
    for at in range(1, 40):
        world = make_world(READABLE)
        world.write(f"{CANARY} hello")
        world.rest()
        code = request_pk(CODE)
        world.dynamodb.delete_item(TableName=world.table, Key={"pk": {"S": code}, "sk": {"S": DELETION_SK}})
        ask(world)
        faults = Faults(at=at, how=how)
        sweep(world, faults)
        for _ in range(3):
            world.pass_by(minutes=5)
            sweep(world)
        found = store(world).read_deletion(CODE)
        assert found is not None
        assert found.done_at
        assert CANARY not in str(world.stored())
        if len(faults.sites) < at:
            return
    raise AssertionError("it never ends")


def test_a_conversation_of_another_platform_is_not_touched(world: World) -> None:
    world.write(f"{CANARY} hello")
    request = DeletionRequest(code=CODE, platform="meta", asked_at=world.clock.now(), user_id=CONTACT)
    store(world).note_deletion(request)
    sweep(world)
    assert CANARY in str(world.stored())


def test_an_id_with_signs_of_our_own_names_no_other_conversation() -> None:
    assert conversation_pk("a", "1", "2.3") != conversation_pk("a", "1.2", "3")
