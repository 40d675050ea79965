"""Reads what a Page wants to send, as strictly as Messenger documents.

Sources: "Send API reference", "Quick replies", "Button template".
"""

from typing import Any

from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.outgoing import BUTTONS, TITLE, Outgoing, list_of, part_of, says_by_person, within
from infra.local.platforms.meta.people import MESSENGER, Button

TEXT = 1999  # documented as "less than 2000"
TEMPLATE_TEXT = 640
METADATA = 1000
QUICK_REPLIES = 13
PAYLOAD = 1000
UNTAGGED = ("UTILITY",)
ASKING = {"user_email": "Send your e-mail", "user_phone_number": "Send your number"}
"""Quick replies that Messenger labels itself, with the person's own address or number."""


def read_messenger(body: object) -> Outgoing:
    """Check the JSON of ``POST /{page-id}/messages``.

    Raises:
        Refused: with error 100, as documented.
    """
    address = part_of(body, "recipient").get("id")
    if not isinstance(body, dict) or not isinstance(address, str):
        raise refused(MESSENGER, 100, None, "The parameter recipient is required")
    if "sender_action" in body:
        return Outgoing(address=address, shown=False)
    by_person = says_by_person(MESSENGER, body, UNTAGGED)
    text, buttons = messenger_content(body)
    metadata = str(part_of(body, "message").get("metadata") or "")
    return Outgoing(address=address, text=text, buttons=buttons, metadata=metadata, by_person=by_person)


def messenger_content(body: object) -> tuple[str, tuple[Button, ...]]:
    """Check what is to be said, whoever it is for.

    Raises:
        Refused: with error 100, as documented.
    """
    message = part_of(body, "message")
    if metadata := message.get("metadata", ""):
        within(MESSENGER, "message[metadata]", metadata, METADATA, 100)
    text, buttons = _text_or_template(message)
    return text, (*buttons, *_quick_replies(message))


def _text_or_template(message: dict[str, Any]) -> tuple[str, tuple[Button, ...]]:
    template = part_of(part_of(message, "attachment"), "payload")
    if not template:
        return within(MESSENGER, "message[text]", message.get("text"), TEXT, 100), ()
    text = within(MESSENGER, "payload[text]", template.get("text"), TEMPLATE_TEXT, 100)
    buttons = list_of(template, "buttons")
    if not 1 <= len(buttons) <= BUTTONS:
        raise refused(MESSENGER, 100, None, f"A button template has 1 to {BUTTONS} buttons")
    return text, tuple(
        Button(
            title=within(MESSENGER, "buttons[title]", button.get("title"), TITLE, 100),
            payload=str(button.get("payload") or button.get("url") or ""),
            kind=str(button.get("type")),
        )
        for button in buttons
    )


def _quick_replies(message: dict[str, Any]) -> tuple[Button, ...]:
    replies = list_of(message, "quick_replies")
    if len(replies) > QUICK_REPLIES:
        raise refused(MESSENGER, 100, None, f"There may be {QUICK_REPLIES} quick replies at most")
    return tuple(_quick_reply(reply) for reply in replies)


def _quick_reply(reply: dict[str, Any]) -> Button:
    kind = reply.get("content_type")
    if kind in ASKING:
        return Button(title=ASKING[kind], payload="", kind=kind)
    if kind != "text":
        raise refused(MESSENGER, 100, None, "Param quick_replies[content_type] is not a valid value")
    title = within(MESSENGER, "quick_replies[title]", reply.get("title"), TITLE, 100)
    return Button(title=title, payload=within(MESSENGER, "quick_replies[payload]", reply.get("payload"), PAYLOAD, 100))
