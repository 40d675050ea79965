"""Tell the human queue about a unit, always before its state says that it was told."""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.hand_off import Place, hand_off
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import Channel
from nightbell.services.ports import HumanQueue


class TellHumanQueue:
    """Write and send hand-offs."""

    def __init__(
        self,
        queue: HumanQueue,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        desk_url: str = "",
    ) -> None:
        """Name accounts as the settings do."""
        self._queue = queue
        self._accounts = accounts
        self._channels = channels
        self._desk_url = desk_url

    def __call__(self, unit: Unit, conversation: Conversation, outcome: UnitState, reason: str = "") -> None:
        """Send one hand-off.

        Raises:
            UnavailableError: The queue may not have it; sending it again is safe.
        """
        self._queue.send(hand_off(unit, conversation, self._place(unit.pk), outcome, reason))

    def _place(self, pk: str) -> Place:
        channel, account_id, contact_id = split_conversation_pk(pk) or ("unknown", "", pk)
        account = self._accounts.get((channel, account_id))
        known = self._channels.get(channel)
        return Place(
            channel=channel,
            account_id=account_id,
            account_name=account.name if account else None,
            contact_id=contact_id,
            reply_window=known.reply_window if known else None,
            desk_url=self._desk_url,
        )
