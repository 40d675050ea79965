"""One change of a Page's ``feed``, ``mention`` or ``ratings``: which kind it is, and what it tells.

Sources: Meta "Webhooks Reference: Page" §feed, §mention, §ratings. The lists of items and verbs
there are longer than what arrives; two words for one thing are in use for edits and removals.
"""

from collections.abc import Mapping

from nightbell.domain.events import Author, Event, OutsideAnswer
from nightbell.platforms.meta.consequences import CONSEQUENCES
from nightbell.platforms.meta.dispatch import build_noise, read_item
from nightbell.platforms.meta.page_feed_authors import is_own, read_author
from nightbell.platforms.meta.page_feed_messages import build_change, build_message, read_places
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, label, member, moment, optional_text, text

CHANNEL = "facebook_comments"

_FIELDS = frozenset({"feed", "mention", "ratings"})

_EDIT, _REMOVE, _ADD, _MODERATE = "edit", "remove", "add", "moderation"

_VERBS = {
    "add": _ADD,
    **dict.fromkeys(("edit", "edited", "update"), _EDIT),
    **dict.fromkeys(("remove", "delete"), _REMOVE),
    **dict.fromkeys(("hide", "unhide", "block", "unblock", "mute", "unmute", "follow"), _MODERATE),
}

_ITEMS = {
    **dict.fromkeys(("post", "status", "note", "question"), "post"),
    "comment": "comment",
    "link": "link",
    "mention": "mention",
    "photo": "photo",
    "rating": "recommendation",
    "share": "share",
    "video": "video",
}

_REACTIONS = frozenset({"like", "reaction"})

# Only the Page itself makes these, though some arrive without an author.
_OF_THE_PAGE = frozenset(
    {
        *("address", "album", "connection", "coupon", "event", "experience", "group", "group_message", "interest"),
        *("milestone", "page", "photo-album", "picture", "platform-story", "profile", "relationship-status"),
        *("story", "tag", "timeline_cover"),
    }
)


def read_change(change: object, place: Place) -> Event:
    """Read one change."""
    return read_item(change, place, _name_kind, _BUILD)


def _name_kind(change: Fields, place: Place) -> str:
    """Tell the kinds apart.

    Raises:
        UndeclaredError: The field, the item or its verb has no row.
        ShapeError: There is nothing to judge by.
    """
    field = label(text(change, "field"))
    if field not in _FIELDS:
        return _name_field(f"page.{field}")
    if not change.get("value"):
        return "meta.empty"
    value = member(change, "value")
    item, verb = label(text(value, "item")), label(text(value, "verb"))
    if item in _REACTIONS:
        return f"{CHANNEL}.reaction"
    if item in _OF_THE_PAGE:
        return f"{CHANNEL}.page_item"
    if item not in _ITEMS or verb not in _VERBS:
        raise UndeclaredError(f"{CHANNEL}.{item}.{verb}")
    what = "mention" if field == "mention" else _ITEMS[item]
    return f"{CHANNEL}.{_name_act(what, _VERBS[verb], value, place)}"


def _name_field(kind: str) -> str:
    if kind not in CONSEQUENCES:
        raise UndeclaredError(kind)
    return kind


def _name_act(what: str, act: str, value: Fields, place: Place) -> str:
    if act == _MODERATE:
        return act
    if is_own(value, place):
        return _name_own(what, act)
    if act != _ADD:
        return act
    if what == "comment":
        return "reply" if read_places(value, place).parent else what
    if what == "share" and not optional_text(value, "message"):
        return "silent_share"
    is_draft = value.get("published") in (0, "0", False) and read_author(value) is None
    return "unpublished" if is_draft else what


def _name_own(what: str, act: str) -> str:
    if act != _ADD:
        return "own_change"
    return "own_comment" if what == "comment" else "own_post"


def _build_outside_answer(kind: str, change: Fields, place: Place) -> OutsideAnswer:
    """Build what the Page said: on a visitor's post or under a comment it answers somebody."""
    value = member(change, "value")
    places = read_places(value, place)
    return OutsideAnswer(
        kind=kind,
        channel=CHANNEL,
        account_id=place.account_id,
        contact_ids=(),
        author=Author.PERSON,
        sent_at=moment(value.get("created_time"), place.received_at),
        thread=places.parent or places.post,
        said_id=places.said,
        text=optional_text(value, "message"),
    )


_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_message,
    Consequence.CHANGE: build_change,
    Consequence.OUTSIDE_ANSWER: _build_outside_answer,
    Consequence.NOISE: build_noise,
}
