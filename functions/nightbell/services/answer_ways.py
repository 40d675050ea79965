"""By which ways a person may answer a conversation, as it was read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.taking_back import EDIT_OF, UNSEND_OF
from nightbell.domain.unit import TAG_PREFIX, Unit
from nightbell.platforms.answering import Answered, Asked, Known, Way, ways_to_answer
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.ports import StoredMessage

_OURS = TAG_PREFIX.partition(".")[0]
_CHANGED = frozenset({EDIT_OF, UNSEND_OF})


class AnswerWays:
    """Knows the accounts and the registries."""

    def __init__(
        self,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        senders: Mapping[str, Sender],
    ) -> None:
        """Answer in the names of these accounts."""
        self._known = Known(accounts=accounts, channels=channels, senders=senders)

    def __call__(
        self,
        pk: str,
        conversation: Conversation,
        messages: Sequence[StoredMessage],
        units: Iterable[Unit],
        now: datetime,
    ) -> tuple[Way, ...]:
        """List the ways, closed ones, too: :meth:`Way.is_open` tells."""
        asked = Asked(pk=pk, conversation=conversation, answered=_answered(messages), units=tuple(units))
        return ways_to_answer(asked, self._known, now)


def _answered(messages: Sequence[StoredMessage]) -> Answered | None:
    """Find the newest message that the contact said; a change, or a word of our own, says nothing to answer."""
    said = [each for each in messages if not _is_beside(each)]
    newest = max(said, key=lambda each: each.seq, default=None)
    return Answered(kind=newest.kind, sent_at=newest.sent_at, about=newest.about) if newest else None


def _is_beside(message: StoredMessage) -> bool:
    is_changed = any(each.get("kind") in _CHANGED for each in message.attachments)
    return is_changed or message.kind.startswith(f"{_OURS}.")
