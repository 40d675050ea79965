"""Gather what sending a unit needs."""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.policy import NOT_IN_SETTINGS
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import Channel, Sender
from nightbell.services.case import Case, Invocation
from nightbell.services.ports import Clock


class FindCase:
    """Knows the accounts, and who sends for them."""

    def __init__(
        self,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        senders: Mapping[str, Sender],
        clock: Clock,
    ) -> None:
        """Name accounts as the settings do."""
        self._accounts, self._channels, self._senders = accounts, channels, senders
        self._clock = clock

    def __call__(self, unit: Unit, conversation: Conversation, run: Invocation) -> Case | str:
        """Gather what sending needs, or name the reason why only the human queue is told."""
        if not unit.kind.sends or (unit.text_id is None and not unit.kind.is_by_person):
            return unit.reason
        own, account_id, contact_id = split_conversation_pk(unit.pk) or ("", "", "")
        # A contact who went on elsewhere is answered there; a private reply is sent by the account commented on.
        spoken = unit.via if unit.via in self._channels else own
        account = self._accounts.get((spoken, unit.via_account or account_id))
        sender = self._senders.get(unit.via or own)
        if account is None or sender is None:
            return NOT_IN_SETTINGS
        return Case(
            unit=unit,
            text_id=unit.text_id,
            conversation=conversation,
            sender=sender,
            account=account,
            contact_id=contact_id,
            run=run,
            now=self._clock.now(),
        )
