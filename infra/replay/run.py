"""Replay what happened against settings: everything at the time at which it happened, and what follows from it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import groupby

from infra.replay.events import Recorded, What
from infra.replay.production import Production
from infra.replay.rows import Name, Row, rows_of
from nightbell.domain.business import BusinessSettings
from nightbell.domain.events import Author, OutsideAnswer
from nightbell.domain.hours_override import Override
from nightbell.domain.keys import split_conversation_pk
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_done import How, Way
from nightbell.services.desk_errors import DeskError
from nightbell.services.desk_say import Saying

A_MINUTE = timedelta(minutes=1)
A_TICK = timedelta(milliseconds=1)
FIRST, AGAIN = _LOOKS = "", "again"
"""In place of a unit: look after what was promised."""
OVERRIDDEN = "it was said"
_AUTHORS = {What.INBOX: Author.PERSON, What.OTHER_APP: Author.OTHER_APP}


def replay(
    settings: BusinessSettings,
    events: Iterable[Recorded],
    *,
    said: tuple[Override, ...] = (),
    until: datetime | None = None,
) -> dict[Name, Row]:
    """Tell who would have been told what.

    Args:
        settings: To go by.
        events: What happened; each is replayed at its own time.
        said: What was said by hand about the hours.
        until: How far to look after promises; as far as the last event, unless it is said.
    """
    return _Replay(Production(settings, said))(events, until)


class _Replay:
    """Walks through time.

    Attributes:
        _later: When to come back to a unit, or to what a conversation was promised.
    """

    def __init__(self, production: Production) -> None:
        self._p = production
        self._later: list[tuple[datetime, str, str]] = []

    def __call__(self, events: Iterable[Recorded], until: datetime | None) -> dict[Name, Row]:
        last: datetime | None = None
        for at, pk, together in _together(events):
            self._come_back(at)
            self._p.clock.at = last = at
            self._do(pk, at, together)
            self._work()
            heappush(self._later, (_next_minute(at), pk, FIRST))
        self._come_back(until or last)
        return rows_of(self._p.table.items.values())

    def _come_back(self, end: datetime | None) -> None:
        """Do what Sweep does every minute."""
        while end and self._later and self._later[0][0] <= end:
            at, pk, sk = found = heappop(self._later)
            while self._later and self._later[0] == found:
                heappop(self._later)
            self._p.clock.at = at
            if sk not in _LOOKS:
                self._p.hints.hint(pk, sk)
            elif look_at := self._p.look_at_promise(pk, is_again=sk == AGAIN):
                heappush(self._later, (_next_minute(look_at), pk, AGAIN))
            self._work()

    def _work(self) -> None:
        for (pk, sk), at in self._p.work().items():
            heappush(self._later, (_next_minute(max(at, self._p.clock.at + A_TICK)), pk, sk))

    def _do(self, pk: str, at: datetime, together: Sequence[Recorded]) -> None:
        messages = [each.message for each in together if each.message]
        if messages:
            for unit in self._p.store_messages(pk, messages, at).units:
                self._p.hints.hint(unit.pk, unit.sk)
        for each in together:
            if each.what in _AUTHORS:
                self._p.settle.outside_answer(_outside(each), at)
            elif each.what is What.OWNED:
                self._p.receipts.note_thread_owner(pk, at, each.until)
            elif each.what is What.OPT_OUT:
                self._p.receipts.note_opt_out(pk, at, opted_out=True)
            elif each.message is None:
                # What the team did cannot always be done again: by other settings there may be nothing to answer.
                with suppress(DeskError):
                    self._act(each)

    def _act(self, each: Recorded) -> None:
        desk, pk, agent = self._p.desk, each.pk, each.agent
        if each.what is What.RELEASE:
            desk.release(pk, agent)
            return
        with suppress(DeskError):
            desk.take(pk, agent)
        if each.what in {What.ANSWER, What.PROMISE}:
            desk.say(pk, agent, self._saying(each))
        elif each.what is What.DONE:
            how, _, way = each.how.partition(" by ")
            up_to = each.up_to or self._p.receipts.read_conversation(pk).last_seq
            # Of whom was forgotten nobody knows any more how it was finished.
            desk.done(pk, agent, How(how or How.NO_ANSWER_NEEDED), up_to=up_to, by=Way(way) if way else None)

    def _saying(self, each: Recorded) -> Saying:
        read = self._p.receipts.read_conversation(each.pk)
        via = read.via or (split_conversation_pk(each.pk) or ("",))[0]
        return Saying(
            request=f"{each.at:%Y%m%d%H%M%S%f}",
            texts=[Spoken(via=via, text=each.text or OVERRIDDEN)],
            up_to=each.up_to or read.last_seq,
            promise=each.until if each.what is What.PROMISE else None,
            override=OVERRIDDEN,
        )


def _together(events: Iterable[Recorded]) -> Iterator[tuple[datetime, str, list[Recorded]]]:
    """Put together what one delivery brought about a conversation."""
    ordered = sorted(events, key=lambda each: each.at)
    for (at, pk, _), own in groupby(ordered, key=lambda each: (each.at, each.pk, each.message is None)):
        yield at, pk, list(own)


def _outside(each: Recorded) -> OutsideAnswer:
    channel, account_id, contact_id = split_conversation_pk(each.pk) or ("", "", "")
    return OutsideAnswer(
        kind="replay",
        channel=channel,
        account_id=account_id,
        contact_ids=(contact_id,),
        author=_AUTHORS[each.what],
        sent_at=each.at,
    )


def _next_minute(at: datetime) -> datetime:
    """Round up, as Sweep comes once in a minute."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + A_MINUTE
