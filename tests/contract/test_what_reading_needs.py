"""Path, query and headers that a platform reads an event from are there again, whichever way a delivery takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from nightbell.adapters import receipt_table
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import NotUnderstoodError, UnknownPlatformError
from nightbell.domain.events import Broken, Delivery, Event
from nightbell.domain.facts import Fact
from nightbell.domain.kept_names import kept_name
from nightbell.platforms.channel import Reply
from nightbell.services.kept import Around, Entry, Handled
from nightbell.services.quarantine import Quarantine, Replayed
from tests.contract.faults import Faults, How
from tests.contract.world import World
from tests.fakes import FakeSpillQueue

AROUND = Around(path="7", query={"tag": "", "to": "+34"}, headers={"x-kind": "comment"})


@pytest.fixture
def reading(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Delivery]:
    """Let the platform read one header and take any path; what it was given to read is listed."""
    seen: list[Delivery] = []
    real = world.platform.parse

    def parse(delivery: Delivery) -> Sequence[Event]:
        seen.append(delivery)
        return real(delivery)

    monkeypatch.setattr(world.platform, "parse", parse)
    monkeypatch.setattr(world.platform, "parse_headers", ("x-kind",), raising=False)
    monkeypatch.setattr(world.platform, "accepts", lambda path, _: path in ("", AROUND.path))
    return seen


def sent(world: World, *events: Event) -> Delivery:
    held = world.platform.holding(events, world.clock.now())
    headers = {**AROUND.headers, "signed": "by the platform", "cookie": "a"}
    return replace(held, path=AROUND.path, query=AROUND.query, headers=headers)


def around(delivery: Delivery) -> Around:
    return Around(path=delivery.path, query=delivery.query, headers=delivery.headers)


def quarantine_of(world: World) -> tuple[QuarantineTable, Quarantine]:
    store = QuarantineTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)))

    def again(delivery: Delivery) -> Sequence[object]:
        return world.platform.parse(delivery)

    return store, Quarantine(store=store, store_delivery=again, clock=world.clock)  # type: ignore[arg-type]


def look(store: QuarantineTable, world: World, raw: bytes) -> Entry:
    name, month = kept_name(raw, AROUND.path, AROUND.query), f"{world.clock.now():%Y-%m}"
    assert [entry.around for entry in store.entries(month) if entry.name == name] == [Around()]
    found = store.find(name, month)
    assert found is not None
    return found


def test_what_is_spilled_is_replayed_with_it(world: World, reading: list[Delivery]) -> None:
    spill = FakeSpillQueue()
    world.build(Faults(at=1, how=How.FAILED), spill=spill)
    world.receive(sent(world, world.message()))
    world.replay(spill.parts[0])
    assert [around(delivery) for delivery in reading] == [AROUND, AROUND]
    assert world.numbers() == [1]


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("whole", [True, False], ids=["a whole delivery", "one event"])
def test_what_is_kept_is_fed_again_with_it_and_loses_it_with_its_content(
    world: World, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    raw = f"what reading needs, {world.account.account_id}"
    broken = Broken(kind="fake.message", channel=world.channel.name, reason="no text", raw=raw)
    delivery = sent(world, broken)
    if whole:
        delivery = replace(delivery, body=raw.encode())

        def refuse(_: Delivery) -> list[Event]:
            raise NotUnderstoodError("not one of ours")

        monkeypatch.setattr(world.platform, "parse", refuse)
    world.receive(delivery)
    store, quarantine = quarantine_of(world)
    entry = look(store, world, raw.encode())
    assert entry.around == AROUND
    fed: list[Delivery] = []

    def feed(each: Delivery) -> list[Event]:
        fed.append(each)
        return []

    monkeypatch.setattr(world.platform, "parse", feed)
    quarantine.replay(entry.name, "ana")
    assert [around(each) for each in fed] == [AROUND]
    store.discard(entry, Handled(who="ana", at=world.clock.now() + timedelta(hours=1), why="a test"))
    assert look(store, world, raw.encode()).around == Around()


@pytest.mark.usefixtures("reading")
def test_the_same_bytes_at_another_address_are_kept_beside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Delivery) -> list[Event]:
        raise NotUnderstoodError("not one of ours")

    raw = f"at two addresses, {world.account.account_id}".encode()
    delivery = replace(sent(world), body=raw)
    monkeypatch.setattr(world.platform, "parse", refuse)
    bare = replace(delivery, path="", query={})
    for each in (delivery, bare, replace(delivery, query={"tag": "b"}), delivery):
        world.receive(each)
    store, quarantine = quarantine_of(world)
    kept = [each.name for each in store.entries(f"{world.clock.now():%Y-%m}") if quarantine.read(each.name)[1] == raw]
    assert len(kept) == 3
    assert sha256(raw).hexdigest()[:32] in kept


def test_what_was_named_before_its_path_counted_is_not_taken_for_understood(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = f"of old, {world.account.account_id}".encode()
    name = sha256(raw).hexdigest()[:32]
    monkeypatch.setattr(receipt_table, "kept_name", lambda *_: name)
    world.receipts.quarantine(
        raw, platform="fake", kind="delivery", reason="-", received_at=world.clock.now(), around=AROUND
    )
    store, _ = quarantine_of(world)
    now_named = kept_name(raw, AROUND.path, AROUND.query)
    told = Fact(name="quarantined", alarm=True, fields={"id": now_named})
    quarantine = Quarantine(store=store, store_delivery=lambda _: [told], clock=world.clock)
    assert quarantine.replay(name, "ana") == Replayed(understood=False, facts=[told], kept_as=[now_named])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c", {}), ("a", "bc", {})),
        (("a", "", {"b": "c"}), ("a", "", {"bc": ""})),
        (("a", "b", {"c": ""}), ("a", "", {"b": "c"})),
    ],
)
def test_no_two_addresses_share_a_name(
    one: tuple[str, str, dict[str, str]], other: tuple[str, str, dict[str, str]]
) -> None:
    assert kept_name(one[0].encode(), one[1], one[2]) != kept_name(other[0].encode(), other[1], other[2])


def test_an_address_that_nobody_serves_asks_for_no_secret(
    world: World, reading: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.platform, "needed", ("app_secret",), raising=False)
    asked: list[str] = []
    monkeypatch.setattr(world.secrets, "get", lambda _, name: asked.append(name))
    with pytest.raises(UnknownPlatformError):
        world.receive(replace(sent(world, world.message()), path="8"))
    assert asked == []
    assert reading == []


def test_a_platform_is_answered_with_its_own_words_once_all_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_before: list[list[int]] = []

    def reply(_: Delivery) -> Reply:
        stored_before.append(world.numbers())
        return Reply(body="<Response/>", content_type="text/xml")

    monkeypatch.setattr(world.platform, "reply", reply)
    received = world.receive(world.platform.holding([world.message()], world.clock.now()))
    assert (received.status, received.body) == (200, "<Response/>")
    assert received.headers == {"content-type": "text/xml"}
    assert stored_before == [[1]]
