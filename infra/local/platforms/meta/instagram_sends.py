"""Reads what an Instagram account wants to send, as strictly as Instagram documents.

Sources: "Instagram Platform: Send Messages" (a text is UTF-8 of at most 1,000 bytes), "Quick
Replies", "Button Template"; the tag for what a person writes is the only one.
"""

from typing import Any

from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.outgoing import BUTTONS, TITLE, Outgoing, list_of, part_of, says_by_person, within
from infra.local.platforms.meta.people import INSTAGRAM_DIRECT, Button

TEXT_BYTES = 1000
TEMPLATE_TEXT = 640
QUICK_REPLIES = 13
PAYLOAD = 1000
BUTTON_TYPES = ("web_url", "postback")


def read_instagram(body: object) -> Outgoing:
    """Check the JSON of a send to an Instagram-scoped id.

    Raises:
        Refused: with error 100.
    """
    address = part_of(body, "recipient").get("id")
    if not isinstance(body, dict) or not isinstance(address, str):
        raise refused(INSTAGRAM_DIRECT, 100, None, "The parameter recipient is required")
    if "sender_action" in body:
        return Outgoing(address=address, shown=False)
    by_person = says_by_person(INSTAGRAM_DIRECT, body)
    text, buttons = instagram_content(body)
    return Outgoing(address=address, text=text, buttons=buttons, by_person=by_person)


def instagram_content(body: object) -> tuple[str, tuple[Button, ...]]:
    """Check what is to be said, whoever it is for; metadata is taken and never comes back.

    Raises:
        Refused: with error 100.
    """
    message = part_of(body, "message")
    template = part_of(part_of(message, "attachment"), "payload")
    if template:
        return _template(template)
    text = within(INSTAGRAM_DIRECT, "message[text]", message.get("text"), TEXT_BYTES, 100, count=_bytes)
    replies = list_of(message, "quick_replies")
    if len(replies) > QUICK_REPLIES:
        raise refused(INSTAGRAM_DIRECT, 100, None, f"There may be {QUICK_REPLIES} quick replies at most")
    return text, tuple(_quick_reply(reply) for reply in replies)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _template(template: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    text = within(INSTAGRAM_DIRECT, "payload[text]", template.get("text"), TEMPLATE_TEXT, 100)
    buttons = list_of(template, "buttons")
    if not 1 <= len(buttons) <= BUTTONS or any(button.get("type") not in BUTTON_TYPES for button in buttons):
        raise refused(INSTAGRAM_DIRECT, 100, None, f"A template has 1 to {BUTTONS} buttons: {', '.join(BUTTON_TYPES)}")
    return text, tuple(
        Button(
            title=within(INSTAGRAM_DIRECT, "buttons[title]", button.get("title"), TITLE, 100),
            payload=str(button.get("payload") or button.get("url") or ""),
            kind=str(button.get("type")),
        )
        for button in buttons
    )


def _quick_reply(reply: dict[str, Any]) -> Button:
    if reply.get("content_type") != "text":
        raise refused(INSTAGRAM_DIRECT, 100, None, "Param quick_replies[content_type] is not a valid value")
    title = within(INSTAGRAM_DIRECT, "quick_replies[title]", reply.get("title"), TITLE, 100)
    payload = within(INSTAGRAM_DIRECT, "quick_replies[payload]", reply.get("payload"), PAYLOAD, 100)
    return Button(title=title, payload=payload)
