"""One worker's claim on a unit, which outlasts the worker."""

from datetime import datetime, timedelta

from nightbell.services.case import Invocation
from nightbell.services.ports import Attempt

LEASE_MARGIN = timedelta(seconds=10)
"""For clocks: Lambda kills the sandbox at the deadline, so after it the worker is certainly dead."""


def attempt_of(run: Invocation, now: datetime) -> Attempt:
    """Claim a unit until the run is certainly over."""
    return Attempt(worker=run.worker, now=now, lease=run.deadline + LEASE_MARGIN)
