"""Building events of what was said: comments and posts that name the organisation, edits, removals, own comments.

A conversation is per post and member. Sources: LinkedIn "Organization Social Action Notifications" §Schema, §Sample;
the text and its author have come in two shapes each.
"""

from dataclasses import dataclass
from hashlib import sha256

from nightbell.domain.events import Attachment, Author, Contact, Message, OutsideAnswer
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.platforms.linkedin.rows import TABLE
from nightbell.platforms.linkedin.urns import (
    author_id,
    is_comment,
    optional_urn,
    organization_id,
    post_of,
    urn,
    urn_of_organization,
)
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    as_json,
    member,
    moment,
    optional_member,
    optional_text,
)

_PARTS = ("comment", "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one notification tells of a comment or a post.

    Attributes:
        name: Of the comment, or of the post where somebody named us.
        author: ``None`` where nobody says.
    """

    name: str
    post: str
    author: str | None
    words: str
    parent: str | None


def part_of(item: Fields) -> Fields:
    """Find the comment or the post; empty where the notification does not show it."""
    shown = optional_member(item, "decoratedGeneratedActivity")
    return next((member(shown, name) for name in _PARTS if shown.get(name) is not None), {})


def is_own(item: Fields) -> bool:
    """Tell, without judging the shape, whether the organisation itself wrote it."""
    shown = item.get("decoratedGeneratedActivity")
    comment = shown.get("comment") if isinstance(shown, dict) else None
    if not isinstance(comment, dict):
        return False
    author = comment.get("owner") or comment.get("actor")
    return author is not None and author == item.get("organizationalEntity")


def build_message(kind: str, item: Fields, place: Place) -> Message:
    """Build what a member said."""
    said = _read(item)
    return _kept(kind, item, place, said, said.name, said.words, ())


def build_change(kind: str, item: Fields, place: Place) -> Message:
    """Build an edit or a removal; both get an id of their own."""
    said = _read(item)
    if kind == "linkedin.comment_edit":
        mark = sha256(said.words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        original = Attachment(kind=EDIT_OF, reference=said.name)
        return _kept(kind, item, place, said, f"{said.name}:edit:{mark}", said.words, (original,))
    gone = Attachment(kind=UNSEND_OF, reference=said.name)
    return _kept(kind, item, place, said, f"{said.name}:delete", "", (gone,))


def build_outside_answer(kind: str, item: Fields, place: Place) -> OutsideAnswer:
    """Build that the organisation commented; whom it answers, only the comment above tells."""
    said = _read(item)
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=organization_id(item, "organizationalEntity"),
        contact_ids=(),
        author=Author.PERSON,
        sent_at=moment(item.get("lastModifiedAt"), place.received_at),
        thread=said.parent or said.post,
        said_id=said.name,
        text=said.words,
    )


def _read(item: Fields) -> Said:
    part = part_of(item)
    name = optional_urn(part, "entity") or optional_urn(item, "generatedActivity")
    if name is None:
        raise ShapeError("neither entity nor generatedActivity")
    above = optional_urn(part, "parentComment") or optional_urn(part, "object")
    parent = above if above is not None and is_comment(above) else None
    if not is_comment(name):
        post = name
    else:
        post = optional_urn(item, "sourcePost") or post_of(parent or name) or urn(item, "sourcePost")
    author = optional_urn(part, "owner") or optional_urn(part, "actor")
    return Said(name=name, post=post, author=author, words=_words(part), parent=parent)


def _words(part: Fields) -> str:
    return optional_text(part, "text") or optional_text(optional_member(part, "message"), "text")


def _kept(  # noqa: PLR0913, PLR0917 - what the kinds differ in
    kind: str,
    item: Fields,
    place: Place,
    said: Said,
    message_id: str,
    words: str,
    attachments: tuple[Attachment, ...],
) -> Message:
    says_nothing = not words and not attachments
    account = organization_id(item, "organizationalEntity")
    return Message(
        kind=kind,
        channel=place.channel,
        account_id=account,
        contact=_contact(said, account, changes=message_id != said.name),
        message_id=message_id,
        sent_at=moment(item.get("lastModifiedAt"), place.received_at),
        role=TABLE.role_of(kind),
        text=words,
        attachments=(Attachment(kind="unsupported"),) if says_nothing else attachments,
        unnamed=said.author is None,
        thread=said.name,
        raw=as_json(item) if says_nothing else None,
    )


def _contact(said: Said, account: str, *, changes: bool) -> Contact:
    """File by post and author; an unnamed change by nothing, since its comment leads to the conversation."""
    address = f"{said.post}/{said.name}"
    if said.author is not None and said.author != urn_of_organization(account):
        return Contact(contact_id=f"{said.post}/{author_id(said.author)}", address=address)
    return Contact(contact_id="" if changes else f"{said.post}/{said.name}", address=address)
