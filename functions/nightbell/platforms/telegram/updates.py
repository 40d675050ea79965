"""The envelope: one update, which holds one thing that happened.

Source: Telegram "Bot API" §Update. It does not name the bot; the address does, to which it was delivered.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Event, Unknown
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place
from nightbell.platforms.reading.fields import Fields, ShapeError, identifier, label
from nightbell.platforms.telegram.attachments import KINDS
from nightbell.platforms.telegram.business import (
    build_alarm,
    build_opt_out,
    build_outside_answer,
    name_connection,
    name_own_words,
)
from nightbell.platforms.telegram.chats import is_by_bot, is_by_contact, is_private, names_bot, part
from nightbell.platforms.telegram.messages import build_change, build_message
from nightbell.platforms.telegram.rows import TABLE

CHANNEL = "telegram"

_Name = Callable[[Fields, Place], str]


def read_update(body: bytes, bot_id: str, received_at: datetime) -> list[Event]:
    """Read what an update holds: mostly one event.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or no update.
    """
    update = read_json(body)
    if not isinstance(update, dict):
        raise NotUnderstoodError("the body is no update: it is not an object")
    try:
        number = identifier(update, "update_id")
    except ShapeError:
        raise NotUnderstoodError("the body is no update: it has no number") from None
    held = [(key, value) for key, value in update.items() if key != "update_id"]
    events = [event for key, value in held for event in _read_part(key, value, number, bot_id, received_at)]
    return events or [TABLE.noise("telegram.empty", CHANNEL)]


def _read_part(key: str, value: object, number: str, bot_id: str, received_at: datetime) -> list[Event]:
    if key not in _NAMES:
        return [Unknown(kind=f"telegram.{label(key)}", channel=CHANNEL)]
    place = Place(
        channel=CHANNEL,
        account_id=bot_id,
        received_at=received_at,
        alone=lambda item: {"update_id": int(number) if number.isdecimal() else number, key: item},
    )
    return [TABLE.read_item(item, place, _NAMES[key], _BUILD) for item in _each(key, value)]


def _each(key: str, value: object) -> list[object]:
    """Take apart what names several messages: each is a change of its own."""
    if key != "deleted_business_messages" or not isinstance(value, dict):
        return [value]
    listed = value.get("message_ids")
    return [{**value, "message_ids": [one]} for one in listed] if isinstance(listed, list) and listed else [value]


def _message(item: Fields, place: Place) -> str:
    if is_by_bot(item):
        return "telegram.bot"
    if part(item, "chat").get("type") == "channel":
        return "telegram.channel_post"
    if not is_private(item):
        return "telegram.group" if names_bot(item, place.account_id) else "telegram.group_talk"
    return "telegram.service" if _is_service(item) else "telegram.message"


def _is_service(item: Fields) -> bool:
    return not (item.keys() & (KINDS | _WORDS)) and bool(item.keys() & _SERVICE)


def _business(item: Fields, place: Place) -> str:
    if not is_by_contact(item):
        return name_own_words(item, place.account_id)
    if is_by_bot(item):
        return "telegram.bot"
    return "telegram.service" if _is_service(item) else "telegram.business_message"


def _edited(item: Fields, _: Place) -> str:
    if is_by_bot(item):
        return "telegram.bot"
    if not is_private(item):
        return "telegram.group_talk"
    if not is_by_contact(item):
        return "telegram.own_edit"
    return "telegram.live_location" if "location" in item else "telegram.edit"


def _tapped(item: Fields, _: Place) -> str:
    below = item.get("message")
    if below is None or item.get("data") is None:
        return "telegram.choice_elsewhere"
    seen = {**part(item, "message"), "from": item.get("from")}
    if is_by_bot(seen):
        return "telegram.bot"
    if not is_private(seen):
        return "telegram.group_talk"
    return "telegram.choice" if is_by_contact(seen) else "telegram.own_tap"


def _membership(item: Fields, _: Place) -> str:
    status = part(item, "new_chat_member").get("status")
    kinds = {"kicked": "telegram.blocked", "member": "telegram.unblocked"}
    known = isinstance(status, str) and is_private(item)
    return kinds.get(str(status), "telegram.membership") if known else "telegram.membership"


def _connection(item: Fields, _: Place) -> str:
    return name_connection(item)


def _named(kind: str) -> _Name:
    return lambda _item, _place: f"telegram.{kind}"


_WORDS = frozenset({"text", "caption"})

# Of a private chat; in a group they are talk in any case.
_CHAT_CHANGES = (
    "pinned_message message_auto_delete_timer_changed write_access_allowed connected_website successful_payment"
    " refunded_payment passport_data proximity_alert_triggered chat_background_set forum_topic_created"
    " forum_topic_edited forum_topic_closed forum_topic_reopened boost_added checklist_tasks_done"
    " checklist_tasks_added"
)
_SERVICE = frozenset(_CHAT_CHANGES.split())

_COUNTED = (
    "guest_message message_reaction message_reaction_count inline_query chosen_inline_result shipping_query"
    " pre_checkout_query purchased_paid_media poll poll_answer chat_member chat_join_request chat_boost"
    " removed_chat_boost managed_bot"
)

_NAMES: Mapping[str, _Name] = {
    "message": _message,
    "edited_message": _edited,
    "business_message": _business,
    "edited_business_message": _edited,
    "deleted_business_messages": _named("deleted"),
    "callback_query": _tapped,
    "my_chat_member": _membership,
    "business_connection": _connection,
    "channel_post": _named("channel_post"),
    "edited_channel_post": _named("channel_post"),
    **{key: _named(key) for key in _COUNTED.split()},
}

HEARD = tuple(key for key in _NAMES if key not in {*_COUNTED.split(), "channel_post", "edited_channel_post"})
"""Kinds of updates that bring more than what is counted: what a bot has to be subscribed to."""

_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_message,
    Consequence.CHANGE: build_change,
    Consequence.OUTSIDE_ANSWER: build_outside_answer,
    Consequence.OPT_OUT: build_opt_out,
    Consequence.NOISE: TABLE.build_noise,
    Consequence.ALARM: build_alarm,
}
