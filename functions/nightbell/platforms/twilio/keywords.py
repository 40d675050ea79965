"""The words that Twilio heeds and answers itself, so that Nightbell says nothing more to them.

They reach us all the same. With Advanced Opt-Out Twilio names what it took the message for; without, it heeds these
English words where they are the whole message, on numbers and not on WhatsApp. It heeds ``YES``, too; for us that is
an answer to somebody's question like any other, unless Twilio says what it took it for.
Sources: Twilio "Advanced Opt-Out" §Webhooks, and its support page "Twilio support for opt-out keywords".
"""

from enum import StrEnum

from nightbell.platforms.twilio.addresses import SMS
from nightbell.platforms.twilio.form_fields import Form, optional


class Keyword(StrEnum):
    """What Twilio took a message for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_DEFAULTS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
_NAMED = {keyword.value: keyword for keyword in Keyword}


def keyword_of(channel: str, form: Form) -> Keyword | None:
    """Tell what Twilio took a message for; ``None`` for an ordinary one."""
    named = _NAMED.get(optional(form, "OptOutType").upper())
    if named is not None or channel != SMS:
        return named
    return _DEFAULTS.get(optional(form, "Body").strip().upper())
