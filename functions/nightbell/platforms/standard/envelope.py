"""One event of a relay: its type, its time, and what happened.

Source: Standard Webhooks 1.0.0 §Payload structure. What the types mean is Nightbell's own and stands in
``schemas/standard_message.v1.json``.
"""

from collections.abc import Mapping
from functools import partial

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, label
from nightbell.platforms.standard.consequences import KINDS, TABLE
from nightbell.platforms.standard.messages import build_change, build_message
from nightbell.platforms.standard.outcomes import build_answer, build_settlement

CHANNEL = "standard"


def read_delivery(delivery: Delivery) -> list[Event]:
    """Read the one event.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or not the envelope.
    """
    envelope = read_json(delivery.body)
    if not isinstance(envelope, dict) or not isinstance(kind := envelope.get("type"), str):
        raise NotUnderstoodError("the body is not an event: it names no type")
    if not isinstance(data := envelope.get("data"), dict):
        raise NotUnderstoodError("the body is not an event: it holds no data")
    timestamp = envelope.get("timestamp")
    place = Place(
        channel=CHANNEL,
        account_id=delivery.path,
        received_at=delivery.received_at,
        alone=lambda part: {"type": kind, "timestamp": timestamp, "data": part},
    )
    return [TABLE.read_item(data, place, partial(_name_kind, kind), _build(timestamp))]


def _name_kind(kind: str, _data: Fields, _place: Place) -> str:
    if kind not in KINDS:
        raise UndeclaredError(f"{CHANNEL}.{label(kind)}")
    return KINDS[kind]


def _build(timestamp: object) -> Mapping[Consequence, Build]:
    return {
        Consequence.MESSAGE: partial(build_message, timestamp),
        Consequence.CHANGE: partial(build_change, timestamp),
        Consequence.SETTLEMENT: build_settlement,
        Consequence.OUTSIDE_ANSWER: partial(build_answer, timestamp),
    }
