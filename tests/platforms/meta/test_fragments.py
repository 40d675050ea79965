"""A broken part is kept with what it takes to read it, and with nothing of its neighbours."""

import json
from datetime import UTC, datetime
from typing import Any

from nightbell.domain.events import Broken, Message
from nightbell.platforms.meta.envelope import read_delivery

AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
NUMBER = {"display_phone_number": "+43 1 5550 199", "phone_number_id": "330000000000771"}
CARDS = [{"profile": {"name": name}, "wa_id": f"43660{n}"} for n, name in enumerate(("Ada", "Bruno", "Cleo"))]


def whatsapp(*messages: Any) -> bytes:
    value = {"metadata": NUMBER, "contacts": CARDS, "messages": messages, "statuses": []}
    entry = {"id": "220000000000661", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def message(sender: int, body: Any) -> dict[str, Any]:
    return {"from": f"43660{sender}", "id": f"wamid.{sender}", "timestamp": "1795000000", "type": "text", "text": body}


def broken(body: bytes) -> dict[str, Any]:
    (one,) = (event for event in read_delivery(body, AT) if isinstance(event, Broken))
    kept: dict[str, Any] = json.loads(one.raw)
    return kept


def test_of_many_contacts_only_the_senders_own_card_is_kept() -> None:
    kept = broken(whatsapp(message(0, {"body": "hello"}), message(1, "new shape")))
    value = kept["entry"][0]["changes"][0]["value"]
    assert value["contacts"] == [CARDS[1], {}]
    assert value["metadata"] == NUMBER
    assert value["messages"] == [message(1, "new shape")]


def test_whom_a_message_without_a_sender_speaks_of_is_not_taken_for_its_sender() -> None:
    """Its card would be the only one that is kept, and an only card is the sender's."""
    nobody = {**message(0, {"body": "Call Bruno: 436601"}), "from": None}
    kept = broken(whatsapp(nobody, message(1, {"body": "hello"})))
    (again,) = read_delivery(json.dumps(kept).encode(), AT)
    assert isinstance(again, Broken)
    assert again.reason == "no sender"


def test_once_the_shape_is_known_the_part_is_read_as_if_it_came_in_its_delivery() -> None:
    kept = json.dumps(broken(whatsapp(message(0, {"body": "hello"}), message(1, "new shape"))))
    learnt = kept.replace('"new shape"', '{"body": "new shape"}').encode()
    (in_place,) = (
        event
        for event in read_delivery(whatsapp(message(0, {"body": "hello"}), message(1, {"body": "new shape"})), AT)
        if isinstance(event, Message) and event.message_id == "wamid.1"
    )
    assert read_delivery(learnt, AT) == [in_place]


def test_a_standby_message_stays_one() -> None:
    item = {"sender": {"id": "7"}, "recipient": {"id": "1"}, "timestamp": 1795000000123, "message": {"mid": [7]}}
    body = json.dumps({"object": "page", "entry": [{"id": 1, "time": 5, "standby": [item]}]}).encode()
    assert broken(body) == {"object": "page", "entry": [{"id": "1", "standby": [item]}]}


def test_a_flat_change_is_kept_without_the_arrays_beside_it() -> None:
    entry = {"id": "9", "time": 5, "field": "messages", "value": "none", "changes": []}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    assert broken(body)["entry"] == [{"id": "9", "changes": [{"field": "messages", "value": "none"}]}]
