"""The table alone is enough: hints and dead letters thrown away, thousands parked, and nothing is forgotten (G14)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, INSTAGRAM_DIRECT, MESSENGER, WHATSAPP, Contact
from nightbell.adapters.table_items import unit_from
from nightbell.domain.unit import FIRST_DUE, Unit
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.accounts import PAGE, SECRETS, pk_of, somebody
from tests.chaos.town.backends import in_memory
from tests.chaos.town.history import figures
from tests.chaos.town.town import OPEN, SWEEP_EVERY_S, Town, town
from tests.contract.fake_clock import FakeClock

PARKED, SHORT_PARKED = 2_000, 120
COMMENTS = 4
"""Every so many is below a post of the Page, whose token they share."""
ARRIVE_WITHIN_S = 600
CALL_S = 0.004
"""What every call takes: a sweep must not be able to do everything in no time."""
FRESH_EVERY = timedelta(minutes=11)
FRESH = 8
THROWN_AWAY = ("AckQueue", "AckDeadLetters", "HumanDeadLetters")
TOKEN = f"access_token/{PAGE}"
ELSEWHERE = (WHATSAPP, INSTAGRAM_DIRECT)
"""Accounts whose tokens live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """One who writes, on an account that works, while the others are parked."""

    contact: Contact
    wrote_at: datetime


def prove(run: Run) -> Report:
    clock = FakeClock(OPEN)
    with town(in_memory(clock), clock, run.seed) as here:
        fresh = play(here, SHORT_PARKED if run.short else PARKED, run.progress)
        violations, waits = judge(here, fresh)
        judged = here.judge()
        counts = figures(judged, here.platform.post.posted)
    figure = counts | {
        "parked behind a dead token": SHORT_PARKED if run.short else PARKED,
        "sends refused for the token": here.platform.api.sends - sum(1 for _ in here.platform.sees()),
        "fresh: longest until looked at, s": round(max(waits["looked"], default=0)),
        "fresh: longest until acknowledged, s": round(max(waits["seen"], default=0)),
    }
    return Report(
        violations=tuple(f"{each}; seed {run.seed}" for each in [*judged.problems, *violations]),
        figures=figure,
        bound="Every hint was thrown away, so only Sweep moved anything; each call took 4 simulated milliseconds.",
    )


def play(here: Town, parked: int, progress: Callable[[float, str], None]) -> list[Fresh]:
    here.secrets.values[TOKEN] = "a token that is dead"
    here.weather.cost_s = CALL_S
    here.agenda.every(1, lambda: _throw_away(here))
    here.agenda.every(SWEEP_EVERY_S, here.sweep)
    for number in range(parked):
        here.agenda.after(number * ARRIVE_WITHIN_S / parked, lambda n=number: _write(here, _parked(n)))  # type: ignore[misc]
    fresh: list[Fresh] = []
    for number in range(FRESH):
        progress(number / FRESH / 2, "thousands are parked")
        here.pass_by(seconds=FRESH_EVERY.total_seconds() + number)
        contact = somebody(parked + number, ELSEWHERE[number % 2])
        fresh.append(Fresh(contact=contact, wrote_at=here.clock.now()))
        _write(here, contact)
    here.pass_by(minutes=10)
    progress(0.6, "the token is renewed")
    here.secrets.values[TOKEN] = SECRETS[TOKEN]
    here.rest(hours=4)
    return fresh


def _parked(number: int) -> Contact:
    return somebody(number, FACEBOOK_COMMENTS if number % COMMENTS == 0 else MESSENGER)


def _write(here: Town, contact: Contact) -> None:
    here.platform.write((contact, Writing(text="Are you open?", message_id=f"m_{contact.contact_id}")))


def _throw_away(here: Town) -> None:
    for name in THROWN_AWAY:
        here.backend.sqs.purge_queue(QueueUrl=here.backend.queues[name])


def judge(here: Town, fresh: list[Fresh]) -> tuple[list[str], dict[str, list[float]]]:
    """Look at whether each fresh unit was reached in its own minute, and everything was acknowledged."""
    units = [unit_from(item) for item in here.backend.items() if item["sk"]["S"].startswith("A#")]
    first = {unit.pk: unit for unit in units}
    seen = {each.pk: each.at for each in here.platform.sees() if not each.place}
    waits: dict[str, list[float]] = {"looked": [], "seen": []}
    violations = [f"lost: {unit.pk} was never acknowledged ({unit.state})" for unit in units if unit.pk not in seen]
    for each in fresh:
        unit = first.get(pk_of(each.contact))
        if unit is None or unit.pk not in seen:
            continue
        looked_at = here.first_hints[unit.pk]
        waits["looked"].append((looked_at - unit.created_at).total_seconds())
        waits["seen"].append((seen[unit.pk] - each.wrote_at).total_seconds())
        if looked_at > _its_minute_ends(here, unit):
            violations.append(
                f"lost: a fresh unit was looked at after {waits['looked'][-1]:.0f} s, not in its own minute"
            )
    return violations, waits


def _its_minute_ends(here: Town, unit: Unit) -> datetime:
    """Tell when the second sweep began since it was due: all that is parked must not take the first one's time."""
    since = [at for at in here.swept_at if at >= unit.created_at + FIRST_DUE]
    return since[1]


PART = Part(
    name="custody",
    promise="With every hint and dead letter thrown away, 2,000 parked units are finished and hide no fresh one",
    minutes=0.5,
    prove=prove,
)
