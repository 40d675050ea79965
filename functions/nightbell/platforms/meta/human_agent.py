"""The mark under which a person may answer after the 24 hours are over; nothing automatic ever bears it.

Sources: Meta "Messenger Platform: Message Tags" §Human Agent; Meta "Instagram Messaging: Send a Message" §Human Agent;
Meta "App Review: Human Agent": within seven days of the contact's message, for what a person writes, and only in the
name of an app that was approved for it.
"""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.platforms.channel import OutboundText

WINDOW = timedelta(days=7)


def mark(outbound: OutboundText) -> Mapping[str, str]:
    """Name what a call bears beside its message; nothing while the 24 hours last, where a person answers as usual."""
    if not (outbound.by_person and outbound.outside_window):
        return {}
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
