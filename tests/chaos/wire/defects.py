"""Mistakes that were not made, to see that the checker would have noticed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.domain.errors import UnavailableError
from nightbell.platforms.channel import HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.ports import StoreRefusal, StoreRequest

_send, _store = PlatformHttp.send, ReceiptTable.store


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A method that does the wrong thing, and the case that must tell.

    Attributes:
        site, fault, lasting: Name that case.
    """

    owner: type
    method: str
    wrong: Callable[..., Any]
    site: str
    fault: str
    lasting: bool = False


def _silence_is_not_sent(self: PlatformHttp, request: HttpRequest) -> HttpOutcome:
    outcome = _send(self, request)
    return NotSent(error=outcome.error) if isinstance(outcome, NoAnswer) else outcome


def _post_again(self: PlatformHttp, request: HttpRequest) -> HttpOutcome:
    outcome = _send(self, request)
    return _send(self, request) if isinstance(outcome, NoAnswer) else outcome


def _tell_last(self: Any, unit: Any, state: Any, reason: str = "", message_id: str | None = None) -> list[Any]:
    self._store.finish(unit, state, reason=reason, message_id=message_id)
    self._tell(unit, state, reason)
    return []


def _store_somehow(self: ReceiptTable, request: StoreRequest) -> StoreRefusal | None:
    try:
        return _store(self, request)
    except UnavailableError:
        return None


DEFECTS: Mapping[str, Defect] = {
    "a read timeout counts as not sent": Defect(
        owner=PlatformHttp, method="send", wrong=_silence_is_not_sent, site="GET conversations", fault="reset"
    ),
    "the HTTP client retries": Defect(
        owner=PlatformHttp, method="send", wrong=_post_again, site="UpdateItem A2 recover", fault="reset"
    ),
    "the hand-off comes after the final write": Defect(
        owner=Acknowledge, method="_finish", wrong=_tell_last, site="SendMessage human", fault="reset", lasting=True
    ),
    "a failed store counts as stored": Defect(
        owner=ReceiptTable,
        method="store",
        wrong=_store_somehow,
        site="TransactWriteItems R1 first",
        fault="500",
        lasting=True,
    ),
}
