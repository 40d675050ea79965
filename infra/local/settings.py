"""The settings of the local cloud: those that ship, and an account on every further channel that can be simulated."""

import tomllib
from pathlib import Path

from infra.build.template import ROOT
from infra.local.platforms.vendors import VENDORS
from nightbell.platforms.registry import PLATFORM_OF

BUSINESS = ROOT / "functions" / "business.toml"
MORE = Path(__file__).with_name("accounts.toml")
_BEGINS = "[[accounts]]\n"


def local_settings(shipped: str, more: str = "") -> str:
    """Add an account for each simulated channel that the shipped settings do not have, to their first brand."""
    document = tomllib.loads(shipped)
    brand = next(iter(document["brands"]))
    taken = {account["channel"] for account in document["accounts"]}
    _, *blocks = (more or MORE.read_text("utf-8")).split(_BEGINS)
    added = [block for block in blocks if _is_wanted(tomllib.loads(block)["channel"], taken)]
    return "".join([shipped, *(f"\n{_BEGINS}{_of(brand, block)}" for block in added)])


def _is_wanted(channel: str, taken: set[str]) -> bool:
    return channel not in taken and PLATFORM_OF.get(channel) in VENDORS


def _of(brand: str, block: str) -> str:
    return block.replace(f'brand = "{tomllib.loads(block)["brand"]}"', f'brand = "{brand}"')
