"""Permissions that a form recorded are records of ours, and a mail is found again by its own id."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.events import GivenConsent
from nightbell.services.forget import Forget
from tests.contract.conversation_table import partition
from tests.contract.world import World
from tests.fakes import KEYED

MakeWorld = Callable[..., World]
AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MAIL = GivenConsent(way="email", address="ana@shop.example", wording="Mail me the answer.", given_at=AT)
CALL = GivenConsent(way="phone", address="+34600000000", wording="Call me.", given_at=AT)


def records(world: World) -> dict[str, dict[str, Any]]:
    return {item["sk"]: item for item in world.stored() if item["sk"].startswith("P#")}


def test_a_permission_is_recorded_with_the_words_and_the_time_of_the_form(world: World) -> None:
    world.write(consents=(MAIL,))
    consent = world.conversation().consent
    assert consent is not None
    assert (consent.channel, consent.address, consent.wording) == ("email", MAIL.address, MAIL.wording)
    assert (consent.given_at, consent.seq) == (AT, 1)
    assert [record["address"] for record in records(world).values()] == [MAIL.address]
    world.rest()
    told = world.human_queue.messages[-1]["follow_up"]
    assert isinstance(told, dict)
    assert (told["choice"], told["consent"]["address"]) == ("email_me", MAIL.address)


def test_one_message_may_give_two_permissions_and_each_is_kept(world: World) -> None:
    world.write(consents=(CALL, MAIL, CALL))
    assert [record["address"] for _, record in sorted(records(world).items())] == [MAIL.address, CALL.address]


def test_a_contact_who_is_forgotten_leaves_no_address_in_any_record(world: World) -> None:
    world.write(consents=(CALL, MAIL))
    world.rest()
    table = TableClient(world.dynamodb, world.table, Deadline(world.clock))
    Forget(store=ForgettingTable(table), discard=lambda *_: None, clock=world.clock)([world.pk()], "marta")
    assert len(records(world)) == 2
    assert not any("address" in record for record in records(world).values())


def test_a_message_is_found_by_the_name_that_later_ones_have_for_it(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.write(known_as="m1@shop.example")
    names = (world.channel.name, world.account.account_id)
    assert world.receipts.read_thread(*names, "m1@shop.example") == world.pk()
    assert world.receipts.read_thread(*names, "m2@shop.example") is None
    assert partition(world.dynamodb, world.table, f"BY#{names[1]}.7") == []


def test_a_mail_that_repeats_anothers_id_leads_nobody_away(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.write(known_as="m1@shop.example")
    world.write(known_as="m1@shop.example", by="8")
    assert world.receipts.read_thread(world.channel.name, world.account.account_id, "m1@shop.example") == world.pk()


def test_many_messages_of_one_delivery_are_all_found(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.deliver(*(world.message(known_as=f"m{n}", consents=(MAIL, CALL)) for n in range(60)))
    assert world.conversation().last_seq == 60
    assert all(world.receipts.read_thread(KEYED.name, world.account.account_id, f"m{n}") for n in range(60))
    assert len(records(world)) == 120
