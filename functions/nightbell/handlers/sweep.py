"""Sweep: every minute, moves whatever is due and was not done."""

from collections.abc import Callable
from functools import cache
from typing import Any

from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.storm_table import StormTable
from nightbell.domain.facts import Fact
from nightbell.domain.keys import DESK
from nightbell.handlers.build_acknowledge import NEEDS as ACKNOWLEDGE_NEEDS
from nightbell.handlers.build_acknowledge import Acknowledging, LambdaContext
from nightbell.handlers.build_holding import build_holding
from nightbell.handlers.build_jobs import build_jobs
from nightbell.handlers.environment import read_environment
from nightbell.handlers.report import report
from nightbell.platforms.registry import CHANNELS
from nightbell.services.know_brands import KnowBrands
from nightbell.services.sweep import Sweep
from nightbell.services.tell_storm import TellStorm
from nightbell.services.tell_team import TellTeam
from nightbell.services.watch_storms import WatchStorms
from nightbell.services.watch_waiting import WatchWaiting

NEEDS = (*ACKNOWLEDGE_NEEDS, "ACK_QUEUE_URL", "CALL_QUEUE_URL", "CALL_BUCKET", "MAIL_BUCKET")


@cache
def _composed() -> tuple[Acknowledging, Sweep]:
    env = read_environment(NEEDS)
    acknowledging = Acknowledging(env)
    hints = AckQueue(acknowledging.sqs, env.ack_queue_url, acknowledging.clock)
    hold = build_holding(acknowledging, env, hints)
    store, known = HoldTable(acknowledging.table, env.due_shards), acknowledging.settings
    table, clock = acknowledging.table, acknowledging.clock
    storms = StormTable(table, env.due_shards)
    tell = TellStorm(storms.count_first, TellTeam(OutboxTable(table), known.team, clock), clock)
    watch_storms = WatchStorms(storms, known, CHANNELS, clock, tell)
    watch_waiting, know_brands = WatchWaiting(store, known, acknowledging.clock), KnowBrands(store, known.brands)

    def every_minute(has_time: Callable[[], bool]) -> list[Fact]:
        know_brands()
        # First, because what holds promises may take all the time that is left.
        return [*watch_storms(), *hold(has_time), *watch_waiting()]

    sweep = Sweep(
        store=acknowledging.store,
        hints=hints,
        acknowledge=acknowledging.service,
        clock=acknowledging.clock,
        due_shards=env.due_shards,
        jobs={**build_jobs(acknowledging, env), DESK: hold.at_mark},
        every_minute=every_minute,
    )
    return acknowledging, sweep


def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 - the schedule says nothing
    """Sweep once.

    Raises:
        UnavailableError: The table did not show all that is due; what it showed has had its turn.
    """
    acknowledging, sweep = _composed()
    swept = sweep(acknowledging.run(context))
    # An age of nothing would be good news that nobody has.
    known = swept.failure is None or swept.oldest_due_s > 0
    report([*swept.facts, *([Fact(name="oldest_due_s", count=swept.oldest_due_s)] if known else [])])
    if swept.failure is not None:
        raise swept.failure
