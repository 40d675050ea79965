"""What an Instagram account's webhook tells of comments and mentions.

Source: "Webhooks Reference: Instagram" §comments, §live_comments, §mentions. There is no time and no
verb: edits cannot happen, and nobody is told of what is hidden or deleted. A mention tells only ids.
"""

from typing import Any

from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.public_reading import author_on_instagram
from infra.local.platforms.meta.wall import Comment, Post


def comment_change(comment: Comment, field: str = "comments", *, unnamed: bool = False) -> Event:
    """Tell of a comment; ``live_comments`` while a broadcast runs."""
    post = comment.post
    value: dict[str, Any] = {
        "id": comment.comment_id,
        "text": comment.text,
        "media": {"id": post.post_id, "media_product_type": "FEED"},
    }
    if not unnamed:
        value["from"] = author_on_instagram(post.account, comment.author)
    if comment.parent_id != post.post_id:
        value["parent_id"] = comment.parent_id
    return {"field": field, "value": value}


def mention_change(item: Post | Comment) -> Event:
    """Tell that the account was named in a caption or a comment."""
    if isinstance(item, Post):
        return {"field": "mentions", "value": {"media_id": item.post_id}}
    return {"field": "mentions", "value": {"media_id": item.post.post_id, "comment_id": item.comment_id}}
