"""Every platform and channel that Nightbell serves: a new one is one line in each list."""

from collections.abc import Mapping

from nightbell.platforms.channel import Platform
from nightbell.platforms.meta.platform import Meta

PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in (Meta(),)}
