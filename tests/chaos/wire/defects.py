"""Mistakes that were not made, to see that the checker would have noticed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.domain.errors import UnavailableError
from nightbell.platforms.channel import HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.services.ask_first import AskFirst
from nightbell.services.look_at_accounts import LookAtAccounts
from nightbell.services.ports import StoreRefusal, StoreRequest
from nightbell.services.unit_outcomes import UnitOutcomes

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


def _never_asked(self: AskFirst, case: Any, access: Any) -> None:
    """Find nothing that stands against a line in public."""
    del self, case, access


def _not_blanked(self: ForgettingTable, pk: str, content: Any, at: Any) -> bool:
    del self, pk, content, at
    return True


def _not_written_down(self: DeletionTable, request: Any) -> bool:
    del self, request
    return True


def _not_subscribed(self: LookAtAccounts, standing: Any, fields: Any) -> None:
    """Say that it was subscribed."""
    del self, standing, fields


DEFECTS: Mapping[str, Defect] = {
    "a read timeout counts as not sent": Defect(
        owner=PlatformHttp, method="send", wrong=_silence_is_not_sent, site="GET conversations", fault="reset"
    ),
    "the HTTP client retries": Defect(
        owner=PlatformHttp, method="send", wrong=_post_again, site="UpdateItem A2 recover", fault="reset"
    ),
    "the hand-off comes after the final write": Defect(
        owner=UnitOutcomes, method="finish", wrong=_tell_last, site="SendMessage human", fault="reset", lasting=True
    ),
    "a failed store counts as stored": Defect(
        owner=ReceiptTable,
        method="store",
        wrong=_store_somehow,
        site="TransactWriteItems R1 first",
        fault="500",
        lasting=True,
    ),
    "a line in public is posted again": Defect(
        owner=PlatformHttp, method="send", wrong=_post_again, site="GET replies", fault="reset"
    ),
    "nobody asks before a line in public": Defect(
        owner=AskFirst, method="__call__", wrong=_never_asked, site="UpdateItem A7 another Page", fault="reset"
    ),
    "the edits of what was taken back stay": Defect(
        owner=ForgettingTable, method="blank", wrong=_not_blanked, site="UpdateItem work done", fault="reset"
    ),
    "a deletion is promised and not written down": Defect(
        owner=DeletionTable, method="note_deletion", wrong=_not_written_down, site="PutItem deletion", fault="reset"
    ),
    "a lost subscription is only said to be repaired": Defect(
        owner=LookAtAccounts, method="subscribe", wrong=_not_subscribed, site="UpdateItem checked", fault="reset"
    ),
}
