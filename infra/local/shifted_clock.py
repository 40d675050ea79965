"""The clock that the simulated platforms share with the functions, so that it can be any evening now."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep

from nightbell.domain.opening_hours import OpeningHours, Stretch

LONG_BREAK = timedelta(hours=5)
"""A closed stretch shorter than this is a lunch break, not an evening."""
A_YEAR = 400
REREAD_S = 0.25
"""A little more than the time for which a function trusts what it read from the file."""


class ShiftedClock:
    """The machine's clock plus a shift, kept in the file that the functions read as ``CLOCK_FILE``."""

    def __init__(self, file: Path) -> None:
        """Begin without a shift."""
        self._file = file
        self.shift = timedelta()
        self.when_turned_back: Callable[[], None] = lambda: None
        self._write()

    def now(self) -> datetime:
        """Tell the shifted time, aware, UTC."""
        return datetime.now(UTC) + self.shift

    __call__ = now

    def set_to(self, moment: datetime | None) -> None:
        """Make it that moment now, for the functions too; ``None`` takes the shift away."""
        before = self.shift
        self.shift = timedelta() if moment is None else moment - datetime.now(UTC)
        self._write()
        sleep(REREAD_S)
        if self.shift < before:
            self.when_turned_back()

    def monotonic(self) -> float:
        """Measure durations in seconds; nothing shifts this."""
        return monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        sleep(seconds)

    def _write(self) -> None:
        # Replaced in one go: a function may be reading it.
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({"shift_s": self.shift.total_seconds()}))
        draft.replace(self._file)


def moments(hours: OpeningHours, now: datetime, promise: timedelta) -> dict[str, datetime]:
    """Find a moment of each kind in a business's own calendar, none before now.

    Returns:
        ``open``: with opening time enough left for the promise; ``evening``: two hours after the end of a
        day; ``holiday``: noon of a day that is closed for a reason. What the calendar never has is missing.
    """
    found = {
        "open": _open_moment(hours, now, promise),
        "evening": _evening(hours, now),
        "holiday": _holiday(hours, now),
    }
    return {name: moment for name, moment in found.items() if moment is not None}


def _stretches_from(hours: OpeningHours, now: datetime) -> list[Stretch]:
    stretches = [hours.stretch_at(now)]
    while stretches[-1].end is not None and len(stretches) < A_YEAR:
        stretches.append(hours.stretch_at(stretches[-1].end))
    return stretches


def _open_moment(hours: OpeningHours, now: datetime, promise: timedelta) -> datetime | None:
    for stretch in _stretches_from(hours, now)[:50]:
        begin = max(now, stretch.start or now)
        if stretch.is_open and (stretch.end is None or stretch.end - begin > promise + timedelta(minutes=15)):
            return begin + (timedelta() if begin == now else timedelta(minutes=10))
    return None


def _evening(hours: OpeningHours, now: datetime) -> datetime | None:
    for stretch in _stretches_from(hours, now)[:50]:
        start, end = stretch.start, stretch.end
        if stretch.is_open or start is None or (end is not None and end - start < LONG_BREAK):
            continue
        if start >= now and not hours.reason_on(start.astimezone(hours.zone).date()):
            return start + timedelta(hours=2)
    return None


def _holiday(hours: OpeningHours, now: datetime) -> datetime | None:
    today = now.astimezone(hours.zone).date()
    for days in range(1, A_YEAR):
        noon = _noon(hours, today + timedelta(days=days))
        if hours.reason_on(noon.astimezone(hours.zone).date()) and not hours.stretch_at(noon).is_open:
            return noon
    return None


def _noon(hours: OpeningHours, day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=hours.zone).astimezone(UTC)
