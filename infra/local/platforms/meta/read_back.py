"""The Conversations API: what a business and a person said to each other, newest first.

Source: Messenger Platform and Instagram Platform "Conversations API": ``GET /{id}/conversations
?platform=messenger|instagram&user_id={person}&fields=messages{…}``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply
from infra.local.platforms.meta.calls import Backend, Call
from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import INSTAGRAM_DIRECT, MESSENGER, Account, Bubble, Thread

MESSAGES = re.compile(r"messages(?:\.limit\((?P<limit>\d+)\))?(?:\{(?P<fields>(?:[^{}]|\{[^{}]*\})*)\})?")
WITHIN = re.compile(r"\{[^{}]*\}")
DEFAULT_LIMIT = 25


PLATFORMS = {"messenger": MESSENGER, "instagram": INSTAGRAM_DIRECT}


def read_conversations(backend: Backend, call: Call) -> Reply:
    """Answer the call.

    Raises:
        Refused: The object has no such conversations, or was asked for them too often.
    """
    query = call.request.query
    channel = PLATFORMS.get(query.get("platform", "messenger"), "")
    account = next((one for one in backend.accounts(call) if one.channel == channel), None)
    if account is None:
        raise refused(MESSENGER, 100, 33)
    address = query.get("user_id", "")
    return backend.with_fault(call, account, "read_back", address, lambda: _read(backend, call, account))


def _read(backend: Backend, call: Call, account: Account) -> Reply:
    rate = backend.world.limits.read_backs_per_second
    if not backend.world.may("read", account.account_id, burst=rate, per_second=rate):
        raise refused(account.channel, 613)
    query = call.request.query
    with backend.world.lock:
        if "user_id" not in query:
            return json_reply(_list(backend, account, query))
        thread = backend.world.find(account, query["user_id"])
        found = [thread] if thread is not None and thread.bubbles else []
        return json_reply(conversations(account, found, query.get("fields", "")))


def _list(backend: Backend, account: Account, query: Mapping[str, str]) -> dict[str, Any]:
    """Write one page of all conversations, the one with the newest message first."""
    threads = [thread for thread in backend.world.threads.values() if thread.contact.key[:2] == account.key]
    newest = sorted((t for t in threads if t.bubbles), key=lambda thread: thread.bubbles[-1].at, reverse=True)
    first, most = int(query.get("after") or 0), int(query.get("limit") or DEFAULT_LIMIT)
    page = conversations(account, newest[first : first + most], query.get("fields", ""))
    if first + most < len(newest):
        after = str(first + most)
        page["paging"] = {
            "cursors": {"before": str(first), "after": after},
            "next": f"https://graph.facebook.com/{after}",
        }
    return page


def conversations(account: Account, threads: Sequence[Thread], fields: str) -> dict[str, Any]:
    """Answer the call with the fields it asked for; ids are always told."""
    return {"data": [_conversation(account, thread, fields) for thread in threads]}


def _conversation(account: Account, thread: Thread, fields: str) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"t_{account.account_id}{thread.contact.contact_id}"}
    asked = MESSAGES.search(fields)
    if "updated_time" in MESSAGES.sub("", fields) or not fields:
        found["updated_time"] = _time(thread.bubbles[-1])
    if asked is not None:
        names = [name.strip() for name in WITHIN.sub("", asked["fields"] or "id").split(",")]
        newest = list(reversed(thread.bubbles))[: int(asked["limit"] or DEFAULT_LIMIT)]
        found["messages"] = {"data": [_message(account, thread, bubble, names) for bubble in newest]}
        if len(newest) < len(thread.bubbles):
            found["messages"]["paging"] = {"next": "https://graph.facebook.com/next-page"}
    return found


def _message(account: Account, thread: Thread, bubble: Bubble, names: Sequence[str]) -> dict[str, Any]:
    page = _author(account.channel, account.name, account.username, account.account_id)
    contact = thread.contact
    person = _author(account.channel, contact.name, contact.username, contact.contact_id)
    ours = bubble.author == "business"
    whole: dict[str, Any] = {
        "id": bubble.message_id,
        "created_time": _time(bubble),
        "from": page if ours else person,
        "to": {"data": [person if ours else page]},
        "message": bubble.text,
    }
    return {name: value for name, value in whole.items() if name == "id" or name in names}


def _author(channel: str, name: str, username: str, author_id: str) -> dict[str, str]:
    if channel == INSTAGRAM_DIRECT:
        return {"username": username, "id": author_id}
    return {"name": name, "email": f"{author_id}@facebook.com", "id": author_id}


def _time(bubble: Bubble) -> str:
    return bubble.at.strftime("%Y-%m-%dT%H:%M:%S+0000")
