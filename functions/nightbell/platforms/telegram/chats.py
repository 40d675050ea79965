"""In which chat something was said, and by whom.

Sources: Telegram "Bot API" §Chat, §Message, §MessageEntity.
"""

from nightbell.domain.events import Contact
from nightbell.platforms.reading.fields import Fields, ShapeError, identifier, member, optional_identifier

_MAX_ID_DIGITS = 20
_OUR_KIND = "bot"


def part(item: Fields, name: str) -> Fields:
    """Look into an object that may be missing or broken, without judging it."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def is_private(item: Fields) -> bool:
    """Tell a chat with one person from a group or a channel; where the type is left out, a person's id is positive."""
    chat = part(item, "chat")
    kind, number = chat.get("type"), chat.get("id")
    if isinstance(kind, str):
        return kind == "private"
    return not (isinstance(number, int) and number < 0)


def is_by_bot(item: Fields) -> bool:
    """Tell whether a bot wrote it: answering that might never end."""
    return part(item, "from").get("is_bot") is True


def is_by_contact(item: Fields) -> bool:
    """Tell, in a chat of a business account, the contact from the business: such a chat has the contact's own id."""
    sender, chat = part(item, "from").get("id"), part(item, "chat").get("id")
    return sender is None or chat is None or sender == chat


def chat_id(item: Fields) -> str:
    """Read the chat's id, which of a group is negative."""
    value = member(item, "chat").get("id")
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 10**_MAX_ID_DIGITS:
        raise ShapeError("id is not an id")
    return str(value)


def place_of(item: Fields) -> str:
    """Name the chat as a text is sent to it: a chat of a business account is another one than the bot's own."""
    connection = optional_identifier(item, "business_connection_id")
    return f"{connection}:{chat_id(item)}" if connection else chat_id(item)


def contact_of(item: Fields) -> Contact:
    """Tell whom a conversation is with; in a group, each person has one of their own."""
    place = place_of(item)
    if is_private(item):
        return Contact(contact_id=place, address=place, name=_name(part(item, "from")))
    author = identifier(member(item, "from"), "id")
    return Contact(contact_id=f"{place}/{author}", address=place, name=_name(part(item, "from")))


def _name(person: Fields) -> str | None:
    names = [name for key in ("first_name", "last_name") if isinstance(name := person.get(key), str) and name]
    return " ".join(names) or None


def names_bot(item: Fields, bot_id: str) -> bool:
    """Tell whether something in a group is meant for us: it answers us, or names a bot.

    By which name the bot goes, no update tells. In privacy mode, which is Telegram's default, a bot hears of a group
    only what names it; outside of it, another bot's name calls a person once too often.
    Source: Telegram "Bot Features" §Privacy Mode.
    """
    if str(part(part(item, "reply_to_message"), "from").get("id")) == bot_id:
        return True
    pairs = (("text", "entities"), ("caption", "caption_entities"))
    return any(_is_bot(entity, item.get(words), bot_id) for words, key in pairs for entity in _entities(item, key))


def _entities(item: Fields, key: str) -> list[Fields]:
    value = item.get(key)
    return [entity for entity in value if isinstance(entity, dict)] if isinstance(value, list) else []


def _is_bot(entity: Fields, words: object, bot_id: str) -> bool:
    match entity:
        case {"type": "text_mention"}:
            return str(part(entity, "user").get("id")) == bot_id
        case {"type": "mention" | "bot_command", "offset": int(start), "length": int(length)} if isinstance(words, str):
            # Counted in UTF-16 units.
            units = words.encode("utf-16-le", "surrogatepass")[2 * start : 2 * (start + length)]
            _, at, name = units.decode("utf-16-le", "replace").rpartition("@")
            return bool(at) and name.lower().endswith(_OUR_KIND)
        case _:
            return False
