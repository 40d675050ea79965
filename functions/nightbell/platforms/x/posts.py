"""One post, read from either form that X gives it, and what Nightbell makes of it.

A post may arrive several times, each time for another reason: as an answer and as a mention, say. What becomes of it
must not depend on which comes first, so its kind follows from the post itself as far as that tells.
Source: X "X Activity API: Introduction" §Post events; "Account Activity API" §tweet_create_events.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nightbell.domain.events import (
    Attachment,
    Author,
    Contact,
    Message,
    OutsideAnswer,
    Reference,
    ReferenceKind,
    Silent,
)
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.x.consequences import TABLE
from nightbell.platforms.x.wording import NOBODY, Person

CHANNEL = "x_posts"
BARE_REPLY = f"{CHANNEL}.bare_reply"
EDIT = f"{CHANNEL}.edit"


class Way(StrEnum):
    """For what reason X delivers a post."""

    MENTION = "mention"
    REPLY = "reply"
    QUOTE = "quote"
    REPOST = "repost"
    CREATE = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post.

    Attributes:
        root: The post that the conversation began with.
        parent: What it answers.
        quoted: What it quotes.
        text: Without the names that X puts before an answer.
        media: Ids of pictures, videos and polls.
        names: Ids of those who are named in the visible text.
        first_version: Of a post that was edited, the id of what was posted first.
        raw: The whole of it, where it says nothing that can be read.
    """

    post_id: str
    author_id: str
    author: Person = NOBODY
    root: str
    parent: str | None
    quoted: str | None
    is_repost: bool
    text: str
    media: tuple[Attachment, ...]
    names: frozenset[str]
    first_version: str | None
    sent_at: datetime
    raw: str | None


def name_post(post: Post, way: Way, place: Place) -> str:
    """Name the kind of a post."""
    if post.author_id == place.account_id:
        return f"{CHANNEL}.own_reply" if post.parent and not post.is_repost else f"{CHANNEL}.own_post"
    if post.is_repost or way is Way.REPOST:
        return f"{CHANNEL}.repost"
    if way is Way.CREATE:
        return f"{CHANNEL}.of_others"
    if post.first_version is not None:
        return EDIT
    if way is Way.MENTION or place.account_id in post.names:
        return f"{CHANNEL}.addressed"
    # What answers one post and quotes another comes for both reasons, and tells of neither whose post it is.
    return f"{CHANNEL}.quote" if way is Way.QUOTE and post.parent is None else BARE_REPLY


def build_post(kind: str, post: Post, place: Place) -> Message:
    """Build what a contact said or edited; a conversation is per contact and thread."""
    beside = (*_changed(kind, post), *post.media, *_quoted(post))
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=Contact(contact_id=f"{post.root}/{post.author_id}", address=post.post_id, name=post.author.name),
        message_id=post.post_id,
        sent_at=post.sent_at,
        role=TABLE.role_of(kind),
        text=post.text,
        attachments=beside if post.text or beside else (Attachment(kind="unsupported"),),
        thread=post.post_id,
        # The older envelope does not tell the root: by its own id a post is found that the other one brought.
        belongs=(Reference(kind=ReferenceKind.KNOWN_AS, value=post.post_id),),
        silent=_silent(kind, post),
        raw=None if post.text or beside else post.raw,
    )


def build_own_reply(kind: str, post: Post, place: Place) -> OutsideAnswer:
    """Build what the account itself answered, whoever typed it."""
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(),
        author=Author.PERSON,
        sent_at=post.sent_at,
        thread=post.parent,
        said_id=post.post_id,
        text=post.text,
    )


def build_deletion(kind: str, post_id: str, at: datetime, place: Place) -> Message:
    """Build that a contact deleted a post; only the post leads to the conversation."""
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact=Contact(contact_id="", address=post_id),
        message_id=f"{post_id}:delete",
        sent_at=at,
        role=TABLE.role_of(kind),
        attachments=(Attachment(kind=UNSEND_OF, reference=post_id),),
        thread=post_id,
    )


def _changed(kind: str, post: Post) -> tuple[Attachment, ...]:
    return (Attachment(kind=EDIT_OF, reference=post.first_version),) if kind == EDIT else ()


def _quoted(post: Post) -> tuple[Attachment, ...]:
    return (Attachment(kind="quoted", reference=post.quoted),) if post.quoted else ()


def _silent(kind: str, post: Post) -> Silent | None:
    if post.author.is_bot:
        return Silent.BOT
    return Silent.BARE_REPLY if kind == BARE_REPLY else None
