"""The meter counts as one does on paper, and a million messages cost no more than is said."""

import json
from typing import Any

import pytest

from infra.build.template import ROOT, load_template
from infra.local.loopback_server import Request
from tests.bench.meter.account import Account, played
from tests.bench.meter.bill import bill
from tests.bench.meter.calls import named, units_read, written_keys
from tests.bench.meter.duration import MEASURED_CPU_MS, Assumed, Work, gb_seconds
from tests.bench.meter.dynamodb import item_bytes, read_units, stored_bytes, write_units
from tests.bench.meter.prices import price_list
from tests.bench.meter.standing import alarms, hourly, polled_queues
from tests.bench.meter.town import CHANNELS
from tests.bench.meter.usage import Part, Usage, access_line, usage_of

HELD = {"messenger": 8.7, "whatsapp": 9.9}
"""Dollars for a million messages, by channel, with the processor times that were written down. The target is 8, and
decision 0034 says why it is missed."""
MESSAGE = {"pk": {"S": "C#1"}, "sk": {"S": "M#1"}, "n": {"N": "1795338600000"}, "said": {"S": "x" * 100}}


def test_an_item_weighs_what_the_guide_says() -> None:
    assert item_bytes({"name": {"S": "café"}}) == 4 + 5
    assert item_bytes({"n": {"N": "1795338600000"}}) == 1 + 4 + 1  # 8 digits that count, two to a byte
    assert item_bytes({"n": {"N": "-75"}}) == 1 + 1 + 2
    assert item_bytes({"b": {"BOOL": True}}) == 2
    assert item_bytes({"l": {"L": [{"S": "ab"}, {"N": "1"}]}}) == 1 + 3 + (1 + 2) + (1 + 2)
    assert item_bytes({"m": {"M": {"k": {"S": "v"}}}}) == 1 + 3 + (1 + 1 + 1)
    assert item_bytes(MESSAGE) == 5 + 5 + 6 + 104


@pytest.mark.parametrize(
    ("before", "after", "doubled", "units"),
    [
        ({}, 100, False, 1),
        ({}, 100, True, 2),
        ({}, 1100, True, 4),
        (2100, 100, False, 3),
        (100, {}, False, 1),
        ({}, {}, False, 1),
    ],
    ids=["new", "in a transaction", "over a kilobyte", "was larger", "deleted", "refused"],
)
def test_a_write_is_charged_by_the_larger_of_before_and_after(
    before: Any,
    after: Any,
    doubled: bool,  # noqa: FBT001 - a parameter of pytest
    units: int,
) -> None:
    pair = [each if each == {} else {"pk": {"S": "x" * (each - 2)}} for each in (before, after)]
    assert write_units(*pair, in_transaction=doubled) == units


def test_an_index_is_charged_when_an_entry_comes_goes_and_twice_when_it_moves() -> None:
    due = MESSAGE | {"due_pk": {"S": "DUE#1"}, "due_at": {"N": "1"}}
    later = due | {"due_at": {"N": "2"}}
    half = MESSAGE | {"due_pk": {"S": "DUE#1"}}
    assert write_units(MESSAGE, due, in_transaction=False) == 2
    assert write_units(due, MESSAGE, in_transaction=False) == 2
    assert write_units(due, later, in_transaction=False) == 3
    assert write_units(due, due | {"said": {"S": "y"}}, in_transaction=False) == 1
    assert write_units(MESSAGE, half, in_transaction=False) == 1
    assert write_units({}, due, in_transaction=True) == 3


def test_a_read_is_charged_by_four_kilobytes_and_half_where_it_may_lag() -> None:
    assert read_units([MESSAGE], consistent=True, together=False) == 1
    assert read_units([], consistent=True, together=False) == 1
    assert read_units([MESSAGE] * 50, consistent=False, together=True) == 1  # 6,000 bytes: two steps, halved
    assert read_units([MESSAGE] * 3, consistent=True, together=False) == 3
    assert units_read("GetItem", {"ConsistentRead": False}, {"Item": MESSAGE}) == 0.5
    batch = {"RequestItems": {"T": {"Keys": [{}, {}], "ConsistentRead": True}}}
    assert units_read("BatchGetItem", batch, {"Responses": {"T": [MESSAGE]}}) == 2


def test_storage_counts_a_hundred_bytes_for_an_item_and_for_each_entry_of_an_index() -> None:
    due = {"due_pk": {"S": "DUE#1"}, "due_at": {"N": "1"}}
    assert stored_bytes(MESSAGE) == 120 + 100
    assert stored_bytes(MESSAGE | due) == (120 + 11 + 8 + 100) + (5 + 5 + 11 + 8 + 100)


def test_a_request_is_known_by_its_header_and_names_what_it_writes() -> None:
    headers = {"x-amz-target": "DynamoDB_20120810.PutItem"}
    assert named(Request(method="POST", path="/", headers=headers)) == ("dynamodb", "PutItem")
    key = {"pk": {"S": "1"}, "sk": {"S": "2"}}
    part = {"TableName": "T", "Key": key}
    assert (
        written_keys("TransactWriteItems", {"TransactItems": [{"Update": part}, {"ConditionCheck": part}]})
        == [("T", key)] * 2
    )
    assert written_keys("PutItem", {"TableName": "T", "Item": {**key, "said": {"S": "x"}}}) == [("T", key)]
    assert written_keys("GetItem", part) == []


def test_half_the_memory_doubles_the_work_and_halves_what_waiting_costs() -> None:
    work = Work(runs=10, cpu_ms=100.0, calls={"GetItem": 10}, sends=1)
    assumed = Assumed(tls_ms=0.0, cold_share=0.1, init_cpu_ms=200.0)
    works, waits, starts = gb_seconds(work, 1769, assumed)
    held = 1769 / 1024 / 1000
    assert (works, waits, starts) == pytest.approx((100 * held, 330 * held, 0.1 * 10 * 200 * held))
    halved = gb_seconds(work, 884, assumed)
    assert halved[0] == pytest.approx(works)
    assert halved[1] == pytest.approx(waits * 884 / 1769)
    assert gb_seconds(work, 1769, assumed.slower(2))[1] == pytest.approx(2 * waits)


def _call(service: str, operation: str, sent: int, writes: int = 0, reads: float = 0.0) -> dict[str, Any]:
    known = {"function": "ReceiveWebhook", "service": service, "operation": operation, "sent": sent}
    return {**known, "write_units": writes, "read_units": reads}


ONE_MESSAGE = Part(
    invocations=[{"function": "ReceiveWebhook", "log": "x" * 1024}, {"function": "Acknowledge", "log": ""}],
    calls=[
        _call("dynamodb", "GetItem", 90, reads=1.0),
        _call("dynamodb", "TransactWriteItems", 900, writes=8),
        _call("sqs", "SendMessage", 70_000),
    ],
    mapped=1,
    sends=1,
    sent_bytes=700,
)
"""Written down by hand: a hint of 70,000 bytes is two requests, its way to the function is two more."""


def test_one_message_costs_what_one_works_out_on_paper() -> None:
    memory = {"ReceiveWebhook": 512, "Acknowledge": 256}
    cpu = {"ReceiveWebhook": 4.0, "Acknowledge": 8.0}
    assumed = Assumed(tls_ms=0.0, cold_share=0.0)
    usage = usage_of(ONE_MESSAGE, cpu, memory, assumed)
    units = {name: count for (name, _), count in usage.units.items()}
    assert (units["DynamoDB, writes"], units["DynamoDB, reads"], units["HTTP API"]) == (8, 1, 1)
    assert units["SQS, hints and hand-offs"] == 2 + 2
    assert units["Lambda, requests"] == 2
    assert units["Lambda, ReceiveWebhook waits"] == pytest.approx((3 + 12 + 8) / 1000 * 0.5)
    assert units["Lambda, Acknowledge waits"] == pytest.approx(0.300 * 0.25)
    assert units["Lambda, Acknowledge works"] == pytest.approx(0.008 * 1769 / 1024)
    assert units["Logs, of the functions"] == 1024 / 1024**3
    million = bill(usage.times(1_000_000), price_list())
    dollars = {line.name: line.dollars for line in million.lines}
    assert dollars["DynamoDB, writes"] == pytest.approx(5.0)
    assert dollars["SQS, hints and hand-offs"] == pytest.approx(1.6)
    assert dollars["HTTP API"] == pytest.approx(1.0)
    assert dollars["Lambda, requests"] == pytest.approx(0.4)
    assert dollars["Logs, of the functions"] == pytest.approx(0.4768, abs=0.001)
    assert million.dollars == pytest.approx(sum(dollars.values()))


def test_usage_adds_up_line_by_line() -> None:
    one, other = Usage(units={("a", "x"): 1.0}), Usage(units={("a", "x"): 2.0, ("b", "x"): 4.0})
    assert (one + other).units == {("a", "x"): 3.0, ("b", "x"): 4.0}
    assert other.over(2).units == {("a", "x"): 1.0, ("b", "x"): 2.0}


def test_every_region_has_every_price_and_says_how_it_was_seen() -> None:
    lists = [price_list(region) for region in ("us-east-1", "eu-central-1")]
    assert lists[0].prices.keys() == lists[1].prices.keys()
    for prices in lists:
        for price in prices.prices.values():
            assert price.dollars > 0
            assert price.seen in {"page", "others", "no"}
            assert price.page.startswith("https://aws.amazon.com/")
    assert lists[0].prices["write_units"].dollars == pytest.approx(0.625e-6)


def test_what_stands_is_read_from_the_templates() -> None:
    template, watch = (load_template(ROOT / name) for name in ("template.yaml", "infra/watch.yaml"))
    assert polled_queues(template) == ["Acknowledge", "ReplayDelivery"]
    assert "CheckAccounts" in hourly(template)
    assert "Sweep" not in hourly(template)
    described = [each for each in watch["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert 35 <= alarms(watch) < len(described)
    assert set(json.loads(access_line())) >= {"requestId", "status"}


@pytest.mark.timeout(180)
def test_a_million_messages_cost_no_more_than_is_said() -> None:
    report = played("count", 1)
    account = Account(report=report, cpu_ms=MEASURED_CPU_MS)
    for channel in CHANNELS:
        usage = account.messages(channel)
        found = bill(usage, price_list())
        print("\n".join([channel, *found.table()]))
        # 11 for the one, 4 for each of the others, and one for echo or status; a lease may move a marker.
        assert 20 <= usage.units["DynamoDB, writes", "write_units"] * 3 / 1_000_000 <= 22
        assert found.dollars <= HELD[channel]
    # The emulator counts writes by itself, and must come to the same.
    writes = [call for call in report["calls"] if call["write_units"]]
    assert sum(call["write_units"] for call in writes) == sum(call["told"] for call in writes)
