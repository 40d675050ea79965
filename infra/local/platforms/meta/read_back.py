"""The Conversations API: what a Page and a person said to each other, newest first.

Source: Messenger Platform "Conversations API": ``GET /{page-id}/conversations?platform=messenger
&user_id={PSID}&fields=messages{…}``.
"""

import re
from collections.abc import Sequence
from typing import Any

from infra.local.platforms.meta.people import Account, Bubble, Thread

MESSAGES = re.compile(r"messages(?:\.limit\((?P<limit>\d+)\))?(?:\{(?P<fields>[^}]*)\})?")
DEFAULT_LIMIT = 25


def conversations(account: Account, threads: Sequence[Thread], fields: str) -> dict[str, Any]:
    """Answer the call with the fields it asked for; ids are always told."""
    return {"data": [_conversation(account, thread, fields) for thread in threads]}


def _conversation(account: Account, thread: Thread, fields: str) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"t_{account.account_id}{thread.contact.contact_id}"}
    asked = MESSAGES.search(fields)
    if "updated_time" in MESSAGES.sub("", fields) or not fields:
        found["updated_time"] = _time(thread.bubbles[-1])
    if asked is not None:
        names = [name.strip() for name in (asked["fields"] or "id").split(",")]
        newest = list(reversed(thread.bubbles))[: int(asked["limit"] or DEFAULT_LIMIT)]
        found["messages"] = {"data": [_message(account, thread, bubble, names) for bubble in newest]}
        if len(newest) < len(thread.bubbles):
            found["messages"]["paging"] = {"next": "https://graph.facebook.com/next-page"}
    return found


def _message(account: Account, thread: Thread, bubble: Bubble, names: Sequence[str]) -> dict[str, Any]:
    page = {"name": account.name, "email": f"{account.account_id}@facebook.com", "id": account.account_id}
    contact = thread.contact
    person = {"name": contact.name, "email": f"{contact.contact_id}@facebook.com", "id": contact.contact_id}
    ours = bubble.author == "business"
    whole: dict[str, Any] = {
        "id": bubble.message_id,
        "created_time": _time(bubble),
        "from": page if ours else person,
        "to": {"data": [person if ours else page]},
        "message": bubble.text,
    }
    return {name: value for name, value in whole.items() if name == "id" or name in names}


def _time(bubble: Bubble) -> str:
    return bubble.at.strftime("%Y-%m-%dT%H:%M:%S+0000")
