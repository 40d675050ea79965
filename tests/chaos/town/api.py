"""The platform's API in the weather of the way there, and which unit each of our sends was for."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from infra.local.loopback_server import Request
from infra.local.platforms.meta.graph_api import GraphApi
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent
from tests.chaos.town.agenda import Agenda
from tests.chaos.town.faults import Died
from tests.chaos.town.post import OK

LATE_S = (2.0, 60.0)
"""A request that lands after we gave up; the settle time of 90 s is longer."""
FATES = ("refused", "lost unsent", "lost sent", "late", "slow", "server error", "death")
UnitName = tuple[str, str]
"""Partition and sort key."""


class Api:
    """Where the functions send.

    Attributes:
        rate: Of calls that go wrong on the way.
        doomed: Makes a call, or dies over it.
        at_work: Names the unit that was written last: a send is of none but that.
        sent_by: Whose each message or comment is, by the id that the platform gave it.
    """

    def __init__(self, graph_api: GraphApi, agenda: Agenda, rng: random.Random) -> None:
        self._graph_api = graph_api
        self._agenda = agenda
        self._rng = rng
        self.rate = 0.0
        self.sends = 0
        self.doomed: Callable[[str, Callable[[], Any]], Any] = lambda _, act: act()
        self.at_work: Callable[[], UnitName] = lambda: ("", "")
        self.sent_by: dict[str, UnitName] = {}
        self.fired: dict[str, int] = {}

    def send(self, request: HttpRequest) -> HttpOutcome:
        unit = self.at_work()
        self.sends += request.method == "POST"
        if self._rng.random() >= self.rate:
            outcome: HttpOutcome = self.doomed(request.method, lambda: self._call(request, unit))
            return outcome
        fate = self._rng.choice(FATES)
        self.fired[fate] = self.fired.get(fate, 0) + 1
        return self._meet(fate, request, unit)

    def _meet(self, fate: str, request: HttpRequest, unit: UnitName) -> HttpOutcome:
        match fate:
            case "refused":
                return NotSent(error="refused")
            case "late" if request.method == "POST":
                self._agenda.after(self._rng.uniform(*LATE_S), lambda: self._call(request, unit))
                self._agenda.clock.advance(8)
                return NoAnswer(error="timeout")
            case "lost unsent" | "late":
                return NoAnswer(error="reset")
            case "slow":
                self._agenda.clock.advance(self._rng.uniform(1, 7))
                return self._call(request, unit)
            case "server error":
                if self._rng.random() < 0.5:
                    self._call(request, unit)
                return Answer(status=502, headers={}, body=b"<html>Sorry</html>")
        self._call(request, unit)
        if fate == "death":
            raise Died
        return NoAnswer(error="reset")

    def _call(self, request: HttpRequest, unit: UnitName) -> HttpOutcome:
        reply = self._graph_api.answer(
            Request(
                method=request.method,
                path=urlsplit(request.url).path,
                query=dict(request.query),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=b"" if request.json is None else json.dumps(request.json).encode(),
            )
        )
        if request.method == "POST" and reply.status == OK:
            self.sent_by.update((name, unit) for name in _ids(json.loads(reply.body)))
        return Answer(status=reply.status, headers=dict(reply.headers), body=reply.body)


def _ids(told: dict[str, Any]) -> list[str]:
    """Find what the platform calls the message, or the comment, that a send has made."""
    found = [told.get("message_id"), told.get("id"), *(each.get("id") for each in told.get("messages", ()))]
    return [name for name in found if name]
