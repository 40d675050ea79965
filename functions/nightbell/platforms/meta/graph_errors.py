"""What Meta's error codes mean for a send: one table for Messenger, which Instagram adds to, one for WhatsApp.

The two share numbers with different meanings, so the tables are apart. A code with a subcode is
looked up as the pair first; ``None`` as subcode means that there was none.
Sources: Meta "Messenger Platform: Error Codes"; Meta "WhatsApp Cloud API: Error Codes".

Codes that say *temporary* or *unknown* (1, 2, 1200, 131000, 131016, 133004) do not say that nothing
was sent. They count as unknown, and what comes back (an echo, a status, the conversation read
back) settles them: an answer that comes twice is worse than one that a person is told about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from nightbell.domain.suppression import OWNED_ELSEWHERE
from nightbell.platforms.channel import VerdictKind
from nightbell.platforms.refusals import INVALID, WINDOW_OVER


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a code means.

    ``wait`` is how long to leave it where the platform names no time; ``of_contact``, that others need not wait.
    """

    kind: VerdictKind
    reason: str
    wait: timedelta | None = None
    of_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTable:
    """A channel's codes.

    Attributes:
        by_code: For any subcode that has no pair of its own.
        by_pair: Code and subcode; the subcode ``None`` means that there was none.
        proven_with_5xx: Codes documented with a 5xx status which all the same prove that nothing was sent.
    """

    by_code: Mapping[int, Judgement]
    by_pair: Mapping[tuple[int, int | None], Judgement]
    proven_with_5xx: frozenset[int] = frozenset()

    def find(self, code: int, subcode: int | None) -> Judgement | None:
        """Find the meaning of an error."""
        return self.by_pair.get((code, subcode)) or self.by_code.get(code)


def _refused(reason: str) -> Judgement:
    return Judgement(VerdictKind.REFUSED, reason)


def _later(reason: str, minutes: float) -> Judgement:
    return Judgement(VerdictKind.NOT_SENT, reason, timedelta(minutes=minutes))


def _blocked(reason: str, minutes: float) -> Judgement:
    return Judgement(VerdictKind.ACCOUNT_BLOCKED, reason, timedelta(minutes=minutes))


_DONE = Judgement(VerdictKind.SENT, "it had been sent already")
_UNSURE = Judgement(VerdictKind.UNKNOWN, "the platform reports a passing fault, and not whether it sent")
_TOKEN = Judgement(VerdictKind.TOKEN_DEAD, "the access token is no longer valid")
_PERMISSION = Judgement(VerdictKind.NOT_PERMITTED, "the access token lacks a permission")
_OUR_BUG = _refused(INVALID)
_WINDOW = _refused(WINDOW_OVER)
_GONE = _refused("the contact cannot be reached")

MESSENGER_ERRORS = ErrorTable(
    by_code={
        # Source: Meta "Graph API: Handling Errors" §Error codes: one of them for each permission.
        **dict.fromkeys(range(200, 300), _PERMISSION),
        # WhatsApp's word for a dead token, which comes where its numbers and business accounts are asked about.
        0: _TOKEN,
        1: _UNSURE,
        2: _UNSURE,
        3: _PERMISSION,
        4: _later("the app makes too many calls", 5),
        17: _later("too many calls for this user", 5),
        32: _later("too many calls for this Page", 5),
        100: _OUR_BUG,
        102: _TOKEN,
        190: _TOKEN,
        341: _later("a limit of the app is reached", 5),
        368: _blocked("the platform blocks the Page for its policy", 240),
        506: _DONE,
        551: _GONE,
        613: _later("too many messages at once", 1),
        1200: _UNSURE,
        2500: _OUR_BUG,
        10900: _DONE,
        10901: _WINDOW,
        10902: _refused("this cannot be answered privately"),
        10903: _refused("this contact cannot be answered privately"),
        # Source: Meta "Graph API Reference: Page Messages" §Error codes.
        10904: _blocked("the Page's own settings keep it from messages", 60),
        80001: _later("too many calls for this Page", 5),
        80002: _later("too many calls for this account", 5),
        80006: _later("too many messages for this Page", 5),
        80008: _later("too many calls for this account", 5),
    },
    by_pair={
        (2, 2018344): _refused("the contact has not accepted the platform's terms"),
        (4, 2018354): _refused("the contact gets no more of these messages for now"),
        (9, 2018352): _refused("the contact gets no more of these messages for now"),
        (10, None): _PERMISSION,
        (10, 1404170): _PERMISSION,
        # In earlier editions of the page; one contact must not stop an account that they count against.
        (10, 2018065): _WINDOW,
        (200, 1545041): _GONE,
        (10, 1893063): _blocked("the platform restricts the Page for a while", 30),
        (10, 2018108): _GONE,
        (10, 2018278): _WINDOW,
        (10, 2018300): Judgement(VerdictKind.OWNED_ELSEWHERE, OWNED_ELSEWHERE),
        (10, 2534022): _WINDOW,
        (100, 2018001): _refused("the platform knows no such contact"),
        (100, 2534014): _GONE,
        (100, 2534029): _refused("the contact has blocked the business"),
    },
)

INSTAGRAM_ERRORS = replace(
    MESSENGER_ERRORS,
    by_pair={
        **MESSENGER_ERRORS.by_pair,
        (100, 2534025): _refused("this comment cannot be answered privately"),
        # Somebody switches it back on in Instagram's own settings, and the token stays the same.
        (200, 2534041): _blocked("the account's settings in Instagram keep apps from its messages", 60),
    },
)

WHATSAPP_ERRORS = ErrorTable(
    by_code={
        **dict.fromkeys(range(200, 300), _PERMISSION),
        0: _TOKEN,
        1: _UNSURE,
        2: _UNSURE,
        3: _PERMISSION,
        4: _later("the app makes too many calls", 5),
        10: _PERMISSION,
        33: _OUR_BUG,
        100: _OUR_BUG,
        190: _TOKEN,
        368: _blocked("the platform blocks the account for its policy", 240),
        80007: _later("too many calls for this account", 1),
        80008: _later("too many calls for this account", 5),
        130403: _refused("the business has blocked this contact"),
        130429: _later("too many messages at once", 1),
        130472: _refused("the contact takes part in an experiment of the platform"),
        130497: _refused("the account may not write to this country"),
        131000: _UNSURE,
        131005: _PERMISSION,
        131008: _OUR_BUG,
        131009: _OUR_BUG,
        131016: _UNSURE,
        131021: _refused("sender and recipient are the same number"),
        131026: _GONE,
        131030: _refused("a test number may only write to numbers on its list"),
        131031: _blocked("the platform has locked the account", 240),
        131037: _blocked("the number's display name awaits approval", 60),
        131042: _blocked("the account has a payment problem", 60),
        131045: _blocked("the number's registration is faulty", 60),
        131047: _WINDOW,
        131048: _blocked("too many of the number's messages were reported", 60),
        131049: _refused("the platform chose not to deliver it"),
        131050: _refused("the contact has stopped such messages"),
        131051: _OUR_BUG,
        131056: replace(_later("too many messages to this contact", 0.1), of_contact=True),
        131057: _later("the account is under maintenance", 1),
        131062: _refused("the contact cannot be addressed by their user id"),
        131063: _refused("the contact cannot be addressed by their user id"),
        131064: _refused("the contact cannot be addressed by their user id"),
        133000: _blocked("the number's registration is faulty", 60),
        133004: _UNSURE,
        133010: _blocked("the number is not registered", 60),
        134011: _blocked("terms of the platform await acceptance", 60),
        135000: _OUR_BUG,
        137000: _OUR_BUG,
    },
    by_pair={},
    # Each names a state of the account or the token in which no message is taken at all.
    proven_with_5xx=frozenset({3, 131045, 131057, 133000}),
)
