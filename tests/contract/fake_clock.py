"""A clock that only moves when told, or when somebody sleeps."""

import datetime as dt


class FakeClock:
    def __init__(self, now: dt.datetime = dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC)) -> None:
        self._now = now
        self._elapsed_s = 0.0
        self.sleeps: list[float] = []

    def now(self) -> dt.datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed_s

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self._now += dt.timedelta(seconds=seconds)
        self._elapsed_s += seconds
