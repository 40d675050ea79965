"""Mistakes that are none: the code does the same with them, or nobody was promised otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """One of them, by its module and its lines."""

    file: str
    was: str
    became: str
    why: str


EQUIVALENT: tuple[Equivalent, ...] = (
    Equivalent(
        file="platforms/json_reading.py",
        was='if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:',
        became='if raw.count(b"[") + raw.count(b"{") < MAX_DEPTH:',
        why="only a short cut: so few brackets cannot nest too deep, and counting them one by one says the same",
    ),
    Equivalent(
        file="platforms/json_reading.py",
        was="json.dumps(value, ensure_ascii=False).encode()",
        became="json.dumps(value, ensure_ascii=None).encode()",
        why="None is as false as False",
    ),
    Equivalent(
        file="platforms/json_reading.py",
        was='_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))',
        became='_NO_BRACKETS = bytes(set(range(256)) - set(b"XX[]{}XX"))',
        why="an X outside of a text is no JSON, and is refused at the next bracket or before",
    ),
    Equivalent(
        file="platforms/json_reading.py",
        was='for bracket in _TEXT.sub(b"", raw).translate(None, _NO_BRACKETS):',
        became='for bracket in _TEXT.sub(b"XXXX", raw).translate(None, _NO_BRACKETS):',
        why="all that is no bracket is taken out right after",
    ),
    Equivalent(
        file="platforms/meta/handshake.py",
        was='given = query.get("hub.verify_token", "").encode("utf-8", "surrogatepass")',
        became='given = query.get("hub.verify_token", "XXXX").encode("utf-8", "surrogatepass")',
        why="stands for a token that is missing; any text will do that nobody chose for a token",
    ),
    Equivalent(
        file="platforms/meta/platform.py",
        was='raise SignatureError("no app secret to verify with")',
        became="pass",
        why="one more lock: the signature's own check refuses to compare with no key at all",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='raise SignatureError("no app secret to verify with")',
        became="pass",
        why="one more lock: without a key nothing matches, which is refused right after",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='raise SignatureError("the signed request is malformed")',
        became="pass",
        why="one more lock: no signature that matches is malformed, and what it signs is decoded strictly",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=16, errors="strict")',
        became='fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=17, errors="strict")',
        why="how many fields beside the one are borne with is a matter of taste",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=16, errors="strict")',
        became='fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=16, errors=None)',
        why="what is no text becomes a sign that no signed request is written with, and is refused as malformed",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='mac, _, payload = signed_request.partition(".")',
        became='mac, _, payload = signed_request.rpartition(".")',
        why="its form allows one dot",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)',
        became='raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=False)',
        why="what would be passed over is found right after, when it is written again and compared",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was="if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < _LATEST_S:",
        became="if isinstance(found, bool) or not isinstance(found, int) or not 0 < found <= _LATEST_S:",
        why="that second is in the year 5138, and is refused as the future",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was="if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < _LATEST_S:",
        became="if isinstance(None, bool) or not isinstance(found, int) or not 0 < found < _LATEST_S:",
        why="true would be the first second of 1970, and is refused as too old",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=16, errors="strict")',
        became='fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=None, errors="strict")',
        why="as above; sixteen thousand bytes hold no number of fields that would be a burden",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was='if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:',
        became='if base64.urlsafe_b64encode(raw).rstrip(b"XX=XX").decode() != text:',
        why="neither a proof of 32 bytes nor a JSON object, whatever follows it, ends in an X when it is written so",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was="if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < _LATEST_S:",
        became="if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < _LATEST_S:",
        why="the beginning of 1970 is too long ago in any case",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was="if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < _LATEST_S:",
        became="if isinstance(found, bool) or not isinstance(found, int) or not 1 < found < _LATEST_S:",
        why="as above",
    ),
    Equivalent(
        file="platforms/meta/callbacks.py",
        was="max_body = 16_384",
        became="max_body = 16385",
        why="a bound of our own, many times above what is asked: one byte more or less is no promise",
    ),
    Equivalent(
        file="platforms/json_reading.py",
        was='depth += 1 if bracket in b"[{" else -1',
        became='depth += 1 if bracket in b"XX[{XX" else -1',
        why="only brackets are left there",
    ),
    Equivalent(
        file="services/store_messages.py",
        was="TRIES = 12",
        became="TRIES = 13",
        why="how often to try again is a matter of taste; that it ends is tested",
    ),
    Equivalent(
        file="services/draft_messages.py",
        was="if items + 6 > TRANSACTION_ITEMS or self.size > TRANSACTION_BYTES:",
        became="if items + 6 > TRANSACTION_ITEMS or self.size >= TRANSACTION_BYTES:",
        why="a bound of our own, a million bytes below the table's: one byte more or less is no promise",
    ),
    Equivalent(
        file="services/settle.py",
        was="TRIES = 4",
        became="TRIES = 5",
        why="as above",
    ),
    Equivalent(
        file="services/acknowledge.py",
        was="return facts + self._finish(unit, UnitState.UNCERTAIN, UNREADABLE), False",
        became="return facts + self._finish(unit, UnitState.UNCERTAIN, UNREADABLE), True",
        why="one step more finds a unit at its end, of which there is nothing to tell",
    ),
    Equivalent(
        file="services/sweep.py",
        was="NEEDS = timedelta(seconds=18)",
        became="NEEDS = timedelta(seconds=19)",
        why="an estimate with room in it; that nothing begins with less time is tested",
    ),
    Equivalent(
        file="domain/acknowledgement.py",
        was="return False",
        became="return None",
        why="None is as false as False",
    ),
    Equivalent(
        file="domain/opening_hours.py",
        was="earlier = self._near(day - timedelta(days=2))",
        became="earlier = self._near(day - timedelta(days=3))",
        why="the one day that matters, the third before, is in both windows; no period lasts into a third day",
    ),
    Equivalent(
        file="domain/opening_hours.py",
        was="for offset in range(-2, HORIZON.days + 2):",
        became="for offset in range(-3, HORIZON.days + 2):",
        why="what began a day earlier still has ended before, and is left out",
    ),
    Equivalent(
        file="services/look_up_words.py",
        was="TRIES = 4",
        became="TRIES = 5",
        why="as above",
    ),
    Equivalent(
        file="domain/opening_hours.py",
        was="for offset in range(-2, HORIZON.days + 2):",
        became="for offset in range(-2, HORIZON.days + 3):",
        why="what is found there lies beyond the horizon: left out, or a promise of more than a year",
    ),
    Equivalent(
        file="domain/opening_hours.py",
        was="for offset in range(HORIZON.days + 2):",
        became="for offset in range(HORIZON.days + 3):",
        why="what is found there lies beyond the horizon, and is left out",
    ),
    Equivalent(
        file="domain/opening_hours.py",
        was="last: Interval | None = None",
        became='last: Interval | None = ""',
        why="as false as None",
    ),
    Equivalent(
        file="domain/opening_hours.py",
        was="today = at.astimezone(self.zone).date()",
        became="today = at.astimezone(None).date()",
        why="in _open_around, a day earlier or later is within the margin of two; in _last_close it is tested",
    ),
    Equivalent(
        file="adapters/unit_table.py",
        was=(
            'def climb(self, unit: Unit, state: UnitState, *, reason: str = "", message_id: str | None = None) '
            "-> Unit | None:"
        ),
        became=(
            'def climb(self, unit: Unit, state: UnitState, *, reason: str = "XXXX", message_id: str | None = None) '
            "-> Unit | None:"
        ),
        why="whoever climbs says why, or that there is nothing to say",
    ),
    Equivalent(
        file="services/find_home.py",
        was="TRIES = 4",
        became="TRIES = 5",
        why="as above",
    ),
)

_REVISED = (
    "rev = :rev says it too: every write that moves a unit raises rev, which the explorer checks on each, so a unit "
    "with the revision that was read is as it was read"
)
_ONE_WORKER = (
    "worker and epoch are written together, by START and RECOVER alone, and each raises the epoch of the item as it "
    "is: an epoch has one worker, so epoch = :epoch says it too"
)
_WORKER_ONCE = (
    "a worker's name is new with each invocation, and what it holds of a unit is what its last write of it gave back: "
    "it has no earlier epoch to write with, so worker = :worker says it too"
)
_EPOCH_SAYS_IT = (
    "the read before it has looked already, and only START writes sent_from, with a new epoch: epoch = :epoch refuses "
    "what was read before that"
)
_LEASE_SAYS_IT = (
    "whatever raises the epoch, START and RECOVER, writes a lease that is not over: lease < :now refuses whoever read "
    "an earlier epoch, until that worker is dead, too"
)
_READ_LEASE = (
    "the read before it has looked already: a lease that was over then belongs to a dead worker, and everybody else "
    "who writes a lease raises the epoch with it"
)

_ACTS_SAY_IT = (
    "whoever takes a conversation from somebody, or answers it, moves the counter of acts on, and this write holds "
    "only where that is as it was when the conversation was read"
)
_AT_THE_END = (
    "last_seq = :up_to and seen_seq never passes last_seq, which the explorer checks on each write: at worst the "
    "same number is written again"
)
GUARDED: Mapping[str, str] = {
    "R1_NEW without attribute_not_exists(last_seq)": (
        "the first message of a conversation opens unit 1 in the same transaction, whatever it says (only in a "
        "conversation that exists can one close itself), and ABSENT refuses a second unit 1"
    ),
    "SEEN_LATE_IF without ack_key = :key": (
        "UNCERTAIN is entered from SENDING and RECOVERING alone, which the explorer checks on each write; START has "
        "written ack_key by then, no expression removes it, and :key is derived from the item's own key"
    ),
    "RECOVER_IF without st IN (:SENDING, :RECOVERING)": (
        "it stands alone for channels without echoes only: there nobody but the attempt's own worker leads out of "
        "these states, and while it lives lease < :now is false; FINISH removes the lease"
    ),
    "RECOVER_IF without epoch = :epoch": _LEASE_SAYS_IT,
    "RECOVER_IF without lease < :now": _READ_LEASE,
    "RECOVER_SETTLED_IF without epoch = :epoch": _LEASE_SAYS_IT,
    "RECOVER_SETTLED_IF without lease < :now": _READ_LEASE,
    "RECOVER_SETTLED_IF without sent_from < :settled_before": _EPOCH_SAYS_IT,
    "OURS without worker = :worker": _ONE_WORKER,
    "OURS without epoch = :epoch": _WORKER_ONCE,
    "IN_DOUBT_IF without st = :before": _REVISED,
    "IN_DOUBT_IF without worker = :worker": _REVISED,
    "IN_DOUBT_IF without epoch = :epoch": _REVISED,
    "IN_DOUBT_IF without rev = :rev": (
        "the other three refuse everybody but the attempt's own worker, who can only repeat this write after a lost "
        "answer: it would write the same again"
    ),
    "NOT_NOW_FROM_READY_IF without st = :READY": _REVISED,
    "SUPPRESS_IF without st = :READY": _REVISED,
    "TAKE_IF without (attribute_not_exists(agent_id) OR agent_until < :now OR agent_id = :agent)": _ACTS_SAY_IT,
    "CLOSE_IF without agent_id = :agent": _ACTS_SAY_IT,
    "CLOSE_IF without seen_seq < :up_to": _ACTS_SAY_IT,
    "CLOSE_ALL_IF without agent_id = :agent": _ACTS_SAY_IT,
    "CLOSE_ALL_IF without seen_seq < :up_to": _AT_THE_END,
    "ANSWERED_ALL_IF without seen_seq < :up_to": _AT_THE_END,
    "FOLLOWED_IF without attribute_exists(due_pk)": (
        "whoever follows a second time reads what the first has written: the answer has left and is counted, what it "
        "closes is closed, and the contact was asked"
    ),
    "PUT_OFF_IF without attribute_exists(due_pk)": (
        "due_at = :seen says it too: an item has due_at exactly where it has due_pk, which the explorer checks on "
        "each write (HALF A DUE MARKER)"
    ),
    "R1 without agent_until": "whether an agent holds it is looked at again before a send (reason_to_drop)",
    "R1 without human_at": "whether a person answers is looked at again before a send (reason_to_drop)",
    "R1 without other_app_until": "whether another app answers is looked at again before a send (reason_to_drop)",
}
"""Arms of conditions that the explorer of crashes does not miss, because something else refuses the same.

Tests of the conditions themselves do miss them: each is one more lock on a door.
"""
