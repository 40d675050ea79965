"""What a business wants to send, and how its JSON is checked, alike on all channels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import WHATSAPP, Button

TITLE = 20
"""Characters of a button's title."""
BUTTONS = 3
FREELY = ("RESPONSE", "UPDATE")
"""Values of ``messaging_type`` that take no tag."""
TAGGED, BY_PERSON = "MESSAGE_TAG", "HUMAN_AGENT"
"""What bears the only tag that is left; it is for what a person writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message that passed every check of form.

    Attributes:
        address: Whom it is for, as given.
        metadata: Comes back in the echo or the statuses.
        shown: Whether it is a message at all; typing indicators and read marks are not.
        by_person: It bears the tag for what a person writes.
    """

    address: str
    text: str = ""
    buttons: tuple[Button, ...] = ()
    metadata: str = ""
    shown: bool = True
    by_person: bool = False


def part_of(body: object, name: str) -> dict[str, Any]:
    """Read a member that is an object; empty when it is not there."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, dict) else {}


def says_by_person(channel: str, body: dict[str, Any], also: tuple[str, ...] = ()) -> bool:
    """Tell whether a send bears the tag for people.

    Sources: "Message Tags" (the other tags ended on 27 April 2026), "Send API reference" §messaging_type; ``also``
    are further values of it that take no tag.

    Raises:
        Refused: With error 100, for a type or a tag that there is not, and for one without the other.
    """
    kind, tag = body.get("messaging_type", "RESPONSE"), body.get("tag")
    if kind in (*FREELY, *also) and tag is None:
        return False
    if (kind, tag) == (TAGGED, BY_PERSON):
        return True
    raise refused(channel, 100, None, "Param messaging_type or tag is not a valid value")


def list_of(body: dict[str, Any], name: str) -> list[Any]:
    """Read a member that is an array; empty when it is not there."""
    value = body.get(name)
    return value if isinstance(value, list) else []


def within(  # noqa: PLR0913 - a text, its limit, and how it is told
    channel: str, what: str, value: object, most: int, code: int, *, count: Callable[[str], int] = len
) -> str:
    """Check a text that must be there; ``count`` measures it, in characters unless told otherwise.

    Raises:
        Refused: It is missing, or longer than ``most``; then with ``code``.
    """
    if not isinstance(value, str) or not value:
        raise refused(channel, 131008 if channel == WHATSAPP else code, None, f"The parameter {what} is required")
    if count(value) > most:
        raise refused(channel, code, None, f"Length of param {what} must be less than or equal to {most}")
    return value
