"""Sort a delivery's events by what storing them needs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from nightbell.domain.events import (
    AccountNews,
    Broken,
    ContactMoved,
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
from nightbell.domain.keys import conversation_pk


@dataclass(slots=True)
class SortedEvents:
    """One delivery's events.

    Attributes:
        messages: By the conversation that their contact's id names.
        unnamed_changes: Name only the comment that they change.
        unnamed_mentions: May be a comment that came by itself as well.
        unknown: One of each kind.
        own_posts: Of an account itself; of interest only to whoever tells its team.
        facts: What need not be stored.
    """

    messages: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    unnamed_changes: list[Message] = field(default_factory=list)
    unnamed_mentions: list[Message] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    outside: list[OutsideAnswer] = field(default_factory=list)
    moved: list[ContactMoved] = field(default_factory=list)
    account_news: list[AccountNews] = field(default_factory=list)
    opt_outs: list[OptOut] = field(default_factory=list)
    thread_control: list[ThreadControl] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    unknown: dict[str, Unknown] = field(default_factory=dict)
    own_posts: list[Noise] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def sort_events(events: Iterable[Event]) -> SortedEvents:  # noqa: C901 - one arm for each class of event
    """Put each event to its like, in the order they came."""
    work = SortedEvents()
    for event in events:
        match event:
            case Message():
                _add_message(work, event)
            case Settlement():
                work.settlements.append(event)
            case OutsideAnswer():
                work.outside.append(event)
            case ContactMoved():
                work.moved.append(event)
            case AccountNews():
                work.account_news.append(event)
            case ThreadControl():
                work.thread_control.append(event)
            case OptOut():
                work.opt_outs.append(event)
            case Broken():
                work.broken.append(event)
            case Unknown():
                work.unknown.setdefault(event.kind, event)
            case Noise():
                name = "operator_must_look" if event.alarm else "noise"
                work.facts.append(Fact(name=name, alarm=event.alarm, fields=about(event)))
                if event.account_id:
                    work.own_posts.append(event)
    return work


def _add_message(work: SortedEvents, message: Message) -> None:
    if not message.contact.contact_id:
        work.unnamed_changes.append(message)
    elif message.is_mention and message.unnamed:
        work.unnamed_mentions.append(message)
    else:
        pk = conversation_pk(message.channel, message.account_id, message.contact.contact_id)
        work.messages[pk].append(message)


def about(event: Noise | AccountNews) -> dict[str, str | int]:
    """Name an event in a log."""
    return {"kind": event.kind, "detail": event.detail[:80]}
