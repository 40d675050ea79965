"""The two forms of a post: that of X's API today, and the older one that the Account Activity API still uses.

Sources: X "Data dictionary" §Post; X "Account Activity API" §tweet_create_events, §Longform; X "Edit Posts"
§Edit metadata.
"""

from collections.abc import Iterable, Iterator, Mapping

from nightbell.domain.events import Attachment
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import (
    Fields,
    as_json,
    fields,
    identifier,
    member,
    optional_identifier,
    optional_list,
    optional_member,
    optional_text,
)
from nightbell.platforms.x.posts import Post
from nightbell.platforms.x.wording import (
    NOBODY,
    Person,
    person,
    range_start,
    time_of,
    unescaped,
    without_names_before,
)


def read_post(found: Fields, includes: object, place: Place) -> Post:
    """Read a post in today's form. The words of a long one stand apart.

    What came along, such as users and media, differs from event to event about one post; only names are taken of it.
    """
    long = _either_member(found, "note_tweet", "note_post")
    references = dict(_references(found))
    start = range_start(found.get("display_text_range"))
    mentions = [*_mentions(found), *_mentions(long)]
    versions = _either_list(found, "edit_history_tweet_ids", "edit_history_post_ids")
    post_id, author_id = identifier(found, "id"), identifier(found, "author_id")
    return Post(
        post_id=post_id,
        author_id=author_id,
        author=_included(includes, author_id),
        root=optional_identifier(found, "conversation_id") or post_id,
        parent=_either_id(found, "in_reply_to_tweet_id", "in_reply_to_post_id") or references.get("replied_to"),
        quoted=references.get("quoted"),
        is_repost=not references.keys().isdisjoint({"retweeted", "reposted"}),
        text=_typed(optional_text(long, "text") or optional_text(found, "text"), mentions, start),
        media=tuple(_attached(optional_member(found, "attachments"))),
        names=_named(mentions, start),
        first_version=_first(versions, post_id),
        sent_at=time_of(found.get("created_at"), place.received_at),
        raw=as_json(found),
    )


def read_tweet(found: Fields, place: Place) -> Post:
    """Read a post in the older form, where nobody tells what the thread began with.

    Only ids that are texts are right: the numbers beside them were rounded by somebody, in X's own samples too.
    """
    whole = {**found, **optional_member(found, "extended_tweet")}
    entities = optional_member(whole, "entities")
    start = range_start(whole.get("display_text_range"))
    mentions = [
        {"id": optional_identifier(each, "id_str"), "range": each.get("indices")}
        for each in (fields(item, "a mention") for item in optional_list(entities, "user_mentions"))
    ]
    user = member(found, "user")
    post_id = identifier(found, "id_str")
    parent = optional_identifier(found, "in_reply_to_status_id_str")
    return Post(
        post_id=post_id,
        author_id=identifier(user, "id_str"),
        author=person(user),
        root=parent or post_id,
        parent=parent,
        quoted=optional_identifier(found, "quoted_status_id_str"),
        is_repost=bool(found.get("retweeted_status")),
        text=_typed(optional_text(whole, "full_text") or optional_text(whole, "text"), mentions, start),
        media=tuple(_pictures(whole)),
        names=_named(mentions, start),
        first_version=_first(optional_list(optional_member(found, "edit_history"), "edit_tweet_ids"), post_id),
        sent_at=time_of(found.get("timestamp_ms") or found.get("created_at"), place.received_at),
        raw=as_json(found),
    )


def quotes(found: Fields, account_id: str) -> bool:
    """Tell whether a post in the older form quotes one of the account."""
    author = optional_member(optional_member(found, "quoted_status"), "user")
    return optional_identifier(author, "id_str") == account_id


def _mentions(found: Fields) -> Iterator[Fields]:
    for item in optional_list(optional_member(found, "entities"), "mentions"):
        each = fields(item, "a mention")
        yield {"id": optional_identifier(each, "id"), "range": [each.get("start"), each.get("end")]}


def _named(mentions: Iterable[Fields], start: int) -> frozenset[str]:
    """Name those who are mentioned in the visible text; X carries the others along with every answer."""
    visible = (each["id"] for each in mentions if _begins(each) >= start)
    return frozenset(each for each in visible if isinstance(each, str))


def _begins(mention: Fields) -> int:
    return range_start(mention["range"])


def _typed(text: str, mentions: Iterable[Fields], start: int) -> str:
    before = {_begins(each) for each in mentions if _begins(each) < start}
    return unescaped(without_names_before(text, len(before)))


def _references(found: Fields) -> Iterator[tuple[str, str]]:
    for item in _either_list(found, "referenced_tweets", "referenced_posts"):
        each = fields(item, "a reference")
        yield optional_text(each, "type"), identifier(each, "id")


def _attached(attachments: Fields) -> Iterator[Attachment]:
    """Name media by the part of their key that the older form has too."""
    for key in optional_list(attachments, "media_keys"):
        reference = identifier({"media_keys": key}, "media_keys")
        yield Attachment(kind="media", reference=reference.partition("_")[2] or reference)
    for poll in optional_list(attachments, "poll_ids"):
        yield Attachment(kind="poll", reference=identifier({"poll_ids": poll}, "poll_ids"))


def _pictures(whole: Fields) -> Iterator[Attachment]:
    entities = optional_member(whole, "extended_entities") or optional_member(whole, "entities")
    for item in optional_list(entities, "media"):
        yield Attachment(kind="media", reference=optional_identifier(fields(item, "a medium"), "id_str"))


def _first(versions: list[object], post_id: str) -> str | None:
    first = identifier({"version": versions[0]}, "version") if versions else post_id
    return None if first == post_id else first


def _included(includes: object, author_id: str) -> Person:
    users = includes.get("users") if isinstance(includes, Mapping) else None
    for each in users if isinstance(users, list) else []:
        user = each.get("data", each) if isinstance(each, Mapping) else None
        if isinstance(user, Mapping) and user.get("id") == author_id:
            return person(user)
    return NOBODY


def _either_id(found: Fields, name: str, other: str) -> str | None:
    return optional_identifier(found, name) or optional_identifier(found, other)


def _either_list(found: Fields, name: str, other: str) -> list[object]:
    return optional_list(found, name) or optional_list(found, other)


def _either_member(found: Fields, name: str, other: str) -> Fields:
    return optional_member(found, name) or optional_member(found, other)
