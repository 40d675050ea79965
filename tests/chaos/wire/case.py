"""One case: a fault at a call site, driven to rest and checked."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.platforms.meta.faults import FaultKind
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP
from tests.chaos.wire import faults as f
from tests.chaos.wire.checks import at_rest
from tests.chaos.wire.faults import Fault
from tests.chaos.wire.lane import DOWN, Lane
from tests.chaos.wire.play import Play
from tests.chaos.wire.sites import SITES, Site

LANDS_WITHIN_S = 0.4
"""After the caller gave up: what arrives late has arrived."""
PLATFORM_TIMES = 3
TOO_MANY = {MESSENGER: 613, WHATSAPP: 130429}
AGAIN_AND_AGAIN = frozenset(
    {"throttle", "500", "reset", "silent", "late", "lost", "expired token", "conflict", "cancelled"}
)
"""The others differ from one of these only in how the client learns of it."""
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
    return [
        Case(site=site, fault=fault, lasting=lasting)
        for site in SITES
        for fault, lasting in itertools.product(_faults(site), (False, True))
        if not lasting or _differs(site, fault)
    ]


def _faults(site: Site) -> Iterator[Fault]:
    yield from f.ON_THE_WIRE
    yield from f.SAID if not site.is_platform else f.SAID[:3]
    if site.writes_item:
        yield f.CONFLICT
    if site.operation == "TransactWriteItems":
        yield f.CANCELLED


def _differs(site: Site, fault: Fault) -> bool:
    is_write = site.writes_item or site.is_platform or site.operation in {"TransactWriteItems", "SendMessage"}
    return fault.name in AGAIN_AND_AGAIN and (is_write or fault.name not in WRITES_ONLY)


def run(lane: Lane, case: Case) -> tuple[int, tuple[str, ...]]:
    """Play it; returns how often the fault struck, and the promises that were broken."""
    lane.begin()
    play = Play(lane, case.site.situation.channel)
    case.site.situation.before(play)
    fired = (_against_platform if case.site.is_platform else _against_aws)(play, case)
    # What a platform does to us is an excuse where it offers no proof; what happens on our side never is.
    excused = case.site.is_platform and play.channel == WHATSAPP
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
    at = {"service": "*"} | ({"body": case.site.match} if case.site.match else {})
    rules = proxy.set([{**at, **case.fault.effect("*", case.site.hang_ms), "times": times}])
    case.site.situation.act(play)
    _let_land(case)
    play.rest()
    return proxy.fired(rules[0])


def _said_by_platform(play: Play, case: Case, times: int) -> int:
    """Let the platform itself say no, in its own words."""
    codes = {"throttle": TOO_MANY[play.channel], "expired token": 190}
    operation = "read_back" if case.site.name.startswith("GET") else "send"
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
