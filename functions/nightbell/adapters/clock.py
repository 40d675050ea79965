"""The one place that reads the clock."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_REREAD_S = 0.2


class SystemClock:
    """The machine's time; a local cloud can move it by a file, to see the desk by night."""

    def __init__(self, shift_file: Path | None = None) -> None:
        """Follow ``{"shift_s": seconds}`` in a file that may come, change and go at any time."""
        self._shift_file = shift_file
        self._shift = timedelta(0)
        self._read_at = -_REREAD_S

    def now(self) -> datetime:
        """Tell the time, aware, UTC, moved by the file; a change shows within 0.2 s."""
        return datetime.now(UTC) + self._current_shift()

    def monotonic(self) -> float:
        """Measure durations in seconds; no file moves this."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def _current_shift(self) -> timedelta:
        if self._shift_file and self.monotonic() - self._read_at >= _REREAD_S:
            self._shift = _read_shift(self._shift_file, self._shift)
            self._read_at = self.monotonic()
        return self._shift


def _read_shift(path: Path, known: timedelta) -> timedelta:
    """Read the file; one that is just being written leaves things as they are."""
    try:
        return timedelta(seconds=float(json.loads(path.read_bytes())["shift_s"]))
    except FileNotFoundError:
        return timedelta(0)
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return known
