"""What Twilio's error codes mean: of a call that sends, and of a message that was accepted and did not arrive.

Twilio advises against logic on codes, because it splits and adds them; what a send came to is therefore judged by the
status first, and a code only says more. A 4xx proves that nothing was sent.
Source: Twilio "Error and Warning Dictionary".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nightbell.platforms.channel import VerdictKind

OPTED_OUT = 21610


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a code means; ``wait`` is how long to leave it where Twilio names no time."""

    kind: VerdictKind
    reason: str
    wait: timedelta | None = None


def _refused(reason: str) -> Judgement:
    return Judgement(VerdictKind.REFUSED, reason)


TOO_MANY = Judgement(VerdictKind.NOT_SENT, "too many calls", timedelta(minutes=1))
TOKEN_DEAD = Judgement(VerdictKind.TOKEN_DEAD, "the API key was not accepted")

BY_CODE: Mapping[int, Judgement] = {
    10001: Judgement(VerdictKind.ACCOUNT_BLOCKED, "the account is not active", timedelta(hours=4)),
    20003: TOKEN_DEAD,
    20429: TOO_MANY,
    21211: _refused("the number cannot be written to"),
    21408: _refused("the account may not write to this country"),
    21606: _refused("the number cannot send text messages to this contact"),
    21608: _refused("a trial account may only write to verified numbers"),
    OPTED_OUT: _refused("the contact has told the carrier to keep us away"),
    21611: Judgement(VerdictKind.NOT_SENT, "too many of the number's messages are waiting", timedelta(minutes=5)),
    21612: _refused("the number cannot send text messages to this contact"),
    21614: _refused("the number is not a mobile phone"),
    21617: _refused("the text is too long"),
    21658: _refused("the text is too long"),
    63016: _refused("the contact wrote too long ago"),
    63038: Judgement(VerdictKind.CAPPED, "the account has sent all that it may today", timedelta(hours=1)),
}

_OF_DELIVERY: Mapping[int, str] = {
    30001: "too many messages were waiting",
    30002: "the account was suspended",
    30003: "the phone is off or cannot be reached",
    30004: "the contact or the carrier blocks the message",
    30005: "nobody has this number",
    30006: "the number is not a mobile phone, or its carrier cannot be reached",
    30007: "the carrier filtered the message out",
    30008: "the carrier gave no reason",
    30019: "the carrier found it too large",
    63018: "too many messages at once",
}


def in_words(code: int, told: str) -> str:
    """Say for a person why a message did not arrive; a code that we do not know is said in Twilio's own words."""
    known = _OF_DELIVERY.get(code) or (BY_CODE[code].reason if code in BY_CODE else "")
    words = known or told.strip()[:200]
    return f"{code} {words}".strip() if code else words or "no reason was given"
