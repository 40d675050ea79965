"""The settings of the local cloud: those that ship, and an account on every further channel that can be simulated."""

import tomllib
from pathlib import Path

from infra.build.template import ROOT
from infra.local.platforms.team_chat import PLACES
from infra.local.platforms.vendors import VENDORS
from nightbell.platforms.registry import PLATFORM_OF

BUSINESS = ROOT / "functions" / "business.toml"
MORE = Path(__file__).with_name("accounts.toml")
_BEGINS = "[[accounts]]\n"


def local_settings(shipped: str, more: str = "") -> str:
    """Add an account for each simulated channel that the shipped settings do not have.

    It is an account of their first brand, or of the further brand that it is written down with.
    """
    document = tomllib.loads(shipped)
    taken = {account["channel"] for account in document["accounts"]}
    head, *blocks = (more or MORE.read_text("utf-8")).split(_BEGINS)
    added = [block for block in blocks if _is_wanted(tomllib.loads(block)["channel"], taken)]
    further = set(tomllib.loads(head).get("brands", {})) - set(document["brands"])
    # A brand without any account would be a mistake in the settings.
    needed = further & {tomllib.loads(block)["brand"] for block in added}
    first = next(iter(document["brands"]))
    accounts = (f"\n{_BEGINS}{_of(first, block, needed)}" for block in added)
    return "".join([shipped, f"\n{head}" if needed else "", *accounts])


def with_team(settings: str) -> str:
    """Add places where the first brand's team reads, unless the settings name their own."""
    brands = tomllib.loads(settings)["brands"]
    named = any("notify" in brand for brand in brands.values())
    return settings if named else settings + PLACES.format(brand=next(iter(brands)))


def _is_wanted(channel: str, taken: set[str]) -> bool:
    return channel not in taken and PLATFORM_OF.get(channel) in VENDORS


def _of(first: str, block: str, further: set[str]) -> str:
    brand = tomllib.loads(block)["brand"]
    return block if brand in further else block.replace(f'brand = "{brand}"', f'brand = "{first}"')
