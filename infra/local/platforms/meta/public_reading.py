"""Posts and comments as the API tells them: a Page's in one spelling, Instagram's in another.

Sources: Graph API "Comment" (``message``, ``created_time``, ``from``, ``can_reply_privately``), "Page Feed"
(``can_reply_privately``), "IG Comment" (``text``,
``timestamp``, ``username``, ``from``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, Account, Contact
from infra.local.platforms.meta.wall import Comment, Post, Wall, id_of, is_answerable_privately

PAGE_FIELDS = ("created_time", "from", "message")
INSTAGRAM_FIELDS = ("text", "timestamp")
DEFAULT_LIMIT = 25


def shown(item: Post | Comment, fields: str) -> dict[str, Any]:
    """Tell what was asked for; the id always, and what is usual where nothing was named."""
    account = item.post.account if isinstance(item, Comment) else item.account
    is_page = account.channel == FACEBOOK_COMMENTS
    names = [name.strip() for name in fields.split(",") if name.strip()]
    wanted = names or (PAGE_FIELDS if is_page else INSTAGRAM_FIELDS)
    whole = _on_a_page(item, account) if is_page else _on_instagram(item, account)
    told = {name: whole[name] for name in wanted if whole.get(name) is not None}
    return {**told, "id": id_of(item)}


def comments_below(wall: Wall, item: Post | Comment, query: Mapping[str, str]) -> dict[str, Any]:
    """List what stands below, oldest first unless told otherwise, with a next page where there is more.

    Source: Graph API "Object Comments" §Reading (``filter``, ``order``, ``summary``); ``stream`` lists answers too.
    """
    found = wall.under(id_of(item), deep=query.get("filter") == "stream")
    if query.get("order") == "reverse_chronological":
        found.reverse()
    limit = int(query.get("limit") or DEFAULT_LIMIT)
    told: dict[str, Any] = {"data": [shown(comment, query.get("fields", "")) for comment in found[:limit]]}
    if len(found) > limit:
        told["paging"] = {"next": "https://graph.facebook.com/next-page"}
    if query.get("summary") == "true":
        order = query.get("order") or "chronological"
        told["summary"] = {"order": order, "total_count": len(found), "can_comment": True}
    return told


def author_on_page(account: Account, author: Contact | None) -> dict[str, str]:
    """Name who wrote on a Page."""
    if author is None:
        return {"name": account.name, "id": account.account_id}
    return {"name": author.name, "id": author.contact_id}


def author_on_instagram(account: Account, author: Contact | None) -> dict[str, str]:
    """Name who wrote on Instagram."""
    if author is None:
        return {"id": account.account_id, "username": account.username}
    return {"id": author.contact_id, "username": author.username}


def iso(at: datetime) -> str:
    """Write a time as the API does."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _on_a_page(item: Post | Comment, account: Account) -> dict[str, Any]:
    told: dict[str, Any] = {
        "created_time": iso(item.at),
        "from": author_on_page(account, item.author),
        "message": item.text,
        "permalink_url": f"https://www.facebook.com/{id_of(item)}",
        "can_reply_privately": is_answerable_privately(item) and not item.private_reply_id,
    }
    if isinstance(item, Comment):
        is_reply = item.parent_id != item.post.post_id
        told |= {"is_hidden": item.hidden, "parent": {"id": item.parent_id} if is_reply else None}
    return told


def _on_instagram(item: Post | Comment, account: Account) -> dict[str, Any]:
    author = author_on_instagram(account, item.author)
    told: dict[str, Any] = {"timestamp": iso(item.at), "username": author["username"], "from": author}
    if isinstance(item, Post):
        return told | {"caption": item.text, "media_type": "IMAGE", "media_product_type": "FEED", "owner": author}
    is_reply = item.parent_id != item.post.post_id
    told |= {"text": item.text, "hidden": item.hidden, "media": {"id": item.post.post_id}}
    return told | {"parent_id": item.parent_id if is_reply else None}
