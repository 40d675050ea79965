"""Prices what was used, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.bench.meter.prices import PriceList
from tests.bench.meter.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the bill."""

    name: str
    units: float
    dollars: float
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What something costs."""

    lines: tuple[Line, ...]

    @property
    def dollars(self) -> float:
        """Add all lines up."""
        return sum(line.dollars for line in self.lines)

    def grouped(self) -> Mapping[str, float]:
        """Add up by service: what stands before the first comma."""
        sums: dict[str, float] = {}
        for line in self.lines:
            service = line.name.partition(",")[0]
            sums[service] = sums.get(service, 0) + line.dollars
        return sums

    def table(self) -> Iterator[str]:
        """Write it out, the dearest line first."""
        for line in sorted(self.lines, key=lambda each: -each.dollars):
            doubt = "" if line.confirmed else "  ?"
            part = 100 * line.dollars / self.dollars
            yield f"  {line.name:36s} {line.units:14,.2f}  {line.dollars:8.3f}  {part:5.1f} %{doubt}"
        yield f"  {'together':36s} {'':14s}  {self.dollars:8.3f}"


def bill(usage: Usage, prices: PriceList, architecture: str = "arm64") -> Bill:
    """Price it; GB-seconds by the processor."""
    return Bill(lines=tuple(_lines(usage, prices, architecture)))


def _lines(usage: Usage, prices: PriceList, architecture: str) -> Iterator[Line]:
    for (name, charge), units in usage.units.items():
        price = prices.prices[f"gb_seconds_{architecture}" if charge == "gb_seconds" else charge]
        yield Line(name=name, units=units, dollars=units * price.dollars, confirmed=price.seen != "no")
