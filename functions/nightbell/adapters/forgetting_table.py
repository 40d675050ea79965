"""The table as whoever forgets uses it: content goes, identity stays."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from nightbell.adapters import forgetting_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import conversation_from, values
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import GIVEN_SK, META, REFERENCE_SK, author_pk, message_sk, reference_pk
from nightbell.domain.requests import forgotten_sk
from nightbell.domain.taking_back import EDIT_OF
from nightbell.domain.unit import UnitState
from nightbell.services.forget import Content, Kind

_DESCRIPTION = ("sk", "seq", "st", "blanked_at", "whole_in", "kept_in")
"""All that is read of an item: whoever forgets need not see what was written."""
_KINDS = {"M": Kind.MESSAGE, "A": Kind.UNIT, "D": Kind.UNIT, "P": Kind.CONSENT, "L": Kind.LOG}
_NUMBERED = ("A", "P")
"""Named by the number of a message; the others hold one, or belong to none."""


class ForgettingTable:
    """Implements :class:`nightbell.services.forget.ForgettingStore`."""

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def read_conversation(self, pk: str) -> Conversation:
        """Read consistently."""
        return conversation_from(self._table.get(pk, META))

    def said_in_public(self, account_id: str, author_id: str) -> list[str]:
        """List the conversations of one person below an account's posts, consistently."""
        return [str(each["sk"]) for each in self._items(author_pk(account_id, author_id), ("sk",))]

    def contents(self, pk: str) -> Iterator[Content]:
        """List what can hold content, consistently, a page at a time."""
        yield from (content for each in self._items(pk, _DESCRIPTION) if (content := _content(each)))

    def target_of(self, pk: str, work_sk: str) -> tuple[str, str | None]:
        """Name the message that the work is about, and another conversation that may hold it."""
        found = values(self._table.get(pk, work_sk) or {})
        return str(found.get("target", "")), found.get("under")

    def contents_of(self, pk: str, target: str) -> Iterator[Content]:
        """List a message with its variants and edits, consistently."""
        own = message_sk(target)
        for each in self._items(pk, (*_DESCRIPTION, "att")):
            named = {a.get("reference") for a in each.get("att", ()) if a.get("kind") == EDIT_OF}
            edits = target in named
            content = _content(each) if edits or each["sk"].partition("!")[0] == own else None
            if content is not None:
                yield content

    def mark_taken_back(self, pk: str, target: str, at: datetime) -> None:
        """Remove a message's content; where it has not come, leave a mark for it to meet."""
        self._table.update(pk, message_sk(target), e.TAKEN_BACK, at=at)

    def drop_preview(self, pk: str) -> None:
        """Remove the first words of the latest message; a conversation that is not there stays so."""
        self._table.update(pk, META, e.PREVIEW_DROPPED, e.IS_THERE)

    def finish_work(self, pk: str, work_sk: str, at: datetime) -> None:
        """Note that it is done; nothing is due any more."""
        self._table.update(pk, work_sk, e.WORK_DONE, e.IS_THERE, at=at)

    def _items(self, pk: str, wanted: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        names = {f"#{name}": name for name in wanted}
        request: dict[str, Any] = {
            "TableName": self._table.table,
            "KeyConditionExpression": "pk = :pk",
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ConsistentRead": True,
        }
        while True:
            answer = self._table.call(lambda: self._table.client.query(**request))
            yield from map(values, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def forget_conversation(self, pk: str, read: Conversation, at: datetime) -> bool:
        """Close it and remove who the contact is. False when another message has come."""
        update, condition = e.CONVERSATION_FORGOTTEN, e.CONVERSATION_FORGOTTEN_IF
        return not isinstance(self._table.update(pk, META, update, condition, up_to=read.last_seq, at=at), Refused)

    def blank(self, pk: str, content: Content, at: datetime) -> bool:
        """Remove the content of one item. False when it is a unit that has begun to move."""
        if content.kind is Kind.CONSENT:
            self._lead_here_no_more(pk, content.sk)
        update, condition = {
            Kind.MESSAGE: (e.MESSAGE_BLANKED, e.IS_THERE),
            Kind.UNIT: (e.UNIT_BLANKED, e.UNIT_BLANKED_IF),
            Kind.CONSENT: (e.CONSENT_BLANKED, e.IS_THERE),
            Kind.LOG: (e.LOG_BLANKED, e.IS_THERE),
        }[content.kind]
        return not isinstance(self._table.update(pk, content.sk, update, condition, at=at), Refused)

    def _lead_here_no_more(self, pk: str, sk: str) -> None:
        """Let the address that was given lead here no more; while it still stands there by which to find that."""
        leads_by = values(self._table.get(pk, sk) or {}).get("leads_by")
        if leads_by:
            where = (leads_by, GIVEN_SK)
            self._table.update(*where, e.REFERENCE_BLANKED, e.REFERENCE_BLANKED_IF, conversation=pk)

    def blank_reference(self, brand: str, code: str, pk: str) -> bool:
        """Let a reference code lead here no more. False when it does not."""
        where = (reference_pk(brand, code), REFERENCE_SK)
        written = self._table.update(*where, e.REFERENCE_BLANKED, e.REFERENCE_BLANKED_IF, conversation=pk)
        return not isinstance(written, Refused)

    def record(self, pk: str, up_to: int, who: str, at: datetime) -> None:
        """Write down that it was forgotten, by whom and when; the first time stands."""
        self._table.update(pk, forgotten_sk(up_to), e.FORGOTTEN_RECORD, who=who, at=at, up_to=up_to)


def _content(v: dict[str, Any]) -> Content | None:
    sk = v["sk"]
    letter = sk.partition("#")[0]
    kind = _KINDS.get(letter)
    if kind is None:
        return None
    state = v.get("st")
    return Content(
        kind=kind,
        sk=sk,
        seq=int(sk[2:].partition(".")[0]) if letter in _NUMBERED else v.get("seq", 0),
        is_blank="blanked_at" in v and not v.get("whole_in") and not v.get("kept_in"),
        is_moving=state is not None and not UnitState(state).is_final,
        whole_in=v.get("whole_in", ""),
        kept_in=tuple(v.get("kept_in", ())),
    )
