"""The table as Acknowledge and Sweep use it: A1 to A10, breakers and the due index."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from nightbell.adapters import table_expressions as e
from nightbell.adapters.pace_table import draw, ease, leave_line, say_line, slow_down
from nightbell.adapters.table_answers import read_desk, write_closing, write_notice
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import (
    attribute,
    breaker_from,
    conversation_from,
    from_ms,
    plain,
    to_ms,
    unit_from,
    values,
)
from nightbell.adapters.table_joins import write_join
from nightbell.adapters.table_opt_outs import note_opt_out
from nightbell.adapters.table_words import heed, note_words, read_references
from nightbell.domain.closing import Closing
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import BREAKER_SK, META, account_pk, due_shard, unit_sk
from nightbell.domain.notice import Notice
from nightbell.domain.unit import FIRST_DUE, Unit, UnitState, next_step
from nightbell.services.ports import Attempt, Breaker, Due, DueMark, Sending


class UnitTable:
    """Implements :class:`nightbell.services.ports.UnitStore` and ``DueStore``."""

    def __init__(self, table: TableClient, due_shards: int) -> None:
        """Spread due markers over so many shards."""
        self._table = table
        self._shards = due_shards

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""
        return conversation_from(self._table.get(pk, META))

    def read_unit(self, pk: str, seq: int) -> Unit | None:
        """Read consistently."""
        return self.read_unit_by_key(pk, unit_sk(seq))

    def read_unit_by_key(self, pk: str, sk: str) -> Unit | None:
        """Read consistently."""
        found = self._table.get(pk, sk)
        return unit_from(found) if found else None

    def start(self, unit: Unit, attempt: Attempt, sending: Sending | None) -> Unit | None:
        """A1; moves the due marker only where it would come during the lease, or long after it: that costs a write."""
        update, used = e.START, dict[str, object]()
        if sending is not None:
            update, used = e.START_WITH_TEXT, {"text_id": sending.text_id, "txt": sending.text}
        if sending is not None and sending.promised_by is not None:
            update, used = f"{update}, promised_by = :promised_by", used | {"promised_by": sending.promised_by}
        if unit.due_at is None or not attempt.lease <= unit.due_at <= attempt.lease + FIRST_DUE:
            update += ", due_at = :lease"
        written = self._table.update(
            unit.pk,
            unit.sk,
            update,
            e.START_IF,
            worker=attempt.worker,
            one=1,
            lease=attempt.lease,
            now=attempt.now,
            key=unit.ack_key,
            **used,
        )
        return _done(written, UnitState.SENDING, attempt.worker, unit.epoch + 1)

    def recover(self, unit: Unit, attempt: Attempt, settled_before: datetime | None) -> Unit | None:
        """A2: take over from a dead worker."""
        condition = e.RECOVER_IF
        used: dict[str, object] = {}
        if settled_before is not None:
            condition, used = e.RECOVER_SETTLED_IF, {"settled_before": settled_before}
        written = self._table.update(
            unit.pk,
            unit.sk,
            e.RECOVER,
            condition,
            worker=attempt.worker,
            one=1,
            lease=attempt.lease,
            epoch=unit.epoch,
            now=attempt.now,
            **used,
        )
        return _done(written, UnitState.RECOVERING, attempt.worker, unit.epoch + 1)

    def resend(self, unit: Unit, attempt: Attempt) -> Unit | None:
        """A3: under the same key."""
        written = self._ours(unit, e.RESEND, lease=attempt.lease)
        return _done(written, UnitState.SENDING, unit.worker, unit.epoch)

    def finish(self, unit: Unit, state: UnitState, *, reason: str = "", message_id: str | None = None) -> Unit | None:
        """A4: to a final state."""
        facts = {"reason": reason, "platform_id": message_id}
        used = {name: value for name, value in facts.items() if value}
        sets = "".join(f", {name} = :{name}" for name in used)
        finish = e.END if unit.desk else e.FINISH
        written = self._ours(unit, finish.replace(" REMOVE", f"{sets} REMOVE"), after=state.value, **used)
        return _done(written, state, unit.worker, unit.epoch)

    def climb(self, unit: Unit, state: UnitState, *, reason: str = "", message_id: str | None = None) -> Unit | None:
        """A8: note what the step came to, and be ready for the next."""
        after = next_step(unit)
        facts = {"public_id": message_id, "public_reason": reason, "public_promised_by": unit.promised_by}
        used = {name: value for name, value in facts.items() if value}
        sets = "".join(f", {name} = :{name}" for name in used)
        written = self._ours(
            unit,
            e.CLIMB.replace(" REMOVE", f"{sets} REMOVE"),
            via=after.via,
            ladder=after.ladder,
            key=after.ack_key,
            text_id=after.text_id.value if after.text_id else "",
            outcome=state.value,
            public_text=unit.text,
            **used,
        )
        done = _done(written, UnitState.READY, unit.worker, unit.epoch, at_least=unit.revision + 1)
        return done if done is not None and done.via == after.via else None

    def join(self, pk: str, read: Conversation, join: Join) -> bool:
        """Send what comes from now on to another conversation. False when another join or a message came first."""
        return write_join(self._table, pk, read, join)

    def read_references(self, pk: str, message_id: str) -> Mapping[str, str] | None:
        """Read a message's references by their kind; ``None`` where its words are known, or are not to be."""
        return read_references(self._table, pk, message_id)

    def note_words(self, pk: str, message_id: str, text: str, author: str | None) -> None:
        """Write down what was looked up; nothing where the message was blanked meanwhile."""
        note_words(self._table, pk, message_id, text, author)

    def heed(self, pk: str, read: Conversation, heeded: Conversation) -> bool:
        """Write what looked-up words change about a conversation. False when it is not as it was read any more."""
        return heed(self._table, pk, read, heeded)

    def note_opt_out(self, pk: str, at: datetime, *, opted_out: bool) -> bool:
        """H6: note what the contact told the platform itself. False where a newer word was noted before."""
        return note_opt_out(self._table, pk, at, opted_out=opted_out)

    def not_now(self, unit: Unit, not_before: datetime, *, told: bool, reason: str = "") -> Unit | None:
        """A5: back to READY, from an attempt or before there was one."""
        update = e.NOT_NOW
        used: dict[str, object] = {"not_before": not_before, "told": told}
        if reason:
            update, used = f"{update}, reason = :reason", used | {"reason": reason}
        if unit.state is UnitState.READY:
            written = self._table.update(
                unit.pk, unit.sk, update, e.NOT_NOW_FROM_READY_IF, rev=unit.revision, one=1, **used
            )
        else:
            written = self._ours(unit, update, **used)
        return _done(written, UnitState.READY, unit.worker, unit.epoch, at_least=unit.revision + 1)

    def stay_in_doubt(self, unit: Unit, until: datetime, reason: str) -> Unit | None:
        """A5 of a unit that was sent before, with an unknown outcome."""
        used = {"rev": unit.revision, "until": until, "told": True, "reason": reason}
        written = self._ours(unit, e.IN_DOUBT, e.IN_DOUBT_IF, **used)
        return _done(written, UnitState.RECOVERING, unit.worker, unit.epoch, at_least=unit.revision + 1)

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about a conversation, consistently."""
        return read_desk(self._table, pk)

    def close(self, case: Closing) -> bool:
        """A9: write what follows from an answer that has left. False when something has changed since it was read."""
        return write_closing(self._table, case, self._shards)

    def give_notice(self, notice: Notice) -> bool:
        """A10: have the team read that an answer failed. False when something has changed since it was read."""
        return write_notice(self._table, notice, self._shards)

    def mark_told(self, unit: Unit) -> bool:
        """A6: the human queue was told of exactly this revision."""
        return not isinstance(self._table.update(unit.pk, unit.sk, e.TOLD, e.TOLD_IF, rev=unit.revision), Refused)

    def suppress(self, unit: Unit, reason: str) -> Unit | None:
        """A7."""
        update = e.DROP if unit.desk else e.SUPPRESS
        written = self._table.update(unit.pk, unit.sk, update, e.SUPPRESS_IF, rev=unit.revision, one=1, reason=reason)
        return _done(written, UnitState.SUPPRESSED, unit.worker, unit.epoch)

    def _ours(
        self, unit: Unit, update: str, condition: str = "", /, **used: object
    ) -> dict[str, dict[str, object]] | Refused:
        return self._table.update(
            unit.pk,
            unit.sk,
            update,
            condition or e.OURS,
            before=unit.state.value,
            worker=unit.worker,
            epoch=unit.epoch,
            one=1,
            **used,
        )

    def read_breaker(self, channel: str, account_id: str) -> Breaker:
        """Read consistently; one that never was is closed."""
        return breaker_from(self._table.get(account_pk(channel, account_id), BREAKER_SK))

    def open_breaker(self, channel: str, account_id: str, breaker: Breaker) -> None:
        """Let nothing of the account leave before ``breaker.open_until``."""
        pk = account_pk(channel, account_id)
        self._table.update(
            pk,
            BREAKER_SK,
            e.OPEN,
            until=breaker.open_until,
            cause=breaker.cause,
            mark=breaker.token_mark,
            zero=0,
            one=1,
            due_pk=due_shard(pk, self._shards),
            now=self._table.deadline.clock.now(),
        )

    def claim_probe(self, channel: str, account_id: str, breaker: Breaker, until: datetime) -> bool:
        """Half-open: of all who ask, one gets true."""
        pk = account_pk(channel, account_id)
        used: dict[str, object] = {"until": until, "seen": breaker.open_until, "mark": breaker.token_mark}
        written = self._table.update(pk, BREAKER_SK, e.PROBE, e.PROBE_IF, **used)
        return not isinstance(written, Refused)

    def count_failure(self, channel: str, account_id: str) -> int:
        """Count an unknown outcome; returns how many in a row."""
        written = self._table.update(account_pk(channel, account_id), BREAKER_SK, e.COUNT_FAILURE, zero=0, one=1)
        return 0 if isinstance(written, Refused) else breaker_from(written).failures

    def close_breaker(self, channel: str, account_id: str) -> None:
        """Forget failures: something got through."""
        self._table.update(account_pk(channel, account_id), BREAKER_SK, e.CLOSE_BREAKER)

    def draw(self, key: tuple[str, str], step: timedelta, now: datetime, latest: datetime) -> bool:
        """Move the moment on at which the bucket that all share is full again, where it lies before ``latest``."""
        return draw(self._table, key, step, now, latest)

    def slow_down(self, key: tuple[str, str], until: datetime, seen: int) -> None:
        """Let nothing leave before, and make the next such pause longer than the one that was ``seen``."""
        slow_down(self._table, key, until, seen)

    def ease(self, key: tuple[str, str], until: datetime) -> None:
        """Let nothing leave before."""
        ease(self._table, key, until)

    def say_line(self, key: tuple[str, str], post: str, unit: str, now: datetime) -> str:
        """Claim the one line of a storm below a post for a unit, named by both its keys; tells which unit has it."""
        return say_line(self._table, key, post, unit, now)

    def leave_line(self, key: tuple[str, str], post: str, unit: str) -> None:
        """Leave the line to another unit, where this one has it and will not say it."""
        leave_line(self._table, key, post, unit)

    def due(self, shard: int, now: datetime, limit: int) -> Sequence[Due]:
        """List what is due in a shard, the longest due first; may lag behind the table."""
        answer = self._table.call(
            lambda: self._table.client.query(
                TableName=self._table.table,
                IndexName="due",
                KeyConditionExpression="due_pk = :shard AND due_at <= :now",
                ExpressionAttributeValues={":shard": {"S": f"DUE#{shard}"}, ":now": attribute(now)},
                Limit=limit,
            )
        )
        return [
            Due(pk=plain(found["pk"]), sk=plain(found["sk"]), due_at=from_ms(plain(found["due_at"])))
            for found in answer["Items"]
        ]

    def read_mark(self, item: Due) -> DueMark | None:
        """Read the marker consistently; ``None`` when it is gone or has moved on."""
        found = values(self._table.get(item.pk, item.sk) or {})
        if "due_pk" not in found or found["due_at"] != to_ms(item.due_at):
            return None
        since = from_ms(found.get("due_since", found["due_at"]))
        return DueMark(pk=item.pk, sk=item.sk, due_at=item.due_at, since=since, sweeps=found.get("sweeps", 0))

    def put_off(self, mark: DueMark, until: datetime) -> bool:
        """Move a marker; false when it has moved on by itself."""
        written = self._table.update(
            mark.pk, mark.sk, e.PUT_OFF, e.PUT_OFF_IF, until=until, zero=0, one=1, seen=mark.due_at
        )
        return not isinstance(written, Refused)


def _done(
    written: dict[str, dict[str, object]] | Refused,
    state: UnitState,
    worker: str | None,
    epoch: int,
    at_least: int = 0,
) -> Unit | None:
    """Read the unit after a write; a refusal by our own earlier try, whose answer was lost, counts as done."""
    if not isinstance(written, Refused):
        return unit_from(written)
    if written.old is None:
        return None
    old = unit_from(written.old)
    ours = (old.state, old.worker, old.epoch) == (state, worker, epoch) and old.revision >= at_least
    return old if ours else None
