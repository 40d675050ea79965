"""The envelope that all of Meta's products share: entries for many accounts, each with its arrays.

Source: Meta "Webhooks: Getting Started" §Event Notifications. The documents contradict each other
about ``object``, so an entry is routed by the array that is there; one delivery may mix them and
hold up to 1,000 updates.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event, Unknown
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.meta import messenger, whatsapp
from nightbell.platforms.meta.consequences import CONSEQUENCES
from nightbell.platforms.meta.dispatch import Place, noise, read_all
from nightbell.platforms.meta.fields import Fields, ShapeError, as_json, fields, identifier, label, text

_META = "meta"
_INSTAGRAM_ID = "17841"
_INSTAGRAM_ID_LENGTH = 17

_ReadEntry = Callable[[Fields, str, datetime], list[Event]]


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
    if not isinstance(envelope, dict) or not isinstance(envelope.get("object"), str):
        raise NotUnderstoodError("the body is not an envelope: it names no object")
    if not isinstance(envelope.get("entry"), list):
        raise NotUnderstoodError("the body is not an envelope: it has no list of entries")
    read = _OBJECTS.get(envelope["object"])
    if read is None:
        return [noise("meta.foreign_object", _META, label(envelope["object"]))]
    return [event for entry in envelope["entry"] for event in _guarded(read, entry, received_at)]


def _guarded(read: _ReadEntry, entry: object, received_at: datetime) -> list[Event]:
    try:
        entry_fields = fields(entry, "an entry")
        account = identifier(entry_fields, "id")
        return read(entry_fields, account, received_at) or _explain_nothing(entry_fields)
    except ShapeError as error:
        return [Broken(kind=_META, channel=_META, reason=str(error), raw=as_json(entry))]


def _explain_nothing(entry: Fields) -> list[Event]:
    if "changed_fields" in entry:
        return [noise("meta.changed_fields", _META)]
    unknown = sorted(set(entry) - {"id", "time", "uid", "messaging", "standby", "changes", "hop_context"})
    if unknown:
        return [Unknown(kind=f"meta.entry.{label(unknown[0])}", channel=_META)]
    return [noise("meta.empty", _META)]


def _read_page(entry: Fields, account: str, received_at: datetime) -> list[Event]:
    # Some of Instagram's messages are documented, and came, under the object page.
    if account.startswith(_INSTAGRAM_ID) and len(account) == _INSTAGRAM_ID_LENGTH:
        return _read_instagram(entry, account, received_at)
    if account == "0":
        return [noise("meta.test", messenger.CHANNEL)]
    events = [
        *_read_messaging(entry, account, received_at),
        *_read_messaging(entry, account, received_at, standby=True),
    ]
    return events + _read_changes(entry, "facebook_comments", partial(_read_change, "page"))


def _read_messaging(entry: Fields, account: str, received_at: datetime, *, standby: bool = False) -> list[Event]:
    place = Place(channel=messenger.CHANNEL, account_id=account, received_at=received_at, standby=standby)
    array = "standby" if standby else "messaging"
    return read_all(entry, array, place.channel, lambda item: [messenger.read_messaging(item, place)])


def _read_instagram(entry: Fields, account: str, _: datetime) -> list[Event]:
    if account == "0":
        return [noise("meta.test", "instagram_direct")]
    events = [
        event
        for array in ("messaging", "standby")
        for event in read_all(entry, array, "instagram_direct", _count_instagram)
    ]
    return events + _read_changes(entry, "instagram_comments", partial(_read_change, "instagram"))


def _count_instagram(_: object) -> list[Event]:
    return [noise("instagram.messaging", "instagram_direct")]


def _read_whatsapp(entry: Fields, account: str, received_at: datetime) -> list[Event]:
    return _read_changes(entry, whatsapp.CHANNEL, lambda change, _: whatsapp.read_change(change, account, received_at))


def _read_changes(entry: Fields, channel: str, read: Callable[[Fields, str], list[Event]]) -> list[Event]:
    """Read an entry's changes; a change may also lie flat in the entry."""

    def read_one(change: object) -> list[Event]:
        try:
            return read(fields(change, "a change"), channel)
        except ShapeError as error:
            return [Broken(kind=channel, channel=channel, reason=str(error), raw=as_json(change))]

    flat = read_one(entry) if "field" in entry else []
    return [*read_all(entry, "changes", channel, read_one), *flat]


def _read_change(surface: str, change: Fields, channel: str) -> list[Event]:
    value = change.get("value")
    if isinstance(value, dict) and "sender" in value and "recipient" in value:
        # Only the dashboard's test button wraps messages like this.
        return [noise("meta.test", channel)]
    kind = f"{surface}.{label(text(change, 'field'))}"
    return [noise(kind, channel) if kind in CONSEQUENCES else Unknown(kind=kind, channel=channel)]


_OBJECTS: Mapping[str, _ReadEntry] = {
    "page": _read_page,
    "instagram": _read_instagram,
    "whatsapp_business_account": _read_whatsapp,
}
