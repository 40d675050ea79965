"""Building the kept events of Instagram's comments and mentions.

A conversation is per contact and post. Where nobody says who wrote a comment, it stands alone.
Sources: Meta "Webhooks Reference: Instagram" §comments, §mentions; "Private Replies" (Instagram)
§Webhooks, on comments that come once for the post and once for each of its ads.
"""

from nightbell.domain.events import Attachment, Contact, Message
from nightbell.platforms.meta.dispatch import role_of
from nightbell.platforms.meta.public_address import MENTIONED_IN, address_of
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import (
    Fields,
    as_json,
    identifier,
    member,
    optional_identifier,
    optional_member,
    optional_text,
)

MENTIONED_MEDIA, MENTIONED_COMMENT = "mentioned_media", "mentioned_comment"
"""Kinds of the attachments that name what a mention tells nothing about but its id."""


def comment_id(value: Fields) -> str:
    """Read the comment's id; with Facebook login it is documented under another name."""
    return optional_identifier(value, "id") or identifier(value, "comment_id")


def _media_id(value: Fields) -> str | None:
    """Read the post. A promoted one has another id in each ad, and one comment may come for each."""
    media = optional_member(value, "media")
    return optional_identifier(media, "original_media_id") or optional_identifier(media, "id")


def build_comment(kind: str, change: Fields, place: Place) -> Message:
    """Build what a contact said, or where somebody named the account."""
    if kind.endswith(".mention"):
        return _build_mention(kind, change, place)
    value = member(change, "value")
    words, comment = optional_text(value, "text"), comment_id(value)
    author_id = optional_identifier(optional_member(value, "from"), "id")
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=_contact(value, comment, author_id),
        message_id=comment,
        sent_at=place.received_at,
        role=role_of(kind),
        text=words,
        attachments=(*([] if words else [Attachment(kind="unsupported")]), *_on_media(value)),
        unnamed=author_id is None,
        thread=comment,
        raw=None if words else as_json(change),
    )


def _contact(value: Fields, comment: str, author_id: str | None) -> Contact:
    parent = optional_identifier(value, "parent_id")
    post = _media_id(value) or parent or comment
    return Contact(
        contact_id=f"{post}/{author_id or comment}",
        address=address_of(comment, parent),
        name=optional_text(optional_member(value, "from"), "username") or None,
    )


def _on_media(value: Fields) -> list[Attachment]:
    """Name the post, and the ad it was shown as; the same post for each of its ads."""
    media_id = _media_id(value)
    if media_id is None:
        return []
    media = optional_member(value, "media")
    said = (media.get("media_product_type"), media.get("ad_title"))
    detail = " ".join(each for each in said if isinstance(each, str) and each)
    return [Attachment(kind="media", reference=media_id, detail=detail or None)]


def _build_mention(kind: str, change: Fields, place: Place) -> Message:
    """Build a mention, which holds nothing but where it is; words and author must be looked up."""
    value = member(change, "value")
    media, comment = identifier(value, "media_id"), optional_identifier(value, "comment_id")
    said = comment or media
    comments = [Attachment(kind=MENTIONED_COMMENT, reference=comment)] if comment else []
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=Contact(contact_id=f"{media}/{said}", address=said),
        message_id=said,
        sent_at=place.received_at,
        role=role_of(kind),
        attachments=(Attachment(kind=MENTIONED_MEDIA, reference=media), *comments),
        about={MENTIONED_IN: media},
        unnamed=True,
        thread=said,
    )
