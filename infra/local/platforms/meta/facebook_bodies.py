"""What a Page's webhook tells of posts and comments.

Source: "Webhooks Reference: Page" §feed, §mention, §ratings. ``created_time`` is in seconds and stays
the original time when a comment is edited.
"""

from datetime import datetime
from typing import Any

from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.public_reading import author_on_page, iso
from infra.local.platforms.meta.wall import Comment, Post


def comment_change(comment: Comment, verb: str, *, unnamed: bool = False) -> Event:
    """Tell of a comment: ``verb`` is ``add``, ``edited``, ``hide``, ``unhide`` or ``remove``."""
    post = comment.post
    value: dict[str, Any] = {
        **_from(comment, unnamed=unnamed),
        "post": {
            "status_type": "mobile_status_update",
            "is_published": True,
            "updated_time": iso(comment.at),
            "permalink_url": f"https://www.facebook.com/{post.post_id}",
            "promotion_status": "inactive",
            "id": post.post_id,
        },
        "message": comment.text,
        "post_id": post.post_id,
        "comment_id": comment.comment_id,
        "created_time": int(comment.at.timestamp()),
        "item": "comment",
        "parent_id": comment.parent_id,
        "verb": verb,
    }
    absent = ("message", "created_time", "post") if verb == "remove" else ("message",) if not comment.text else ()
    return {"field": "feed", "value": {name: told for name, told in value.items() if name not in absent}}


def photo_change(comment: Comment) -> Event:
    """Tell of a comment with a picture, with or without words."""
    change = comment_change(comment, "add")
    change["value"]["photo"] = f"https://scontent.xx.fbcdn.net/v/{comment.comment_id[-12:]}.jpg?oh=signed&oe=6A0F"
    return change


def post_change(post: Post, verb: str = "add", *, unnamed: bool = False) -> Event:
    """Tell of a post on the Page, a visitor's or its own."""
    value: dict[str, Any] = {
        **_from(post, unnamed=unnamed),
        "message": post.text,
        "post_id": post.post_id,
        "created_time": int(post.at.timestamp()),
        "item": "post" if post.author else "status",
        "published": 1,
        "verb": verb,
    }
    if verb == "remove":
        del value["message"], value["published"]
    return {"field": "feed", "value": value}


def mention_change(item: Post | Comment) -> Event:
    """Tell that the Page was named elsewhere; mostly without saying by whom."""
    post = item.post if isinstance(item, Comment) else item
    value: dict[str, Any] = {
        "message": item.text,
        "post_id": post.post_id,
        "created_time": int(item.at.timestamp()),
        "item": "comment" if isinstance(item, Comment) else "post",
        "verb": "add",
    }
    if isinstance(item, Comment):
        value["comment_id"] = item.comment_id
    return {"field": "mention", "value": value}


def rating_change(post: Post, *, positive: bool) -> Event:
    """Tell that somebody recommends the Page, or does not."""
    author = post.author
    value: dict[str, Any] = {
        "item": "rating",
        "verb": "add",
        "recommendation_type": "POSITIVE" if positive else "NEGATIVE",
        "review_text": post.text,
        "open_graph_story_id": post.post_id.rpartition("_")[2],
        "created_time": int(post.at.timestamp()),
        "reviewer_id": author.contact_id if author else "",
        "reviewer_name": author.name if author else "",
    }
    return {"field": "ratings", "value": value}


def reaction_change(item: Post | Comment, who: dict[str, str], at: datetime) -> Event:
    """Tell that somebody likes a post or a comment."""
    post = item.post if isinstance(item, Comment) else item
    value: dict[str, Any] = {
        "from": who,
        "post_id": post.post_id,
        "created_time": int(at.timestamp()),
        "item": "reaction",
        "parent_id": post.post_id,
        "reaction_type": "like",
        "verb": "add",
    }
    if isinstance(item, Comment):
        value |= {"comment_id": item.comment_id}
    return {"field": "feed", "value": value}


def _from(item: Post | Comment, *, unnamed: bool) -> dict[str, Any]:
    account = item.post.account if isinstance(item, Comment) else item.account
    return {} if unnamed else {"from": author_on_page(account, item.author)}
