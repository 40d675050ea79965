"""What became of a conversation, a message or a delivery is followed from line to line."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from infra.cli.follow import follow
from infra.cli.log_lines import Line
from nightbell.domain.trace_ids import trace_id

BEGAN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
ANNA, BERT = "C#whatsapp.100.34600111222", "C#whatsapp.100.34600333444"
FIRST, SECOND = "wamid.HBgLMzQ2MDAxMTEyMjI=", "m_second"
DELIVERY, SPILLED = "JKJaXmPLvHcESHA=", "7d7bd6e0-34f5-0a7b-4d0a-3f7f1a0f5e11"


def line(second: int, name: str, function: str = "ReceiveWebhook", **fields: str) -> Line:
    return Line(at=BEGAN + timedelta(seconds=second), function=function, level="INFO", name=name, fields=fields)


class Logs:
    """What was written, and what was asked for."""

    def __init__(self, *lines: Line) -> None:
        self.lines = lines
        self.asked: list[str] = []

    def find(self, names: Collection[str]) -> list[Line]:
        self.asked += names
        return [each for each in self.lines if any(name in str(each) for name in names)]


def stored(second: int, pk: str, message: str, **way: str) -> Line:
    return line(second, "messages_stored", conversation=trace_id(pk), messages=trace_id(message), **way)


LOGS = (
    line(0, "200", "HttpApi", requestId=DELIVERY),
    stored(0, ANNA, FIRST, delivery=DELIVERY),
    stored(0, BERT, SECOND, delivery=DELIVERY),
    line(0, "noise", delivery=DELIVERY),
    line(1, "sends_sent", "Acknowledge", conversation=trace_id(ANNA)),
    line(1, "sends_sent", "Acknowledge", conversation=trace_id(BERT)),
    line(2, "acks_confirmed", conversation=trace_id(ANNA), delivery="another="),
)
OF_ANNA = ["200", "messages_stored", "noise", "sends_sent", "acks_confirmed"]


@pytest.mark.parametrize("asked", [ANNA, FIRST])
def test_a_conversation_is_followed_through_all_functions_and_back_to_its_delivery(asked: str) -> None:
    found = follow(asked, Logs(*LOGS).find)
    assert [each.name for each in found] == OF_ANNA
    assert trace_id(BERT) not in str(found)


def test_a_delivery_is_followed_to_all_that_it_brought() -> None:
    found = follow(DELIVERY, Logs(*LOGS).find)
    assert {each.fields.get("conversation") for each in found} == {None, trace_id(ANNA), trace_id(BERT)}
    assert len(found) == len(LOGS)


def test_what_was_spilled_is_followed_to_its_replay() -> None:
    logs = (
        line(0, "deliveries_spilled", delivery=DELIVERY, spill=SPILLED),
        line(60, "deliveries_replayed", "ReplayDelivery", spill=SPILLED),
        line(60, "messages_stored", "ReplayDelivery", spill=SPILLED, conversation=trace_id(ANNA)),
        line(61, "sends_sent", "Acknowledge", conversation=trace_id(ANNA)),
    )
    for asked in (DELIVERY, SPILLED, ANNA):
        assert len(follow(asked, Logs(*logs).find)) == len(logs), asked


def test_nothing_is_found_of_what_nobody_wrote_down() -> None:
    assert follow("C#messenger.1.2", Logs(*LOGS).find) == []


@pytest.mark.parametrize("asked", [ANNA, FIRST, "C#email.hello%40example%2Ecom.anna%40example%2Ecom"])
def test_no_number_and_no_address_is_sent_along_with_a_query(asked: str) -> None:
    logs = Logs(*LOGS)
    follow(asked, logs.find)
    assert trace_id(asked) in logs.asked
    assert all(name == trace_id(name) or len(name) == 16 or name in {DELIVERY, "another="} for name in logs.asked)
    assert asked not in logs.asked
