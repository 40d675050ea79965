"""Attachments of a Messenger or Instagram message, told by their platform ids, never by their signed addresses.

Sources: Meta "Webhooks for Messenger Platform" §message, stickers in both shapes, before and after
30 August 2026; Meta "Instagram Platform: Webhook Notification Examples" §Messaging payload, shared posts in both
shapes, ``share`` and since 2026 ``ig_post``. An ``ephemeral`` one has no payload at all.
"""

from collections.abc import Callable

from nightbell.domain.events import Attachment
from nightbell.platforms.reading.fields import (
    Fields,
    fields,
    label,
    optional_identifier,
    optional_list,
    optional_member,
    text,
)

_IDS = ("attachment_id", "sticker_id", "reel_video_id", "ig_post_media_id", "id")
_MEDIA = ("image", "audio", "video", "file", "reel", "ig_reel", "post", "ig_post", "share", "media")
_OF_INSTAGRAM = ("story_mention", "like_heart", "ephemeral", "unsupported_type")


def read_attachments(message: Fields) -> tuple[tuple[Attachment, ...], bool]:
    """Read all attachments, and tell whether every type is one we know."""
    found = [fields(item, "an attachment") for item in optional_list(message, "attachments")]
    kinds = [_kind(attachment) for attachment in found]
    read = tuple(_READERS.get(kind, _titled)(attachment, kind) for attachment, kind in zip(found, kinds, strict=True))
    return read, all(kind in _READERS for kind in kinds)


def _kind(attachment: Fields) -> str:
    kind = label(text(attachment, "type"))
    # Until August 2026 a sticker came as an image with a sticker's id.
    return "sticker" if kind == "image" and "sticker_id" in _payload(attachment) else kind


def _payload(attachment: Fields) -> Fields:
    payload = attachment.get("payload")
    return payload if isinstance(payload, dict) else {}


def _reference(payload: Fields) -> str | None:
    return next((found for name in _IDS if (found := optional_identifier(payload, name))), None)


def _title(*places: Fields) -> str | None:
    titles = (place.get(name) for place in places for name in ("title", "name"))
    return next((title for title in titles if isinstance(title, str) and title), None)


def _media(attachment: Fields, kind: str) -> Attachment:
    payload = _payload(attachment)
    return Attachment(kind=kind, reference=_reference(payload), detail=_title(payload, attachment))


def _link(attachment: Fields, kind: str) -> Attachment:
    payload = _payload(attachment)
    addresses = (place.get("url") for place in (payload, attachment))
    address = next((url for url in addresses if isinstance(url, str) and url), None)
    return Attachment(
        kind=kind, detail=" ".join(part for part in (_title(payload, attachment), address) if part) or None
    )


def _location(attachment: Fields, kind: str) -> Attachment:
    coordinates = optional_member(_payload(attachment), "coordinates")
    where = f"{coordinates.get('lat')},{coordinates.get('long')}" if coordinates else None
    detail = " ".join(part for part in (where, _title(attachment)) if part)
    return Attachment(kind=kind, detail=detail or None)


def _template(attachment: Fields, kind: str) -> Attachment:
    payload = _payload(attachment)
    product = optional_member(payload, "product")
    elements = [fields(item, "an element") for item in optional_list(product or payload, "elements")]
    references = [found for element in elements if (found := _reference(element))]
    titles = [title for element in elements if (title := _title(element))]
    return Attachment(
        kind="product" if product else kind,
        reference=",".join(references) or None,
        detail=", ".join(titles) or _title(payload, attachment),
    )


def _titled(attachment: Fields, kind: str) -> Attachment:
    return Attachment(kind=kind, detail=_title(_payload(attachment), attachment))


_READERS: dict[str, Callable[[Fields, str], Attachment]] = {
    **dict.fromkeys((*_MEDIA, *_OF_INSTAGRAM), _media),
    "sticker": _media,
    "fallback": _link,
    "location": _location,
    "template": _template,
    "appointment_booking": _titled,
}
