"""A person's request to a platform that their data be deleted, from its receipt to what came of it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(days=400)
"""How long the answer can be looked up; it says nothing about the person."""

_CODE = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionRequest:
    """What is remembered of one request. All times aware, UTC.

    Attributes:
        code: Names it to the person and to the platform; unguessable.
        platform: Registry key of the platform that asked.
        user_id: Whom the platform named; empty once it is done.
        done_at: When everything that could be matched was deleted; ``None`` before.
        conversations, messages: How many were found and emptied.
    """

    code: str
    platform: str
    asked_at: datetime
    user_id: str = ""
    done_at: datetime | None = None
    conversations: int = 0
    messages: int = 0


def is_code(text: str) -> bool:
    """Tell whether a text may be a request's code at all."""
    return _CODE.fullmatch(text) is not None
