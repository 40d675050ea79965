"""Our tag on what we send, in SES's alphabet, and the contact's id beside it.

Source: Amazon SES API v2, MessageTag: letters, digits, ``_`` and ``-``, at most 256 of them.
"""

import base64
import binascii
import re

from nightbell.domain.unit import TAG_PREFIX

TAG_NAME = "nightbell"
CONTACT_NAME = "nightbell_contact"
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


def write_contact(contact_id: str) -> str | None:
    """Spell a contact's id for SES; ``None`` where it is too long for a tag."""
    value = base64.urlsafe_b64encode(contact_id.encode()).decode().rstrip("=")
    return value if len(value) <= LONGEST else None


def read_contact(value: str) -> str | None:
    """Read a contact's id; ``None`` where it is none."""
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
