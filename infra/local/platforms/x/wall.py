"""What is public on X as one person sees it, in the form of the phone page's wall."""

from typing import Any

from infra.local.platforms.vendor import Contact
from infra.local.platforms.x.timeline import Post, Timeline


def wall_of(timeline: Timeline, contact: Contact, account_name: str) -> list[dict[str, Any]]:
    """List posts that answer none, oldest first, each with all that stands below it."""
    with timeline.lock:
        there = [post for post in timeline.posts.values() if post.account_id == contact.account_id]
    return [
        {
            **_said(post, contact, account_name),
            "elsewhere": post.author is not None,
            "comments": [
                _below(each, contact, account_name) for each in there if each.root == post.root and each.parent
            ],
        }
        for post in there
        if not post.parent and not post.is_repost
    ]


def _below(post: Post, contact: Contact, account_name: str) -> dict[str, Any]:
    return {
        **_said(post, contact, account_name),
        "parent": post.parent,
        "after_ms": post.after_ms,
        "by_hand": bool(post.by),
        "edited": len(post.versions) > 1,
        "hidden": False,
    }


def _said(post: Post, contact: Contact, account_name: str) -> dict[str, Any]:
    by = "business" if post.author is None else "me" if post.author.key == contact.key else "other"
    return {
        "id": post.post_id,
        "by": by,
        "author": post.author.name if post.author else account_name,
        "text": post.typed,
        "at": post.at.isoformat(),
        "private_reply": "",
    }
