"""A sweep that cannot do everything leaves no part of it undone for ever."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from nightbell.services.case import Invocation
from nightbell.services.ports import Due
from nightbell.services.sweep import Sweep
from tests.contract.fake_clock import FakeClock

SHARDS = 8
LATE = datetime(2026, 3, 29, 11, tzinfo=UTC)


class Endless:
    """More is due in every shard than there is time for: each item takes ten seconds."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.looked = clock, list[int]()

    def due(self, shard: int, now: datetime, limit: int) -> Sequence[Due]:
        del now
        return [Due(pk=f"C#{shard}.{n}", sk="A#1", due_at=LATE) for n in range(limit)]

    def read_mark(self, item: Due) -> None:
        self.looked.append(int(item.pk[2]))
        self.clock.advance(10)


def test_every_shard_has_its_turn_though_each_has_more_than_a_sweep_can_do() -> None:
    clock = FakeClock()
    store: Any = Endless(clock)
    nothing: Any = None
    sweep = Sweep(store=store, hints=nothing, acknowledge=nothing, clock=clock, due_shards=SHARDS)
    for _ in range(SHARDS):
        began = clock.now()
        sweep(Invocation(worker="w", deadline=began + timedelta(seconds=55)))
        clock.advance((began + timedelta(minutes=1) - clock.now()).total_seconds())
    assert set(store.looked) == set(range(SHARDS))
