"""What comes beside the words of a message.

A file is told by its ``file_id``: with it a team's own tool can fetch the file (``getFile``), and a redelivery repeats
it. Source: Telegram "Bot API" §Message and the types that it names.
"""

from collections.abc import Callable, Mapping

from nightbell.domain.events import Attachment
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    member,
    optional_identifier,
    optional_list,
    optional_member,
)

_FILES = "animation audio document sticker video video_note voice live_photo"
_PLAIN = "checklist dice game invoice paid_media poll story chat_shared users_shared gift unique_gift"
_SAME_AGAIN = {"animation": "document", "venue": "location", "live_photo": "photo"}
"""For older programs the first comes with the second beside it, which says no more."""

_SAID = ("file_name", "title", "question", "performer", "emoji", "value")


def read_attachments(item: Fields) -> tuple[Attachment, ...]:
    """Read everything of a kind that we know."""
    repeated = {again for first, again in _SAME_AGAIN.items() if first in item}
    return tuple(read(item, kind) for kind, read in _READERS.items() if kind in item and kind not in repeated)


def read_answered(item: Fields) -> tuple[Attachment, ...]:
    """Name the message or the story that this one answers."""
    answered = optional_identifier(optional_member(item, "reply_to_message"), "message_id")
    story = optional_identifier(optional_member(item, "reply_to_story"), "id")
    found = (("reply_to", answered), ("reply_to_story", story))
    return tuple(Attachment(kind=kind, reference=reference) for kind, reference in found if reference)


def given_phone(item: Fields) -> str | None:
    """Read the number that a contact hands over by a tap: their own, by the id beside it, and nobody else's."""
    card, person = optional_member(item, "contact"), optional_member(item, "from")
    number = card.get("phone_number")
    is_own = card.get("user_id") is not None and card.get("user_id") == person.get("id")
    return number if is_own and isinstance(number, str) and number else None


def _file(item: Fields, kind: str) -> Attachment:
    return _of_file(member(item, kind), kind)


def _of_file(file: Fields, kind: str) -> Attachment:
    duration = file.get("duration")
    seconds = f"{duration} s" if isinstance(duration, int) else None
    reference = optional_identifier(file, "file_id") or optional_identifier(file, "file_unique_id")
    return Attachment(kind=kind, reference=reference, detail=_words(file) or seconds)


def _words(value: Fields) -> str | None:
    said = [str(value[key]) for key in _SAID if isinstance(value.get(key), str | int) and value[key] != ""]
    return ", ".join(said) or None


def _photo(item: Fields, kind: str) -> Attachment:
    sizes = [fields(size, "a photo size") for size in optional_list(item, kind)]
    if not sizes:
        raise ShapeError("photo has no size")
    return _of_file(max(sizes, key=_area), kind)


def _area(size: Fields) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _contact(item: Fields, kind: str) -> Attachment:
    card = member(item, kind)
    said = [card.get(key) for key in ("first_name", "last_name", "phone_number")]
    return Attachment(kind=kind, detail=" ".join(each for each in said if isinstance(each, str) and each) or None)


def _location(item: Fields, kind: str) -> Attachment:
    where = member(item, kind)
    return Attachment(kind=kind, detail=f"{where.get('latitude')},{where.get('longitude')}")


def _venue(item: Fields, kind: str) -> Attachment:
    venue = member(item, kind)
    place = optional_member(venue, "location")
    named = [venue.get(key) for key in ("title", "address")]
    where = f"{place.get('latitude')},{place.get('longitude')}" if place else ""
    return Attachment(kind=kind, detail=" ".join([*(str(each) for each in named if each), where]).strip() or None)


def _web_app(item: Fields, kind: str) -> Attachment:
    filled = member(item, kind)
    said = filled.get("data")
    return Attachment(kind=kind, detail=said if isinstance(said, str) and said else None)


def _plain(item: Fields, kind: str) -> Attachment:
    return Attachment(kind=kind, detail=_words(member(item, kind)))


_READERS: Mapping[str, Callable[[Fields, str], Attachment]] = {
    "photo": _photo,
    **dict.fromkeys(_FILES.split(), _file),
    "contact": _contact,
    "location": _location,
    "venue": _venue,
    "web_app_data": _web_app,
    **dict.fromkeys(_PLAIN.split(), _plain),
}

KINDS = frozenset(_READERS)
