"""Reading a Page's or an Instagram account's conversations back, for messages that no webhook brought.

Sources: Meta "Conversations API for Messenger Platform" §Get a list of conversations, §Get a list of messages; the same
of "Instagram API with Instagram Login". They are listed by the time of their newest message, and only the 20 newest
messages of one can be read in detail. WhatsApp has no such history.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from nightbell.domain.business import Account
from nightbell.domain.events import Attachment, Contact, Message
from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.graph_answers import read_answer
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    identifier,
    member,
    optional_identifier,
    optional_list,
    optional_member,
    optional_text,
    text,
)

PAGE = 20
NEWEST = 20
_PLATFORMS = {"messenger": ("messenger", "messenger.message"), "instagram_direct": ("instagram", "instagram.message")}
_MESSAGE = "id,created_time,from,to,message,attachments,sticker"
_KINDS = ("image", "video", "audio")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """Something that the business wrote: Nightbell, a person, or another app."""

    message_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One conversation as the platform remembers it.

    Attributes:
        messages: Of the contact, the oldest first.
        own: Lines of the business.
        reaches_back: Whether it was shown from the time that was asked for.
        unclear: How many lines named nobody that we know.
    """

    updated_at: datetime
    messages: tuple[Message, ...]
    own: tuple[OwnLine, ...]
    reaches_back: bool
    unclear: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPage:
    """Some conversations, the newest first.

    Attributes:
        unreadable: How many came in a shape that nobody documented.
        after: Leads to the next page; empty on the last.
    """

    conversations: tuple[Past, ...]
    unreadable: int
    after: str


def list_request(access: ApiAccess, account: Account, after: str, size: int = PAGE) -> HttpRequest:
    """Ask for a page of conversations with their newest messages."""
    wanted = f"updated_time,messages.limit({NEWEST}){{{_MESSAGE}}}"
    query = {"platform": _PLATFORMS[account.channel][0], "fields": wanted, "limit": str(size)}
    return graph_api.call(access, account.api_id, "conversations", query=query | ({"after": after} if after else {}))


def read_page(outcome: HttpOutcome, account: Account, since: datetime) -> PastPage | Verdict:
    """Read a page; a conversation in another shape is counted, and hides no other."""
    body = read_answer(outcome)
    if isinstance(body, Verdict):
        return body
    try:
        listed = optional_list(body, "data")
        paging = optional_member(body, "paging")
        cursor = optional_identifier(optional_member(paging, "cursors"), "after") if "next" in paging else None
    except ShapeError as error:
        return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason=str(error))
    read = [_past(each, account, since) for each in listed]
    pasts = tuple(past for past in read if past is not None)
    return PastPage(conversations=pasts, unreadable=len(read) - len(pasts), after=cursor or "")


def _past(item: object, account: Account, since: datetime) -> Past | None:
    try:
        return _conversation(fields(item, "a conversation"), account, since)
    except ShapeError:
        return None


def _conversation(found: Fields, account: Account, since: datetime) -> Past:
    own_ids = {account.account_id, account.api_id}
    listed = optional_member(found, "messages")
    lines = [fields(each, "a message") for each in optional_list(listed, "data")]
    recent = [line for line in lines if _time(line) >= since]
    mine = [line for line in recent if _author(line) in own_ids]
    theirs = [line for line in recent if _author(line) not in own_ids and _addressees(line) & own_ids]
    return Past(
        updated_at=_time(found, "updated_time"),
        messages=tuple(_message(line, account) for line in sorted(theirs, key=_time)),
        own=tuple(_own(line) for line in mine),
        # A page that is full of recent lines may hide more behind it.
        reaches_back=len(recent) < len(lines) or "next" not in optional_member(listed, "paging"),
        unclear=len(recent) - len(mine) - len(theirs),
    )


def _message(line: Fields, account: Account) -> Message:
    author = member(line, "from")
    words = optional_text(line, "message")
    attachments = tuple(_attachment(each) for each in optional_list(optional_member(line, "attachments"), "data"))
    if line.get("sticker"):
        attachments += (Attachment(kind="sticker"),)
    return Message(
        kind=_PLATFORMS[account.channel][1],
        channel=account.channel,
        account_id=account.account_id,
        contact=Contact(
            contact_id=identifier(author, "id"),
            address=identifier(author, "id"),
            name=optional_text(author, "name") or optional_text(author, "username") or None,
        ),
        message_id=identifier(line, "id"),
        sent_at=_time(line),
        text=words,
        attachments=attachments if words or attachments else (Attachment(kind="unsupported"),),
        from_history=True,
    )


def _attachment(item: object) -> Attachment:
    found = fields(item, "an attachment")
    told = optional_text(found, "mime_type").partition("/")[0]
    # Instagram tells no type; what the medium's own part is called shows it.
    kind = next((kind for kind in _KINDS if kind == told or f"{kind}_data" in found), "file")
    return Attachment(
        kind=kind,
        reference=optional_identifier(found, "id"),
        detail=optional_text(found, "name") or None,
    )


def _own(line: Fields) -> OwnLine:
    return OwnLine(message_id=identifier(line, "id"), text=optional_text(line, "message"), at=_time(line))


def _author(line: Fields) -> str | None:
    return optional_identifier(optional_member(line, "from"), "id")


def _addressees(line: Fields) -> set[str]:
    listed = optional_list(optional_member(line, "to"), "data")
    return {found for each in listed if (found := optional_identifier(fields(each, "an addressee"), "id"))}


def _time(found: Fields, name: str = "created_time") -> datetime:
    """Read an ISO time, or the Unix time that some pages document.

    Raises:
        ShapeError: It is neither.
    """
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**11:
        return datetime.fromtimestamp(value, UTC)
    try:
        at = datetime.fromisoformat(text(found, name))
    except ValueError:
        raise ShapeError(f"{name} is not a time") from None
    if at.tzinfo is None:
        raise ShapeError(f"{name} has no zone")
    return at.astimezone(UTC)
