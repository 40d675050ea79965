"""Look at a conversation that waits, as far as lists show it: does its promise need anything?"""

from collections.abc import Mapping
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.holding import Outlook, Talk, again, outlook
from nightbell.domain.keys import split_conversation_pk
from nightbell.platforms.channel import Channel
from nightbell.services.desk_reading import Standing


class LookAtPromise:
    """Knows whose hours and promises count where."""

    def __init__(self, accounts: Mapping[tuple[str, str], Account], channels: Mapping[str, Channel]) -> None:
        """Speak in the names of these accounts."""
        self._accounts, self._channels = accounts, channels

    def __call__(self, standing: Standing, now: datetime) -> Outlook:
        """Tell what is to be done, or that the whole conversation must be read for it."""
        told = (standing.told,) if standing.told else ()
        talk = Talk(conversation=standing.conversation, state=standing.state, units=told, is_whole=False)
        return self.at(standing.pk, talk, now)

    def at(self, pk: str, talk: Talk, now: datetime) -> Outlook:
        """Look at it with what was read. In public nobody is held: a second line there would help nobody."""
        account = self.account(pk, talk.conversation)
        if account is None or account.automatic is False:
            return Outlook()
        channel = self._channels.get(account.channel)
        if channel is None or channel.is_public:
            return Outlook(look_at=now + again(account))
        return outlook(talk, account, now)

    def account(self, pk: str, conversation: Conversation) -> Account | None:
        """Find the account that the contact wrote to last; ``None`` where the settings name it no more."""
        channel, account_id, _ = split_conversation_pk(pk) or ("", "", "")
        return self._accounts.get((conversation.via or channel, conversation.via_account or account_id))
