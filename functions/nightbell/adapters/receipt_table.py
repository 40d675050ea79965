"""The table as ReceiveWebhook and ReplayDelivery use it: R1, S1, H4, quarantine and spilled parts."""

import gzip
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from nightbell.adapters import table_expressions as e
from nightbell.adapters.desk_items import desk_state_write
from nightbell.adapters.forgetting_expressions import TAKEN_BACK
from nightbell.adapters.table_answers import read_desk
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_conversations import conversation_write
from nightbell.adapters.table_given import given_pks, given_writes
from nightbell.adapters.table_given import taken as given_taken
from nightbell.adapters.table_items import (
    Item,
    attribute,
    consent_items,
    conversation_from,
    exact,
    item,
    key,
    message_item,
    unit_from,
    unit_item,
    values,
)
from nightbell.adapters.table_joins import write_join
from nightbell.adapters.table_opt_outs import note_opt_out
from nightbell.adapters.table_transactions import transact, update_part
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.desk_state import DeskState
from nightbell.domain.events import FROM_HISTORY, Author
from nightbell.domain.kept_names import kept_name
from nightbell.domain.keys import (
    DESK,
    GIVEN_SK,
    META,
    REFERENCE_SK,
    THREAD_SK,
    author_pk,
    due_shard,
    encode_part,
    given_pk,
    kept_sk,
    message_sk,
    quarantine_pk,
    reference_pk,
    spill_part_pk,
    split_conversation_pk,
    thread_pk,
    unit_sk,
)
from nightbell.domain.requests import lent_pk, lent_sk, taken_back_sk
from nightbell.domain.suppression import OTHER_APP_ACTIVE_FOR
from nightbell.domain.unit import Unit, UnitState
from nightbell.services.kept import Around
from nightbell.services.ports import NumberedMessage, StoreRefusal, StoreRequest

QUARANTINE_KEPT_FOR = timedelta(days=400)
SPILL_KEPT_FOR = timedelta(days=30)
REFERENCE_KEPT_FOR = timedelta(days=180)
THREAD_KEPT_FOR = timedelta(days=400)
LOOK_AGAIN_AFTER = timedelta(seconds=60)
"""A message was taken back: what was being stored at the same moment is there by then, whichever came first."""
PART_BYTES = 350_000
"""Of a quarantined body, compressed, in one item; DynamoDB takes 400 KB (Service quotas)."""


class ReceiptTable:
    """Implements :class:`nightbell.services.ports.ReceiptStore`."""

    def __init__(self, table: TableClient, due_shards: int) -> None:
        """Spread due markers over so many shards."""
        self._table = table
        self._shards = due_shards

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently; a conversation that never was is an empty one."""
        return conversation_from(self._table.get(pk, META))

    def read_unit(self, pk: str, seq: int) -> Unit | None:
        """Read consistently."""
        return self.read_unit_by_key(pk, unit_sk(seq))

    def read_unit_by_key(self, pk: str, sk: str) -> Unit | None:
        """Read consistently."""
        found = self._table.get(pk, sk)
        return unit_from(found) if found else None

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about a conversation, consistently."""
        return read_desk(self._table, pk)

    def read_thread(self, channel: str, account_id: str, thread: str) -> str | None:
        """Find the conversation of a public comment or post, or of a mail."""
        return self._pointed(thread_pk(channel, account_id, thread), THREAD_SK)

    def read_reference(self, brand: str, code: str) -> str | None:
        """Find the conversation that a reference code was given in."""
        return self._pointed(reference_pk(brand, code), REFERENCE_SK)

    def read_given(self, brand: str, way: str, address: str) -> str | None:
        """Find the one conversation in which a contact gave us an address or a number; ``None`` where several did."""
        where = given_pk(brand, way, address)
        return self._pointed(where, GIVEN_SK) if where else None

    def _pointed(self, pk: str, sk: str) -> str | None:
        """Read a pointer; a contact who was forgotten has left one that leads nowhere."""
        found = values(self._table.get(pk, sk) or {})
        return None if found.get("several") else found.get("conversation")

    def list_beside(self, pk: str, other: str) -> None:
        """List a conversation under the contact of another: to forget the one, both must be found."""
        _, account_id, contact_id = split_conversation_pk(pk) or ("", "", "")
        self._table.put_new(item({"pk": author_pk(account_id, contact_id.rpartition("/")[2]), "sk": other}))

    def is_taken_back(self, pk: str, message_id: str) -> bool:
        """Tell whether the contact has taken a message back, whether it has come or not."""
        return "blanked_at" in (self._table.get(pk, message_sk(message_id)) or {})

    def join(self, pk: str, read: Conversation, join: Join) -> bool:
        """Send what comes from now on to another conversation. False when another join or a message came first."""
        return write_join(self._table, pk, read, join)

    def store(self, request: StoreRequest) -> StoreRefusal | None:
        """R1, the commit point; ``None`` when all of it is stored."""
        for attempt in range(3):
            try:
                self._table.call(lambda: self._table.client.transact_write_items(TransactItems=self._items(request)))
            except ClientError as error:
                reasons = error.response.get("CancellationReasons", [])
                refusal = _refusal(request, reasons)
                if refusal is not None:
                    return refusal
                self._table.wait(attempt)
            else:
                return None
        return StoreRefusal()

    def _items(self, request: StoreRequest) -> list[dict[str, Any]]:
        puts = [self._put(message_item(request.pk, each, request.received_at)) for each in request.messages]
        units = [self._put(unit_item(unit, due_shard(unit.pk + unit.sk, self._shards))) for unit in request.units]
        consents = [self._put(each) for each in consent_items(request.pk, request.consents, request.written.brand)]
        threads = [self._thread(request, name) for name in request.names]
        blanked = [part for target, under in request.taken_back for part in self._take_back(request, target, under)]
        lent = [
            {"Put": {"TableName": self._table.table, "Item": self._lent_message(request.pk, each, each.blank_at)}}
            for each in request.messages
            if each.blank_at is not None
        ]
        others = [*consents, *threads, *self._author(request), *blanked, *lent]
        given = given_writes(self._table.table, request)
        conversation = conversation_write(self._table.table, request.pk, request.read, request.written)
        return [*puts, conversation, *self._rating(request), *units, *others, *given, *self._reference(request)]

    def _rating(self, request: StoreRequest) -> list[dict[str, Any]]:
        """Write down what the contact thought, and move the desk's counter on: nobody may write over it unread."""
        if request.rating is None:
            return []
        used = {"rated": request.rating, "at": request.received_at, "zero": 0, "one": 1}
        update = {
            "TableName": self._table.table,
            "Key": key(request.pk, DESK),
            "UpdateExpression": e.RATED,
            "ExpressionAttributeValues": {f":{name}": attribute(value) for name, value in used.items()},
        }
        return [{"Update": update}]

    def _take_back(self, request: StoreRequest, target: str, under: str | None) -> list[dict[str, Any]]:
        """Blank what was taken back, or leave a mark for it to meet; Sweep finds what else there is of it."""
        pk, at = request.pk, request.received_at
        blanked = {
            "TableName": self._table.table,
            "Key": key(pk, message_sk(target)),
            "UpdateExpression": TAKEN_BACK,
            "ExpressionAttributeValues": {":at": attribute(at)},
        }
        due_at = at + LOOK_AGAIN_AFTER
        work = {
            "pk": pk,
            "sk": taken_back_sk(target),
            "target": target,
            "under": under,
            "due_pk": due_shard(pk + taken_back_sk(target), self._shards),
            "due_at": due_at,
            "due_since": due_at,
            "expires_at": int((at + SPILL_KEPT_FOR).timestamp()),
        }
        return [{"Update": blanked}, {"Put": {"TableName": self._table.table, "Item": item(work)}}]

    def _lent_message(self, pk: str, numbered: NumberedMessage, blank_at: datetime) -> Item:
        message_id = numbered.message.message_id
        return self._lent(pk, lent_sk(message_id, numbered.variant), message_id, blank_at)

    def _lent(self, pk: str, sk: str, target: str, blank_at: datetime) -> Item:
        """Have words blanked in time; it counts as due only from then on."""
        return item(
            {
                "pk": pk,
                "sk": sk,
                "target": target,
                "due_pk": due_shard(pk + sk, self._shards),
                "due_at": blank_at,
                "due_since": blank_at,
                "expires_at": int((blank_at + SPILL_KEPT_FOR).timestamp()),
            }
        )

    def _thread(self, request: StoreRequest, name: tuple[str, str, str]) -> dict[str, Any]:
        """Point from a comment or a mail to its conversation; the same is written again without harm."""
        where = key(thread_pk(*name), THREAD_SK)
        told = {
            "conversation": request.pk,
            "expires_at": int((request.received_at + THREAD_KEPT_FOR).timestamp()),
        }
        if name in request.chosen_names:
            used = {f":{each}": attribute(value) for each, value in told.items()}
            first = {"UpdateExpression": e.FIRST_NAMED, "ExpressionAttributeValues": used}
            return {"Update": {"TableName": self._table.table, "Key": where, **first}}
        stored = {"pk": thread_pk(*name), "sk": THREAD_SK, **told}
        return {"Put": {"TableName": self._table.table, "Item": item(stored)}}

    def _author(self, request: StoreRequest) -> list[dict[str, Any]]:
        """List the conversation under whoever speaks, who has one for each post: to forget them, all must be found."""
        message = request.author
        if message is None:
            return []
        stored = {"pk": author_pk(message.account_id, message.contact.author_id), "sk": request.pk}
        return [{"Put": {"TableName": self._table.table, "Item": item(stored)}}]

    def _put(self, stored: Item) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": self._table.table,
                "Item": stored,
                "ConditionExpression": e.ABSENT,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _reference(self, request: StoreRequest) -> list[dict[str, Any]]:
        code = request.written.reference
        if code is None or not _tells_code(request):
            return []
        expires = int((request.received_at + REFERENCE_KEPT_FOR).timestamp())
        stored = item(
            {
                "pk": reference_pk(request.written.brand, code),
                "sk": REFERENCE_SK,
                "conversation": request.pk,
                "expires_at": expires,
            }
        )
        put = self._put(stored)
        put["Put"]["ConditionExpression"] = e.REFERENCE_FREE
        put["Put"]["ExpressionAttributeValues"] = {":conversation": {"S": request.pk}}
        return [put]

    def settle_seen(self, unit: Unit, now: datetime) -> bool:
        """S1: the contact has it. From UNCERTAIN the human queue must hear of it again."""
        if unit.state is UnitState.UNCERTAIN:
            done = self._settle(unit, e.SEEN_LATE, e.SEEN_LATE_IF, due_pk=self._shard(unit), now=now)
        else:
            done = self._settle(unit, e.SEEN, e.SEEN_IF)
        return done

    def settle_failed(self, unit: Unit, reason: str, now: datetime) -> bool:
        """S1: the platform could not deliver it, whatever was known before."""
        return self._settle(unit, e.FAILED, e.FAILED_IF, reason=reason, due_pk=self._shard(unit), now=now)

    def _settle(self, unit: Unit, update: str, condition: str, **used: object) -> bool:
        written = self._table.update(unit.pk, unit.sk, update, condition, key=unit.ack_key, one=1, **used)
        return not isinstance(written, Refused)

    def _shard(self, unit: Unit) -> str:
        return due_shard(unit.pk + unit.sk, self._shards)

    def note_outside_answer(  # noqa: PLR0913 - what one answer is
        self,
        pk: str,
        read: Conversation,
        author: Author,
        at: datetime,
        closes: int | None,
        *,
        counting: tuple[DeskState, DeskState] | None = None,
    ) -> bool:
        """H4: note who wrote past us, close up to a number, and count that. False when something has changed."""
        if author is Author.OTHER_APP:
            self._table.update(pk, META, e.OTHER_APP, e.OTHER_APP_IF, until=at + OTHER_APP_ACTIVE_FOR)
            return True
        if closes is None or closes <= read.seen_seq:
            self._table.update(pk, META, e.PERSON, e.PERSON_IF, at=at)
            return True
        if counting is not None:
            return self._close_and_count(pk, at, closes, *counting)
        written = self._table.update(pk, META, e.PERSON_CLOSES, e.PERSON_CLOSES_IF, at=at, up_to=closes)
        return not isinstance(written, Refused)

    def _close_and_count(self, pk: str, at: datetime, closes: int, before: DeskState, after: DeskState) -> bool:
        used = {":at": attribute(at), ":up_to": attribute(closes)}
        closing = update_part(self._table, pk, META, e.PERSON_CLOSES, e.PERSON_CLOSES_IF, used)
        counting = update_part(self._table, pk, DESK, *desk_state_write(before, after))
        return transact(self._table, [closing, counting])

    def note_thread_owner(self, pk: str, at: datetime, until: datetime | None) -> None:
        """H5: note until when somebody else has the conversation, or that it is free; the newest word counts."""
        if until is None:
            self._table.update(pk, META, e.FREE, e.OWNER_IF, at=at)
        else:
            self._table.update(pk, META, e.OWNED, e.OWNER_IF, at=at, until=until)

    def note_opt_out(self, pk: str, at: datetime, *, opted_out: bool) -> bool:
        """H6: note what the contact told the platform itself. False where a newer word was noted before."""
        return note_opt_out(self._table, pk, at, opted_out=opted_out)

    def quarantine(  # noqa: PLR0913 - what is kept, by name
        self,
        raw: bytes,
        *,
        platform: str,
        kind: str,
        reason: str,
        received_at: datetime,
        around: Around | None = None,
        blank_at: datetime | None = None,
    ) -> str:
        """Keep what could not be read, compressed, in as many items as it needs; once for an address."""
        name = kept_name(raw, around.path, around.query) if around else kept_name(raw)
        packed = gzip.compress(raw, mtime=0)
        parts = [packed[i : i + PART_BYTES] for i in range(0, len(packed), PART_BYTES)]
        for number, part in enumerate(parts, start=1):
            stored = {
                "pk": quarantine_pk(f"{received_at:%Y-%m}"),
                "sk": kept_sk(name, number),
                "of": len(parts),
                "platform": platform,
                "event": kind,
                "reason": reason,
                "received_at": received_at,
                "body_size": len(raw),
                "body_gzip": part,
                "expires_at": int((received_at + QUARANTINE_KEPT_FOR).timestamp()),
            }
            self._table.put_new(item(stored) | (_around(around) if around and number == 1 else {}))
        if blank_at is not None:
            self._table.put_new(self._lent(lent_pk(name), lent_sk(name), name, blank_at))
        return name

    def is_new_kind(self, platform: str, kind: str, now: datetime) -> bool:
        """Note an undeclared kind of event; true the first time only."""
        stored = {"pk": f"KIND#{encode_part(platform)}", "sk": encode_part(kind)[:512], "first_at": now}
        return self._table.put_new(item(stored))

    def keep_spill_part(self, part: Mapping[str, object], now: datetime) -> None:
        """Keep one part of a spilled delivery until all are there."""
        expires = int((now + SPILL_KEPT_FOR).timestamp())
        self._table.put_new(
            item({"pk": spill_part_pk(f"{part['id']}"), "sk": f"{part['part']}", "expires_at": expires})
            | {"part": exact(part)}
        )

    def read_spill_part(self, spill_id: str, part: int) -> Mapping[str, object] | None:
        """Read one part back; ``None`` when it has not arrived yet."""
        found = self._table.get(spill_part_pk(spill_id), str(part))
        # The content of a discarded delivery is gone.
        return values(found).get("part") if found else None

    def empty_spill_part(self, spill_id: str, part: int) -> None:
        """Remove the content of one part; what is left keeps a late copy of it out."""
        self._table.update(spill_part_pk(spill_id), str(part), e.SPILL_PART_EMPTIED, e.IS_THERE)


def _tells_code(request: StoreRequest) -> bool:
    """Tell whether a code is given out that may lead nowhere yet, or soon no more."""
    read, written = request.read, request.written
    is_told = (written.reference, written.reference_at) != (read.reference, read.reference_at)
    return is_told and written.reference is not None


def _refusal(request: StoreRequest, reasons: list[dict[str, Any]]) -> StoreRefusal | None:
    """Read why a transaction was cancelled; ``None`` when it only collided and may be tried again."""
    codes = [reason.get("Code") for reason in reasons]
    if "ConditionalCheckFailed" not in codes:
        return None
    same: set[tuple[str, str]] = set()
    other: set[tuple[str, str]] = set()
    gone: set[tuple[str, str]] = set()
    for numbered, reason in zip(request.messages, reasons, strict=False):
        if reason.get("Code") == "ConditionalCheckFailed":
            name = (numbered.message.message_id, numbered.variant)
            stored = values(reason.get("Item", {}))
            stored_hash = stored.get("content_hash")
            if FROM_HISTORY in {stored_hash, numbered.message.content_hash}:
                # The id tells; a history leaves parts out that a delivery has.
                stored_hash = numbered.message.content_hash
            known = same if stored_hash == numbered.message.content_hash else other
            (gone if "blanked_at" in stored and known is other and not numbered.variant else known).add(name)
    tells_code = _tells_code(request)
    beside = codes[:-1] if tells_code else codes
    given = given_taken(request, beside[len(beside) - len(given_pks(request)) :])
    taken = tells_code and codes[-1] == "ConditionalCheckFailed"
    return StoreRefusal(
        stored_before=frozenset(same),
        other_content=frozenset(other),
        reference_taken=taken,
        taken_back=frozenset(gone),
        given_taken=given,
    )


def _around(around: Around) -> Item:
    """Write what reading looks at; a name without a value says something, too."""
    maps = {"query": around.query, "headers": around.headers}
    return item({"path": around.path}) | {name: exact(found) for name, found in maps.items() if found}
