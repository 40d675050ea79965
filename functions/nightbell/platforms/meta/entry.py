"""One account's share of a delivery, and how its arrays are read.

Source: Meta "Webhooks: Getting Started" §Event Notifications.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.events import Broken, Event
from nightbell.platforms.meta.dispatch import noise
from nightbell.platforms.reading.dispatch import Place, read_all
from nightbell.platforms.reading.fields import Fields, ShapeError, as_json, fields, moment

ARRAYS = frozenset({"messaging", "standby", "changes"})
AROUND = frozenset({"id", "time", "uid", "hop_context"})
"""What an entry holds beside its arrays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One account's share of a delivery, of the ``kind`` that the envelope names."""

    kind: str
    account: str
    fields: Fields
    received_at: datetime

    def alone(self, part: Fields) -> object:
        """Make the delivery that would have brought this part of the entry and nothing else."""
        return {"object": self.kind, "entry": [{"id": self.account, **part}]}


def read_messaging(entry: Entry, channel: str, read: Callable[[object, Place], Event]) -> list[Event]:
    """Read both arrays of messages; what is on standby belongs to another app for now."""
    return [event for array in ("messaging", "standby") for event in _read_array(entry, channel, array, read)]


def _read_array(entry: Entry, channel: str, array: str, read: Callable[[object, Place], Event]) -> list[Event]:
    place = Place(
        channel=channel,
        account_id=entry.account,
        received_at=entry.received_at,
        alone=lambda item: entry.alone({array: [item]}),
        standby=array == "standby",
    )
    return read_all(entry.fields, array, channel, lambda item: [read(item, place)], entry.alone)


def read_changes(entry: Entry, channel: str, read: Callable[[Fields, str], list[Event]]) -> list[Event]:
    """Read an entry's changes; a change may also lie flat in the entry."""

    def read_one(change: object) -> list[Event]:
        try:
            return read(fields(change, "a change"), channel)
        except ShapeError as error:
            alone = as_json(entry.alone({"changes": [change]}))
            return [Broken(kind=channel, channel=channel, reason=str(error), raw=alone)]

    flat = {name: value for name, value in entry.fields.items() if name not in ARRAYS | AROUND}
    events = read_all(entry.fields, "changes", channel, read_one, entry.alone)
    return [*events, *(read_one(flat) if "field" in flat else [])]


def read_public(entry: Entry, channel: str, read: Callable[[object, Place], Event]) -> list[Event]:
    """Read what was said in public; what names no time of its own has the delivery's."""
    time = {"time": entry.fields["time"]} if "time" in entry.fields else {}
    place = Place(
        channel=channel,
        account_id=entry.account,
        received_at=moment(entry.fields.get("time"), entry.received_at),
        alone=lambda change: entry.alone({**time, "changes": [change]}),
    )

    def read_one(change: Fields, _: str) -> list[Event]:
        value = change.get("value")
        if isinstance(value, dict) and "sender" in value and "recipient" in value:
            # Only the dashboard's test button wraps messages like this.
            return [noise("meta.test", channel)]
        return [read(change, place)]

    return read_changes(entry, channel, read_one)
