"""The platforms that deliver over HTTP: at these forgers aim, and there secrets change.

Mail comes by a queue that takes from one topic alone, so there is no signature to forge; the template's tests hold the
policies that stand in its place.
"""

from nightbell.platforms.channel import Platform
from nightbell.platforms.registry import CHANNELS, PLATFORM_OF, PLATFORMS


def heard() -> dict[str, Platform]:
    """Name those that prove anything; whoever does not say what it proves is not let off."""
    return {name: platform for name, platform in PLATFORMS.items() if getattr(platform, "proves", True)}


def channels_heard() -> list[str]:
    """Name the channels of these platforms."""
    silent = set(PLATFORMS) - set(heard())
    return [name for name in CHANNELS if PLATFORM_OF.get(name) not in silent]
