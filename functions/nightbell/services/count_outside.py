"""Count what a person answers in the platform's own inbox as every other answer of a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from nightbell.domain.answer_clock import Answered
from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.first_answer import first_answer_fields
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.told import has_promised
from nightbell.domain.unit import Unit

Counting = tuple[DeskState, DeskState]
"""What people did about a conversation, as it was read, and with the answer."""


class CountingStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def read_desk(self, pk: str) -> DeskState:
        """Read what people did about a conversation, consistently."""

    def read_unit(self, pk: str, seq: int) -> Unit | None:
        """Read consistently."""


def count_outside(
    store: CountingStore, accounts: Mapping[tuple[str, str], Account], pk: str, read: Conversation, at: datetime
) -> Counting | None:
    """Work out what an answer at a time changes; ``None`` where the settings do not tell whose time counts."""
    channel, account_id, _ = split_conversation_pk(pk) or ("", "", "")
    account = accounts.get((channel, account_id))
    if account is None or read.episode_at is None:
        return None
    told = store.read_unit(pk, read.ack_seq) if read.ack_seq else None
    promised = has_promised(told) if told else None
    answered = Answered(at=at, episode=read.episode, episode_at=read.episode_at, promised_by=promised)
    before = store.read_desk(pk)
    return before, before.acting().with_answer(answered, account.hours)


def figures(
    counting: Counting | None, accounts: Mapping[tuple[str, str], Account], pk: str, read: Conversation
) -> dict[str, str | int]:
    """Tell how long the contact waited, where it was the episode's first answer."""
    channel, account_id, _ = split_conversation_pk(pk) or ("", "", "")
    account = accounts.get((channel, account_id))
    return first_answer_fields(counting[1].clock if counting else None, pk, read, account.hours if account else None)
