"""Opening hours with stretches that somebody opened or closed by hand, over what is planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from nightbell.domain.opening_hours import HORIZON, OpeningHours, Stretch

JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """A stretch that is open, or closed, whatever is planned.

    Attributes:
        since: UTC.
        until: UTC, outside it.
    """

    is_open: bool
    since: datetime
    until: datetime


class OverriddenHours(OpeningHours):
    """Planned hours, and what was said over them; the week and its dates are told as planned."""

    __slots__ = ("_forced", "_planned")

    def __init__(self, planned: OpeningHours, said: Sequence[Forced]) -> None:
        """Lay what was said over a plan; where two of them hold, the later one."""
        self.zone, self._plan, self._unchanging = planned.zone, planned._plan, planned._unchanging  # noqa: SLF001 - its own kind
        self._planned, self._forced = planned, _flat(said)

    def stretch_at(self, at: datetime) -> Stretch:
        """Find the open or closed stretch that holds an instant; its end is outside it."""
        at = at.astimezone(UTC)
        piece = self._piece_at(at)
        start, end = piece.start, piece.end
        while end and end - at <= HORIZON and (after := self._piece_at(end)).is_open == piece.is_open:
            end = after.end
        while start and at - start <= HORIZON:
            before = self._piece_at(start - JUST_BEFORE)
            if before.is_open != piece.is_open:
                break
            start = before.start
        return Stretch(
            is_open=piece.is_open,
            start=start if start and at - start <= HORIZON else None,
            end=end if end and end - at <= HORIZON else None,
        )

    def next_opening(self, after: datetime) -> datetime | None:
        """Find when the next open stretch starts, at or after an instant; ``None`` if not in sight."""
        after = after.astimezone(UTC)
        opens = (each.start for each in self._stretches(after) if each.is_open and each.start)
        return next((start for start in opens if start >= after), None)

    def add_open_time(self, start: datetime, amount: timedelta) -> datetime | None:
        """Count an amount of opening time from an instant, as planned hours do.

        Raises:
            ValueError: ``amount`` is negative.
        """
        start = start.astimezone(UTC)
        if amount < timedelta(0):
            return super().add_open_time(start, amount)
        for begin, end in self._open_from(start):
            if end is None or begin + amount <= end:
                return begin + amount
            amount -= end - begin
        return None

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Count the opening time from one instant to another; none where the second is not later."""
        start, end, total = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
        for begin, closes in self._open_from(start):
            if begin >= end:
                break
            total += min(closes or end, end) - begin
        return total

    def _open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        for each in self._stretches(start):
            if each.is_open:
                yield max(each.start or start, start), each.end

    def _stretches(self, start: datetime) -> Iterator[Stretch]:
        """Yield one stretch after another from the one that holds an instant, as far as the horizon."""
        at: datetime | None = start
        while at and at - start <= HORIZON:
            stretch = self.stretch_at(at)
            yield stretch
            at = stretch.end

    def _piece_at(self, at: datetime) -> Stretch:
        """Find what holds an instant, as far as the next thing that was said."""
        for each in self._forced:
            if each.since <= at < each.until:
                return Stretch(is_open=each.is_open, start=each.since, end=each.until)
        planned = self._planned.stretch_at(at)
        before = [each.until for each in self._forced if each.until <= at] + ([planned.start] if planned.start else [])
        after = [each.since for each in self._forced if each.since > at] + ([planned.end] if planned.end else [])
        return replace(planned, start=max(before, default=None), end=min(after, default=None))


def _flat(said: Sequence[Forced]) -> tuple[Forced, ...]:
    """Lay each over those said before it, so that no two hold at once."""
    found: list[Forced] = []
    for new in sorted(said, key=lambda each: each.since):
        cut = [
            part
            for old in found
            for part in (
                replace(old, until=min(old.until, new.since)),
                replace(old, since=max(old.since, new.until)),
            )
            if part.since < part.until
        ]
        found = sorted([*cut, new], key=lambda each: each.since) if new.since < new.until else found
    return tuple(found)
