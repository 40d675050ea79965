"""What can go wrong on the wire, as rules of microburst."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Effect = Mapping[str, Any]

THROTTLED = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "sqs": ("RequestThrottled", 403),
    "ssm": ("ThrottlingException", 400),
}
BROKEN = {"dynamodb": "InternalServerError", "sqs": "InternalFailure", "ssm": "InternalServerError"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail.

    Attributes:
        outlasts: It takes longer than the caller waits.
        arrives_late: What was asked is done after the caller has given up.
    """

    name: str
    outlasts: bool = False
    arrives_late: bool = False

    def effect(self, service: str, hang_ms: int) -> Effect:
        """Write what the proxy does; it hangs for ``hang_ms``, which is more than the caller waits."""
        if self.name in CODES:
            return _error(*CODES[self.name])
        by_service: Mapping[str, Effect] = {
            "throttle": _error(*THROTTLED.get(service, ("", 429))),
            "500": _error(BROKEN.get(service, ""), 500),
            "cancelled": _error("TransactionCanceledException", 400, CancellationReasons=COLLIDED),
            "silent": {"timeout_ms": hang_ms},
            "late": {"latency": hang_ms},
        }
        return by_service.get(self.name) or WIRE[self.name]


CODES = {
    "expired token": ("ExpiredTokenException", 400),
    "clock skew": ("InvalidSignatureException", 400),
    "conflict": ("TransactionConflictException", 400),
}
COLLIDED = [{"Code": "TransactionConflict", "Message": "ongoing"}, {"Code": "None"}]
"""Of the transaction's items the proxy knows nothing; that the first one collided is enough."""

WIRE: Mapping[str, Effect] = {
    "reset": {"reset": True},
    "upload cut": {"request": {"cut_upload": {"after_bytes": 1}}},
    "lost": {"response": {"abort_bytes": 0}},
    "cut": {"response": {"truncate_frac": 0.5}},
    "corrupt": {"response": {"corrupt_bytes": 8}},
    "slow": {"response": {"bandwidth_kbps": 0.001}},
}


def _error(code: str, status: int, **fields: object) -> Effect:
    error: dict[str, Any] = {"code": code, "status": status, "message": "on purpose"}
    return {"error": error | ({"fields": fields} if fields else {})}


SILENT = Fault(name="silent", outlasts=True)
LATE = Fault(name="late", outlasts=True, arrives_late=True)
SLOW = Fault(name="slow", outlasts=True)
ON_THE_WIRE = (*(Fault(name=name) for name in ("reset", "upload cut", "lost", "cut", "corrupt")), SILENT, LATE, SLOW)
SAID = tuple(Fault(name=name) for name in ("throttle", "500", "expired token", "clock skew"))
CONFLICT = Fault(name="conflict")
CANCELLED = Fault(name="cancelled")
