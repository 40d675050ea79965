"""One item of an Instagram account's ``messaging`` or ``standby`` array: which kind it is, and what it tells.

Instagram's messages have Messenger's shapes, with kinds of their own: stories, shared posts, and content that is
not passed on. Its echoes tell neither the app nor what we sent along.
Source: Meta "Instagram Platform: Webhook Notification Examples" §Messaging payload.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from nightbell.domain.events import Event, OutsideAnswer
from nightbell.platforms.meta.dispatch import build_noise, read_item
from nightbell.platforms.meta.messaging import (
    OWNERSHIP,
    build_outside_answer,
    build_settlement,
    build_thread_control,
    is_own_act,
    name_echo,
    name_edit,
    name_unknown,
    part,
)
from nightbell.platforms.meta.messenger_messages import build_change, build_message
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place
from nightbell.platforms.reading.fields import Fields, member, optional_identifier, optional_text

CHANNEL = "instagram_direct"

_PRODUCT = "instagram"
_NOT_PASSED_ON = frozenset({"ephemeral", "unsupported_type"})


def read_messaging(item: object, place: Place) -> Event:
    """Read one item."""
    return read_item(item, place, name_kind, _BUILD)


def name_kind(item: Fields, place: Place) -> str:
    """Tell the kinds apart; where a part is broken, name the likeliest.

    Raises:
        UndeclaredError: The item's key has no row.
    """
    key = next((key for key in _KINDS if key in item), None)
    if key is None:
        return name_unknown(item, _PRODUCT)
    message = part(item, "message")
    if message.get("mid") == "random_mid":
        return "meta.test"
    # Who hands a thread on may be named as the one who acts.
    is_own = is_own_act(item, place) and not message.get("is_echo") and key not in OWNERSHIP
    return "instagram.own_account" if is_own or message.get("is_self") else f"{_PRODUCT}.{_KINDS[key](item)}"


def _name_message(item: Fields) -> str:
    message = part(item, "message")
    if message.get("is_echo"):
        return name_echo(message)
    flags = {"is_deleted": "unsend", "is_unsupported": "unsupported", "quick_reply": "quick_reply"}
    return next((kind for flag, kind in flags.items() if message.get(flag)), "") or _name_content(message)


def _name_content(message: Fields) -> str:
    if part(message, "reply_to").get("story"):
        return "story_reply"
    attachments = message.get("attachments")
    listed = attachments if isinstance(attachments, list) else []
    types = {str(each.get("type")) for each in listed if isinstance(each, dict)}
    if "story_mention" in types:
        return "story_mention"
    return "unsupported" if types and types <= _NOT_PASSED_ON and not message.get("text") else "message"


def _named(kind: str) -> Callable[[Fields], str]:
    return lambda _: kind


_PLAIN = (
    "postback",
    "reaction",
    "read",
    "referral",
    "app_roles",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
)

_KINDS: Mapping[str, Callable[[Fields], str]] = {
    "message": _name_message,
    "message_edit": name_edit,
    **{key: _named(key) for key in _PLAIN},
}


def _build_outside_answer(kind: str, item: Fields, place: Place) -> OutsideAnswer:
    """Add the id and the words, by which alone we know what we said ourselves."""
    message = member(item, "message")
    return replace(
        build_outside_answer(kind, item, place),
        said_id=optional_identifier(message, "mid"),
        text=optional_text(message, "text"),
    )


_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_message,
    Consequence.CHANGE: build_change,
    Consequence.SETTLEMENT: build_settlement,
    Consequence.OUTSIDE_ANSWER: _build_outside_answer,
    Consequence.THREAD_CONTROL: build_thread_control,
    Consequence.NOISE: build_noise,
}
