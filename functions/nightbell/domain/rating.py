"""What a contact thought of it, from 0 to 10: whom we ask, and how we know the answer."""

import re
import unicodedata

from nightbell.domain.business import Account, TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message, MessageRole
from nightbell.domain.phrases import Kind
from nightbell.domain.unit import Unit, UnitKind

ASKED = "rating"
"""What :attr:`Conversation.asked` says while we wait for it."""
ASKS_SOON = "rating_soon"
"""The same until the question has left: a number that comes before answers something else."""
PAYLOAD_PREFIX = "nightbell.rating."
SCALE = range(11)

_QUESTION_MARKS = "?\u00bf\u037e\u055e\u061f\uff1f"
_OF_TEN = r"(?:\s*(?:/|of|out\s+of|de|von|sur|di|su)\s*10)?"
_TYPED = re.compile(rf"(?:[^\w\-+]|_)*(\d{{1,2}})(?:[.,](\d))?{_OF_TEN}[\W_]*", re.IGNORECASE)
_KEYCAP = re.compile("[\ufe0e\ufe0f\u20e3]")


def payload(points: int) -> str:
    """Name a rating in a button, so that its tap is known as ours when it comes back."""
    return f"{PAYLOAD_PREFIX}{points}"


def rating_in(message: Message, before: Conversation) -> int | None:
    """Tell what a contact gives us: by a tap at any time, or by a number typed while we wait for one.

    Half a point counts as a whole one.
    """
    if message.choice is not None:
        given = message.choice.removeprefix(PAYLOAD_PREFIX)
        if message.choice == given or given not in map(str, SCALE):
            return None
        # A tap says no more than its button; other words are for the team, whatever came with them.
        return int(given) if not message.text.strip() or points_in(message.text) is not None else None
    if before.asked != ASKED or message.role is MessageRole.CHANGE or message.attachments:
        return None
    return points_in(message.text)


def points_in(text: str) -> int | None:
    """Read a number that stands alone."""
    plain = unicodedata.normalize("NFKC", _KEYCAP.sub("", text).replace("\U0001f51f", "10"))
    found = _TYPED.fullmatch(plain)
    if found is None:
        return None
    points = int(found[1]) + (found[2] is not None and int(found[2]) >= 5)  # noqa: PLR2004 - half a point
    return points if points in SCALE else None


def may_be_rated(conversation: Conversation, account: Account, text: str) -> bool:
    """Tell whether the contact may be asked about an answer: not about one that asks them something itself.

    Whoever complained is asked only where the brand wants it: a number is the last thing that they want to give.
    """
    brand = account.brand
    is_wanted = brand.rating and (conversation.kind is not Kind.COMPLAINT or brand.rating_of_complaints)
    return is_wanted and not conversation.opted_out and not any(mark in text for mark in _QUESTION_MARKS)


def asks_after(answer: Unit, number: int) -> Unit:
    """Make the unit that asks, by the way on which the answer went.

    Args:
        answer: What has been answered last.
        number: Which the desk gives it.
    """
    left_at = answer.sent_from or answer.created_at
    return Unit(
        pk=answer.pk,
        seq=answer.seq,
        desk=number,
        kind=UnitKind.RATING,
        text_id=TextId.RATING,
        via=answer.via,
        via_account=answer.via_account,
        address=answer.address,
        about=answer.about,
        language=answer.language,
        created_at=left_at,
        due_at=left_at,
        due_since=left_at,
    )
