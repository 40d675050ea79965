"""Our tag on what we send, in SES's alphabet, and beside it the contact's id or the conversation's.

Source: Amazon SES API v2, MessageTag: letters, digits, ``_`` and ``-``, at most 256 of them.
"""

import base64
import binascii
import re

from nightbell.domain.unit import TAG_PREFIX

TAG_NAME = "nightbell"
CONTACT_NAME = "nightbell_contact"
CONVERSATION_NAME = "nightbell_conversation"
TAG_HEADER = "X-Nightbell-Tag"
LONGEST = 256
_OURS = re.compile(r"[A-Za-z0-9.-]{1,200}")


def write_tag(tag: str) -> str:
    """Spell a tag for SES; none of ours holds an underscore."""
    return tag.replace(".", "_")


def read_tag(value: str) -> str | None:
    """Read a tag of ours as it was; ``None`` for any other."""
    tag = value.replace("_", ".")
    return tag if tag.startswith(TAG_PREFIX) and _OURS.fullmatch(tag) else None


def write_id(given: str) -> str | None:
    """Spell the id of a contact or a conversation for SES; ``None`` where it is too long for a tag."""
    value = base64.urlsafe_b64encode(given.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return value if len(value) <= LONGEST else None


def read_id(value: str) -> str | None:
    """Read such an id; ``None`` where it is none."""
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        return None
