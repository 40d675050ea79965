"""The dated price list."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs.

    Attributes:
        dollars: For each unit.
        seen: How it was confirmed: ``page``, ``others`` or ``no``.
        page: Of AWS, where it stands.
    """

    dollars: float
    seen: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """One region's prices by what is charged."""

    region: str
    dated: date
    prices: Mapping[str, Price]

    def unconfirmed(self) -> list[str]:
        """Name the prices that nothing confirmed."""
        return sorted(name for name, price in self.prices.items() if price.seen == "no")


def price_list(region: str = "us-east-1", file: Path = FILE) -> PriceList:
    """Read one region's prices."""
    found = tomllib.loads(file.read_text("utf-8"))
    prices = {
        name: Price(dollars=each["dollars"] / each["per"], seen=each["seen"], page=found["pages"][each["page"]])
        for name, each in found["regions"][region].items()
    }
    return PriceList(region=region, dated=found["dated"], prices=prices)
