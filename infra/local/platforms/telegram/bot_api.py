"""The Bot API as far as Nightbell calls it.

Source: Telegram "Bot API" §Making requests, §sendMessage, §getBusinessConnection, §setWebhook, §getWebhookInfo; the
descriptions of errors are those of Telegram's server.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import Fault, FaultBox
from infra.local.platforms.spoiling import spoiled

CHANNEL = "telegram"
MAX_TEXT = 4096
MAX_PAYLOAD = 64
KINDS_BY_DEFAULT = 40
OWNER, STRANGER = "279058397", "666000111"
"""Whose account the bot is connected to; the stranger's connections bear a name that begins with ``strangers``."""

ERRORS: Mapping[int, str] = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    429: "Too Many Requests: retry after 30",
}
_PARAMETERS: Mapping[str, Mapping[str, object]] = {
    "retry": {"retry_after": 30},
    "migrate": {"migrate_to_chat_id": -1002000000444},
}

Json = dict[str, Any]


class RefusedError(Exception):
    """The platform answers with an error; ``code`` and words are its own."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(slots=True, kw_only=True)
class Hook:
    """What a bot's webhook is set to."""

    url: str = ""
    secret_token: str = field(default="", repr=False)
    allowed_updates: tuple[str, ...] = ()


Send = Callable[[str, str, Json], Json]
"""Puts a message on a screen: for a bot, into a chat as a contact's id names it, with the call's body."""


class BotApi:
    """Answers calls."""

    def __init__(self, tokens: Mapping[str, str], faults: FaultBox, send: Send, pending: Callable[[str], int]) -> None:
        """Take the bots' tokens, by the bot's id, and who shows what is sent."""
        self._bots = {token: bot for bot, token in tokens.items()}
        self._faults = faults
        self._send = send
        self._pending = pending
        self.hooks: dict[str, Hook] = {bot: Hook() for bot in tokens}
        self.calls: list[str] = []

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if found is None:
            return refusal(404, ERRORS[404])
        bot, method = self._bots.get(found[1]), found[2]
        if bot is None:
            return refusal(401, ERRORS[401])
        try:
            body = json.loads(request.body) if request.body else {}
        except ValueError:
            return refusal(400, "Bad Request: can't parse JSON object")
        self.calls.append(method)
        methods = {
            "sendMessage": self._send_message,
            "getBusinessConnection": self._connection,
            "setWebhook": self._set,
            "getWebhookInfo": self._info,
        }
        if method not in methods or not isinstance(body, dict):
            return refusal(404, "Not Found: method not found")
        return methods[method](bot, body)

    def _send_message(self, bot: str, body: Json) -> Reply:
        chat = ":".join(str(body[name]) for name in ("business_connection_id", "chat_id") if name in body)
        fault = self._faults.take("send", CHANNEL, chat)
        reply = self._shown(bot, chat, body) if fault is None or fault.delivers else None
        return spoiled(fault, reply, refused) if fault else reply or refusal(500, "Internal Server Error")

    def _connection(self, _: str, body: Json) -> Reply:
        connection = str(body.get("business_connection_id", ""))
        fault = self._faults.take("ask", CHANNEL, "")
        owner = {"id": int(STRANGER if connection.startswith("strangers") else OWNER), "is_bot": False}
        told = succeeded({"id": connection, "user": owner, "is_enabled": True, "rights": {"can_reply": True}})
        return spoiled(fault, told, refused) if fault else told

    def _shown(self, bot: str, chat: str, body: Json) -> Reply:
        try:
            _check(body)
            return succeeded(self._send(bot, chat, body))
        except RefusedError as error:
            return refusal(error.code, str(error))

    def _set(self, bot: str, body: Json) -> Reply:
        url, secret = str(body.get("url", "")), str(body.get("secret_token", ""))
        if url and not url.startswith("https://"):
            return refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            return refusal(400, "Bad Request: secret token contains unallowed characters")
        self.hooks[bot] = Hook(url=url, secret_token=secret, allowed_updates=tuple(body.get("allowed_updates", ())))
        return succeeded(True)  # noqa: FBT003 - what Telegram answers

    def _info(self, bot: str, _: Json) -> Reply:
        hook = self.hooks[bot]
        info: Json = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": self._pending(bot)}
        if hook.url:
            info["max_connections"] = KINDS_BY_DEFAULT
        return succeeded(info | ({"allowed_updates": list(hook.allowed_updates)} if hook.allowed_updates else {}))


def _check(body: Json) -> None:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise RefusedError(400, "Bad Request: message is too long")
    for row in body.get("reply_markup", {}).get("inline_keyboard", ()):
        for button in row:
            if not button.get("text") or not 1 <= len(str(button.get("callback_data", "")).encode()) <= MAX_PAYLOAD:
                raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")


def succeeded(result: object) -> Reply:
    """Answer that it was done."""
    return Reply(body=json.dumps({"ok": True, "result": result}).encode())


def refusal(code: int, description: str, parameters: Mapping[str, object] | None = None) -> Reply:
    """Answer with an error."""
    body: Json = {"ok": False, "error_code": code, "description": description}
    return Reply(status=code, body=json.dumps(body | ({"parameters": parameters} if parameters else {})).encode())


def refused(fault: Fault) -> Reply:
    """Answer with the error that a fault asks for; ``name`` may be ``migrate``, or the words of the description."""
    code = fault.code if fault.code in ERRORS else 400
    parameters = _PARAMETERS["retry"] if code == 429 else _PARAMETERS.get(fault.name)  # noqa: PLR2004 - too many
    words = "Bad Request: group chat was upgraded to a supergroup chat" if fault.name == "migrate" else fault.name
    return refusal(code, words or ERRORS[code], parameters)
