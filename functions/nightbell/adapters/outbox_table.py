"""The table as the outbox of webhooks: a partition for each endpoint, and its own list in the index of what is due."""

from collections.abc import Sequence
from datetime import datetime

from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import attribute, from_ms, plain, values
from nightbell.domain.keys import OUTBOX_STATE_SK
from nightbell.services.write_outbox import Claimed, EndpointState, Waiting

ADD = "SET body = :body, due_pk = :list, due_at = :now, made_at = :now, expires_at = :expires"
"""An update, because whoever acknowledges may update and not put."""
CLAIM = "SET due_at = :until, tries = if_not_exists(tries, :zero) + :one"
CLOSE = "SET closed_at = :now REMOVE body, due_pk, due_at"
PAUSE = "SET paused_until = :until, failures = :failures"
DISABLE = "SET disabled_at = :now, because = :because"
ENABLE = "REMOVE disabled_at, because, paused_until, failures"


class OutboxTable:
    """Implements :class:`nightbell.services.write_outbox.OutboxStore`.

    An endpoint's partition key is also its key in the index ``due``, so that no sweep lists it and no endpoint's
    backlog stands before another's.
    """

    def __init__(self, table: TableClient) -> None:
        """Work on this table."""
        self._table = table

    def add(self, pk: str, sk: str, body: str, now: datetime, until: datetime) -> None:
        """Add a webhook that is due; one that is there, or was sent, stays as it is."""
        expires = int(until.timestamp())
        self._table.update(pk, sk, ADD, "attribute_not_exists(pk)", body=body, list=pk, now=now, expires=expires)

    def state(self, pk: str) -> EndpointState:
        """Read consistently; one that never was is in order."""
        found = values(self._table.get(pk, OUTBOX_STATE_SK) or {})
        return EndpointState(
            disabled_at=from_ms(found["disabled_at"]) if "disabled_at" in found else None,
            because=found.get("because", ""),
            paused_until=from_ms(found["paused_until"]) if "paused_until" in found else None,
            failures=found.get("failures", 0),
        )

    def due(self, pk: str, now: datetime, limit: int) -> Sequence[Waiting]:
        """List what is due, the longest due first; may lag behind the table."""
        answer = self._table.call(
            lambda: self._table.client.query(
                TableName=self._table.table,
                IndexName="due",
                KeyConditionExpression="due_pk = :pk AND due_at <= :now",
                ExpressionAttributeValues={":pk": {"S": pk}, ":now": attribute(now)},
                Limit=limit,
            )
        )
        return [
            Waiting(pk=pk, sk=plain(found["sk"]), due_at=from_ms(plain(found["due_at"]))) for found in answer["Items"]
        ]

    def claim(self, waiting: Waiting, until: datetime) -> Claimed | None:
        """Put it off and count a try; ``None`` when somebody else did, or it was closed."""
        written = self._table.update(
            waiting.pk, waiting.sk, CLAIM, "due_at = :seen", until=until, zero=0, one=1, seen=waiting.due_at
        )
        if isinstance(written, Refused):
            return None
        found = values(written)
        return Claimed(pk=waiting.pk, sk=waiting.sk, body=found["body"], tries=found["tries"])

    def put_off(self, claimed: Claimed, until: datetime) -> None:
        """Put it off until the next try; what was closed stays closed."""
        self._table.update(claimed.pk, claimed.sk, "SET due_at = :until", "attribute_exists(due_at)", until=until)

    def close(self, claimed: Claimed, now: datetime) -> None:
        """Forget what it said; that it was said stays for a while, so that it is not said again."""
        self._table.update(claimed.pk, claimed.sk, CLOSE, "attribute_exists(pk)", now=now)

    def pause(self, pk: str, until: datetime, failures: int) -> None:
        """Let an endpoint rest."""
        self._table.update(pk, OUTBOX_STATE_SK, PAUSE, until=until, failures=failures)

    def disable(self, pk: str, because: str, now: datetime) -> None:
        """Send it nothing more."""
        self._table.update(pk, OUTBOX_STATE_SK, DISABLE, because=because, now=now)

    def enable(self, pk: str) -> None:
        """Send it everything that waits; each goes on where its schedule stood."""
        self._table.update(pk, OUTBOX_STATE_SK, ENABLE)
