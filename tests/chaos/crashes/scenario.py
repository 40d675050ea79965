"""What races with what: deliveries, an agent at the desk, and the class of the channel."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nightbell.adapters.business_file import read_business
from nightbell.domain.business import Account, Choice
from nightbell.domain.choices import payload
from nightbell.domain.day_plan import ALL_DAY
from nightbell.domain.events import (
    Attachment,
    Author,
    Contact,
    ContactMoved,
    Event,
    Message,
    MessageRole,
    Outcome,
    OutsideAnswer,
    Reference,
    ReferenceKind,
    Settlement,
)
from nightbell.domain.keys import conversation_pk
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.domain.unit import Unit, UnitKind
from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack, RecoveryClass
from tests.fakes import FakeChannel
from tests.unit.calendars import FakeCalendars

BEGIN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
CONTACT = "7"
GOES_ON = "goes on"
"""The click of an agent who keeps the conversation after what it says."""
ACCOUNT = "1"
EXAMPLE = Path(__file__).parents[2] / "unit" / "business_example.toml"
_KNOWN = read_business(EXAMPLE, FakeCalendars()).accounts["messenger", "100"]
_PREVIEWED = "previewed"
_TAPS = {"tap": payload(Choice.HERE), "mail": payload(Choice.EMAIL_US), "post": payload(Choice.EMAIL_US)}
WINDOW = timedelta(minutes=45)
"""Shorter than a step of time, so that it closes over whatever waits for one."""
TWINS = {"keyed": ("4504", "6089"), "readable": ("2388", "6419")}
"""Two contacts of a channel whose conversations would get the very same reference code."""
PHONE, PERSON = "5", "6"
"""Two ids of one contact, who is reached under the first."""
CONTACTS = {"b": "8", "p": PHONE, "x": PERSON, "y": PERSON, "h": "80", "r": "40"}
"""By the first letter of a message's name; others are the contact's."""
TEXT = "Do you have size 42?"


class ReadableChannel(FakeChannel):
    """Reads back as Messenger does: the same words of an earlier unit make it impossible to tell."""

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        found = super().read_back(outcome, account_id=account_id, text=text, sent_from=sent_from)
        if found is ReadBack.ABSENT and isinstance(outcome, Answer):
            return ReadBack.UNREADABLE if text in json.loads(outcome.body)["near"] else found
        return found


CHANNELS: dict[str, FakeChannel] = {
    "K": FakeChannel(name="keyed", recovery=RecoveryClass.KEYED, reply_window=None),
    "K1": FakeChannel(name="once", recovery=RecoveryClass.ONE_SHOT, reply_window=None),
    "E": ReadableChannel(name="readable", recovery=RecoveryClass.ECHOED, can_read_back=True, reply_window=None),
    "W": FakeChannel(name="echoing", recovery=RecoveryClass.ECHOED, reply_window=None),
    "N": FakeChannel(name="bare", recovery=RecoveryClass.NONE, reply_window=None),
    "V": FakeChannel(name=_PREVIEWED, recovery=RecoveryClass.KEYED, reply_window=None),
    "M": ReadableChannel(
        name="closing", recovery=RecoveryClass.ECHOED, can_read_back=True, reply_window=WINDOW, person_window=WINDOW
    ),
}
KEYED = frozenset({"K", "K1", "V"})
ECHOED = frozenset({"E", "W", "M"})
HANDED_OVER = frozenset({"E", "M"})
"""Where another app, or a person in the platform's own inbox, can have a conversation to itself."""

Name = tuple[str, ...]
"""Of a delivery: ``("messages", "1", "2")``, ``("settle", contact, tag, outcome)``, ``("inbox", seconds)``,
``("moved",)``, which says that a contact has a new id, or ``("stranger", number, outcome)``, which settles a unit by
its right tag though it was another who sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A beginning.

    Attributes:
        racing: Deliveries that are under way at once from the start.
        later: Deliveries that begin one by one, each when everything before is at rest.
        desk: So many agents begin at the same time, and so many see what the human queue holds.
        clicks: By which one agent answers at the same time; what is clicked twice has one name.
        readers: So many see what the human queue holds, if more than that.
        sweep: Time is the real Sweep, not one run of Acknowledge for each due unit.
    """

    name: str
    racing: tuple[Name, ...]
    later: tuple[Name, ...] = ()
    desk: int = 0
    clicks: tuple[str, ...] = ()
    readers: int = 1
    sweep: bool = False


def account(channel: str) -> Account:
    """Make an account of a shop that never closes, so that no stretch ends while time passes."""
    hours = OpeningHours(zone=_KNOWN.hours.zone, weekly=[[ALL_DAY]] * 7)
    brand = replace(_KNOWN.brand, preview=channel == _PREVIEWED)
    return replace(_KNOWN, channel=channel, account_id=ACCOUNT, hours=hours, brand=brand)


def pk_of(channel: FakeChannel, contact: str) -> str:
    return conversation_pk(channel.name, ACCOUNT, contact)


def events(name: Name, channel: FakeChannel) -> list[Event]:
    """Write what a delivery reports."""
    match name:
        case ("messages", *ids):
            return [_message(each, channel) for each in ids]
        case ("settle", contact, tag, outcome):
            return [_settlement(channel, contact, tag, Outcome(outcome))]
        case ("stranger", number, outcome):
            return [_settlement(channel, CONTACT, tag_of(channel, int(number)), Outcome(outcome))]
        case ("moved",):
            return [_moved(channel)]
        case ("inbox", seconds):
            return [_answer(channel, BEGIN + timedelta(seconds=int(seconds)))]
    raise ValueError(name)


def tag_of(channel: FakeChannel, number: int) -> str:
    """Write the tag that a unit of the contact would send: whoever knows the conversation can."""
    unit = Unit(pk=pk_of(channel, CONTACT), seq=number, kind=UnitKind.ACKNOWLEDGEMENT, created_at=BEGIN)
    return unit.tag


def _message(name: str, channel: FakeChannel) -> Message:
    """Write a message: ``3`` is the third of the contact, ``b1`` is another contact's.

    ``tap`` chooses to wait; ``mail`` and ``post`` are two contacts who choose to write an e-mail. ``edit1`` and
    ``unsend1`` change the first message. ``p1`` comes from a contact under one id, ``x1`` and ``y1`` from the same
    under another, which the first of these says. ``r1`` and ``r2`` say that they answer ``h1``, from elsewhere.
    """
    word = name.rstrip("0123456789")
    twins = TWINS.get(channel.name, (CONTACT, CONTACT))
    contact = (CONTACTS | {"mail": twins[0], "post": twins[1]}).get(word, CONTACT)
    digits = "".join(filter(str.isdigit, name))
    change = {"edit": EDIT_OF, "unsend": UNSEND_OF}.get(word)
    return Message(
        kind="fake.message",
        channel=channel.name,
        account_id=ACCOUNT,
        contact=Contact(contact_id=contact, address=address_of(contact), aliases=(PHONE,) if word == "x" else ()),
        message_id=name,
        role=MessageRole.CHANGE if change else MessageRole.MESSAGE,
        text="" if word in _TAPS or word == "unsend" else TEXT,
        attachments=(Attachment(kind=change, reference=digits),) if change else (),
        choice=_TAPS.get(word),
        known_as=name if word == "h" else None,
        belongs=(Reference(kind=ReferenceKind.KNOWN_AS, value="h1"),) if word == "r" else (),
        sent_at=BEGIN + timedelta(seconds=10 * int(digits or 9)),
    )


def address_of(contact: str) -> str:
    """Tell where a contact is reached."""
    return {PERSON: PHONE, CONTACTS["r"]: CONTACTS["h"]}.get(contact, contact)


def _moved(channel: FakeChannel) -> ContactMoved:
    return ContactMoved(
        kind="fake.moved", channel=channel.name, account_id=ACCOUNT, old_ids=(PHONE,), new_id=PERSON, at=BEGIN
    )


def _settlement(channel: FakeChannel, contact: str, tag: str, outcome: Outcome) -> Settlement:
    return Settlement(
        kind="fake.echo",
        channel=channel.name,
        account_id=ACCOUNT,
        contact_ids=(PHONE, PERSON) if contact == PHONE else (contact,),
        tag=tag,
        outcome=outcome,
        detail="" if outcome is Outcome.SEEN else "the phone is gone",
    )


def _answer(channel: FakeChannel, at: datetime) -> OutsideAnswer:
    return OutsideAnswer(
        kind="fake.echo",
        channel=channel.name,
        account_id=ACCOUNT,
        contact_ids=(CONTACT,),
        author=Author.PERSON,
        sent_at=at,
    )
