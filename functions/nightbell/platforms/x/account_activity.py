"""X's older envelope: an account's id beside one or more arrays of events.

Source: X "Account Activity API" §Account Activity data object structure.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from nightbell.domain.events import Broken, Event, Unknown
from nightbell.platforms.reading.dispatch import Place, read_all
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    fields,
    identifier,
    label,
    member,
    optional_identifier,
    optional_member,
)
from nightbell.platforms.x import posts
from nightbell.platforms.x.activity import PLATFORM, build_by_row
from nightbell.platforms.x.consequences import TABLE
from nightbell.platforms.x.direct import CHANNEL as DIRECT
from nightbell.platforms.x.direct import read_direct, sender_alone
from nightbell.platforms.x.post_forms import quotes, read_tweet
from nightbell.platforms.x.posts import CHANNEL as POSTS
from nightbell.platforms.x.posts import Way
from nightbell.platforms.x.wording import time_of

AROUND = frozenset({"for_user_id", "user_has_blocked", "users", "apps"})
"""What an envelope holds beside its arrays."""

_ReadItem = Callable[[Fields, object, Place], Event]
"""Reads an item, with the people that came beside it."""


def is_account_activity(envelope: Fields) -> bool:
    """Tell whether it is this envelope: some bodies of old name no account."""
    return "for_user_id" in envelope or not _ARRAYS.keys().isdisjoint(envelope)


def read_account_activity(envelope: Fields, received_at: datetime) -> list[Event]:
    """Read every event of all arrays; an array that nobody declared is told once."""
    events = [event for name in envelope if name not in AROUND for event in _array(name, envelope, received_at)]
    return events or [TABLE.noise("x.empty", PLATFORM)]


def _array(name: str, envelope: Fields, received_at: datetime) -> list[Event]:
    if name not in _ARRAYS:
        channel = POSTS if name.startswith("tweet") else DIRECT if name.startswith("direct") else PLATFORM
        return [Unknown(kind=f"x.{label(name)}", channel=channel)]
    channel, read = _ARRAYS[name]
    around = {"for_user_id": envelope["for_user_id"]} if "for_user_id" in envelope else {}
    users = envelope.get("users")

    def alone(item: object) -> object:
        return {**around, name: [item], **(sender_alone(item, users) if read is read_direct else {})}

    def read_one(item: object) -> list[Event]:
        try:
            found = fields(item, "the item")
            account_id = _account_of(envelope, found)
            place = Place(channel=channel, account_id=account_id, received_at=received_at, alone=alone)
            return [read(found, users, place)]
        except ShapeError as error:
            return [Broken(kind=channel, channel=channel, reason=str(error), raw=as_json(alone(item)))]

    return read_all(envelope, name, channel, read_one, lambda part: {**around, **part})


def _account_of(envelope: Fields, item: Fields) -> str:
    told = optional_identifier(envelope, "for_user_id")
    if told is not None:
        return told
    # Without it only a direct message tells whose it is.
    return identifier(member(optional_member(item, "message_create"), "target"), "recipient_id")


def _tweet(found: Fields, _: object, place: Place) -> Event:
    post = read_tweet(found, place)
    return build_by_row(posts.name_post(post, _way(post, found, place), place), post, place)


def _way(post: posts.Post, found: Fields, place: Place) -> Way:
    if quotes(found, place.account_id):
        return Way.QUOTE
    # What neither answers nor quotes the account, and is not its own, can only have named it.
    return Way.REPLY if post.parent else Way.MENTION


def _deletion(found: Fields, _: object, place: Place) -> Event:
    status = member(found, "status")
    if identifier(status, "user_id") == place.account_id:
        return TABLE.noise("x_posts.own_delete", place.channel)
    at = time_of(found.get("timestamp_ms"), place.received_at)
    return posts.build_deletion("x_posts.delete", identifier(status, "id"), at, place)


def _noise(kind: str) -> _ReadItem:
    return lambda _, __, place: TABLE.noise(kind, place.channel)


_ARRAYS: Mapping[str, tuple[str, _ReadItem]] = {
    "tweet_create_events": (POSTS, _tweet),
    "tweet_delete_events": (POSTS, _deletion),
    "favorite_events": (POSTS, _noise("x_posts.like")),
    "direct_message_events": (DIRECT, read_direct),
    "direct_message_indicate_typing_events": (DIRECT, _noise("x_direct.typing")),
    "direct_message_mark_read_events": (DIRECT, _noise("x_direct.read")),
    "follow_events": (PLATFORM, _noise("x.follow")),
    "block_events": (PLATFORM, _noise("x.block")),
    "mute_events": (PLATFORM, _noise("x.mute")),
}
