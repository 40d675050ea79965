"""Reads what a phone number wants to send, as strictly as WhatsApp documents.

Sources: WhatsApp "Messages API: text, interactive reply buttons, interactive lists".
"""

from typing import Any

from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.outgoing import BUTTONS, TITLE, Outgoing, list_of, part_of, within
from infra.local.platforms.meta.people import WHATSAPP, Button

TEXT = 4096
BODY = 1024
REPLY_ID = 256
LIST_ROWS = 10
ROW_TITLE = 24
ROW_ID = 200
CALLBACK_DATA = 512


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
        within(WHATSAPP, "biz_opaque_callback_data", tag, CALLBACK_DATA, 131009)
    if body.get("type", "text") == "text":
        text = within(WHATSAPP, "text['body']", part_of(body, "text").get("body"), TEXT, 131009)
        return Outgoing(address=address, text=text, metadata=tag)
    if body.get("type") != "interactive":
        raise refused(WHATSAPP, 131051)
    text, buttons = _interactive(part_of(body, "interactive"))
    return Outgoing(address=address, text=text, buttons=buttons, metadata=tag)


def _interactive(interactive: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    if interactive.get("type") == "list":
        return _interactive_list(interactive)
    if interactive.get("type") != "button":
        raise refused(WHATSAPP, 131051)
    text = within(WHATSAPP, "body['text']", part_of(interactive, "body").get("text"), BODY, 131009)
    replies = [part_of(button, "reply") for button in list_of(part_of(interactive, "action"), "buttons")]
    buttons = tuple(
        Button(
            title=within(WHATSAPP, "reply['title']", reply.get("title"), TITLE, 131009),
            payload=within(WHATSAPP, "reply['id']", reply.get("id"), REPLY_ID, 131009),
        )
        for reply in replies
    )
    _check_buttons(buttons, BUTTONS)
    return text, buttons


def _interactive_list(interactive: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    text = within(WHATSAPP, "body['text']", part_of(interactive, "body").get("text"), TEXT, 131009)
    action = part_of(interactive, "action")
    within(WHATSAPP, "action['button']", action.get("button"), TITLE, 131009)
    sections = list_of(action, "sections")
    if len(sections) > 1 and not all(part_of({"s": section}, "s").get("title") for section in sections):
        raise refused(WHATSAPP, 131009, None, "Several sections each need a title")
    rows = [row for section in sections for row in list_of(part_of({"s": section}, "s"), "rows")]
    buttons = tuple(
        Button(
            title=within(WHATSAPP, "row['title']", row.get("title"), ROW_TITLE, 131009),
            payload=within(WHATSAPP, "row['id']", row.get("id"), ROW_ID, 131009),
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
