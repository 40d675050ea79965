"""Writing and reading public comments, as a Page and as an Instagram account.

Sources: Graph API "Comment" and "Object Comments" (``/{id}/comments``: ``message``, ``created_time``),
"IG Comment" and "IG Comment Replies" (``/{id}/replies``: ``text``, ``timestamp``), "IG User Mentions".
"""

from collections.abc import Mapping
from typing import Any

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply, usage
from infra.local.platforms.meta.calls import Backend, Call, Route
from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.mention_api import look_up
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS, Account
from infra.local.platforms.meta.public_reading import comments_below, shown
from infra.local.platforms.meta.wall import Comment, Post, place_of

LONGEST = {FACEBOOK_COMMENTS: 8000, INSTAGRAM_COMMENTS: 2200}
"""Characters of a comment; neither is documented by Meta, both are widely reported."""
EDGES = {FACEBOOK_COMMENTS: "comments", INSTAGRAM_COMMENTS: "replies"}
DUPLICATE = 506


def _write(backend: Backend, call: Call) -> Reply:
    item, account = _item(backend, call)
    if not isinstance(item, Post) and call.edge != EDGES[account.channel]:
        raise refused(account.channel, 100, 33)
    # Below posts of others an Instagram account speaks by its own edge alone.
    is_elsewhere = (item.post if isinstance(item, Comment) else item).elsewhere
    if account.channel == INSTAGRAM_COMMENTS and is_elsewhere:
        raise refused(account.channel, 100, 33)
    author = item.author.contact_id if item.author else ""
    return backend.with_fault(call, account, "send", author, lambda: _comment(backend, call, item))


def _comment(backend: Backend, call: Call, under: Post | Comment) -> Reply:
    account = _account(under)
    message = call.parameters().get("message")
    if not isinstance(message, str) or not message.strip():
        raise refused(account.channel, 100, None, "The parameter message is required")
    if len(message) > LONGEST[account.channel]:
        raise refused(account.channel, 100, None, f"A comment has {LONGEST[account.channel]} characters at most")
    with backend.world.lock:
        _refuse_duplicate(backend, account, under, message)
        made = backend.world.wall.comment(under, message, backend.world.clock())
        made.after_ms = backend.waited_ms(under.wrote_at)
    backend.published(made)
    return json_reply({"id": made.comment_id}, usage(account, 1))


def _refuse_duplicate(backend: Backend, account: Account, under: Post | Comment, message: str) -> None:
    """Refuse the Page's own words said twice in a row in one place.

    Source: Graph API "Handling errors": 506, duplicate posts cannot be published consecutively.
    """
    beside = backend.world.wall.under(place_of(under))
    own = [comment for comment in beside if comment.author is None]
    if account.channel == FACEBOOK_COMMENTS and own and own[-1].text == message:
        raise refused(account.channel, DUPLICATE)


def _read(backend: Backend, call: Call) -> Reply:
    item, account = _item(backend, call)
    author = item.author.contact_id if item.author else ""

    def read() -> Reply:
        with backend.world.lock:
            return json_reply(comments_below(backend.world.wall, item, call.request.query), usage(account, 1))

    return backend.with_fault(call, account, "read_back", author, read)


def _read_one(backend: Backend, call: Call) -> Reply:
    if "mentioned_" in call.request.query.get("fields", ""):
        return look_up(backend, call)
    item, account = _item(backend, call)
    author = item.author.contact_id if item.author else ""
    fields = call.request.query.get("fields", "")
    return backend.with_fault(call, account, "ask", author, lambda: json_reply(shown(item, fields), usage(account, 1)))


def _change(backend: Backend, call: Call) -> Reply:
    """Hide, show or edit a comment.

    Source: Graph API "Comment": ``is_hidden``, ``message``; "IG Comment": ``hide``.
    """
    item, account = _item(backend, call)
    backend.authenticate(call, account)
    given = call.parameters()
    hide = given.get("is_hidden", given.get("hide"))
    with backend.world.lock:
        if isinstance(item, Comment) and hide is not None:
            item.hidden = str(hide).lower() in ("1", "true")
        elif isinstance(given.get("message"), str) and item.author is None:
            item.text = given["message"]
        else:
            raise refused(account.channel, 100)
    return json_reply({"success": True})


def _delete(backend: Backend, call: Call) -> Reply:
    item, account = _item(backend, call)
    backend.authenticate(call, account)
    with backend.world.lock:
        item.removed = True
    return json_reply({"success": True})


def _answer_mention(backend: Backend, call: Call) -> Reply:
    """Comment where the account was mentioned.

    Source: Instagram Platform "IG User Mentions": ``media_id``, and ``comment_id`` for a comment.
    """
    account = next((one for one in backend.accounts(call) if one.channel == INSTAGRAM_COMMENTS), None)
    given: dict[str, Any] = call.parameters()
    item = backend.world.wall.find(str(given.get("comment_id") or given.get("media_id")))
    if account is None or item is None or _account(item).key != account.key:
        raise refused(INSTAGRAM_COMMENTS, 100, 33)
    author = item.author.contact_id if item.author else ""
    return backend.with_fault(call, account, "send", author, lambda: _comment(backend, call, item))


def _item(backend: Backend, call: Call) -> tuple[Post | Comment, Account]:
    item = backend.world.wall.find(call.object_id)
    if item is None or _account(item).host != call.host:
        raise refused(FACEBOOK_COMMENTS, 100, 33)
    return item, _account(item)


def _account(item: Post | Comment) -> Account:
    return item.post.account if isinstance(item, Comment) else item.account


COMMENT_ROUTES: Mapping[tuple[str, str], Route] = {
    ("POST", "comments"): _write,
    ("POST", "replies"): _write,
    ("GET", "comments"): _read,
    ("GET", "replies"): _read,
    ("GET", ""): _read_one,
    ("POST", ""): _change,
    ("DELETE", ""): _delete,
    ("POST", "mentions"): _answer_mention,
}
