"""Say something to the contact in an agent's own words: an answer, or by when they answer.

What is said becomes units, written in one transaction with who said it; they leave as everything else does.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.closing import ON_ITS_WAY
from nightbell.domain.errors import UnavailableError
from nightbell.domain.storable import fitting_about
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind
from nightbell.platforms.answering import Way
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.desk_acting import LEASE, Acting, Seen
from nightbell.services.desk_checks import Checks, Spoken, must_be_to_come
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_ports import Act, Did, Keep, Log
from nightbell.services.desk_rating import AskRating
from nightbell.services.desk_way import way_of
from nightbell.services.ports import Hints

LONGEST_REQUEST = 64
SAME_TIME = timedelta(milliseconds=1)
"""As exactly as times are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What an agent wants to say.

    Attributes:
        request: Names the click: the same one is done once.
        texts: In the order in which they leave, each by a way of its own.
        up_to: Up to which number the agent was shown the messages; an answer answers so many.
        promise: By when the agent answers, aware; what is said is then only that.
        override: Why it is said although the checks object.
        done: Let go as soon as it has left.
    """

    request: str
    texts: Sequence[Spoken]
    up_to: int
    promise: datetime | None = None
    override: str = ""
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of it: the units, the same ones when the same click comes again."""

    units: Sequence[Unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """In whose names and by which ways something can be said."""

    accounts: Mapping[tuple[str, str], Account]
    channels: Mapping[str, Channel]
    senders: Mapping[str, Sender]


NOBODY = Business(accounts={}, channels={}, senders={})
"""Without settings nothing can be said, and everything else still be done."""


class Say:
    """Turns words into units."""

    def __init__(self, acting: Acting, hints: Hints | None, business: Business) -> None:
        """Say it by these senders, and have it sent at once."""
        self._acting, self._hints = acting, hints
        self._ways = AnswerWays(business.accounts, business.channels, business.senders)
        self._checks = Checks(business.accounts)
        self._rating = AskRating(business.accounts, business.channels)

    def __call__(self, pk: str, agent: str, saying: Saying, revision: str = "") -> Said:
        """Say it once.

        Raises:
            DeskError: It cannot be said, and nothing was.
            UnavailableError: It may have been said; the same request again finds out.
        """
        _must_be_whole(saying, self._acting.clock.now())
        said: list[Unit] = []

        def decide(seen: Seen) -> Act | None:
            before = self._said_before(seen, agent, saying)
            said[:] = before if before is not None else self._units(seen, agent, saying, revision)
            return self._act(seen, agent, saying, said) if before is None else None

        self._acting(pk, decide)
        self._hint(said)
        return Said(units=tuple(said))

    def _hint(self, said: Sequence[Unit]) -> None:
        """Have it leave at once; without a hint Sweep finds it by its due marker."""
        if self._hints is None:
            return
        with suppress(UnavailableError):
            for unit in said:
                self._hints.hint(unit.pk, unit.sk)

    def _said_before(self, seen: Seen, agent: str, saying: Saying) -> Sequence[Unit] | None:
        said = self._acting.store.said_by(seen.pk, saying.request)
        if said is None and seen.desk.request == saying.request:
            # A transaction may be visible here and not yet there.
            raise UnavailableError("what was said is not readable yet")
        if said is not None and not _is_same(said, agent, saying):
            raise DeskError(Code.INVALID, "This request has said something else. Say what is new under another name.")
        return said

    def _units(self, seen: Seen, agent: str, saying: Saying, revision: str) -> list[Unit]:
        seen.must_be_shown(agent, saying.up_to)
        seen.must_be(revision)
        if saying.up_to < seen.read.seen_seq:
            raise DeskError(Code.CHANGED, "Somebody has answered meanwhile. Take the conversation again, and read it.")
        store = self._acting.store
        shown = [message for message in store.read_page(seen.pk).messages if message.seq <= saying.up_to]
        ways = self._ways(seen.pk, seen.read, shown, store.units(seen.pk), seen.now)
        chosen = [way_of(spoken, ways, seen, saying.up_to) for spoken in saying.texts]
        kind = UnitKind.PERSON_ANSWER if saying.promise is None else UnitKind.PERSON_PROMISE
        drafts = list(zip(saying.texts, chosen, strict=True))
        self._checks(seen, drafts, kind, saying.override, [message.text for message in shown])
        # The first number goes to the log, and to one more where the checks were overridden.
        first = seen.desk.acts + len(_logs(seen, agent, saying, ()))
        return [
            replace(
                _unit(seen, agent, saying, kind, number, spoken, way),
                rates=saying.done and kind is UnitKind.PERSON_ANSWER and self._rating.about(seen, way.via, spoken.text),
            )
            for number, (spoken, way) in enumerate(drafts, first + 1)
        ]

    def _act(self, seen: Seen, agent: str, saying: Saying, units: Sequence[Unit]) -> Act:
        logs = _logs(seen, agent, saying, units)
        until = seen.now + (ON_ITS_WAY if saying.done else LEASE)
        return Act(
            pk=seen.pk,
            step=Keep(agent=agent, until=until, now=seen.now, read=seen.read),
            before=seen.desk,
            after=seen.desk.saying(saying.request).acting(len(logs) + len(units)),
            logs=logs,
            units=units,
        )


def _is_same(said: Sequence[Unit], agent: str, saying: Saying) -> bool:
    """Tell whether it is what an agent says now: other words under its name would be taken for sent, and never leave.

    A promise is known by its time: the settings' words may tell of tomorrow what they told of today a minute before.
    """
    at = saying.promise
    same = _is_same_promise(at, said) if at else _are_same_words(saying.texts, said)
    return same and all(unit.by == agent for unit in said)


def _is_same_promise(promise: datetime, said: Sequence[Unit]) -> bool:
    return all(unit.promised_by is not None and abs(unit.promised_by - promise) < SAME_TIME for unit in said)


def _are_same_words(texts: Sequence[Spoken], said: Sequence[Unit]) -> bool:
    asked = {each.via: each.text.strip() for each in texts}
    # What was forgotten since has no words any more.
    told = {unit.via: unit.text or asked.get(unit.via) for unit in said}
    return told == asked and all(unit.kind is UnitKind.PERSON_ANSWER for unit in said)


def _must_be_whole(saying: Saying, now: datetime) -> None:
    if not saying.request.strip() or len(saying.request) > LONGEST_REQUEST:
        raise DeskError(Code.INVALID, "Name the request, in up to 64 letters, so that it is done once.")
    if not saying.texts or len({each.via for each in saying.texts}) != len(saying.texts):
        raise DeskError(Code.INVALID, "Say one text for each way, and one at least.")
    if saying.promise is not None:
        must_be_to_come(saying.promise, now)


def _unit(  # noqa: PLR0913, PLR0917 - what a unit is made of
    seen: Seen, agent: str, saying: Saying, kind: UnitKind, number: int, spoken: Spoken, way: Way
) -> Unit:
    return Unit(
        pk=seen.pk,
        seq=seen.read.last_seq,
        desk=number,
        kind=kind,
        by=agent,
        closes=saying.up_to if kind is UnitKind.PERSON_ANSWER else 0,
        via=way.via,
        via_account=way.via_account,
        address=way.address,
        about=fitting_about(way.about),
        said_at=way.said_at,
        language=seen.read.language or "",
        text=spoken.text.strip(),
        promised_by=saying.promise,
        created_at=seen.now,
        due_at=seen.now + FIRST_DUE,
        due_since=seen.now,
    )


def _logs(seen: Seen, agent: str, saying: Saying, units: Sequence[Unit]) -> list[Log]:
    did = Did.ANSWER if saying.promise is None else Did.PROMISE
    what = "" if saying.promise is None else f"{saying.promise:%Y-%m-%dT%H:%M:%SZ}"
    said = tuple(unit.desk for unit in units)
    log = Log(did=did, by=agent, at=seen.now, what=what, request=saying.request, said=said)
    override = Log(did=Did.OVERRIDE, by=agent, at=seen.now, what=saying.override.strip())
    return [log, override] if saying.override.strip() else [log]
