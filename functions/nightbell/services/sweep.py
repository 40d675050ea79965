"""Find whatever is due and was not done: hint again, and after two misses do it at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import BREAKER_SK
from nightbell.domain.trace_ids import trace_id
from nightbell.domain.unit import back_off
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.case import Invocation
from nightbell.services.ports import Clock, Due, DueMark, DueStore, Hints

HINTS_FIRST = 2
PAGE = 100
PARKED_AFTER = 8
"""Attempts after which a due item counts as parked: it has waited for more than four hours."""
EARLY = timedelta(seconds=10)
"""Sweeps come every minute, a few seconds sooner or later: what is put off by a whole minute, counted from within a
sweep, would be due just after the next one began, and wait for the one after that."""
NEEDS = timedelta(seconds=18)
"""What doing one item at once may take: a send with its deadline, and the writes around it."""
NEEDS_BESIDE = timedelta(seconds=8)
"""What one step of the work of every minute may take: it only reads and writes the table."""


Job = Callable[[DueMark, Callable[[], bool]], list[Fact]]
"""Does one due item at once; the second argument tells whether time is left."""


EveryMinute = Callable[[Callable[[], bool]], list[Fact]]
"""Done once in each sweep; the argument tells whether time is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep found.

    Attributes:
        oldest_due_s: How long the longest due item has been due; the health of the whole.
        failure: Why some of what is due could not be seen; ``None`` when all was.
    """

    facts: tuple[Fact, ...]
    oldest_due_s: int
    failure: UnavailableError | None = None


class Sweep:
    """What makes sure; hints only make fast."""

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        *,
        store: DueStore,
        hints: Hints,
        acknowledge: Acknowledge,
        clock: Clock,
        due_shards: int,
        jobs: Mapping[str, Job] | None = None,
        every_minute: EveryMinute | None = None,
    ) -> None:
        """Look at every shard.

        ``jobs`` are for what is due and no unit, by the part of its sort key before the ``#``; ``every_minute`` is done
        once in each sweep, after them.
        """
        self._jobs = jobs or {}
        self._every_minute = every_minute
        self._store = store
        self._hints = hints
        self._acknowledge = acknowledge
        self._clock = clock
        self._shards = due_shards

    def __call__(self, run: Invocation) -> Swept:
        """Sweep every shard until nothing is due or the time is used up; no failure keeps the rest from its turn."""
        facts: list[Fact] = []
        since = [self._clock.now()]
        failure: UnavailableError | None = None
        for shard in self._in_turn(since[0]):
            try:
                for item in self._due(shard, run):
                    facts += self._guarded(partial(self._turn, item, run, since))
            except UnavailableError as error:
                failure = error
        facts += self._guarded(lambda: self._beside(run))
        age = self._clock.now() - min(since)
        return Swept(facts=tuple(facts), oldest_due_s=int(age.total_seconds()), failure=failure)

    def _in_turn(self, now: datetime) -> Iterator[int]:
        """Begin with another shard each minute: where there is more than a sweep can do, each has its turn."""
        first = int(now.timestamp() // 60)
        return ((first + each) % self._shards for each in range(self._shards))

    def _beside(self, run: Invocation) -> list[Fact]:
        if self._every_minute is None:
            return []
        return self._every_minute(lambda: run.deadline - self._clock.now() > NEEDS_BESIDE)

    def _due(self, shard: int, run: Invocation) -> Iterator[Due]:
        """List each due item once: what cannot be moved is listed again and again, and must not hide the rest.

        Raises:
            UnavailableError: The shard cannot be listed; the next minute sweeps again.
        """
        had: set[Due] = set()
        while self._has_time(run):
            listed = self._store.due(shard, self._clock.now(), PAGE + len(had))
            fresh = [item for item in listed if item not in had]
            had.update(fresh)
            for item in fresh:
                if not self._has_time(run):
                    return
                yield item
            if not fresh:
                return

    def _has_time(self, run: Invocation) -> bool:
        return run.deadline - self._clock.now() > NEEDS

    def _turn(self, item: Due, run: Invocation, since: list[datetime]) -> list[Fact]:
        since.append(item.due_at)
        mark = self._store.read_mark(item)
        if mark is None:
            return []
        since.append(mark.since)
        return [fact.about(conversation=trace_id(mark.pk), unit=mark.sk) for fact in self._move(mark, run)]

    def _move(self, mark: DueMark, run: Invocation) -> list[Fact]:
        """Put the marker off first, so that an item that fails every time cannot hide the others."""
        attempts = mark.sweeps + 1
        if not self._store.put_off(mark, self._clock.now() + back_off(attempts) - EARLY):
            return []
        facts = [Fact(name="swept"), *([Fact(name="parked")] if attempts > PARKED_AFTER else [])]
        if mark.sk == BREAKER_SK:
            return [*facts, Fact(name="breakers_still_open", alarm=True, fields={"attempts": attempts})]
        job = self._jobs.get(mark.sk.partition("#")[0])
        if job is not None:
            return facts + self._guarded(lambda: job(mark, lambda: self._has_time(run)))
        if attempts <= HINTS_FIRST:
            return facts + self._guarded(lambda: self._hint(mark))
        return facts + self._guarded(lambda: self._acknowledge(mark.pk, mark.sk, run))

    def _hint(self, mark: DueMark) -> list[Fact]:
        self._hints.hint(mark.pk, mark.sk)
        return []

    def _guarded(self, act: Callable[[], list[Fact]]) -> list[Fact]:
        """Let one item's failure spoil no other."""
        try:
            return act()
        except UnavailableError as error:
            return [Fact(name="sweeps_failed", fields={"because": str(error)[:80]})]
        except Exception as error:  # noqa: BLE001 - a defect in one must not hide the thousands behind it
            return [Fact(name="sweeps_failed", alarm=True, fields={"because": type(error).__name__})]
