"""Where the platforms' APIs are."""

from collections.abc import Mapping

from nightbell.platforms.registry import HOSTS


def api_addresses(
    *, graph: str, instagram: str, version: str, stand_in: str = "", hosts: Mapping[str, tuple[str, str]] = HOSTS
) -> Mapping[str, tuple[str, str]]:
    """Give address and version by platform, and by ``platform.login`` where a login has its own.

    Args:
        graph: Of Meta's Graph API.
        instagram: Of Instagram's own API.
        version: Of both.
        stand_in: Under it stands a stand-in of every other platform, by its name; only a local stage has one.
        hosts: Where the others are themselves.
    """
    others = {name: (f"{stand_in}/{name}" if stand_in else own, number) for name, (own, number) in hosts.items()}
    return {**others, "meta": (graph, version), "meta.instagram": (instagram, version)}
