"""What agents do with a conversation, from what they sent; each act tells how it stands afterwards."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from nightbell.domain.facts import Fact
from nightbell.services.desk import Desk
from nightbell.services.desk_api.asked import Call, Given
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_done import How, Way
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_promise import WordPromise
from nightbell.services.desk_say import Saying


class Doing:
    """The acts behind the routes."""

    def __init__(
        self,
        desk: Desk,
        word: WordPromise,
        tell: Callable[[Call], Given],
        colleagues: Callable[[], Collection[str]],
    ) -> None:
        """Do them by these services, and tell the conversation with ``tell``."""
        self._desk, self._word, self._tell, self._colleagues = desk, word, tell, colleagues

    def take(self, call: Call) -> Given:
        """Hold it."""
        self._desk.take(call.pk, call.agent.name)
        return self._tell(call)

    def release(self, call: Call) -> Given:
        """Let go of it."""
        self._desk.release(call.pk, call.agent.name)
        return self._tell(call)

    def answer(self, call: Call) -> Given:
        """Say something; it leaves as everything else does, and is told of in the conversation."""
        body: Mapping[str, Any] = call.body
        texts = [Spoken(via=each["via"], text=each["text"]) for each in body["texts"]]
        return self._say(call, texts, done=bool(body.get("done", True)))

    def promise(self, call: Call) -> Given:
        """Say by when there will be an answer; in the settings' words where the agent has none."""
        at = _time(call, "at")
        text = str(call.body.get("text") or "")
        return self._say(call, [self._word(call.pk, at, text)], promise=at)

    def _say(
        self, call: Call, texts: Sequence[Spoken], *, promise: datetime | None = None, done: bool = False
    ) -> Given:
        body: Mapping[str, Any] = call.body
        saying = Saying(
            request=body["request"],
            texts=texts,
            up_to=body["up_to"],
            promise=promise,
            override=body.get("override", ""),
            done=done,
        )
        self._desk.say(call.pk, call.agent.name, saying, call.revision)
        return self._tell(call)

    def note(self, call: Call) -> Given:
        """Write something down for colleagues."""
        self._desk.note(call.pk, call.agent.name, str(call.body["text"]))
        return self._tell(call)

    def hand_over(self, call: Call) -> Given:
        """Give it to a colleague, who must be one."""
        to = str(call.body["to"])
        if to not in self._colleagues():
            raise DeskError(Code.INVALID, "Nobody of that name works at the desk.")
        self._desk.hand_over(call.pk, call.agent.name, to, is_lead=call.agent.is_lead, revision=call.revision)
        return self._tell(call)

    def snooze(self, call: Call) -> Given:
        """Let go, and see it again later."""
        self._desk.snooze(call.pk, call.agent.name, _time(call, "until"), call.revision)
        return self._tell(call)

    def done(self, call: Call) -> Given:
        """Finish it."""
        body: Mapping[str, Any] = call.body
        by = Way(body["by"]) if "by" in body else None
        how = How(body["how"])
        closed = self._desk.done(call.pk, call.agent.name, how, up_to=body["up_to"], by=by, revision=call.revision)
        first = (Fact(name="first_answer", fields=closed.first),) if closed.first else ()
        return replace(self._tell(call), facts=first)


def _time(call: Call, name: str) -> datetime:
    """Read a time; a schema cannot say that there is no 31st of June.

    Raises:
        DeskError: It is none.
    """
    try:
        return datetime.fromisoformat(str(call.body[name]))
    except ValueError as error:
        raise DeskError(Code.INVALID, f"{name}: there is no such time.") from error
