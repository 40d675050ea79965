"""What a customer's own doing changes on their screen."""

import time
from collections.abc import Sequence
from datetime import datetime

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Bubble, Contact
from infra.local.platforms.meta.world import World

CHANGES_NOTHING = ("read", "edit", "unsend")
SILENT = ("read", "reaction")


def show(world: World, contact: Contact, writings: Sequence[Writing], now: datetime) -> None:
    """Put what was written on the screen; whatever says something also opens the window."""
    with world.lock:
        thread = world.thread(contact)
        if any(writing.kind not in CHANGES_NOTHING for writing in writings):
            thread.last_act_at, thread.wrote_at = now, time.monotonic()
        for writing in writings:
            if writing.kind in SILENT:
                continue
            plain = writing.text and writing.kind not in CHANGES_NOTHING
            text = writing.text if plain else f"[{writing.kind}] {writing.text}".strip()
            thread.bubbles.append(Bubble(author="contact", text=text, message_id=writing.message_id, at=now))
