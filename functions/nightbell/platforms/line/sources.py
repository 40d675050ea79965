"""Where something was said, and by whom.

Source: LINE "Messaging API reference" §Source user, §Source group chat, §Source multi-person chat. An event holds no
names.
"""

from nightbell.domain.events import Contact
from nightbell.platforms.reading.fields import Fields, identifier, member, optional_identifier


def part(item: Fields, name: str) -> Fields:
    """Look into an object that may be missing or broken, without judging it."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def is_private(item: Fields) -> bool:
    """Tell a chat with one person from a group or a room of several."""
    return not part(item, "source").keys() & {"groupId", "roomId"}


def contact_of(item: Fields) -> Contact:
    """Tell whom a conversation is with; in a group, each person has one of their own, as far as LINE names them."""
    source = member(item, "source")
    place = optional_identifier(source, "groupId") or optional_identifier(source, "roomId")
    if place is None:
        person = identifier(source, "userId")
        return Contact(contact_id=person, address=person)
    author = optional_identifier(source, "userId")
    return Contact(contact_id=f"{place}/{author}" if author else place, address=place)


def names_us(item: Fields) -> bool:
    """Tell whether something in a group is meant for us: the account is mentioned in it.

    Source: LINE "Messaging API reference" §Text, ``mention.mentionees[].isSelf``.
    """
    listed = part(part(item, "message"), "mention").get("mentionees")
    return isinstance(listed, list) and any(isinstance(one, dict) and one.get("isSelf") is True for one in listed)
