"""The posts of one account as one customer sees them, for the phone page and ``simulate``."""

from typing import Any

from infra.local.platforms.meta.people import PRIVATE_CHANNELS, Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.wall import Comment, Post


def posts_state(meta: SimulatedMeta, contact: Contact) -> list[dict[str, Any]]:
    """List posts, oldest first, each with its comments; none where nothing is public."""
    if contact.channel not in PRIVATE_CHANNELS:
        return []
    world = meta.world
    account = world.account_of(contact)
    with world.lock:
        world.wall.newest(account, world.clock())
        posts = [post for post in world.wall.posts.values() if post.account.key == account.key and not post.removed]
        return [_post(meta, post, contact) for post in posts]


def _post(meta: SimulatedMeta, post: Post, contact: Contact) -> dict[str, Any]:
    under = meta.world.wall.under(post.post_id, deep=True)
    there = {post.post_id, *(comment.comment_id for comment in under)}
    return {
        **_said(post, post.author, contact),
        "id": post.post_id,
        "elsewhere": post.elsewhere,
        "comments": [_comment(comment, contact) for comment in under if comment.parent_id in there],
    }


def _comment(comment: Comment, contact: Contact) -> dict[str, Any]:
    return {
        **_said(comment, comment.author, contact),
        "id": comment.comment_id,
        "parent": comment.parent_id,
        "after_ms": comment.after_ms,
        "by_hand": bool(comment.app_id),
        "edited": comment.edited,
        "hidden": comment.hidden,
    }


def _said(item: Post | Comment, author: Contact | None, contact: Contact) -> dict[str, Any]:
    account = item.post.account if isinstance(item, Comment) else item.account
    by = "business" if author is None else "me" if author.key == contact.key else "other"
    return {
        "by": by,
        "author": author.name if author else account.name,
        "text": item.text,
        "at": item.at.isoformat(),
        # What came in private, nobody else sees.
        "private_reply": item.private_reply_id if by == "me" else "",
    }
