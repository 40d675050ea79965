"""What people do on X: which event tells of it, and for how many reasons."""

from collections.abc import Mapping
from datetime import datetime

from infra.local.platforms.vendor import Act, Contact
from infra.local.platforms.x import bodies
from infra.local.platforms.x.timeline import Letter, Post, Timeline

PUBLIC = ("text", "reply", "quote", "repost", "image", "edit", "unsend", "reaction")
PRIVATE = ("text", "image", "encrypted")
_SHOWN: Mapping[str, str] = {"image": "[image]", "encrypted": "[encrypted]"}


def on_screen(act: Act) -> str:
    """Say what an act looks like."""
    return " ".join(each for each in (_SHOWN.get(act.kind, ""), act.text) if each)


def summons(timeline: Timeline, post: Post, handle: str) -> bool:
    """Tell whether X lets the business answer: it was named in what was typed, or quoted."""
    quoted = timeline.posts.get(post.quoted)
    return f"@{handle}" in post.typed.lower() or (quoted is not None and quoted.author is None)


def public(timeline: Timeline, contact: Contact, act: Act, handle: str) -> tuple[Post | None, list[str]]:
    """Make the post of an act, and name the events that tell of it; no post of a like, or of one that is deleted.

    Raises:
        ValueError: There is no such act, or it is about nothing that there is.
    """
    if act.kind not in PUBLIC:
        message = f"There is no {act.kind!r} in public on X; there are {', '.join(PUBLIC)}."
        raise ValueError(message)
    if act.kind == "reaction":
        return None, ["like.create"]
    if act.kind == "unsend":
        # X tells nobody of what others delete.
        timeline.remove(act.about)
        return None, []
    about = timeline.posts.get(act.about) if act.about else timeline.opening(contact.account_id)
    if about is None:
        message = f"There is no post {act.about!r} on X."
        raise ValueError(message)
    post = _post(timeline, contact, act, about, handle)
    is_named = f"@{handle}" in post.typed.lower()
    return post, [*_reasons(post, about), *(["post.mention.create"] if is_named and not post.is_repost else [])]


def _post(timeline: Timeline, contact: Contact, act: Act, about: Post, handle: str) -> Post:
    post_id = timeline.new_id()
    edited = about if act.kind == "edit" else None
    answers = act.kind == "reply" or (act.kind in {"text", "image"} and bool(act.about))
    # What is written to the business without a post in view names it.
    is_called = act.kind in {"text", "image"} and not answers and f"@{handle}" not in act.text.lower()
    parent = edited.parent if edited else about.post_id if answers else ""
    return Post(
        post_id=post_id,
        account_id=contact.account_id,
        author=contact,
        typed=f"@{handle} {act.text}" if is_called else act.text,
        at=timeline.now(),
        parent=parent,
        quoted=edited.quoted if edited else about.post_id if act.kind in {"quote", "repost"} else "",
        root=edited.root if edited else about.root if answers else post_id,
        media=post_id if act.kind == "image" else "",
        versions=(*(edited.versions or (edited.post_id,)), post_id) if edited else (post_id,),
        is_repost=act.kind == "repost",
    )


def _reasons(post: Post, about: Post) -> list[str]:
    """Name the event for what a post is to the business's own; X tells of direct answers and quotes alone."""
    if about.author is not None:
        return []
    if post.is_repost:
        return ["post.repost.create"]
    if post.quoted:
        return ["post.quote.create"]
    return ["post.reply.create"] if post.parent else []


def direct(contact: Contact, act: Act, letter_id: str, now: datetime, account_name: str) -> bodies.Json:
    """Write the event of a direct message.

    Raises:
        ValueError: There is no such act.
    """
    if act.kind not in PRIVATE:
        message = f"There is no {act.kind!r} in direct messages on X; there are {', '.join(PRIVATE)}."
        raise ValueError(message)
    if act.kind == "encrypted":
        payload = bodies.chat(contact.account_id, contact, letter_id, now, is_ours=False)
        return bodies.event("chat.received", contact.account_id, payload)
    letter = Letter(
        letter_id=letter_id, account_id=contact.account_id, contact=contact, text=act.text, at=now, is_ours=False
    )
    media = letter_id if act.kind == "image" else ""
    return bodies.event("dm.received", contact.account_id, bodies.direct(letter, account_name, media))
