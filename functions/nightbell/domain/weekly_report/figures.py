"""What a week's tally says, as the page asks for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from nightbell.domain.weekly_report.spread import Spread
from nightbell.domain.weekly_report.tally import (
    ACK,
    BROKEN,
    CLOSED,
    FIRST,
    KEPT,
    MESSAGES,
    OPEN,
    OPENING,
    PROMISES,
    RATINGS,
    SENDS,
    Tally,
)
from nightbell.domain.weekly_report.week import Week

FEW = 20
"""Below so many there is no percentage and no tail: one more or less would change what it says."""
FEWEST = 5
"""Below so many there is no median either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A brand's days, added up.

    Attributes:
        missing: Days that could not be counted.
        waiting: How many conversations waited for a person, by channel; ``None`` where nobody has looked.
        waiting_at: When somebody looked.
    """

    tally: Tally = field(default_factory=Counter)
    missing: tuple[date, ...] = ()
    waiting: Mapping[str, int] | None = None
    waiting_at: datetime | None = None


class Figures:
    """One week of one brand."""

    def __init__(self, week: Week, counted: Counted) -> None:
        """Read these counts."""
        self.week, self.counted = week, counted
        self._tally = counted.tally

    @property
    def messages(self) -> int:
        """How many messages came."""
        return sum(self.by_channel(MESSAGES).values())

    def channels(self, *whats: str) -> list[str]:
        """Name the channels of which anything was counted, the busiest first."""
        found = Counter[str]()
        for what in whats:
            found.update(self.by_channel(what))
        return sorted(found, key=lambda channel: (-found[channel], channel))

    def by_channel(self, what: str, *more: str, place: int = 2) -> Counter[str]:
        """Add up by channel; ``more`` is what stands after the channel, or from ``place`` on."""
        found = Counter[str]()
        for name, count in self._tally.items():
            if name[0] == what and name[place : place + len(more)] == more:
                found[name[1]] += count
        return found

    def at(self, weekday: int, hour: int) -> int:
        """How many messages came in an hour of the week; Monday is 0."""
        return sum(
            count
            for name, count in self._tally.items()
            if name[0] == MESSAGES and name[2:] == (str(weekday), str(hour))
        )

    def ack(self, channel: str | None = None) -> Spread:
        """How long automatic texts took to leave, in milliseconds."""
        return self._spread(ACK, channel, ())

    def first(self, came: str, clock: str = OPENING, channel: str | None = None) -> Spread:
        """How long the first answers of people took, in seconds."""
        return self._spread(FIRST, channel, (came, clock))

    @property
    def answers(self) -> int:
        """How many episodes had their first answer of a person."""
        return self.first(OPEN).count + self.first(CLOSED).count

    def promises(self, channel: str | None = None) -> tuple[int, int]:
        """How many promises were kept, and of how many."""
        kept, broken = (self.by_channel(PROMISES, name) for name in (KEPT, BROKEN))
        if channel is not None:
            return kept[channel], kept[channel] + broken[channel]
        return kept.total(), kept.total() + broken.total()

    def sends(self, who: str) -> Counter[str]:
        """What became of tries to send, by outcome."""
        found = Counter[str]()
        for name, count in self._tally.items():
            if name[0] == SENDS and name[2] == who:
                found[name[3]] += count
        return found

    @property
    def ratings(self) -> Mapping[int, int]:
        """How often each number of points was given."""
        found = {int(name[1]): count for name, count in self._tally.items() if name[0] == RATINGS and name[1].isdigit()}
        return {points: found[points] for points in sorted(found) if points <= 10}  # noqa: PLR2004 - from 0 to 10

    def _spread(self, what: str, channel: str | None, between: Sequence[str]) -> Spread:
        wanted = tuple(between)
        return Spread(
            (int(name[-1]), count)
            for name, count in self._tally.items()
            if name[0] == what and channel in {None, name[1]} and name[2:-1] == wanted
        )
