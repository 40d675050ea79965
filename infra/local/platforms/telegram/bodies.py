"""Updates as Telegram writes them.

Source: Telegram "Bot API" §Update, §Message, §CallbackQuery, §ChatMemberUpdated, §BusinessMessagesDeleted.
"""

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.platforms.vendor import Act, Bubble, Contact

OWNER = {"id": 5500000099, "is_bot": False, "first_name": "Olga", "last_name": "Owner"}
"""The person whose account the bot is connected to."""

Json = dict[str, Any]


def person(contact: Contact) -> Json:
    """Write who a contact is."""
    first, _, last = contact.name.partition(" ")
    return {"id": number(contact), "is_bot": False, "first_name": first} | ({"last_name": last} if last else {})


def number(contact: Contact) -> int:
    """Tell a contact's own id; before the colon stands the connection of a business account."""
    return int(contact.contact_id.rpartition(":")[2])


def connection(contact: Contact) -> Json:
    """Name the connection, in the chats of a business account."""
    known = contact.contact_id.rpartition(":")[0]
    return {"business_connection_id": known} if known else {}


def chat(contact: Contact) -> Json:
    """Write the private chat."""
    return {name: value for name, value in person(contact).items() if name != "is_bot"} | {"type": "private"}


def message(
    contact: Contact, message_id: int, date: int, content: Mapping[str, Any], author: Json | None = None
) -> Json:
    """Write a message in a contact's chat, by them unless by somebody else."""
    head = {"message_id": message_id, "from": author or person(contact), "chat": chat(contact), "date": date}
    return head | connection(contact) | dict(content)


def bot(bot_id: str) -> Json:
    """Write who the bot is."""
    return {"id": int(bot_id), "is_bot": True, "first_name": "Bell", "username": "local_bell_bot"}


def tapped(contact: Contact, query: str, below: Bubble | None, date: int, payload: str) -> Json:
    """Write a tap on a button; what it stood below may be too old to be shown."""
    rows = [[{"text": each.title, "callback_data": each.payload}] for each in (below.buttons if below else ())]
    shown = {"text": below.text, "reply_markup": {"inline_keyboard": rows}} if below else {}
    under = {
        "message_id": int(below.message_id) if below else 1,
        "from": bot(contact.account_id),
        "chat": chat(contact),
        "date": date if below else 0,
    }
    held = under | connection(contact) | shown
    return {"id": query, "from": person(contact), "message": held, "chat_instance": "1", "data": payload}


def membership(contact: Contact, date: int, before: str, after: str) -> Json:
    """Write that a contact blocked the bot, or let it write again."""
    states = {"old_chat_member": before, "new_chat_member": after}
    who = bot(contact.account_id)
    changed = {name: {"user": who, "status": status} for name, status in states.items()}
    return {"chat": chat(contact), "from": person(contact), "date": date} | changed


def _file(kind: str, **more: object) -> Callable[[Contact, Act, int], Json]:
    def write(_: Contact, act: Act, message_id: int) -> Json:
        caption = {"caption": act.text} if act.text else {}
        return {kind: {"file_id": f"file-{message_id}", "file_unique_id": f"u{message_id}", **more}} | caption

    return write


def _photo(_: Contact, act: Act, message_id: int) -> Json:
    sizes = [
        {
            "file_id": f"file-{message_id}-{width}",
            "file_unique_id": f"u{message_id}-{width}",
            "width": width,
            "height": width,
        }
        for width in (90, 320, 1280)
    ]
    return {"photo": sizes} | ({"caption": act.text} if act.text else {})


CONTENTS: Mapping[str, Callable[[Contact, Act, int], Json]] = {
    "text": lambda _, act, __: {"text": act.text},
    "start": lambda _, __, ___: {"text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
    "image": _photo,
    "sticker": _file("sticker", type="regular", width=512, height=512, emoji="🔔"),
    "audio": _file("voice", duration=4, mime_type="audio/ogg"),
    "document": _file("document", file_name="invoice.pdf"),
    "location": lambda _, __, ___: {"location": {"latitude": 28.1235, "longitude": -15.4363}},
    "own_number": lambda contact, act, _: {
        "contact": {"phone_number": act.text or "+34600111222", "first_name": "A", "user_id": number(contact)}
    },
    "unsupported": lambda _, __, ___: {"hologram": {"depth": 3}},
    "poison": lambda _, __, ___: {"text": ["not", "a", "text"]},
}
"""What there is to send, beside a tap, an edit and a reaction; ``poison`` is what Telegram never would."""
