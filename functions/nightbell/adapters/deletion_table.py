"""The table as the requests of people use it: what was asked, and what came of it."""

from datetime import datetime
from typing import Any

from nightbell.adapters import forgetting_expressions as e
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import from_ms, item, values
from nightbell.domain.deletion import KEPT_FOR, DeletionRequest
from nightbell.domain.keys import due_shard
from nightbell.domain.requests import DEAUTHORIZED_SK, DELETION_SK, request_pk
from nightbell.platforms.channel import Callback


class DeletionTable:
    """Implements :class:`nightbell.services.answer_callback.CallbackStore` and ``DeletionStore``."""

    def __init__(self, table: TableClient, due_shards: int) -> None:
        """Spread due markers over so many shards."""
        self._table = table
        self._shards = due_shards

    def read_deletion(self, code: str) -> DeletionRequest | None:
        """Read a request consistently; ``None`` when there is none."""
        found = self._table.get(request_pk(code), DELETION_SK)
        return _request(values(found), code) if found else None

    def note_deletion(self, request: DeletionRequest) -> bool:
        """Write it down, due at once; false when it is there already."""
        pk = request_pk(request.code)
        stored = {
            "pk": pk,
            "sk": DELETION_SK,
            "platform": request.platform,
            "asked_at": request.asked_at,
            "user_id": request.user_id,
            "due_pk": due_shard(pk + DELETION_SK, self._shards),
            "due_at": request.asked_at,
            "due_since": request.asked_at,
            "expires_at": int((request.asked_at + KEPT_FOR).timestamp()),
        }
        return self._table.put_new(item(stored))

    def finish_deletion(self, code: str, at: datetime, conversations: int, messages: int) -> None:
        """Note that it is done, and no longer whom it was about."""
        self._table.update(
            request_pk(code),
            DELETION_SK,
            e.DELETION_DONE,
            e.DELETION_OPEN,
            at=at,
            conversations=conversations,
            messages=messages,
        )

    def was_deauthorized(self, code: str) -> bool:
        """Tell whether this very request was heard before."""
        return self._table.get(request_pk(code), DEAUTHORIZED_SK) is not None

    def note_deauthorized(self, callback: Callback) -> None:
        """Remember that it was heard; whose it was is not kept."""
        expires = int((callback.issued_at + KEPT_FOR).timestamp())
        stored = {"pk": request_pk(callback.code), "sk": DEAUTHORIZED_SK, "expires_at": expires}
        self._table.put_new(item(stored))


def _request(v: dict[str, Any], code: str) -> DeletionRequest:
    return DeletionRequest(
        code=code,
        platform=v["platform"],
        asked_at=from_ms(v["asked_at"]),
        user_id=v.get("user_id", ""),
        done_at=from_ms(v["done_at"]) if "done_at" in v else None,
        conversations=v.get("conversations", 0),
        messages=v.get("messages", 0),
    )
