"""A unit: what one acknowledgement covers, or what the desk says, and its state machine.

::

                     A1                A4
 (R1) ──▶ READY ───────────▶ SENDING ───────▶ SENT ──────────┐ seen
           │ ▲ ▲               │  │ refused                  ▼
        A7 │ │ └── A5: not now ┘  ├─────▶ REFUSED         CONFIRMED ◀── seen, from every earlier state
           ▼ │                 │  └─────▶ UNCERTAIN: refused, but an earlier try is unknown
 SUPPRESSED  │                 │ unknown or crash, lease over
             │ absent          ▼ A2        keyed: A3 ──▶ SENDING
             └──────────── RECOVERING ──── found ──▶ CONFIRMED           failed, from any state after the first send
                                      └─── no proof ──▶ UNCERTAIN        ─────────────────────▶ UNDELIVERED

A send of unknown outcome becomes READY again only when it is proven not to have arrived. One with a key, whose second
try certainly did nothing, waits in RECOVERING: what is READY may end as SUPPRESSED, and then nobody would be told.

A unit in public climbs a ladder: each step is a send of its own and goes through all of this. What would be the
final state of a step, with steps left, is written down beside, and the same write makes the unit READY for the next
(A8). A step that must not leave any more ends the unit as SUPPRESSED, whatever came before it.

What the contact has heard before anything was stored, such as the greeting of a voicemail, is born CONFIRMED: R1 writes
its words, and all that is left is that the human queue is told.

What the desk made goes the same way, and keeps its due marker when it ends: A9 closes what an answer has answered, A10
has the team read that it failed, and either takes the marker away in the very transaction in which it does so.

SENDING becomes SUPPRESSED, too, where the platform says that it sent nothing because somebody else has the
conversation: that is neither our failure nor the contact's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from nightbell.domain.business import TextId
from nightbell.domain.keys import SEQ_DIGITS, desk_unit_sk, unit_sk

TAG_PREFIX = "nightbell.1."
DESK_MARK = "d"
"""Stands in a tag before the number of a unit that the desk made."""


class UnitState(StrEnum):
    """Where a unit stands; see the picture above."""

    READY = "READY"
    SENDING = "SENDING"
    RECOVERING = "RECOVERING"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    UNCERTAIN = "UNCERTAIN"
    REFUSED = "REFUSED"
    UNDELIVERED = "UNDELIVERED"
    SUPPRESSED = "SUPPRESSED"

    @property
    def is_final(self) -> bool:
        """Whether only a settling event may still move it."""
        return self not in {UnitState.READY, UnitState.SENDING, UnitState.RECOVERING}


class UnitKind(StrEnum):
    """What the unit is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    """The one answer to a tapped choice, an address given, or an opt-out."""
    HAND_OFF = "hand_off"
    """Nothing is sent; only the human queue is told."""
    UNDECIDED = "undecided"
    """The policy could not decide; a person must."""
    PERSON_ANSWER = "person_answer"
    """What an agent wrote; its words are final from its birth."""
    PERSON_PROMISE = "person_promise"
    """By when an agent says that they answer."""
    HOLDING = "holding"
    """A promise is about to break, and names a new time."""
    RATING = "rating"
    """How was it, from 0 to 10?"""

    @property
    def sends(self) -> bool:
        """Whether the contact gets something from it."""
        return self not in {UnitKind.HAND_OFF, UnitKind.UNDECIDED}

    @property
    def is_by_person(self) -> bool:
        """Whether an agent wrote it."""
        return self in {UnitKind.PERSON_ANSWER, UnitKind.PERSON_PROMISE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit as stored. All times aware, UTC.

    Attributes:
        seq: Number of the message that opened it; names it within its conversation. Of one that the desk made, the
            conversation's last number then.
        desk: The number that the desk gave it; 0 for a unit that a message opened.
        by: The agent whose words it sends; empty for automation.
        closes: Up to which number the conversation is answered once it was sent; 0 for none.
        rates: Whether the contact is asked how it was, if nothing is left to answer then.
        text_id: Which text is sent, in the current step; ``None`` where nothing is.
        via: Who sends the current step; empty for the conversation's own channel.
        via_account: Account that sends it; empty for the conversation's own.
        ladder: Who sends the steps that are left, in their order.
        next_text_id: Which text the step after this one sends.
        address: What it answers, where that is fixed: the very comment, or the contact on another channel.
        look_up: Id of the message whose words must be looked up before anybody can read them; empty for none.
        about: What an answer must repeat of the message that it answers.
        said_at: When the platform had the message that it answers, where a window is counted from that alone.
        ask_fact: The message lacked the one fact that the brand needs.
        promise_at: By when a person answers, as counted from the message's arrival.
        revision: Grows with every change of state.
        worker, epoch: Who works on it, and the how-manieth attempt that is.
        lease: When that worker is certainly dead; of a try that is to be repeated, from when on.
        sent_from: When the request may first have left.
        not_before: Earliest next attempt.
        due_at: When Sweep looks at it; ``None`` once the human queue was told its final state.
        sweeps: How often Sweep has looked.
        told: The human queue heard of it while it could not be sent.
        text: What the current step has sent, as the contact reads it.
        reason: Why it was suppressed, refused or undelivered, in words.
        public_state: What became of the line in public, once that step is over; ``None`` before, and without one.
        public_text, public_promised_by, public_id, public_reason: Of that line, as of the current step.
    """

    pk: str
    seq: int
    kind: UnitKind
    state: UnitState = UnitState.READY
    desk: int = 0
    by: str = ""
    closes: int = 0
    rates: bool = False
    text_id: TextId | None = None
    via: str = ""
    via_account: str = ""
    ladder: tuple[str, ...] = ()
    next_text_id: TextId | None = None
    address: str | None = None
    about: Mapping[str, str] = field(default_factory=dict, hash=False)
    said_at: datetime | None = None
    look_up: str = ""
    language: str = ""
    ask_fact: bool = False
    promise_at: datetime | None = None
    created_at: datetime
    revision: int = 0
    worker: str | None = None
    epoch: int = 0
    lease: datetime | None = None
    sent_from: datetime | None = None
    not_before: datetime | None = None
    due_at: datetime | None = None
    due_since: datetime | None = None
    sweeps: int = 0
    told: bool = False
    text: str = ""
    promised_by: datetime | None = None
    platform_message_id: str | None = None
    reason: str = ""
    public_state: UnitState | None = None
    public_text: str = ""
    public_promised_by: datetime | None = None
    public_id: str | None = None
    public_reason: str = ""

    @property
    def sk(self) -> str:
        """The sort key."""
        return desk_unit_sk(self.desk) if self.desk else unit_sk(self.seq)

    @property
    def ack_key(self) -> str:
        """Derivable, and so the same on every try of a step: retry key, nonce, and part of the tag."""
        step = f"/{self.via}" if self.via else ""
        return str(uuid5(NAMESPACE_URL, f"{self.pk}/{self.sk}{step}"))

    @property
    def tag(self) -> str:
        """What a platform hands back to us in echoes and statuses; names no contact."""
        number = f"{DESK_MARK}{self.desk}" if self.desk else f"{self.seq}"
        return f"{TAG_PREFIX}{number}.{self.ack_key}"

    def has_said(self, message_id: str, text: str) -> bool:
        """Recognise our own send where a platform hands no tag back.

        By its id, and before that is known by its words.
        """
        return _is_same(self.platform_message_id, self.text, message_id, text)

    def has_lined(self, message_id: str, text: str) -> bool:
        """Recognise our own line in public, in the same way."""
        if self.is_in_public:
            return self.has_said(message_id, text)
        return _is_same(self.public_id, self.public_text, message_id, text)

    @property
    def is_in_public(self) -> bool:
        """Whether its current step is the line that everybody can read."""
        return self.text_id is not None and self.text_id.is_public

    @property
    def line_is_over(self) -> bool:
        """Whether nothing can change any more about its line in public."""
        return self.public_state is not None or self.state.is_final

    def line_state(self, outcome: UnitState) -> UnitState | None:
        """Tell how its line in public stands, if the current step comes to an outcome; ``None`` without a line."""
        return outcome if self.is_in_public else self.public_state


def next_step(unit: Unit) -> Unit:
    """Name who sends the step after the current one, and which text."""
    via, *ladder = unit.ladder
    return replace(unit, via=via, ladder=tuple(ladder), text_id=unit.next_text_id, next_text_id=None)


def _is_same(own_id: str | None, own_text: str, message_id: str, text: str) -> bool:
    return own_id == message_id or (bool(own_text) and own_text.split() == text.split())


def read_tag(tag: str) -> tuple[str, str] | None:
    """Take a tag apart into the unit's sort key and its ``ack_key``; ``None`` if not ours."""
    if not tag.startswith(TAG_PREFIX):
        return None
    name, _, ack_key = tag.removeprefix(TAG_PREFIX).partition(".")
    number = name.removeprefix(DESK_MARK)
    if not (number.isascii() and number.isdigit()) or len(number) > SEQ_DIGITS or not ack_key:
        return None
    return (unit_sk if number == name else desk_unit_sk)(int(number)), ack_key


FIRST_DUE = timedelta(seconds=50)
"""Counted from the message. Neither much shorter nor longer:

A first attempt's lease ends 40 s after it began: the 30 s that Acknowledge may run, and 10 s for clocks. What begins
within 10 s of its message therefore leaves the marker alone; later it moves the marker, which costs two write units.

A worker that died before it sent is found by the next Sweep after the marker, at most 50 s + 60 s after the message:
10 s of the two minutes are left for the sweep, the hint and the send.
"""

MAX_BACK_OFF_MINUTES = 60


def back_off(attempts: int) -> timedelta:
    """Wait 1, 2, 4 … 60 minutes, so that nothing parked hides what is fresh."""
    return timedelta(minutes=min(2 ** min(max(attempts - 1, 0), 6), MAX_BACK_OFF_MINUTES))
