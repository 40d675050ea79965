"""Why the contact was sent nothing, for programs: the sentences that are stored, by what they stand for."""

from collections.abc import Mapping

from nightbell.domain import suppression as s

CODES: Mapping[str, str] = {
    s.OPTED_OUT: "opted_out",
    s.HELD: "held",
    s.ANSWERED: "answered",
    s.INBOX: "inbox",
    s.OTHER_APP: "other_app",
    s.OWNED_ELSEWHERE: "owned_elsewhere",
    s.WINDOW_CLOSED: "window_closed",
    s.STALE: "stale",
    s.LOOP: "loop",
    s.TOLD_ENOUGH: "told_enough",
    s.TOLD_ALREADY: "told_already",
    s.REPLACED: "replaced",
    s.STORM: "storm",
    s.HELD_TOO_LONG: "held_too_long",
    s.OFF: "off",
    s.EDITED: "edited",
    s.TAKEN_BACK: "taken_back",
    s.NOT_A_MESSAGE: "not_a_message",
}
"""Those that agents read most; what a platform says, and whatever is rare, is a sentence alone."""
