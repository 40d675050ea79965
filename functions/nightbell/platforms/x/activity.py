"""X's newer envelope: one event in each delivery, with its type's name.

Source: X "X Activity API: Event payloads"; "X API: Create X activity subscription" §event_type.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from nightbell.domain.events import AccountNews, Broken, Event, Unknown
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    identifier,
    label,
    member,
    optional_member,
)
from nightbell.platforms.x import chat, posts
from nightbell.platforms.x.consequences import TABLE
from nightbell.platforms.x.direct import CHANNEL as DIRECT
from nightbell.platforms.x.direct import read_direct, sender_alone
from nightbell.platforms.x.post_forms import read_post
from nightbell.platforms.x.posts import CHANNEL as POSTS
from nightbell.platforms.x.posts import Way
from nightbell.platforms.x.wording import time_of

PLATFORM = "x"

_Read = Callable[[Fields, Place], list[Event]]


def read_activity(event: Fields, received_at: datetime) -> list[Event]:
    """Read the one event of a delivery."""
    kind = label(str(event["event_type"]))
    if kind in _NOISE:
        name = _NOISE[kind]
        return [TABLE.noise(name, _channel_of(name))]
    channel = _channel_of(kind)
    if kind not in _READ:
        return [Unknown(kind=f"x.{kind}", channel=channel)]

    def alone(found: object) -> object:
        return {"data": found}

    try:
        account_id = _account_of(event)
        place = Place(channel=channel, account_id=account_id, received_at=received_at, alone=alone)
        return _READ[kind](event, place)
    except ShapeError as error:
        return [Broken(kind=f"x.{kind}", channel=channel, reason=str(error), raw=as_json(alone(event)))]


def _account_of(event: Fields) -> str:
    """Read whose event it is; a withdrawn permission is nobody's by the filter, and names the account itself."""
    told = optional_member(event, "filter")
    return identifier(told, "user_id") if "user_id" in told else identifier(member(event, "payload"), "user_id")


def _channel_of(kind: str) -> str:
    word = kind.partition(".")[0]
    return {"post": POSTS, "like": POSTS, POSTS: POSTS, "dm": DIRECT, "chat": DIRECT, DIRECT: DIRECT}.get(
        word, PLATFORM
    )


def _post(way: Way) -> _Read:
    def read(event: Fields, place: Place) -> list[Event]:
        post = read_post(member(event, "payload"), event.get("includes"), place)
        kind = posts.name_post(post, way, place)
        return [build_by_row(kind, post, place)]

    return read


def build_by_row(kind: str, post: posts.Post, place: Place) -> Event:
    """Build what the row of a post's kind says."""
    match TABLE.rows[kind].consequence:
        case Consequence.OUTSIDE_ANSWER:
            return posts.build_own_reply(kind, post, place)
        case Consequence.NOISE:
            return TABLE.build_noise(kind, {}, place)
        case _:
            return posts.build_post(kind, post, place)


def _deletion(event: Fields, place: Place) -> list[Event]:
    payload = member(event, "payload")
    if identifier(payload, "author_id") == place.account_id:
        return [TABLE.noise("x_posts.own_delete", place.channel)]
    at = time_of(payload.get("deleted_at"), place.received_at)
    return [posts.build_deletion("x_posts.delete", identifier(payload, "id"), at, place)]


def _direct(event: Fields, place: Place) -> list[Event]:
    payload = member(event, "payload")
    listed = payload.get("direct_message_events")
    if not isinstance(listed, list):
        raise ShapeError("direct_message_events is not a list")
    users = payload.get("users")

    def alone(item: object) -> object:
        return {"data": {**event, "payload": {"direct_message_events": [item], **sender_alone(item, users)}}}

    inner = Place(channel=place.channel, account_id=place.account_id, received_at=place.received_at, alone=alone)
    return [read_direct(item, users, inner) for item in listed] or [TABLE.noise("x.empty", place.channel)]


def _chat(event: Fields, place: Place) -> list[Event]:
    payload = member(event, "payload")
    kind = chat.name_chat(payload, place)
    build: Mapping[Consequence, Build] = {
        Consequence.MESSAGE: chat.build_encrypted,
        Consequence.OUTSIDE_ANSWER: chat.build_own,
    }
    return [build[TABLE.rows[kind].consequence](kind, payload, place)]


def _revoked(_: Fields, place: Place) -> list[Event]:
    return [revocation(place.account_id)]


def revocation(account_id: str) -> AccountNews:
    """Tell that an account took its permission back, on all channels at once."""
    return AccountNews(
        kind="x.revoked",
        channel=POSTS,
        account_ids=(account_id,),
        is_blocked=True,
        detail="the account took its permission back",
    )


_CHANNELS: Mapping[str, str] = {
    **dict.fromkeys((POSTS, "post", "like"), POSTS),
    **dict.fromkeys((DIRECT, "dm", "chat"), DIRECT),
}
_READ: Mapping[str, _Read] = {
    "post.mention.create": _post(Way.MENTION),
    "post.reply.create": _post(Way.REPLY),
    "post.quote.create": _post(Way.QUOTE),
    "post.repost.create": _post(Way.REPOST),
    "post.create": _post(Way.CREATE),
    "post.delete": _deletion,
    "dm.received": _direct,
    "dm.sent": _direct,
    "chat.received": _chat,
    "chat.sent": _chat,
    "oauth.revoke": _revoked,
}

_CHAT_NEWS = (
    "conversation.join",
    "conversation_join",
    "conversation.member_added",
    "conversation.member_removed",
    "conversation.admin_added",
    "conversation.admin_removed",
    "update.group_name",
    "update.restrictions",
)
_PROFILE_NEWS = (
    "bio",
    "profile_picture",
    "banner_picture",
    "screenname",
    "handle",
    "geo",
    "url",
    "verified_badge",
    "affiliate_badge",
)
_NOISE: Mapping[str, str] = {
    "like.create": "x_posts.like",
    "dm.read": "x_direct.read",
    "dm.indicate_typing": "x_direct.typing",
    **{f"chat.{each}": "x_direct.chat" for each in _CHAT_NEWS},
    **{f"profile.update.{each}": "x.profile" for each in _PROFILE_NEWS},
    **dict.fromkeys(("follow.follow", "follow.unfollow"), "x.follow"),
    **dict.fromkeys(("block.block", "block.unblock"), "x.block"),
    **dict.fromkeys(("mute.mute", "mute.unmute"), "x.mute"),
    **dict.fromkeys(
        ("broadcast.start", "broadcast.end", "broadcast.chat", "spaces.start", "spaces.end"), "x.broadcast"
    ),
    "news.new": "x.news",
}
