"""What faults make of an answer, whichever simulated platform gives it."""

from collections.abc import Callable
from dataclasses import replace

from infra.local.loopback_server import Reply
from infra.local.platforms.faults import Fault, FaultKind

OUTAGE_PAGE = b"<!DOCTYPE html><html><title>Error</title><body>Sorry, something went wrong.</body></html>"


def spoiled(fault: Fault, reply: Reply | None, refused: Callable[[Fault], Reply]) -> Reply:
    """Turn an answer into what a fault makes of it; without one, nothing was executed.

    ``refused`` writes the platform's documented error.
    """
    if fault.kind is FaultKind.ERROR:
        return refused(fault)
    if fault.kind is FaultKind.OUTAGE:
        return Reply(status=fault.status or 502, body=OUTAGE_PAGE, content_type="text/html")
    if fault.kind is FaultKind.EMPTY_ANSWER:
        return Reply(body=b"{}")
    whole = reply or Reply()
    if fault.kind is FaultKind.CUT_ANSWER:
        return replace(whole, keep_bytes=len(whole.body) // 2)
    if fault.kind is FaultKind.SLOW:
        return replace(whole, delay_s=fault.seconds)
    return replace(whole, hang_up=True)
