"""Apply what a delivery tells about our own sends, and about others who wrote to the contact (S1, H4)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Author, Outcome, OutsideAnswer, Settlement
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.own_words import is_automatic
from nightbell.domain.public_line import is_one_of_ours
from nightbell.domain.trace_ids import trace_id
from nightbell.domain.unit import Unit, UnitState, read_tag
from nightbell.services.count_outside import count_outside, figures
from nightbell.services.desk_units import desk_units_of
from nightbell.services.ports import ReceiptStore

TRIES = 4
LATE_ECHOES = 8
"""Messages back from our newest send; what we said before them came back long ago."""
NOBODY_TYPES_FASTER = timedelta(seconds=5)
"""What comes from the inbox sooner after a message is its own instant reply, which answers nothing."""

_CODE = re.compile(r"\d{1,6}(?=[:,;]?\s+\D|$)")
"""Ahead of the words; a longer number, or several, may be somebody's telephone's."""


class Settle:
    """S1 and H4."""

    def __init__(self, store: ReceiptStore, accounts: Mapping[tuple[str, str], Account] | None = None) -> None:
        """Work on this table; by these accounts' texts their lines in public are known."""
        self._store = store
        self._accounts = accounts or {}

    def settlement(self, event: Settlement, now: datetime) -> tuple[Unit | None, Fact]:
        """Note what became of a send.

        Returns:
            The unit, when the human queue must now hear something else than before; and what to count.

        Raises:
            UnavailableError: It may not have been noted.
        """
        pks = [conversation_pk(event.channel, event.account_id, contact_id) for contact_id in event.contact_ids]
        for pk in [event.conversation, *pks] if event.conversation else pks:
            unit = self._find(event, pk)
            if unit is not None:
                moved, fact = self._apply(event, unit, now)
                return moved, fact.about(conversation=trace_id(unit.pk))
        return None, Fact(name="settlements_without_unit", fields={"kind": event.kind})

    def _find(self, event: Settlement, pk: str) -> Unit | None:
        tag = read_tag(event.tag)
        if tag is None:
            return None
        sk, ack_key = tag
        found = self._unit_of_tag(pk, sk, ack_key)
        if found is not None:
            return found
        joins = self._store.read_conversation(pk).joins
        others = (self._unit_of_tag(join.pk, sk, ack_key) for join in reversed(joins))
        return next((unit for unit in others if unit is not None), None)

    def _unit_of_tag(self, pk: str, sk: str, ack_key: str) -> Unit | None:
        unit = self._store.read_unit_by_key(pk, sk)
        return unit if unit is not None and unit.ack_key == ack_key else None

    def _apply(self, event: Settlement, unit: Unit, now: datetime) -> tuple[Unit | None, Fact]:
        for _ in range(TRIES):
            if unit.state is UnitState.UNDELIVERED or (
                event.outcome is Outcome.SEEN and unit.state is UnitState.CONFIRMED
            ):
                return None, Fact(name="settlements_repeated")
            if event.outcome is Outcome.FAILED and self._store.settle_failed(unit, event.detail, now):
                return unit, Fact(name="acks_undelivered", fields=self._undelivered(event))
            if event.outcome is Outcome.SEEN and self._store.settle_seen(unit, now):
                return unit if unit.state is UnitState.UNCERTAIN else None, Fact(name="acks_confirmed")
            again = self._store.read_unit_by_key(unit.pk, unit.sk)
            if again is None or again.state in {UnitState.SUPPRESSED, UnitState.REFUSED}:
                return None, Fact(name="settlements_too_late")
            if again == unit:
                # Nothing moved, so the condition itself says no: this stack never sent it.
                return None, Fact(name="settlements_without_send", alarm=True)
            unit = again
        raise UnavailableError("the unit kept changing")

    def _undelivered(self, event: Settlement) -> dict[str, str | int]:
        account = self._accounts.get((event.channel, event.account_id))
        about = {"channel": event.channel, "brand": account.brand.key if account else ""}
        return {"kind": event.kind, "code": _code(event.detail), **about}

    def outside_answer(self, event: OutsideAnswer, now: datetime) -> Fact:
        """Note that a person or another app wrote to the contact; a person's answer closes what it answers.

        It closes everything where no message is newer than the answer, else nothing: which of the
        messages the person had read is then not known, and asking twice is better than never.

        Raises:
            UnavailableError: It may not have been noted.
        """
        if self._is_own_line(event):
            return Fact(name="own_public_lines")
        for pk in self._answered(event):
            for _ in range(TRIES):
                read = self._store.read_conversation(pk)
                under, before, home = pk, read, read.home(event.sent_at)
                if home is not None:
                    pk, read = home, self._store.read_conversation(home)  # noqa: PLW2901 - the one that was meant
                if not read.exists:
                    break
                # What was said before the join may be answered after it.
                ours = self._own_unit(event, pk, read) or (self._own_unit(event, under, before) if home else None)
                if ours is not None:
                    return self._came_back(event, ours, now)
                fact = self._note(event, pk, read)
                if fact is not None:
                    return fact.about(conversation=trace_id(pk))
            else:
                raise UnavailableError("the conversation kept changing")
        return Fact(name="outside_answers_to_strangers")

    def _answered(self, event: OutsideAnswer) -> Iterator[str]:
        """Name the conversations that may have been answered, the likeliest first."""
        if event.thread is not None:
            pk = self._store.read_thread(event.channel, event.account_id, event.thread)
            yield from [pk] if pk else []
        for contact_id in event.contact_ids:
            yield conversation_pk(event.channel, event.account_id, contact_id)

    def _is_own_line(self, event: OutsideAnswer) -> bool:
        """Tell whether it is a line in public of ours, perhaps to somebody else below the same comment."""
        account = self._accounts.get((event.channel, event.account_id))
        return (
            event.thread is not None
            and account is not None
            and is_one_of_ours(event.text, account.brand, event.channel)
        )

    def _is_automatic(self, event: OutsideAnswer) -> bool:
        """Tell whether it is a private reply of ours, whose unit is in the conversation of the comment."""
        account = self._accounts.get((event.channel, event.account_id))
        return event.said_id is not None and account is not None and is_automatic(event.text, account.brand)

    def _own_unit(self, event: OutsideAnswer, pk: str, read: Conversation) -> Unit | None:
        """Recognise what we said ourselves, on a platform that hands no tag back: the last thing, or one before it."""
        if event.said_id is None:
            return None
        lined = self._store.read_unit(pk, read.lined) if event.thread is not None and read.lined else None
        if lined is not None and lined.has_lined(event.said_id, event.text):
            return lined
        worded = None
        for unit in self._said_lately(pk, read):
            if not unit.has_said(event.said_id, event.text):
                continue
            if unit.platform_message_id == event.said_id:
                return unit
            # Words that wait to be said again prove nothing about that.
            worded = worded or (unit if unit.state is not UnitState.READY else None)
        return worded

    def _said_lately(self, pk: str, read: Conversation) -> Iterator[Unit]:
        """List what we have sent, automatically and for people."""
        for seq in range(read.ack_seq, max(read.ack_seq - LATE_ECHOES, 0), -1):
            unit = self._store.read_unit(pk, seq)
            if unit is not None:
                yield unit
        yield from desk_units_of(self._store, pk)

    def _came_back(self, event: OutsideAnswer, unit: Unit, now: datetime) -> Fact:
        """Take our own words for the proof that they arrived.

        A public line is one step of several: seeing it proves nothing about the unit as a whole. What a person said
        in public is all that their unit says.
        """
        if event.thread is not None and not unit.desk:
            return Fact(name="own_public_lines")
        seen = Settlement(
            kind=event.kind,
            channel=event.channel,
            account_id=event.account_id,
            contact_ids=event.contact_ids,
            tag=unit.tag,
            outcome=Outcome.SEEN,
        )
        _, fact = self._apply(seen, unit, now)
        return fact

    def _note(self, event: OutsideAnswer, pk: str, read: Conversation) -> Fact | None:
        """H4; ``None`` when the conversation has changed meanwhile."""
        if self._is_automatic(event):
            return Fact(name="own_words_elsewhere")
        if event.author is Author.PERSON and _is_instant(event, read):
            return Fact(name="instant_outside_answers")
        covers = event.author is Author.PERSON and (read.newest_at or event.sent_at) <= event.sent_at
        closes = read.last_seq if covers and read.is_waiting else None
        counting = count_outside(self._store, self._accounts, pk, read, event.sent_at) if closes else None
        if not self._store.note_outside_answer(pk, read, event.author, event.sent_at, closes, counting=counting):
            return None
        fields = figures(counting, self._accounts, pk, read)
        return Fact(name="answered_outside" if closes else "outside_answers", fields=fields)


def _is_instant(event: OutsideAnswer, read: Conversation) -> bool:
    since = event.sent_at - (read.contact_at or event.sent_at)
    return timedelta(0) <= since < NOBODY_TYPES_FASTER


def _code(detail: str) -> str:
    """Take the code out of what a platform says: its words may hold what the contact wrote, and go into no log."""
    found = _CODE.match(detail)
    return found[0] if found else ""
