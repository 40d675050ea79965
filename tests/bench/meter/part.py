"""The part "cost" of ``make bench``: what a million messages cost, by line, and where the money goes."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.bench.figure import Figure
from tests.bench.meter.account import MILLION, Account, cpu_of, played
from tests.bench.meter.bill import Bill, bill
from tests.bench.meter.prices import PriceList, price_list
from tests.bench.meter.town import CHANNELS

TARGET, DREAM = 8.0, 6.0
COUNTED, TIMED = 3, 6
VOLUMES = (10_000, 1_000_000, 30_000_000)
DESK_HOURS = 22 * 8


def measure() -> Iterable[Figure]:
    """Run, count, price; tables go to stderr, and the figures are given back."""
    _say("playing conversations, counted at the wire …")
    counted = played("count", COUNTED)
    _say("playing conversations, timed …")
    account = Account(report=counted, cpu_ms=cpu_of(played("time", TIMED)))
    prices = price_list()
    for line in _story(account, prices):
        _say(line)
    return list(_figures(account, prices))


def _figures(account: Account, prices: PriceList) -> Iterator[Figure]:
    for name, channels in (("Messenger", CHANNELS[:1]), ("WhatsApp", CHANNELS[1:]), ("half of each", CHANNELS)):
        cost = bill(account.messages(*channels), prices).dollars
        yield Figure(name=f"a million messages, {name}", value=cost, unit="$", target=TARGET)
    row = bill(account.messages(*CHANNELS, row=True), prices).dollars
    yield Figure(name="a million, always three in a row", value=row, unit="$", note="the third is handed over anew")
    for memory in (256, 512):
        cost = bill(replace(account, memory_mb=memory).messages(*CHANNELS), prices).dollars
        yield Figure(name=f"a million messages, all at {memory} MB", value=cost, unit="$")
    yield Figure(name="answering them at the desk", value=bill(account.team(), prices).dollars, unit="$")
    yield Figure(name="a month without a message", value=bill(account.month(), prices).dollars, unit="$")


def _story(account: Account, prices: PriceList) -> Iterator[str]:
    yield f"\nPrices of {prices.region}, {prices.dated}; ? marks a price that nothing at hand confirmed."
    for title, channels in (("Messenger", CHANNELS[:1]), ("WhatsApp", CHANNELS[1:])):
        yield f"\nA million messages, 1 acknowledged : 2 further, {title}        units         $"
        yield from bill(account.messages(*channels), prices).table()
    yield "\nWhat the team does about a million messages"
    yield from bill(account.team(), prices).table()
    yield "\nA month without a message"
    yield from bill(account.month(), prices).table()
    yield from _totals(account, prices)


def _totals(account: Account, prices: PriceList) -> Iterator[str]:

    def cost(of: Account, where: PriceList = prices, processor: str = "arm64") -> float:
        return bill(of.messages(*CHANNELS), where, processor).dollars

    yield "\nTotals for a million messages, half of them on each channel"
    yield f"  as deployed, arm64              {cost(account):6.2f}  {_verdict(cost(account))}"
    for memory in (256, 512):
        sized = replace(account, memory_mb=memory)
        yield f"  all functions at {memory} MB, arm64   {cost(sized):6.2f}"
    row = bill(account.messages(*CHANNELS, row=True), prices).dollars
    yield f"  always three in a row           {row:6.2f}  (nobody answers, and the third is handed over anew)"
    yield f"  as deployed, x86_64             {cost(account, processor='x86_64'):6.2f}"
    slow = replace(account, assumed=account.assumed.slower(1.5))
    yield f"  every wait half as long again   {cost(slow):6.2f}"
    far = price_list("eu-central-1")
    yield f"  eu-central-1                    {cost(account, far):6.2f}"
    yield from _by_volume(bill(account.messages(*CHANNELS), prices), bill(account.month(), prices))
    hours = bill(account.desk_hour().times(DESK_HOURS), prices).dollars
    yield f"  one desk open {DESK_HOURS} hours a month, ten conversations waiting: {hours:.2f}"


def _by_volume(messages: Bill, month: Bill) -> Iterator[str]:
    for volume in VOLUMES:
        moved = messages.dollars * volume / MILLION
        whole = moved + month.dollars
        yield f"  {volume:>11,} messages a month: {whole:8.2f}, of it {100 * month.dollars / whole:3.0f} % standing"


def _verdict(dollars: float) -> str:
    goal = "target met" if dollars <= TARGET else "target MISSED"
    dream = "dream met" if dollars <= DREAM else f"dream missed by {dollars - DREAM:.2f}"
    return f"{goal} ({TARGET:.0f}), {dream} ({DREAM:.0f})"


def _say(line: str) -> None:
    print(line, file=sys.stderr)
