"""One microburst: a proxy on loopback that breaks the calls it is told to break, and proves that it did."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from infra.local.ministack import HOST, free_port, stop_group

START_S = 30.0
WHOLE_LOG = 1_000_000

Rule = Mapping[str, Any]


class Burst:
    """Stands in front of one upstream; use it as a context manager.

    Attributes:
        url: What the functions are told to call.
    """

    def __init__(self, upstream: str, folder: Path) -> None:
        self._port = free_port()
        self.url = f"http://{HOST}:{self._port}"
        self._upstream = upstream
        self._log = folder / f"microburst-{self._port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "microburst", "--upstream", self._upstream, "--port", str(self._port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            stop_group(self._process)

    def wait(self) -> None:
        """Wait until it answers."""
        ends = time.monotonic() + START_S
        while time.monotonic() < ends:
            try:
                requests.get(f"{self.url}/_microburst/health", timeout=2).raise_for_status()
            except requests.RequestException:
                time.sleep(0.1)
            else:
                threading.Thread(target=self._warm_up, daemon=True).start()
                return
        raise TimeoutError(f"microburst did not start: {self._log.read_text()[-500:]}")

    def _warm_up(self) -> None:
        # The first call loads the descriptions of all of AWS; meanwhile a lane has other things to do.
        with suppress(requests.RequestException):
            requests.get(self.url, timeout=START_S)


class Remote:
    """What a lane, in a process of its own, tells a microburst."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_microburst"
        self._session = requests.Session()
        self._has_rules = False

    def set(self, rules: Sequence[Rule]) -> list[int]:
        """Put these rules in place of all others; returns their numbers."""
        answer = self._session.post(f"{self._url}/rules", json=[dict(rule) for rule in rules], timeout=60)
        answer.raise_for_status()
        self._has_rules = bool(rules)
        return [int(rule["id"]) for rule in answer.json()]

    def clear(self) -> None:
        """Break nothing any more."""
        if self._has_rules:
            self.set([])

    def fired(self, rule: int) -> int:
        """Tell how often a rule has struck, by the proxy's own log; rules never share a number."""
        which = {"rule_id": rule, "limit": WHOLE_LOG}
        return len(self._session.get(f"{self._url}/fired", params=which, timeout=60).json())
