"""A WhatsApp contact stays one contact: with a new number, a new user id, or a user id that nobody knew before."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.care import NUMBER_ID, OWNER_ID, CareWorld
from tests.contract.conversation_table import partition

OLD_NUMBER, NEW_NUMBER = "4366055501234", "4366055509999"
OLD_ID, NEW_ID = "AT.9f3Kq27LmZ", "AT.New1"


@pytest.fixture
def shop(dynamodb: Any, table: str) -> Iterator[CareWorld]:
    world = CareWorld(dynamodb, table)
    yield world
    world.close()


def deliver(shop: CareWorld, message: dict[str, Any], field: str = "messages", **value: Any) -> None:
    shop.clock.advance(60)
    stamped = {"timestamp": str(int(shop.clock.now().timestamp())), **message}
    metadata = {"display_phone_number": "+43 1 5550 199", "phone_number_id": NUMBER_ID}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, field: [stamped], **value}
    change = {"field": field, "value": whole}
    body = {"object": "whatsapp_business_account", "entry": [{"id": OWNER_ID, "changes": [change]}]}
    shop._deliver(json.dumps(body).encode())


def say(shop: CareWorld, text: str, **who: str) -> None:
    deliver(shop, {"id": f"wamid.{text}", "type": "text", "text": {"body": text}, **who})


def said(shop: CareWorld, person: str) -> list[str]:
    found = partition(shop.dynamodb, shop.table, f"C#whatsapp.{NUMBER_ID}.{person.replace('.', '%2E')}")
    ordered = sorted((each for each in found if each["sk"].startswith("M#")), key=lambda each: each["seq"])
    return [each["txt"] for each in ordered]


def test_a_contact_who_is_known_by_a_number_stays_the_same_when_their_user_id_comes(shop: CareWorld) -> None:
    say(shop, "one", **{"from": OLD_NUMBER})
    say(shop, "two", **{"from": OLD_NUMBER, "from_user_id": OLD_ID})
    assert said(shop, OLD_NUMBER) == ["one", "two"]
    assert said(shop, OLD_ID) == []


@pytest.mark.parametrize(
    "system",
    [
        {"type": "user_changed_number", "wa_id": NEW_NUMBER, "user_id": NEW_ID, "previous_user_id": OLD_ID},
        {"type": "user_changed_user_id", "user_id": NEW_ID, "previous_user_id": OLD_ID},
    ],
    ids=["number", "user id"],
)
def test_a_contact_with_a_new_id_goes_on_in_their_conversation(shop: CareWorld, system: dict[str, str]) -> None:
    say(shop, "one", **{"from": OLD_NUMBER, "from_user_id": OLD_ID})
    deliver(shop, {"id": "wamid.S", "type": "system", "system": {"body": "changed", **system}, "from": OLD_NUMBER})
    say(shop, "two", from_user_id=NEW_ID)
    assert said(shop, OLD_ID) == ["one", "two"]
    assert said(shop, NEW_ID) == []


def test_an_update_of_the_user_id_does_the_same(shop: CareWorld) -> None:
    say(shop, "one", **{"from": OLD_NUMBER, "from_user_id": OLD_ID})
    deliver(shop, {"wa_id": OLD_NUMBER, "user_id": {"previous": OLD_ID, "current": NEW_ID}}, "user_id_update")
    say(shop, "two", from_user_id=NEW_ID)
    assert said(shop, OLD_ID) == ["one", "two"]


def test_a_new_number_alone_is_enough_where_no_user_id_is_told(shop: CareWorld) -> None:
    say(shop, "one", **{"from": OLD_NUMBER})
    system = {"type": "user_changed_number", "body": "changed", "wa_id": NEW_NUMBER}
    deliver(shop, {"id": "wamid.S", "type": "system", "system": system, "from": OLD_NUMBER})
    say(shop, "two", **{"from": NEW_NUMBER})
    assert said(shop, OLD_NUMBER) == ["one", "two"]


def test_a_new_number_whose_user_id_comes_with_the_next_message_is_the_same_contact(shop: CareWorld) -> None:
    say(shop, "one", **{"from": OLD_NUMBER, "from_user_id": OLD_ID})
    system = {"type": "user_changed_number", "body": "changed", "wa_id": NEW_NUMBER}
    deliver(shop, {"id": "wamid.S", "type": "system", "system": system, "from": OLD_NUMBER, "from_user_id": OLD_ID})
    say(shop, "two", **{"from": NEW_NUMBER, "from_user_id": NEW_ID})
    assert said(shop, OLD_ID) == ["one", "two"]
