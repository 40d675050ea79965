"""The envelope that all of Meta's products share: entries for many accounts, each with its arrays.

Source: Meta "Webhooks: Getting Started" §Event Notifications. The documents contradict each other
about ``object``, so an entry is routed by the array that is there; one delivery may mix them and
hold up to 1,000 updates.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event, Unknown
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.meta import instagram_comments, instagram_direct, messenger, page_feed, whatsapp
from nightbell.platforms.meta.dispatch import noise
from nightbell.platforms.meta.entry import AROUND, ARRAYS, Entry, read_changes, read_messaging, read_public
from nightbell.platforms.reading.fields import Fields, ShapeError, as_json, fields, identifier, label

_META = "meta"
_INSTAGRAM_ID = "17841"
_INSTAGRAM_ID_LENGTH = 17

_Read = Callable[[Entry], list[Event]]


def read_delivery(body: bytes, received_at: datetime) -> list[Event]:
    """Read every event, in its order.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or not the envelope.
    """
    envelope = read_json(body)
    # Instagram's own login documents a list around the envelope.
    envelopes = envelope if isinstance(envelope, list) else [envelope]
    return [event for one in envelopes for event in _read_envelope(one, received_at)] or [noise("meta.empty", _META)]


def _read_envelope(envelope: object, received_at: datetime) -> list[Event]:
    if not isinstance(envelope, dict) or not isinstance(name := envelope.get("object"), str):
        raise NotUnderstoodError("the body is not an envelope: it names no object")
    if not isinstance(envelope.get("entry"), list):
        raise NotUnderstoodError("the body is not an envelope: it has no list of entries")
    if name not in _OBJECTS:
        return [noise("meta.foreign_object", _META, label(name))]
    return [event for entry in envelope["entry"] for event in _guarded(name, entry, received_at)]


def _guarded(name: str, entry: object, received_at: datetime) -> list[Event]:
    try:
        found = fields(entry, "an entry")
        account = identifier(found, "id")
        read = _OBJECTS[name]
        one = Entry(kind=name, account=account, fields=found, received_at=received_at)
        return read(one) or _explain_nothing(found)
    except ShapeError as error:
        alone = as_json({"object": name, "entry": [entry]})
        return [Broken(kind=_META, channel=_META, reason=str(error), raw=alone)]


def _explain_nothing(entry: Fields) -> list[Event]:
    if "changed_fields" in entry:
        return [noise("meta.changed_fields", _META)]
    unknown = sorted(set(entry) - ARRAYS - AROUND)
    if unknown:
        return [Unknown(kind=f"meta.entry.{label(unknown[0])}", channel=_META)]
    return [noise("meta.empty", _META)]


def _read_page(entry: Entry) -> list[Event]:
    # Some of Instagram's messages are documented, and came, under the object page.
    if entry.account.startswith(_INSTAGRAM_ID) and len(entry.account) == _INSTAGRAM_ID_LENGTH:
        return _read_instagram(entry)
    if entry.account == "0":
        return [noise("meta.test", messenger.CHANNEL)]
    events = read_messaging(entry, messenger.CHANNEL, messenger.read_messaging)
    return events + read_public(entry, page_feed.CHANNEL, page_feed.read_change)


def _read_instagram(entry: Entry) -> list[Event]:
    if entry.account == "0":
        return [noise("meta.test", instagram_direct.CHANNEL)]
    events = read_messaging(entry, instagram_direct.CHANNEL, instagram_direct.read_messaging)
    return events + read_public(entry, instagram_comments.CHANNEL, instagram_comments.read_change)


def _read_whatsapp(entry: Entry) -> list[Event]:
    def read(change: Fields, _: str) -> list[Event]:
        return whatsapp.read_change(
            change, entry.account, entry.received_at, lambda part: entry.alone({"changes": [part]})
        )

    return read_changes(entry, whatsapp.CHANNEL, read)


_OBJECTS: Mapping[str, _Read] = {
    "page": _read_page,
    "instagram": _read_instagram,
    "whatsapp_business_account": _read_whatsapp,
}
