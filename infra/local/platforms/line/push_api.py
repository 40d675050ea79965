"""LINE's push as far as Nightbell calls it, once under each key, and what an account tells of itself.

Source: LINE "Messaging API reference" §Send push message, §Status codes, §Get webhook endpoint information, §Set
webhook endpoint URL, §Get bot info, and "Retry failed API requests".
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import Fault, FaultBox
from infra.local.platforms.spoiling import spoiled

CHANNEL = "line"
MAX_TEXT, MAX_BUTTONS, MAX_LABEL, MAX_DATA = 5000, 13, 20, 300
MAX_ENDPOINT = 500

ERRORS: Mapping[int, str] = {
    400: "Failed to send messages",
    401: "Authentication failed. Confirm that the access token in the authorization header is valid.",
    403: "Access to this API is not available for your account",
    404: "Not found",
    429: "The API rate limit has been exceeded. Try again later.",
    500: "Internal server error",
}
MONTHLY = "You have reached your monthly limit."
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Json = dict[str, Any]
Show = Callable[[str, str, Json], str | None]
"""Puts a message of an account on somebody's screen and tells its id; ``None`` where nobody has such an id."""


class PushApi:
    """Answers calls.

    Attributes:
        endpoints: Where each account's events go, as its console shows it.
        switched_off: Accounts whose console says that they use no webhook.
    """

    def __init__(self, tokens: Mapping[str, str], faults: FaultBox, show: Show) -> None:
        """Take the accounts' tokens, by the account's id, and who shows what is sent."""
        self._accounts = {f"Bearer {token}": account for account, token in tokens.items()}
        self._faults = faults
        self._show = show
        self._accepted: dict[tuple[str, str], str] = {}
        self.endpoints: dict[str, str] = {}
        self.switched_off: set[str] = set()

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        account = self._accounts.get(request.headers.get("authorization", ""))
        if account is None:
            return refusal(401)
        if (request.method, request.path) == ("GET", "/v2/bot/info"):
            return _said(200, {"userId": account, "basicId": "@example", "displayName": "Shop", "chatMode": "bot"})
        if request.path == "/v2/bot/channel/webhook/endpoint":
            return self._endpoint(account, request)
        if (request.method, request.path) != ("POST", "/v2/bot/message/push"):
            return refusal(404)
        body = _read(request.body)
        fault = self._faults.take("send", CHANNEL, str(body.get("to", "")))
        key = request.headers.get("x-line-retry-key", "")
        reply = self._push(account, key, body) if fault is None or fault.delivers else None
        return spoiled(fault, reply, refused) if fault else reply or refusal(500)

    def _endpoint(self, account: str, request: Request) -> Reply:
        if request.method == "PUT":
            endpoint = _read(request.body).get("endpoint")
            if not isinstance(endpoint, str) or len(endpoint) > MAX_ENDPOINT or not endpoint.startswith("https://"):
                return refusal(400, "Invalid webhook endpoint URL")
            self.endpoints[account] = endpoint
            return _said(200, {})
        if request.method != "GET" or account not in self.endpoints:
            return refusal(404)
        return _said(200, {"endpoint": self.endpoints[account], "active": account not in self.switched_off})

    def _push(self, account: str, key: str, body: Json) -> Reply:
        if not _UUID.fullmatch(key):
            return refusal(400, "The retry key is invalid")
        known = self._accepted.get((account, key))
        if known is not None:
            return _said(409, {"message": "The retry key is already accepted", "sentMessages": [{"id": known}]})
        messages = body.get("messages")
        message = messages[0] if isinstance(messages, list) and len(messages) == 1 else None
        if not isinstance(message, dict) or not _fits(message):
            return refusal(400, "The request body has 1 error(s)")
        shown = self._show(account, str(body.get("to")), message)
        if shown is None:
            return refusal(400)
        self._accepted[account, key] = shown
        return _said(200, {"sentMessages": [{"id": shown, "quoteToken": "q"}]})


def buttons_of(message: Json) -> list[Json]:
    """List the actions of the quick replies."""
    return [item["action"] for item in message.get("quickReply", {}).get("items", ())]


def _fits(message: Json) -> bool:
    text, actions = message.get("text"), buttons_of(message)
    if not isinstance(text, str) or not text.strip() or len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        return False
    labelled = all(0 < len(one["label"]) <= MAX_LABEL and 0 < len(one["data"]) <= MAX_DATA for one in actions)
    return labelled and len(actions) <= MAX_BUTTONS


def refusal(status: int, words: str = "") -> Reply:
    """Answer with an error."""
    return _said(status, {"message": words or ERRORS[status]})


def refused(fault: Fault) -> Reply:
    """Answer with the error that a fault asks for; ``name`` may be ``monthly``, the limit of the plan."""
    if fault.name == "monthly":
        return refusal(429, MONTHLY)
    return refusal(fault.code if fault.code in ERRORS else 400)


def _said(status: int, body: Json) -> Reply:
    return Reply(status=status, body=json.dumps(body).encode())


def _read(body: bytes) -> Json:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
