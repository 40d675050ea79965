"""Lets a process die right before or right after one of its calls to AWS or to a platform.

Every call is written to a file, the one that kills included.
"""

import os
from pathlib import Path
from typing import Any

from botocore.session import Session

from nightbell.adapters.platform_http import PlatformHttp
from nightbell.platforms.channel import HttpOutcome, HttpRequest

DIED = 17


class Calls:
    """Counts the calls of this process."""

    def __init__(self, when: str, at: int, log: Path) -> None:
        """Die ``before`` or ``after`` the call of that number, from 1; any other number is never."""
        self._when = when
        self._at = at
        self._log = log
        self._made = 0

    def before(self, name: str) -> None:
        self._made += 1
        with self._log.open("a") as log:
            log.write(f"{name}\n")
        self._die("before")

    def after(self) -> None:
        self._die("after")

    def _die(self, when: str) -> None:
        if (self._when, self._at) == (when, self._made):
            os._exit(DIED)


def watch(calls: Calls) -> None:
    """Hook into everything that leaves the process."""
    make, send = Session.create_client, PlatformHttp.send

    def create_client(self: Session, *args: Any, **options: Any) -> Any:
        client = make(self, *args, **options)
        # What a handler of before-send returns would stand for the answer, so these return nothing.
        client.meta.events.register_first("before-send", _before)
        client.meta.events.register_first("response-received", _after)
        return client

    def _before(event_name: str, **_: object) -> None:
        calls.before(event_name.removeprefix("before-send."))

    def _after(**_: object) -> None:
        calls.after()

    def send_watched(self: PlatformHttp, request: HttpRequest) -> HttpOutcome:
        calls.before(f"platform.{request.method}")
        outcome = send(self, request)
        calls.after()
        return outcome

    Session.create_client = create_client
    PlatformHttp.send = send_watched  # type: ignore[method-assign]
