"""Events, posts and messages as X writes them.

Source: X "X Activity API: Event payloads"; X "Direct Messages lookup: Integration Guide"; X "Data dictionary" §Post.
"""

import html
import secrets as random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.platforms.vendor import Contact
from infra.local.platforms.x.timeline import Letter, Post

Json = dict[str, Any]


def handle_of(name: str) -> str:
    """Make the name that a name is called by."""
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())[:15] or "somebody"


def time(at: datetime) -> str:
    """Write a time as X does."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user(user_id: str, name: str) -> Json:
    """Write who somebody is; whoever calls themselves a bot carries X's mark."""
    marked = {"affiliation": {"description": "Automated"}} if name.lower().endswith(" bot") else {}
    return {"id": user_id, "name": name, "username": handle_of(name), "protected": False, "verified": False, **marked}


def event(kind: str, account_id: str, payload: Mapping[str, Any], includes: Mapping[str, Any] | None = None) -> Json:
    """Wrap a payload."""
    uuid = str(random.randbits(63) - 2**62)
    data = {"event_uuid": uuid, "filter": {"user_id": account_id}, "event_type": kind, "tag": "nightbell"}
    return {"data": {**data, "payload": dict(payload), **({"includes": dict(includes)} if includes else {})}}


def post(said: Post, handles: Mapping[str, str], before: tuple[str, ...] = ()) -> Json:
    """Write a post; ``before`` are the ids of those whose names X puts before an answer."""
    prefix = "".join(f"@{handles[each]} " for each in before)
    text = html.escape(prefix + said.typed, quote=False)
    references = [{"type": "replied_to", "id": said.parent}] if said.parent else []
    references += [{"type": "retweeted" if said.is_repost else "quoted", "id": said.quoted}] if said.quoted else []
    written: Json = {
        "id": said.post_id,
        "author_id": said.author.contact_id if said.author else said.account_id,
        "created_at": time(said.at),
        "conversation_id": said.root,
        "edit_history_tweet_ids": list(said.versions or (said.post_id,)),
        "display_text_range": [len(prefix), len(text)],
        "entities": {"mentions": _mentions(text, handles)},
        "text": text,
    }
    return (
        written
        | ({"referenced_tweets": references} if references else {})
        | ({"in_reply_to_tweet_id": said.parent} if said.parent else {})
        | ({"attachments": {"media_keys": [f"3_{said.media}"]}} if said.media else {})
    )


def _mentions(text: str, handles: Mapping[str, str]) -> list[Json]:
    found = []
    for user_id, handle in handles.items():
        at = text.lower().find(f"@{handle}")
        while at >= 0:
            found.append({"start": at, "end": at + len(handle) + 1, "username": handle, "id": user_id})
            at = text.lower().find(f"@{handle}", at + 1)
    return sorted(found, key=lambda each: int(each["start"]))


def direct(letter: Letter, account_name: str, media: str = "") -> Json:
    """Write a direct message as an event's payload."""
    ours, theirs = letter.account_id, letter.contact.contact_id
    sender, recipient = (ours, theirs) if letter.is_ours else (theirs, ours)
    attached = {"type": "media", "media": {"id_str": media, "type": "photo"}}
    content = {"text": html.escape(letter.text, quote=False), "entities": {"urls": []}}
    message = {
        "target": {"recipient_id": recipient},
        "sender_id": sender,
        "message_data": content | ({"attachment": attached} if media else {}),
    }
    created = {"id": letter.letter_id, "created_timestamp": str(int(letter.at.timestamp() * 1000))}
    people = {ours: {"data": user(ours, account_name)}, theirs: {"data": user(theirs, letter.contact.name)}}
    return {
        "direct_message_events": [{"type": "message_create", **created, "message_create": message}],
        "users": people,
    }


def chat(account_id: str, contact: Contact, letter_id: str, at: datetime, *, is_ours: bool) -> Json:
    """Write a message of an encrypted conversation, which nobody but X's apps can read."""
    return {
        "id": letter_id,
        "created_at_msec": str(int(at.timestamp() * 1000)),
        "sender_id": account_id if is_ours else contact.contact_id,
        "conversation_id": f"{contact.contact_id}:{account_id}",
        "encoded_event": random.token_urlsafe(24),
    }


def dm_event(letter: Letter) -> Json:
    """Write a direct message as the API lists it."""
    return {
        "id": letter.letter_id,
        "event_type": "MessageCreate",
        "text": html.escape(letter.text, quote=False),
        "sender_id": letter.account_id if letter.is_ours else letter.contact.contact_id,
        "created_at": time(letter.at),
    }
