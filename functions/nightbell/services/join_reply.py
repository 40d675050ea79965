"""Let what a contact says to our private reply go on in the conversation of the comment that it answers."""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.conversation import Join
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk, split_conversation_pk
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import Channel
from nightbell.services.ports import Clock, UnitStore

TRIES = 4
NOBODY_ANSWERS_SOONER = timedelta(seconds=5)
"""What the contact said elsewhere before they could read the reply stays where it is."""


class JoinReply:
    """Joins made by our own sends."""

    def __init__(self, store: UnitStore, channels: Mapping[str, Channel], clock: Clock) -> None:
        """Work on this table."""
        self._store = store
        self._channels = channels
        self._clock = clock

    def __call__(self, unit: Unit, recipient_id: str) -> list[Fact]:
        """Send what the contact says on the private channel to the unit's conversation.

        Raises:
            UnavailableError: It may not have been noted.
        """
        own, account_id, _ = split_conversation_pk(unit.pk) or ("", "", "")
        private = self._channels[own].private_channel if own in self._channels else None
        if private is None:
            return []
        pk = conversation_pk(private, account_id, recipient_id)
        for _ in range(TRIES):
            read = self._store.read_conversation(pk)
            join = Join(since=read.free_from(self._clock.now() + NOBODY_ANSWERS_SOONER), pk=unit.pk)
            if read.home(join.since) == join.pk or self._store.join(pk, read, join):
                return []
        return [Fact(name="joins_missed", fields={"channel": private})]
