"""What a run comes to: by channel, with and without the team's work, at every memory size."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from infra.build.template import ROOT, load_template
from tests.bench.meter.duration import MEASURED_CPU_MS, Assumed
from tests.bench.meter.standing import standing
from tests.bench.meter.town import CHANNELS, KINDS
from tests.bench.meter.usage import Usage, memory_of, part_of, storage, usage_of

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Reads one report of ``real_run``.

    Attributes:
        memory_mb: Of all functions alike; ``None`` for what the template says of each.
        cpu_ms: Of a warm run, by function.
    """

    report: Mapping[str, Any]
    cpu_ms: Mapping[str, float]
    memory_mb: int | None = None
    assumed: Assumed = Assumed()  # noqa: RUF009 - frozen

    def _part(self, name: str) -> Usage:
        memory = memory_of(load_template(ROOT / "template.yaml"))
        if self.memory_mb is not None:
            memory = dict.fromkeys(memory, self.memory_mb)
        return usage_of(part_of(self.report, name), self.cpu_ms, memory, self.assumed)

    def messages(self, *channels: str, row: bool = False) -> Usage:
        """Count a million messages, evenly on these channels, and what they leave in the table.

        One of three is acknowledged, and two are covered by that. In a ``row`` all three come before anybody answers,
        and the third is handed over anew.
        """
        number = self.report["conversations"]
        together = storage(self.report, with_third=row)
        for name in channels:
            kinds = {"acknowledged": 1, "further": 1 if row else 2, **({"third": 1} if row else {})}
            for kind, times in kinds.items():
                together += self._part(f"{name} {kind}").times(times / number / len(channels))
        return together.times(MILLION / len(KINDS))

    def team(self) -> Usage:
        """Count what agents do about a million messages: three of them are answered at once."""
        conversations = len(CHANNELS) * self.report["conversations"]
        return self._part("answers").times(MILLION / (conversations * len(KINDS)))

    def month(self) -> Usage:
        """Count a month without a message."""
        return standing(self._part("sweep").over(10))

    def desk_hour(self) -> Usage:
        """Count an hour of one open desk, which looks every five seconds."""
        return self._part("look").times(720 / 10)


def cpu_of(report: Mapping[str, Any]) -> dict[str, float]:
    """Average the processor time of each function's warm runs while messages came, and else of all."""
    parts = [f"{name} {kind}" for name in CHANNELS for kind in KINDS]
    runs = [run for name in parts for run in part_of(report, name).invocations]
    taken = {name: [run["cpu_ms"] for run in runs if run["function"] == name] for name in MEASURED_CPU_MS}
    others = {name: [run["cpu_ms"] for run in report["invocations"] if run["function"] == name] for name in taken}
    return {name: mean(times or others[name]) for name, times in taken.items()}


def played(mode: str, conversations: int) -> dict[str, Any]:
    """Have a run in a process of its own, and read its report.

    Raises:
        RuntimeError: It failed; the message is what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.json"
        command = [sys.executable, "-m", "tests.bench.meter.real_run", str(target), mode, str(conversations)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        found: dict[str, Any] = json.loads(target.read_text())
    return found
