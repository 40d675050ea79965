"""What a contact was told by a unit, in the words that people and their programs read."""

from datetime import datetime

from nightbell.domain.unit import Unit, UnitState

REACHED = frozenset({UnitState.SENT, UnitState.CONFIRMED, UnitState.UNCERTAIN})
"""Where the contact may have read the text; otherwise it has not left, or not yet."""

STATE_WORDS = {
    UnitState.READY: "pending",
    UnitState.SENDING: "pending",
    UnitState.RECOVERING: "pending",
    UnitState.SENT: "acknowledged",
    UnitState.CONFIRMED: "acknowledged",
    UnitState.UNCERTAIN: "uncertain",
    UnitState.REFUSED: "refused",
    UnitState.UNDELIVERED: "undelivered",
    UnitState.SUPPRESSED: "suppressed",
}

BECAME = {
    UnitState.READY: "nothing yet: it is about to be sent",
    UnitState.SENDING: "it is being sent",
    UnitState.RECOVERING: "whether it was sent is being found out",
    UnitState.SENT: "sent",
    UnitState.CONFIRMED: "sent, and confirmed by the platform",
    UnitState.UNCERTAIN: "perhaps: nobody can tell whether it arrived",
    UnitState.REFUSED: "nothing: the platform refused it",
    UnitState.UNDELIVERED: "nothing: the platform could not deliver it",
    UnitState.SUPPRESSED: "nothing: it was held back",
}


def has_promised(unit: Unit) -> datetime | None:
    """Tell by when an answer was promised to the contact, in private or in a line that stands; ``None`` if it was not.

    A step that reached nobody leaves the line's promise standing.
    """
    if unit.text and unit.state in REACHED:
        return unit.promised_by
    return unit.public_promised_by if unit.public_state in REACHED else None


def stood_before(unit: Unit) -> UnitState | None:
    """Tell what the line in public came to that went before the unit's current step; ``None`` where none did."""
    return None if unit.is_in_public else unit.public_state


def iso(at: datetime | None) -> str | None:
    """Write a time as JSON carries it, UTC: ``2026-11-23T08:00:00Z``."""
    return None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")
