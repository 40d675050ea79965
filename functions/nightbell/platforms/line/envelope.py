"""The envelope: any number of events for one account.

Source: LINE "Messaging API reference" §Webhook, §Webhook event objects. The account is the one of the address: its
secret has signed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Event
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.line.messages import build_message, build_opt_out, build_unsend
from nightbell.platforms.line.rows import TABLE
from nightbell.platforms.line.sources import is_private, names_us
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, label, text

CHANNEL = "line"


def read_envelope(body: bytes, account_id: str, received_at: datetime) -> list[Event]:
    """Read every event, in its order.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or no envelope.
    """
    envelope = read_json(body)
    items = envelope.get("events") if isinstance(envelope, dict) else None
    if not isinstance(items, list):
        raise NotUnderstoodError("the body is no envelope: it has no list of events")
    read = [_read(item, account_id, received_at) for item in items]
    return read or [TABLE.noise("line.empty", CHANNEL)]


def _read(item: object, account_id: str, received_at: datetime) -> Event:
    place = Place(
        channel=CHANNEL,
        account_id=account_id,
        received_at=received_at,
        alone=lambda item: {"destination": account_id, "events": [item]},
        standby=isinstance(item, dict) and item.get("mode") == "standby",
    )
    return TABLE.read_item(item, place, _name, _BUILD)


def _name(item: Fields, _: Place) -> str:
    word = text(item, "type")
    if word not in _NAMES:
        raise UndeclaredError(f"line.{label(word)}")
    return _NAMES[word](item)


def _message(item: Fields) -> str:
    if is_private(item):
        return "line.message"
    return "line.group" if names_us(item) else "line.group_talk"


def _tapped(item: Fields) -> str:
    return "line.choice" if is_private(item) else "line.group_talk"


def _named(kind: str) -> Callable[[Fields], str]:
    return lambda _: f"line.{kind}"


_NAMES: Mapping[str, Callable[[Fields], str]] = {
    "message": _message,
    "postback": _tapped,
    "botSuspended": _named("suspended"),
    "botResumed": _named("resumed"),
    "memberJoined": _named("member_joined"),
    "memberLeft": _named("member_left"),
    "videoPlayComplete": _named("video_play_complete"),
    "accountLink": _named("account_link"),
    **{
        word: _named(word)
        for word in (
            *("unsend", "follow", "unfollow", "join", "leave", "beacon", "membership", "things", "delivery", "module"),
            *("activated", "deactivated"),
        )
    },
}

_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_message,
    Consequence.CHANGE: build_unsend,
    Consequence.OPT_OUT: build_opt_out,
    Consequence.NOISE: TABLE.build_noise,
    Consequence.ALARM: TABLE.build_noise,
}
