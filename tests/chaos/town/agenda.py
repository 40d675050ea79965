"""What happens when, on a clock that leaps from one thing to the next."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.contract.fake_clock import FakeClock

Act = Callable[[], object]


class Agenda:
    """Acts in the order of their times; what is late is done late, as the clock never goes back."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._order = itertools.count()
        self._waiting: list[tuple[datetime, int, Act]] = []

    def at(self, when: datetime, act: Act) -> None:
        heapq.heappush(self._waiting, (when, next(self._order), act))

    def after(self, seconds: float, act: Act) -> None:
        self.at(self.clock.now() + timedelta(seconds=seconds), act)

    def every(self, seconds: float, act: Act) -> None:
        """Act at a fixed rate, however long an act takes, as a schedule does."""
        self._again(self.clock.now() + timedelta(seconds=seconds), timedelta(seconds=seconds), act)

    def _again(self, when: datetime, step: timedelta, act: Act) -> None:
        def once() -> None:
            act()
            self._again(when + step, step, act)

        self.at(when, once)

    def run_until(self, end: datetime) -> None:
        while self._waiting and self._waiting[0][0] <= end:
            when, _, act = heapq.heappop(self._waiting)
            self.clock.advance(max((when - self.clock.now()).total_seconds(), 0))
            act()
        self.clock.advance(max((end - self.clock.now()).total_seconds(), 0))
