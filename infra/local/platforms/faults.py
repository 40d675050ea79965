"""Faults that a person or a test switches on, and how one is chosen for a call."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong."""

    ERROR = "error"
    """Refused with a documented error; nothing is delivered."""
    OUTAGE = "outage"
    """A 5xx whose body is a page, not JSON; delivered all the same where ``executed``."""
    DROPPED = "dropped"
    """The connection closes unanswered and nothing is delivered."""
    LOST_ANSWER = "lost_answer"
    """Delivered, then the connection closes unanswered."""
    CUT_ANSWER = "cut_answer"
    """Delivered; the answer's body breaks off in the middle."""
    EMPTY_ANSWER = "empty_answer"
    """Delivered; somebody in between answers 200 with an empty object."""
    SLOW = "slow"
    """Delivered; the answer takes ``seconds``."""
    NO_ECHO = "no_echo"
    """Delivered; neither echo nor status ever tells of it."""
    LATE_ECHO = "late_echo"
    """Delivered; echo or status comes after ``seconds``."""
    DOUBLE_ECHO = "double_echo"
    """Delivered; echo or status comes twice."""
    FAILED_STATUS = "failed_status"
    """Accepted; after ``seconds`` a status (WhatsApp) says that it failed with ``code``."""


OPERATIONS = ("send", "read_back", "private_reply", "ask", "fetch", "delete", "done", "recording", "transcript")
AFTERWARDS = frozenset({FaultKind.NO_ECHO, FaultKind.LATE_ECHO, FaultKind.DOUBLE_ECHO, FaultKind.FAILED_STATUS})
EXECUTED = frozenset({FaultKind.LOST_ANSWER, FaultKind.CUT_ANSWER, FaultKind.EMPTY_ANSWER, FaultKind.SLOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault and what it applies to.

    Attributes:
        channel, contact_id: Empty means any; of a comment, its author.
        operation: ``send``, which is also a line in public; ``read_back``; ``private_reply``, on the public channel;
            ``ask``, about one comment or post; ``fetch`` and ``delete``, of what a message only points to; ``done``,
            ``recording`` and ``transcript``, of what is told of a call.
        times: How many calls it still hits; ``None`` until it is cleared.
        code, subcode, status: For ``error`` and ``failed_status``.
        name: In place of a code, where a platform names its errors.
        seconds: For ``slow``, ``late_echo``, ``failed_status``.
        executed: Whether an ``outage`` delivers before it fails.
        retry_minutes: Told in the usage header of a rate limit.
    """

    kind: FaultKind
    channel: str = ""
    contact_id: str = ""
    operation: str = "send"
    times: int | None = 1
    code: int = 1
    subcode: int | None = None
    status: int | None = None
    name: str = ""
    seconds: float = 1.0
    executed: bool = False
    retry_minutes: int | None = None

    def applies(self, operation: str, channel: str, contact_id: str) -> bool:
        """Tell whether a call is hit."""
        return (
            self.operation == operation
            and self.channel in ("", channel)
            and self.contact_id in ("", contact_id)
            and self.times != 0
        )

    @property
    def delivers(self) -> bool:
        """Whether the customer gets the message although the call goes wrong."""
        return self.kind in EXECUTED or (self.kind is FaultKind.OUTAGE and self.executed)


def fault_from(settings: Mapping[str, Any]) -> Fault:
    """Read a fault from JSON.

    Raises:
        ValueError: An unknown name or value; the message lists what there is.
    """
    known = {field.name for field in fields(Fault)}
    if unknown := set(settings) - known:
        message = f"A fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}."
        raise ValueError(message)
    kinds = [kind.value for kind in FaultKind]
    if settings.get("kind") not in kinds:
        message = f"kind is {settings.get('kind')!r}; it must be one of {', '.join(kinds)}."
        raise ValueError(message)
    return Fault(**{**settings, "kind": FaultKind(settings["kind"])})


class FaultBox:
    """The faults that are switched on; the oldest that applies is taken first."""

    def __init__(self) -> None:
        """Start without any."""
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Switch one on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """List those that still hit something."""
        with self._lock:
            return [fault for fault in self._faults if fault.times != 0]

    def take(self, operation: str, channel: str, contact_id: str, *, afterwards: bool = False) -> Fault | None:
        """Find the fault of a call and use it up by one.

        With ``afterwards`` it is one that concerns echo and status, else one of the answer.
        """
        with self._lock:
            for place, fault in enumerate(self._faults):
                matching = (fault.kind in AFTERWARDS) == afterwards
                if matching and fault.applies(operation, channel, contact_id):
                    left = None if fault.times is None else fault.times - 1
                    self._faults[place] = replace(fault, times=left)
                    return fault
        return None
