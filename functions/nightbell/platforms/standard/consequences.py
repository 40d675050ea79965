"""What becomes of each kind of event that a relay sends."""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import CHANGE, MESSAGE, OUTSIDE, SETTLEMENT, Row
from nightbell.platforms.reading.dispatch import Table

ROWS: Mapping[str, Row] = {
    "standard.message": Row(MESSAGE, "A contact wrote, wherever the relay listens."),
    "standard.edit": Row(CHANGE, "A contact edited what they wrote."),
    "standard.removal": Row(CHANGE, "A contact took back what they wrote."),
    "standard.delivered": Row(SETTLEMENT, "The relay brought our answer to the contact."),
    "standard.failed": Row(SETTLEMENT, "The relay could not bring our answer to the contact."),
    "standard.answered": Row(OUTSIDE, "A person, or another system, answered the contact where the relay listens."),
}

KINDS: Mapping[str, str] = {
    "message.created": "standard.message",
    "message.updated": "standard.edit",
    "message.deleted": "standard.removal",
    "message.delivered": "standard.delivered",
    "message.failed": "standard.failed",
    "message.answered": "standard.answered",
}
"""By the ``type`` of an event."""

TABLE = Table(ROWS)
