"""An account of a platform beside Meta is looked after, and in the end in order."""

import importlib

from tests.chaos.wire.play import Play
from tests.chaos.wire.situations import Situation

HOURS = 4
"""A fault of the platform strikes three times."""


def looked_after(platform: str, channel: str) -> Situation:
    """Begin after a cold start, with nothing subscribed; nobody writes."""

    def act(play: Play) -> None:
        play.looks_after = platform
        play.hours = HOURS
        play.promises.append(lambda: _troubles(platform))
        play.lane.check(platform)

    return Situation(name=f"an account of {platform} is looked after", before=_cold, act=act, channel=channel)


def _cold(play: Play) -> None:
    play.lane.cold()


def _troubles(platform: str) -> list[str]:
    """Look once more, and tell what is not in order."""
    care = importlib.import_module("nightbell.handlers.check_accounts")._checking().care
    found = [fact for each in care.cared if each.platform == platform for fact in care.look(each)]
    return [f"not in order: {fact.name} {fact.fields}" for fact in found if fact.name != "accounts_checked"]
