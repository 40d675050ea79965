"""Keeps the books: everything that came in must have come to exactly one thing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nightbell.adapters.table_items import values
from nightbell.domain.errors import NotUnderstoodError, TooLargeError
from nightbell.domain.events import (
    AccountNews,
    Broken,
    ContactMoved,
    Delivery,
    Event,
    Message,
    Noise,
    OptOut,
    OutsideAnswer,
    Settlement,
    ThreadControl,
    Unknown,
)
from nightbell.domain.facts import Fact
from nightbell.domain.kept_names import kept_name
from nightbell.domain.keys import conversation_pk, message_sk, quarantine_pk
from nightbell.domain.taking_back import edited_by
from nightbell.platforms.registry import PLATFORMS
from tests.chaos.forgery.corpus import tree_of
from tests.chaos.hostile.receiver import Receiver
from tests.chaos.hostile.witnesses import WITNESSING
from tests.chaos.schemes import SCHEMES

SORTS: Mapping[type[Event], str] = {
    Message: "messages, stored",
    Settlement: "news of what we sent, applied",
    OutsideAnswer: "answers of others, applied",
    ThreadControl: "owners of conversations, noted",
    ContactMoved: "contacts who moved, joined",
    AccountNews: "news of our accounts, applied",
    OptOut: "wishes for silence, heeded",
    Noise: "noise, counted",
    Unknown: "unknown, counted",
    Broken: "broken, quarantined",
}
_FACTS: Mapping[type[Event], tuple[str, ...]] = {
    Settlement: ("settlements_", "acks_"),
    OutsideAnswer: ("outside_answers", "answered_outside", "instant_outside", "own_public_lines", "own_words"),
    ThreadControl: ("threads_",),
    ContactMoved: ("contacts_moved",),
    AccountNews: ("accounts_blocked", "accounts_unblocked"),
    OptOut: ("opt_outs_", "opt_ins_"),
    Noise: ("noise", "operator_must_look"),
    Unknown: ("unknown_events", "new_kinds_of_event"),
    Broken: ("quarantined",),
}
"""How the facts begin that report each; messages are looked for in the table itself."""


@dataclass(slots=True)
class Books:
    """Four ways for an event, and one more for a whole delivery.

    Attributes:
        events: By what they came to.
        wrong: What does not add up.
    """

    events: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def enter(self, receiver: Receiver, delivery: Delivery, witness: str, facts: Sequence[Fact]) -> None:
        """Check what became of one delivery that was answered with 200, and enter it."""
        spilled = {fact.name for fact in facts} & {"deliveries_spilled", "policy_failed", "hints_lost"}
        self._check(not spilled, f"{sorted(spilled)} although nothing had failed")
        try:
            events = PLATFORMS[delivery.platform].parse(delivery)
        except NotUnderstoodError:
            self.deliveries["deliveries, quarantined whole"] += 1
            self._check(
                _is_quarantined(receiver, delivery, delivery.body), "a body that was not understood is not kept"
            )
            return
        self.deliveries["deliveries, read"] += 1
        self._check(
            not witness or WITNESSING[delivery.platform].known_as(witness) in _ids(events),
            "a good message was not seen beside hostile ones",
        )
        tree = tree_of(delivery.body, is_form=SCHEMES[delivery.platform].is_form)
        items = WITNESSING[delivery.platform].items(tree)
        self._check(len(events) >= items, f"{items} things happened and {len(events)} were seen")
        for event in events:
            self.events[SORTS[type(event)]] += 1
            self._check(_is_kept(receiver, delivery, event, facts), f"a {type(event).__name__} is not kept")
        for sort, names in _FACTS.items():
            came = _distinct([event for event in events if type(event) is sort])
            told = sum(fact.count for fact in facts if fact.name.startswith(names))
            self._check(came == told, f"{came} of {sort.__name__} came and {told} were reported")

    def refuse(self, error: Exception, delivery: Delivery) -> None:
        """Enter a delivery that was refused, which is right only for what is too large."""
        too_large = len(delivery.body) > PLATFORMS[delivery.platform].max_body
        self.deliveries["deliveries, too large and refused"] += 1
        self._check(isinstance(error, TooLargeError) and too_large, f"genuine, and refused: {type(error).__name__}")

    def close(self, receiver: Receiver) -> None:
        """Look at the table as a whole."""
        self._check(not receiver.table.refused, f"no real table takes this: {receiver.table.refused[:3]}")
        numbers: dict[str, list[int]] = defaultdict(list)
        for (pk, sk), item in receiver.table.items.items():
            if sk.startswith("M#") and "seq" in item:
                numbers[pk].append(int(item["seq"]["N"]))
        for pk, found in numbers.items():
            last = int(receiver.table.items[pk, "META"]["last_seq"]["N"])
            self._check(sorted(found) == list(range(1, last + 1)), "a conversation's numbers have a gap")

    def join(self, other: "Books") -> None:
        """Add another round's."""
        self.events.update(other.events)
        self.deliveries.update(other.deliveries)
        self.wrong += other.wrong

    def _check(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not holds:
            self.wrong.append(otherwise)


def _ids(events: list[Event]) -> set[str]:
    return {event.message_id for event in events if isinstance(event, Message)}


def _distinct(events: Sequence[Event]) -> int:
    """Count events; an unknown kind is told once a delivery."""
    return len({event.kind for event in events}) if events and isinstance(events[0], Unknown) else len(events)


def _is_kept(receiver: Receiver, delivery: Delivery, event: Event, facts: Sequence[Fact]) -> bool:
    if isinstance(event, Broken):
        return _is_quarantined(receiver, delivery, event.raw.encode())
    if not isinstance(event, Message):
        return True
    if any(fact.name in {"changes_to_nothing_known", "mentions_repeated"} for fact in facts):
        return True
    pk = conversation_pk(event.channel, event.account_id, event.contact.contact_id)
    if any(fact.name == "messages_shortened" for fact in facts):
        return any(event.text.startswith(text) for text in receiver.texts(message_sk(event.message_id)))
    names = {message_sk(event.message_id, variant) for variant in ("", event.content_hash[:8])}
    found = [values(receiver.table.items[pk, name]) for name in names if receiver.has(pk, name)]
    # Who moved goes on in the conversation that they had.
    found = found or [values(item) for (_, sk), item in receiver.table.items.items() if sk in names]
    edited = edited_by(event)
    if edited and _is_blank(receiver, edited):
        # What it edits was taken back, so its words are not kept either, and it is named by what is left.
        return event.kind in receiver.kinds(message_sk(event.message_id))
    return any(_is_same(item, event) for item in found)


def _is_blank(receiver: Receiver, message_id: str) -> bool:
    of = message_sk(message_id)
    return any("blanked_at" in item for (_, sk), item in receiver.table.items.items() if sk == of)


def _is_same(item: Mapping[str, object], event: Message) -> bool:
    """Tell whether an item is this message, or what is left of it since the contact took it back."""
    return "blanked_at" in item or (item.get("txt", ""), item["event"]) == (event.text, event.kind)


def _is_quarantined(receiver: Receiver, delivery: Delivery, raw: bytes) -> bool:
    name = kept_name(raw, delivery.path, delivery.query)
    return receiver.has(quarantine_pk(f"{receiver.clock.now():%Y-%m}"), f"{name}#1")
