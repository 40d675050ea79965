"""By which way an agent's words leave: it must lead to the contact, be open, and take words so long."""

from collections.abc import Sequence

from nightbell.domain.texts import measure
from nightbell.platforms.answering import MAIL, Way
from nightbell.platforms.channel import TextForm
from nightbell.services.desk_acting import Seen
from nightbell.services.desk_checks import Spoken, is_unicode
from nightbell.services.desk_errors import Code, DeskError


def way_of(spoken: Spoken, ways: Sequence[Way], seen: Seen, up_to: int) -> Way:
    """Find the way that an agent has chosen.

    Raises:
        DeskError: It leads nowhere, is closed, takes no such text, or answers a message that the agent was not shown.
    """
    way = next((each for each in ways if each.via == spoken.via), None)
    if way is None and spoken.via == MAIL:
        raise DeskError(Code.NO_CONSENT, "The contact has not asked for a mail, so none may be sent.")
    if way is None:
        raise DeskError(Code.NOT_ALLOWED, f"This contact cannot be answered by {spoken.via}.")
    if not way.is_open(seen.now):
        raise DeskError(Code.WINDOW_CLOSED, f"The platform lets nobody write by {spoken.via} any more.")
    if _is_to_the_newest(way) and up_to < seen.read.last_seq:
        raise DeskError(Code.CHANGED, "It would stand below a newer message. Take the conversation again, and read it.")
    _must_fit(spoken, way.form)
    return way


def _is_to_the_newest(way: Way) -> bool:
    """Tell whether it answers one message of several that everybody can see: the newest."""
    return way.is_public or way.said_at is not None


def _must_fit(spoken: Spoken, form: TextForm) -> None:
    """Insist on words that fit one message.

    Raises:
        DeskError: There are none, or too many.
    """
    text = spoken.text.strip()
    if not text or not is_unicode(text):
        raise DeskError(Code.INVALID, "There is nothing to send: write a text.")
    length = measure(text, form.unit)
    if length > form.max_text:
        counted = form.unit.replace("_", " ")
        raise DeskError(
            Code.INVALID, f"The text is too long for {spoken.via}: {length} of {form.max_text} ({counted}). Shorten it."
        )
