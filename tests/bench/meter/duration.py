"""How long a function would run in Lambda, which this machine cannot tell: its work and its waits, by stated rates.

Source: AWS Lambda Developer Guide, "Configure Lambda function memory": 1,769 MB are one vCPU, and less a part of one.
INIT is billed since August 2025 (AWS Compute Blog, "AWS Lambda standardizes billing for INIT Phase").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FULL_MB = 1769
MEASURED_CPU_MS = {"ReceiveWebhook": 4.0, "Acknowledge": 8.5, "Sweep": 15.0, "ServeDesk": 12.0}
"""Of a warm run, without the network's TLS, as measured on 2026-11-22 on a 2.9 GHz x86 core; for whoever must not
depend on how busy a machine is. A run of the meter measures them anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is taken for granted.

    Attributes:
        core: Processor time of a Lambda vCPU for what takes one here; arm64 is taken for as fast, which is a guess.
        tls_ms: Processor time for each call, which is encrypted there and is not here.
        wait_ms: Of each call until its answer is there, by operation.
        send_ms: Of a platform, with the handshake that each send begins with.
        cold_share: Of the runs that begin with INIT.
        init_cpu_ms: Processor time of INIT.
    """

    core: float = 1.0
    tls_ms: float = 0.15
    wait_ms: Mapping[str, float] = field(
        default_factory=lambda: {
            "GetItem": 3.0,
            "UpdateItem": 5.0,
            "PutItem": 5.0,
            "Query": 4.0,
            "BatchGetItem": 4.0,
            "TransactWriteItems": 12.0,
            "SendMessage": 8.0,
            "GetParameter": 12.0,
        }
    )
    send_ms: float = 300.0
    cold_share: float = 0.005
    init_cpu_ms: float = 350.0

    def slower(self, factor: float) -> "Assumed":
        """Have every wait take so many times as long."""
        waits = {name: ms * factor for name, ms in self.wait_ms.items()}
        return Assumed(
            core=self.core,
            tls_ms=self.tls_ms,
            wait_ms=waits,
            send_ms=self.send_ms * factor,
            cold_share=self.cold_share,
            init_cpu_ms=self.init_cpu_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a function did in many runs.

    Attributes:
        calls: Of AWS, by operation.
        sends: To platforms.
    """

    runs: float
    cpu_ms: float
    calls: Mapping[str, float]
    sends: float = 0


def gb_seconds(work: Work, memory_mb: int, assumed: Assumed) -> tuple[float, float, float]:
    """Give the GB-seconds of working, of waiting and of starting."""
    share = min(memory_mb / FULL_MB, 1.0)
    encrypting = assumed.tls_ms * (sum(work.calls.values()) + work.sends)
    working = (work.cpu_ms + encrypting) * assumed.core / share
    # An operation that nobody has thought of counts as one that is slow.
    waiting = sum(assumed.wait_ms.get(name, 12.0) * count for name, count in work.calls.items())
    starting = assumed.cold_share * work.runs * assumed.init_cpu_ms * assumed.core / share
    held = memory_mb / 1024 / 1000
    return working * held, (waiting + work.sends * assumed.send_ms) * held, starting * held
