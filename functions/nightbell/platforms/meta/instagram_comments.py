"""One change of an Instagram account: a comment, a mention, or a story's figures.

Nothing here has a verb: Instagram announces neither edits nor removals. Nothing has a time of its
own either, so the delivery's counts.
Sources: Meta "Instagram Platform: Webhooks" §Fields, §Self comments; "Webhooks Reference: Instagram".
"""

from collections.abc import Callable, Mapping

from nightbell.domain.events import Author, Event, OutsideAnswer
from nightbell.platforms.meta.dispatch import build_noise, read_item
from nightbell.platforms.meta.instagram_comment_messages import build_comment, comment_id
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import (
    Fields,
    identifier,
    label,
    member,
    optional_identifier,
    optional_member,
    optional_text,
    text,
)

CHANNEL = "instagram_comments"


def read_change(change: object, place: Place) -> Event:
    """Read one change."""
    return read_item(change, place, _name_kind, _BUILD)


def _name_kind(change: Fields, place: Place) -> str:
    """Tell the kinds apart.

    Raises:
        UndeclaredError: The field has no row.
        ShapeError: There is no field or value to judge by.
    """
    field = label(text(change, "field"))
    if field not in _KINDS:
        raise UndeclaredError(f"instagram.{field}")
    if not change.get("value"):
        return "meta.empty"
    return f"{CHANNEL}.{_KINDS[field](member(change, 'value'), place)}"


def _name_comment(value: Fields, place: Place) -> str:
    answers = optional_identifier(value, "parent_id") is not None
    kind = "reply" if answers else "comment"
    return f"own_{kind}" if _is_own(value, place) else kind


def _name_live_comment(value: Fields, place: Place) -> str:
    kind = _name_comment(value, place)
    return kind if kind.startswith("own_") else "live_comment"


def _is_own(value: Fields, place: Place) -> bool:
    """Tell whether the account itself commented.

    The id in ``from`` may be another than the account's; Meta then adds ``self_ig_scoped_id``,
    which stands in no comment of anybody else.
    """
    author = optional_member(value, "from")
    return bool(author.get("self_ig_scoped_id")) or optional_identifier(author, "id") == place.account_id


def _build_outside_answer(kind: str, change: Fields, place: Place) -> OutsideAnswer:
    value = member(change, "value")
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(),
        author=Author.PERSON,
        sent_at=place.received_at,
        thread=identifier(value, "parent_id"),
        said_id=comment_id(value),
        text=optional_text(value, "text"),
    )


_KINDS: Mapping[str, Callable[[Fields, Place], str]] = {
    "comments": _name_comment,
    "live_comments": _name_live_comment,
    "mentions": lambda _, __: "mention",
    "story_insights": lambda _, __: "story_insights",
}

_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_comment,
    Consequence.OUTSIDE_ANSWER: _build_outside_answer,
    Consequence.NOISE: build_noise,
}
