"""Building the kept events of a Page's changes: what visitors said, edited and removed in public.

A conversation is per contact and post. Where nobody says who wrote a comment, it stands alone.
Source: Meta "Webhooks Reference: Page" §feed.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from nightbell.domain.events import Attachment, Contact, Message
from nightbell.platforms.meta.dispatch import role_of
from nightbell.platforms.meta.page_feed_attachments import read_attachments, read_permalink
from nightbell.platforms.meta.page_feed_authors import Writer, read_author
from nightbell.platforms.meta.public_address import address_of, is_of_a_post
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import (
    Fields,
    as_json,
    identifier,
    member,
    moment,
    optional_identifier,
    optional_text,
)

EDIT_OF, REMOVAL_OF = "edit_of", "unsend_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where something was said.

    Attributes:
        said: Its own id: of the comment, else of the post or the recommendation.
        parent: The comment that it answers; ``None`` for anything that is no answer to a comment.
        post: The post it stands under, or itself.
    """

    said: str
    parent: str | None
    post: str


def read_places(value: Fields, place: Place) -> Places:
    """Read the ids; one that begins with the Page's own is of a post or a picture, never of a comment.

    Raises:
        ShapeError: There is none at all.
    """
    comment, parent = optional_identifier(value, "comment_id"), optional_identifier(value, "parent_id")
    story = optional_identifier(value, "open_graph_story_id")
    post = optional_identifier(value, "post_id") or story
    if comment is None:
        said = post or identifier(value, "post_id")
        return Places(said=said, parent=None, post=said)
    post = post or parent or comment
    is_comment = parent is not None and parent != comment and not is_of_a_post(parent, place.account_id)
    return Places(said=comment, parent=parent if is_comment and parent != post else None, post=post)


def build_message(kind: str, change: Fields, place: Place) -> Message:
    """Build what a visitor said."""
    value = member(change, "value")
    words, beside = _words(value), read_attachments(value)
    says_nothing = not words and not beside
    return _kept(
        kind,
        value,
        place,
        sent_at=moment(value.get("created_time"), place.received_at),
        text=words,
        attachments=(*(beside or [Attachment(kind="unsupported")] * says_nothing), *read_permalink(value)),
        raw=as_json(change) if says_nothing else None,
    )


def build_change(kind: str, change: Fields, place: Place) -> Message:
    """Build an edit, a removal, or a share that has words.

    The time in an edit is that of the first version, so the delivery's own is taken.
    """
    value = member(change, "value")
    if kind.endswith(".share"):
        return build_message(kind, change, place)
    said, is_edit = read_places(value, place).said, kind.endswith(".edit")
    words = _words(value) if is_edit else ""
    mark = f"edit:{sha256(words.encode()).hexdigest()[:16]}" if is_edit else "remove"
    return _kept(
        kind,
        value,
        place,
        sent_at=place.received_at,
        message_id=f"{said}:{mark}",
        text=words,
        attachments=(Attachment(kind=EDIT_OF if is_edit else REMOVAL_OF, reference=said),),
    )


def _words(value: Fields) -> str:
    return optional_text(value, "message") or optional_text(value, "review_text")


def _kept(  # noqa: PLR0913 - one for each part of a message that the two kinds differ in
    kind: str,
    value: Fields,
    place: Place,
    *,
    sent_at: datetime,
    text: str,
    attachments: tuple[Attachment, ...],
    message_id: str | None = None,
    raw: str | None = None,
) -> Message:
    places, author = read_places(value, place), read_author(value)
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=_contact(places, author, changes=message_id is not None),
        message_id=message_id or places.said,
        sent_at=sent_at,
        role=role_of(kind),
        text=text,
        attachments=attachments,
        unnamed=author is None,
        thread=places.said,
        raw=raw,
    )


def _contact(places: Places, author: Writer | None, *, changes: bool) -> Contact:
    """File by post and author; an unnamed change by nothing, since its comment leads to the conversation."""
    address = address_of(places.said, places.parent)
    if author is not None:
        return Contact(contact_id=f"{places.post}/{author.id}", address=address, name=author.name)
    return Contact(contact_id="" if changes else f"{places.post}/{places.said}", address=address)
