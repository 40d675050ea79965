"""What the simulated Graph API answers with: successes, errors, and what faults make of them.

Sources: "Send API reference", WhatsApp "Messages API", Graph API "Rate limits".
"""

import json
from typing import Any

from infra.local.loopback_server import Reply
from infra.local.platforms.faults import Fault
from infra.local.platforms.meta.errors import GraphError, graph_error
from infra.local.platforms.meta.outgoing import Outgoing
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    WHATSAPP,
    Account,
    Bubble,
    Thread,
)
from infra.local.platforms.spoiling import spoiled as spoil

USE_CASES = {
    MESSENGER: "messenger",
    WHATSAPP: "whatsapp",
    FACEBOOK_COMMENTS: "pages",
    INSTAGRAM_DIRECT: "messenger",
    INSTAGRAM_COMMENTS: "instagram",
}


def json_reply(body: object, headers: dict[str, str] | None = None) -> Reply:
    """Answer 200 with JSON."""
    return Reply(body=json.dumps(body).encode(), headers=headers or {}, content_type="application/json; charset=UTF-8")


def success(account: Account, thread: Thread, outgoing: Outgoing, bubble: Bubble) -> dict[str, Any]:
    """Write what a send is answered with."""
    contact = thread.contact
    if account.channel != WHATSAPP:
        return {"recipient_id": contact.contact_id, "message_id": bubble.message_id}
    person = {"input": outgoing.address, "user_id": contact.user_id}
    if not contact.phone_hidden:
        person["wa_id"] = contact.contact_id
    return {"messaging_product": "whatsapp", "contacts": [person], "messages": [{"id": bubble.message_id}]}


def usage(account: Account, percent: int, minutes: int = 0) -> dict[str, str]:
    """Write the headers that tell how much of a limit is used up, and for how many minutes it bars."""
    figures = {"call_count": percent, "total_cputime": percent, "total_time": percent}
    kind = USE_CASES[account.channel]
    case = {"type": kind, **figures, "estimated_time_to_regain_access": minutes}
    return {
        "X-App-Usage": json.dumps(figures),
        "X-Business-Use-Case-Usage": json.dumps({account.entry_id: [case]}),
    }


def error_reply(error: GraphError, headers: dict[str, str] | None = None) -> Reply:
    """Answer with a documented error."""
    return Reply(status=error.status, body=error.body(), headers=headers or {}, content_type="application/json")


def spoiled(fault: Fault, account: Account, reply: Reply | None = None) -> Reply:
    """Turn an answer into what a fault makes of it; without one, nothing was executed."""
    return spoil(fault, reply, lambda _: _refusal(fault, account))


def _refusal(fault: Fault, account: Account) -> Reply:
    error = graph_error(account.channel, fault.code, fault.subcode, status=fault.status)
    minutes = fault.retry_minutes
    return error_reply(error, None if minutes is None else usage(account, 100, minutes))
