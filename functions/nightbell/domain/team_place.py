"""A place where a brand's team reads: a channel of Slack or Teams, or a mail address."""

from dataclasses import dataclass
from enum import StrEnum


class Gets(StrEnum):
    """What a place may be told."""

    ALERTS = "alerts"
    """What somebody should look at now."""
    DIGEST = "digest"
    """What waits when the brand opens."""
    REPORT = "report"
    """How the week was."""
    ALARMS = "alarms"
    """What is wrong with the deployment itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlace:
    """One place, as the settings name it.

    Attributes:
        name: The address of a channel is the secret ``notify/<name>``; it is never part of the settings.
        kind: ``slack``, ``teams`` or ``email``.
        to, sender: Of a mail; empty for a channel.
        excerpt: Whether the contact's name and the start of their message may leave for there.
    """

    name: str
    kind: str
    brand: str
    gets: frozenset[Gets] = frozenset(Gets)
    to: str = ""
    sender: str = ""
    excerpt: bool = False
