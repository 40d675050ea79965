"""Reads what a business wants to send, as strictly as the send APIs document.

Sources: "Send API reference", "Quick replies", "Button template"; WhatsApp "Messages API: text,
interactive reply buttons, interactive lists".
"""

from dataclasses import dataclass
from typing import Any

from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Button

MESSENGER_TEXT = 1999  # documented as "less than 2000"
MESSENGER_TEMPLATE_TEXT = 640
METADATA = 1000
QUICK_REPLIES = 13
PAYLOAD = 1000
TITLE = 20
BUTTONS = 3
WHATSAPP_TEXT = 4096
WHATSAPP_BODY = 1024
REPLY_ID = 256
LIST_ROWS = 10
ROW_TITLE = 24
ROW_ID = 200
CALLBACK_DATA = 512
MESSAGING_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
ASKING = {"user_email": "Send your e-mail", "user_phone_number": "Send your number"}
"""Quick replies that Messenger labels itself, with the person's own address or number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message that passed every check of form.

    Attributes:
        address: Whom it is for, as given.
        metadata: Comes back in the echo or the statuses.
        shown: Whether it is a message at all; typing indicators and read marks are not.
    """

    address: str
    text: str = ""
    buttons: tuple[Button, ...] = ()
    metadata: str = ""
    shown: bool = True


def _part(body: object, name: str) -> dict[str, Any]:
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, dict) else {}


def _list(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    return value if isinstance(value, list) else []


def _within(channel: str, what: str, value: object, most: int, code: int) -> str:
    if not isinstance(value, str) or not value:
        raise refused(channel, 131008 if channel == WHATSAPP else code, None, f"The parameter {what} is required")
    if len(value) > most:
        raise refused(channel, code, None, f"Length of param {what} must be less than or equal to {most}")
    return value


def read_messenger(body: object) -> Outgoing:
    """Check the JSON of ``POST /{page-id}/messages``.

    Raises:
        Refused: with error 100, as documented.
    """
    address = _part(body, "recipient").get("id")
    if not isinstance(body, dict) or not isinstance(address, str):
        raise refused(MESSENGER, 100, None, "The parameter recipient is required")
    if "sender_action" in body:
        return Outgoing(address=address, shown=False)
    if body.get("messaging_type", "RESPONSE") not in MESSAGING_TYPES or "tag" in body:
        raise refused(MESSENGER, 100, None, "Param messaging_type or tag is not a valid value")
    message = _part(body, "message")
    metadata = message.get("metadata", "")
    if metadata:
        _within(MESSENGER, "message[metadata]", metadata, METADATA, 100)
    text, buttons = _messenger_content(message)
    return Outgoing(address=address, text=text, buttons=(*buttons, *_quick_replies(message)), metadata=metadata)


def _messenger_content(message: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    template = _part(_part(message, "attachment"), "payload")
    if not template:
        return _within(MESSENGER, "message[text]", message.get("text"), MESSENGER_TEXT, 100), ()
    text = _within(MESSENGER, "payload[text]", template.get("text"), MESSENGER_TEMPLATE_TEXT, 100)
    buttons = _list(template, "buttons")
    if not 1 <= len(buttons) <= BUTTONS:
        raise refused(MESSENGER, 100, None, f"A button template has 1 to {BUTTONS} buttons")
    return text, tuple(
        Button(
            title=_within(MESSENGER, "buttons[title]", button.get("title"), TITLE, 100),
            payload=str(button.get("payload") or button.get("url") or ""),
            kind=str(button.get("type")),
        )
        for button in buttons
    )


def _quick_replies(message: dict[str, Any]) -> tuple[Button, ...]:
    replies = _list(message, "quick_replies")
    if len(replies) > QUICK_REPLIES:
        raise refused(MESSENGER, 100, None, f"There may be {QUICK_REPLIES} quick replies at most")
    return tuple(_quick_reply(reply) for reply in replies)


def _quick_reply(reply: dict[str, Any]) -> Button:
    kind = reply.get("content_type")
    if kind in ASKING:
        return Button(title=ASKING[kind], payload="", kind=kind)
    if kind != "text":
        raise refused(MESSENGER, 100, None, "Param quick_replies[content_type] is not a valid value")
    title = _within(MESSENGER, "quick_replies[title]", reply.get("title"), TITLE, 100)
    return Button(title=title, payload=_within(MESSENGER, "quick_replies[payload]", reply.get("payload"), PAYLOAD, 100))


def read_whatsapp(body: object) -> Outgoing:
    """Check the JSON of ``POST /{phone-number-id}/messages``.

    Raises:
        Refused: with 100, 131008, 131009 or 131051, as documented.
    """
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        raise refused(WHATSAPP, 100, None, "The parameter messaging_product is required")
    if body.get("status") == "read":
        return Outgoing(address="", shown=False)
    address = body.get("to") or body.get("recipient")
    if not isinstance(address, str):
        raise refused(WHATSAPP, 131008, None, "The parameter to is required")
    tag = body.get("biz_opaque_callback_data") or ""
    if tag:
        _within(WHATSAPP, "biz_opaque_callback_data", tag, CALLBACK_DATA, 131009)
    if body.get("type", "text") == "text":
        text = _within(WHATSAPP, "text['body']", _part(body, "text").get("body"), WHATSAPP_TEXT, 131009)
        return Outgoing(address=address, text=text, metadata=tag)
    if body.get("type") != "interactive":
        raise refused(WHATSAPP, 131051)
    text, buttons = _interactive(_part(body, "interactive"))
    return Outgoing(address=address, text=text, buttons=buttons, metadata=tag)


def _interactive(interactive: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    if interactive.get("type") == "list":
        return _interactive_list(interactive)
    if interactive.get("type") != "button":
        raise refused(WHATSAPP, 131051)
    text = _within(WHATSAPP, "body['text']", _part(interactive, "body").get("text"), WHATSAPP_BODY, 131009)
    replies = [_part(button, "reply") for button in _list(_part(interactive, "action"), "buttons")]
    buttons = tuple(
        Button(
            title=_within(WHATSAPP, "reply['title']", reply.get("title"), TITLE, 131009),
            payload=_within(WHATSAPP, "reply['id']", reply.get("id"), REPLY_ID, 131009),
        )
        for reply in replies
    )
    _check_buttons(buttons, BUTTONS)
    return text, buttons


def _interactive_list(interactive: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    text = _within(WHATSAPP, "body['text']", _part(interactive, "body").get("text"), WHATSAPP_TEXT, 131009)
    action = _part(interactive, "action")
    _within(WHATSAPP, "action['button']", action.get("button"), TITLE, 131009)
    sections = _list(action, "sections")
    if len(sections) > 1 and not all(_part({"s": section}, "s").get("title") for section in sections):
        raise refused(WHATSAPP, 131009, None, "Several sections each need a title")
    rows = [row for section in sections for row in _list(_part({"s": section}, "s"), "rows")]
    buttons = tuple(
        Button(
            title=_within(WHATSAPP, "row['title']", row.get("title"), ROW_TITLE, 131009),
            payload=_within(WHATSAPP, "row['id']", row.get("id"), ROW_ID, 131009),
            kind="list",
        )
        for row in rows
    )
    _check_buttons(buttons, LIST_ROWS)
    return text, buttons


def _check_buttons(buttons: tuple[Button, ...], most: int) -> None:
    if not 1 <= len(buttons) <= most:
        raise refused(WHATSAPP, 131009, None, f"There must be 1 to {most} buttons or rows")
    if len({button.payload for button in buttons}) < len(buttons) or len({b.title for b in buttons}) < len(buttons):
        raise refused(WHATSAPP, 131009, None, "Ids and titles of buttons and rows must be unique")
