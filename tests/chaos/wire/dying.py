"""A lane on which one function runs in a process of its own, which dies where it is told."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.build.template import ROOT
from tests.chaos.wire.crash_hook import DIED
from tests.chaos.wire.lane import Lane
from tests.chaos.wire.setting import Address

KEPT = ("PATH", "HOME", "LANG")


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
        paths = os.pathsep.join(map(str, (ROOT / "functions", ROOT)))
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        # It ends with its input, when this process does.
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.wire.zygote", str(address.business)],
            env=kept | self.environment | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def invoke(self, function: str, event: dict[str, Any], life_ms: int) -> Any:
        if self.death is None or self.death.died or self.death.function != function:
            return super().invoke(function, event, life_ms)
        return self._in_child(self.death, event, life_ms)

    def _in_child(self, death: Death, event: dict[str, Any], life_ms: int) -> Any:
        calls, answer, errors = map(self._file, ("calls", "answer", "errors"))
        calls.write_text("")
        answer.unlink(missing_ok=True)
        endpoint = self.address.aws if self.switch.is_on else self.address.cloud
        ended_with = self._order(
            function=death.function,
            event=event,
            life_ms=life_ms,
            when=death.when,
            at=death.at - len(death.calls),
            defect=death.defect,
            environment={"AWS_ENDPOINT_URL": endpoint},
            calls=str(calls),
            answer=str(answer),
            errors=str(errors),
        )
        death.calls += calls.read_text().split()
        death.died = ended_with == DIED
        if answer.is_file():
            return json.loads(answer.read_text())
        return RuntimeError(f"ended with {ended_with}: {errors.read_text()[-300:]}")

    def _order(self, **order: Any) -> int:
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    def _file(self, name: str) -> Path:
        return Path(self.address.folder) / f"{name}-{self.address.number}"
