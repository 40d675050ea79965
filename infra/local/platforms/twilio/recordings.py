"""What callers said, as Twilio keeps it until somebody has it deleted.

Source: Twilio "Recordings resource" §Fetch a Recording's media file, §Delete a Recording.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.spoiling import spoiled
from infra.local.platforms.twilio.errors import error_reply, refused_by
from infra.local.platforms.twilio.messages import new_sid

CHANNEL = "voicemail"
RESOURCE = re.compile(r"/Recordings/(?P<sid>RE[0-9a-f]{32})(?P<form>\.mp3|\.json|)")

_NO_CONTENT = 204
# MPEG-2, layer III, 8 kbit/s, 22,050 Hz, one channel: 26 bytes, of which all after the head are silence.
_FRAME = b"\xff\xf3\x10\xc0" + bytes(22)
_FRAMES_A_SECOND = 39


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One of them.

    Attributes:
        number: The caller's, as faults name them.
        ready_at: Before it there is nothing to fetch; ``None`` for never.
        is_deleted: It was there, and is no longer.
    """

    sid: str
    owner: str
    number: str
    seconds: int
    ready_at: datetime | None
    is_deleted: bool = False


class Recordings:
    """All of them; safe to use from several threads."""

    def __init__(self, faults: FaultBox, clock: Callable[[], datetime]) -> None:
        """Start with none."""
        self._faults = faults
        self._clock = clock
        self._recordings: dict[str, Recording] = {}
        self._lock = threading.Lock()

    def add(self, *, owner: str, number: str, seconds: int, ready_at: datetime | None) -> Recording:
        """Keep one."""
        made = Recording(sid=new_sid("RE"), owner=owner, number=number, seconds=seconds, ready_at=ready_at)
        with self._lock:
            self._recordings[made.sid] = made
        return made

    def all(self) -> list[Recording]:
        """List them, the deleted ones too, oldest first."""
        with self._lock:
            return list(self._recordings.values())

    def answer(self, request: Request, owner: str, resource: str) -> Reply:
        """Bring one, or delete it; whoever asks has shown their key."""
        found = RESOURCE.fullmatch(resource)
        known = self._recordings.get(found["sid"]) if found else None
        if found is None or known is None or known.owner != owner:
            return error_reply(20404)
        operation = "delete" if request.method == "DELETE" else "fetch"
        fault = self._faults.take(operation, CHANNEL, known.number)
        if fault is not None and not fault.delivers:
            return spoiled(fault, None, refused_by)
        reply = self._delete(known) if operation == "delete" else self._bring(known, found["form"])
        return reply if fault is None else spoiled(fault, reply, refused_by)

    def _bring(self, known: Recording, form: str) -> Reply:
        is_ready = known.ready_at is not None and known.ready_at <= self._clock()
        if known.is_deleted or not is_ready or form != ".mp3":
            return error_reply(20404)
        return Reply(body=_FRAME * _FRAMES_A_SECOND * known.seconds, content_type="audio/mpeg")

    def _delete(self, known: Recording) -> Reply:
        if known.is_deleted:
            return error_reply(20404)
        with self._lock:
            self._recordings[known.sid] = replace(known, is_deleted=True)
        return Reply(status=_NO_CONTENT, content_type="")
