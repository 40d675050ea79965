"""A lane on which one function runs in a process of its own, which dies where it is told."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.build.template import ROOT
from tests.chaos.wire.crash_hook.sitecustomize import DIED
from tests.chaos.wire.lane import Lane
from tests.chaos.wire.setting import Address

HOOK = Path(__file__).parent / "crash_hook"
KEPT = ("PATH", "HOME", "LANG")
PROGRAM = """
import importlib, json, os, sys, time
ends = time.monotonic() + int(sys.argv[2]) / 1000
class Life:
    def get_remaining_time_in_millis(self):
        return int(1000 * (ends - time.monotonic()))
if os.environ["DEFECT"]:
    from tests.chaos.wire.defects import DEFECTS
    defect = DEFECTS[os.environ["DEFECT"]]
    setattr(defect.owner, defect.method, defect.wrong)
handler = importlib.import_module("nightbell.handlers." + sys.argv[1]).handler
answer = handler(json.load(sys.stdin), Life())
with open(os.environ["ANSWER"], "w") as file:
    json.dump(answer, file)
"""


@dataclass(slots=True, kw_only=True)
class Death:
    """When which function dies.

    Attributes:
        at: At which of its calls, counted over its invocations; 0 is never.
        calls: Those that it made.
        defect: A mistake to build into it.
    """

    function: str
    when: str
    at: int
    calls: list[str]
    defect: str = ""
    died: bool = False


class DyingLane(Lane):
    """Runs what shall die in a child, and everything else here.

    Attributes:
        death: Set it to let a function die; take it away to let everything live.
    """

    def __init__(self, address: Address) -> None:
        self.death: Death | None = None
        super().__init__(address)

    def invoke(self, function: str, event: dict[str, Any], life_ms: int) -> Any:
        if self.death is None or self.death.died or self.death.function != function:
            return super().invoke(function, event, life_ms)
        return self._in_child(self.death, event, life_ms)

    def _in_child(self, death: Death, event: dict[str, Any], life_ms: int) -> Any:
        calls, answer = (Path(self.address.folder) / f"{name}-{self.address.number}" for name in ("calls", "answer"))
        calls.write_text("")
        answer.unlink(missing_ok=True)
        left = death.at - len(death.calls)
        told = {"CRASH": f"{death.when}:{left}", "DEFECT": death.defect}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, death.function, str(life_ms)],
            input=json.dumps(event).encode(),
            env=self._child_environment() | told | {"CALLS": str(calls), "ANSWER": str(answer)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        death.calls += calls.read_text().split()
        death.died = done.returncode == DIED
        if answer.is_file():
            return json.loads(answer.read_text())
        return RuntimeError(f"ended with {done.returncode}: {done.stderr.decode()[-300:]}")

    def _child_environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        paths = os.pathsep.join(map(str, (HOOK, ROOT / "functions", ROOT)))
        return kept | self.environment | {"PYTHONPATH": paths}
