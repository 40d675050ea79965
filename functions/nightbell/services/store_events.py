"""Make a piece of work of each event that a delivery brings; each kind is stored in its own way."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import (
    AccountNews,
    Broken,
    ContactMoved,
    Delivery,
    Message,
    OptOut,
    OutsideAnswer,
    Settlement,
    ThreadControl,
    Unknown,
)
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit
from nightbell.services.account_news import ApplyAccountNews
from nightbell.services.find_home import FindHome
from nightbell.services.heed_opt_out import HeedOptOut
from nightbell.services.hold_back import HoldBack
from nightbell.services.kept import Around
from nightbell.services.ports import Hints, ReceiptStore
from nightbell.services.settle import Settle
from nightbell.services.sort_events import SortedEvents, about
from nightbell.services.store_messages import StoreMessages


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One piece of work's result: units that can move now, and what to count."""

    units: Sequence[Unit] = ()
    facts: Sequence[Fact] = ()


Task = Callable[[], Done]
"""Stores its events and hints to what can move; each may be done again. May raise UnavailableError."""


class StoreEvents:
    """Knows how each class of event is stored; does nothing before a task is called."""

    def __init__(
        self,
        *,
        store: ReceiptStore,
        store_messages: StoreMessages,
        hints: Hints,
        account_news: ApplyAccountNews | None,
        own_apps: Collection[str],
    ) -> None:
        """Without ``account_news`` such news is told and no more; ``own_apps`` are our ids at the platforms."""
        self._store = store
        self._store_messages = store_messages
        self._settle = Settle(store, store_messages.accounts)
        self._find_home = FindHome(store, store_messages.accounts)
        self._hints = hints
        self._account_news = account_news
        self._hold_back = HoldBack(store, own_apps)
        self._heed_opt_out = HeedOptOut(store)

    def tasks(self, delivery: Delivery, work: SortedEvents) -> list[Task]:
        """Make one piece of work of each conversation, settlement, outside answer and broken event."""
        at = delivery.received_at
        return [
            *(self._messages_task(pk, messages, at) for pk, messages in work.messages.items()),
            *(self._settlement_task(event, at) for event in work.settlements),
            *(self._outside_task(event, at) for event in work.outside),
            *(self._moved_task(event) for event in work.moved),
            *(self._thread_task(event) for event in work.thread_control),
            *([self._account_task(work.account_news, at)] if work.account_news else []),
            *(self._broken_task(delivery, event) for event in work.broken),
            *(self._unknown_task(delivery, event) for event in work.unknown.values()),
        ]

    def tasks_by_thread(self, delivery: Delivery, work: SortedEvents) -> list[Task]:
        """Make the work that must find what else the same delivery brought."""
        at = delivery.received_at
        return [
            *(self._unnamed_change_task(event, at) for event in work.unnamed_changes),
            *(self._unnamed_mention_task(event, at) for event in work.unnamed_mentions),
            *(self._opt_out_task(event) for event in work.opt_outs),
        ]

    def _messages_task(self, pk: str, messages: Sequence[Message], at: datetime) -> Task:
        def task() -> Done:
            stored = self._store_messages(pk, messages, at)
            return Done(units=stored.units, facts=[*stored.facts, *self._hint(stored.units)])

        return task

    def _settlement_task(self, event: Settlement, at: datetime) -> Task:
        def task() -> Done:
            unit, fact = self._settle.settlement(event, at)
            return Done(facts=[fact, *self._hint([unit] if unit else [])])

        return task

    def _outside_task(self, event: OutsideAnswer, at: datetime) -> Task:
        return lambda: Done(facts=[self._settle.outside_answer(event, at)])

    def _unnamed_change_task(self, event: Message, at: datetime) -> Task:
        """Store a change that names only the comment, in the conversation of that comment."""

        def task() -> Done:
            pk = self._store.read_thread(event.channel, event.account_id, event.thread or event.message_id)
            if pk is None:
                return Done(facts=[Fact(name="changes_to_nothing_known", fields={"kind": event.kind})])
            return self._messages_task(pk, [event], at)()

        return task

    def _unnamed_mention_task(self, event: Message, at: datetime) -> Task:
        """Store a mention, unless it is a comment that we have already, by somebody whom that one names."""

        def task() -> Done:
            if event.thread and self._store.read_thread(event.channel, event.account_id, event.thread):
                return Done(facts=[Fact(name="mentions_repeated", fields={"kind": event.kind})])
            pk = conversation_pk(event.channel, event.account_id, event.contact.contact_id)
            return self._messages_task(pk, [event], at)()

        return task

    def _moved_task(self, event: ContactMoved) -> Task:
        return lambda: Done(facts=[self._find_home.contact_moved(event)])

    def _thread_task(self, event: ThreadControl) -> Task:
        return lambda: Done(facts=[self._hold_back(event)])

    def _opt_out_task(self, event: OptOut) -> Task:
        return lambda: Done(facts=[self._heed_opt_out(event)])

    def _account_task(self, news: Sequence[AccountNews], at: datetime) -> Task:
        """Apply it all in its order: of a block and its end the last one counts."""
        apply = self._account_news or (
            lambda event, _: [Fact(name="operator_must_look", alarm=True, fields=about(event))]
        )
        return lambda: Done(facts=[fact for event in news for fact in apply(event, at)])

    def _broken_task(self, delivery: Delivery, event: Broken) -> Task:
        raw = event.raw.encode("utf-8", "surrogatepass")
        return lambda: Done(facts=[self.quarantine(delivery, raw, event.kind, event.reason)])

    def _unknown_task(self, delivery: Delivery, event: Unknown) -> Task:
        def task() -> Done:
            new = self._store.is_new_kind(delivery.platform, event.kind, delivery.received_at)
            name = "new_kinds_of_event" if new else "unknown_events"
            return Done(facts=[Fact(name=name, alarm=new, fields={"kind": event.kind[:80]})])

        return task

    def quarantine(self, delivery: Delivery, raw: bytes, kind: str, reason: str) -> Fact:
        """Keep what could not be read, and raise an alarm."""
        name = self._store.quarantine(
            raw,
            platform=delivery.platform,
            kind=kind,
            reason=reason,
            received_at=delivery.received_at,
            around=Around(path=delivery.path, query=delivery.query, headers=delivery.headers),
            blank_at=self._blank_at(delivery),
        )
        return Fact(name="quarantined", alarm=True, fields={"id": name, "kind": kind[:80], "reason": reason[:120]})

    def _blank_at(self, delivery: Delivery) -> datetime | None:
        """Tell when unread bytes must be given back: as soon as the words of any of the platform's channels.

        To look through them all loads every platform; what cannot be read is rare, and an alarm.
        """
        own = (each for each in self._store_messages.channels.values() if each.platform == delivery.platform)
        lent = [each.keeps_words for each in own if each.keeps_words is not None]
        return delivery.received_at + min(lent) if lent else None

    def _hint(self, units: Iterable[Unit]) -> list[Fact]:
        """Make it fast; Sweep makes it sure."""
        lost = 0
        for unit in units:
            try:
                self._hints.hint(unit.pk, unit.sk)
            except UnavailableError:
                lost += 1
        return [Fact(name="hints_lost", count=lost)] if lost else []
