"""One case: a fault at a call site, driven to rest and checked."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.platforms.faults import FaultKind
from infra.local.platforms.meta.people import WHATSAPP
from nightbell.platforms.registry import SENDERS
from tests.chaos.wire import faults as f
from tests.chaos.wire.checks import at_rest
from tests.chaos.wire.faults import Fault
from tests.chaos.wire.lane import DOWN, Lane
from tests.chaos.wire.play import Play
from tests.chaos.wire.plays import play_on
from tests.chaos.wire.site import Site
from tests.chaos.wire.sites import SITES
from tests.chaos.wire.stand_ins import stand_in_of

LANDS_WITHIN_S = 0.4
"""After the caller gave up: what arrives late has arrived."""
PLATFORM_TIMES = 3
TOO_MANY = {WHATSAPP: 130429}
TOO_MANY_CALLS, EXPIRED_TOKEN = 613, 190
AGAIN_AND_AGAIN = frozenset(
    {"throttle", "500", "reset", "silent", "late", "lost", "expired token", "conflict", "cancelled"}
)
"""The others differ from one of these only in how the client learns of it."""
WAYS_OF_READS = frozenset({"reset", "expired token"})
"""Asked again, and refused at once."""
WAYS_OF_WRITES = frozenset({"reset", "expired token", "corrupt", "lost", "late", "conflict", "cancelled"})
"""And done without an answer that can be read, done and asked again, done after all, and collided."""
WRITES_ONLY = frozenset({"late", "lost"})
"""Of a reading, an answer that is lost every time is an error every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fault at a site: the first time only, or for as long as the act lasts."""

    site: Site
    fault: Fault
    lasting: bool

    @property
    def name(self) -> str:
        return f"{self.site.name} ({self.site.situation.name}): {self.fault.name}{', lasting' if self.lasting else ''}"


def all_cases() -> list[Case]:
    """Pair sites and faults.

    Every fault strikes each call to a platform, and each operation of AWS once for each kind of client that makes it:
    how a client takes a fault depends on these alone. At its further sites it strikes in one of each of the ways in
    which the caller can learn of it; what follows from that depends on the site.
    """
    seen: set[tuple[str, str, int]] = set()
    cases: list[Case] = []
    for site in SITES:
        kind = (site.service, site.operation, site.hang_ms)
        is_first = site.is_platform or kind not in seen
        seen.add(kind)
        faults = [fault for fault in _faults(site) if is_first or fault.name in _telling(site)]
        pairs = itertools.product(faults, (False, True))
        cases += [Case(site=site, fault=f, lasting=lasting) for f, lasting in pairs if not lasting or _differs(site, f)]
    return cases


def _telling(site: Site) -> frozenset[str]:
    return WAYS_OF_WRITES if _is_write(site) else WAYS_OF_READS


def _faults(site: Site) -> Iterator[Fault]:
    yield from f.ON_THE_WIRE
    if not site.is_platform:
        yield from f.SAID
    elif site.says:
        yield from f.SAID[:3]
    if site.writes_item:
        yield f.CONFLICT
    if site.operation == "TransactWriteItems":
        yield f.CANCELLED


def _is_write(site: Site) -> bool:
    return site.writes_item or site.is_platform or site.operation in {"TransactWriteItems", "SendMessage"}


def _differs(site: Site, fault: Fault) -> bool:
    return fault.name in AGAIN_AND_AGAIN and (_is_write(site) or fault.name not in WRITES_ONLY)


def run(lane: Lane, case: Case) -> tuple[int, tuple[str, ...]]:
    """Play it; returns how often the fault struck, and the promises that were broken."""
    lane.begin()
    play = play_on(lane, case.site.situation)
    case.site.situation.before(play)
    fired = (_against_platform if case.site.is_platform else _against_aws)(play, case)
    # What a platform does to us is an excuse where it offers no proof; what happens on our side never is.
    excused = case.site.is_platform and not SENDERS[play.channel].can_read_back
    violations = at_rest(play, seen_once=case.site.situation.seen_once and not excused)
    if violations:
        lane.empty()
    return fired, tuple(violations)


def _against_aws(play: Play, case: Case) -> int:
    site = case.site
    effect = case.fault.effect(site.service, site.hang_ms)
    at: dict[str, Any] = {"service": site.service, "operation": site.operation}
    if site.match:
        at["body"] = site.match
    let_through = [{**at, "times": site.nth - 1}] if site.nth > 1 else []
    strike = {**at, **effect} if case.lasting else {**at, **effect, "times": 1}
    down = [DOWN] if site.situation.table_down else []
    with play.lane.broken([*let_through, strike, *down]) as rules:
        site.situation.act(play)
    fired = play.lane.proxy.fired(rules[len(let_through)])
    _let_land(case)
    play.rest()
    return fired


def _against_platform(play: Play, case: Case) -> int:
    times = PLATFORM_TIMES if case.lasting else 1
    if case.fault in f.SAID:
        return _said_by_platform(play, case, times)
    proxy = play.lane.graph_proxy
    site = case.site
    at: dict[str, Any] = {"service": "*"} | ({"body": site.match} if site.match else {})
    let_through = [{**at, "times": site.nth - 1}] if site.nth > 1 else []
    rules = proxy.set([*let_through, {**at, **case.fault.effect("*", site.hang_ms), "times": times}])
    case.site.situation.act(play)
    _let_land(case)
    play.rest()
    return proxy.fired(rules[-1])


def _said_by_platform(play: Play, case: Case, times: int) -> int:
    """Let the platform itself say no, in its own words."""
    there = stand_in_of(play.channel)
    codes = {
        "throttle": there.too_many if there else TOO_MANY.get(play.channel, TOO_MANY_CALLS),
        "expired token": there.expired if there else EXPIRED_TOKEN,
    }
    operation = case.site.says
    play.lane.meta.faults.clear()
    if case.fault.name in codes:
        play.goes_wrong(FaultKind.ERROR, code=codes[case.fault.name], times=times, operation=operation)
    else:
        play.goes_wrong(FaultKind.OUTAGE, status=500, executed=case.lasting, times=times, operation=operation)
    case.site.situation.act(play)
    left = sum(fault.times or 0 for fault in play.lane.meta.faults.all())
    play.rest()
    return times - left


def _let_land(case: Case) -> None:
    if case.fault.arrives_late:
        time.sleep(LANDS_WITHIN_S)
