"""What is spilled comes back as the bytes that were signed, or not at all."""

import base64
import datetime as dt
import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Delivery
from nightbell.domain.spill import PIECE_BYTES, cut, join

NOON = dt.datetime(2026, 3, 29, 12, 0, 0, 123456, tzinfo=dt.UTC)
SIGNATURE = {"x-hub-signature-256": "sha256=00"}
DELIVERY = Delivery(
    platform="meta",
    path="",
    method="POST",
    headers=SIGNATURE | {"cookie": "a", "x-forwarded-for": "1.2.3.4"},
    query={},
    body=b'{"object":"page"}',
    received_at=NOON,
)
INCOMPRESSIBLE = replace(DELIVERY, body=random.Random(7).randbytes(3_000_000))
LARGE = replace(INCOMPRESSIBLE, body=INCOMPRESSIBLE.body[:700_000])
PARTS = cut(LARGE)


@given(
    body=st.binary(max_size=5000),
    path=st.text(max_size=20),
    received_at=st.datetimes(timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=-7))])),
)
def test_delivery_survives_cutting_sending_and_joining(body: bytes, path: str, received_at: dt.datetime) -> None:
    delivery = replace(DELIVERY, body=body, path=path, received_at=received_at)
    parts = json.loads(json.dumps(cut(delivery, SIGNATURE)))
    assert join(parts) == replace(delivery, headers=SIGNATURE)


@given(seed=st.randoms(use_true_random=False))
def test_parts_may_come_in_any_order_and_more_than_once(seed: random.Random) -> None:
    arrived = [*PARTS, *seed.choices(PARTS, k=3)]
    seed.shuffle(arrived)
    assert join(arrived).body == LARGE.body


def test_every_part_fits_a_queue_message_and_a_table_item() -> None:
    parts = cut(INCOMPRESSIBLE, SIGNATURE)
    assert [part["part"] for part in parts] == list(range(1, 13))
    assert {part["of"] for part in parts} == {12}
    assert max(len(json.dumps(part)) for part in parts) < 400_000
    assert len(base64.b64decode(str(parts[0]["body"]))) == PIECE_BYTES
    assert join(parts).body == INCOMPRESSIBLE.body


def test_headers_that_prove_nothing_are_left_behind() -> None:
    assert cut(DELIVERY)[0]["headers"] == {}
    assert cut(DELIVERY, ["x-hub-signature-256", "absent"])[0]["headers"] == SIGNATURE


def test_same_delivery_gives_the_same_parts_and_another_one_another_id() -> None:
    ids = {str(cut(delivery)[0]["id"]) for delivery in others()}
    assert cut(DELIVERY) == cut(DELIVERY)
    assert len(ids) == 5


@given(missing=st.integers(1, 3))
def test_missing_part_is_refused(missing: int) -> None:
    with pytest.raises(NotUnderstoodError):
        join(part for part in PARTS if part["part"] != missing)


def test_what_is_empty_may_have_been_left_out() -> None:
    stored = [{name: value for name, value in part.items() if value not in ("", {})} for part in PARTS]
    assert join(stored) == replace(LARGE, headers={})


def test_no_part_at_all_is_refused() -> None:
    with pytest.raises(NotUnderstoodError):
        join([])


@given(
    number=st.integers(0, 2),
    name=st.sampled_from(
        ["v", "id", "of", "part", "size", "sha256", "platform", "path", "received_at", "headers", "body"]
    ),
    value=st.sampled_from([None, 0, -1, 10**9, True, "", "é", "AAAA", "2026-01-01T00:00:00", [], {"a": 1}]),
)
def test_damaged_part_is_refused_or_makes_no_difference(number: int, name: str, value: object) -> None:
    damaged = [part | {name: value} if position == number else part for position, part in enumerate(PARTS)]
    try:
        joined = join(damaged)
    except NotUnderstoodError:
        return
    assert joined.body == LARGE.body


@pytest.mark.parametrize(("part", "position"), [(0, 15), (1, 0), (2, 40_000)])
def test_flipped_bit_is_refused(part: int, position: int) -> None:
    body = bytearray(base64.b64decode(str(PARTS[part]["body"])))
    body[position] ^= 1
    broken = PARTS[part] | {"body": base64.b64encode(body).decode()}
    with pytest.raises(NotUnderstoodError):
        join([*PARTS, broken])


def test_part_of_another_delivery_is_refused() -> None:
    stranger = cut(replace(LARGE, received_at=NOON + dt.timedelta(seconds=1)))[1]
    with pytest.raises(NotUnderstoodError):
        join([*PARTS, stranger])


def test_part_that_claims_to_be_small_and_is_not_is_refused_unpacked() -> None:
    bomb = cut(replace(DELIVERY, body=b"0" * 50_000_000))
    with pytest.raises(NotUnderstoodError):
        join([bomb[0] | {"size": 10}])


def others() -> list[Delivery]:
    return [
        DELIVERY,
        replace(DELIVERY, body=b"{}"),
        replace(DELIVERY, path="x"),
        replace(DELIVERY, platform="x"),
        replace(DELIVERY, received_at=NOON + dt.timedelta(microseconds=1)),
    ]


def test_what_reading_needs_comes_back_and_another_query_is_another_delivery() -> None:
    status = replace(DELIVERY, path="status", query={"tag": "nightbell.1.2.key"})
    (part,) = json.loads(json.dumps(cut(status, SIGNATURE)))
    assert join([part]) == replace(status, headers=SIGNATURE)
    assert part["id"] != cut(replace(status, query={}), SIGNATURE)[0]["id"]


@pytest.mark.parametrize("value", ["", [], 1, {"tag": 1}, {"tag": None}])
def test_a_damaged_query_is_refused(value: object) -> None:
    (part,) = cut(DELIVERY)
    with pytest.raises(NotUnderstoodError):
        join([part | {"query": value}])
