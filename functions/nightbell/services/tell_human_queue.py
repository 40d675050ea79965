"""Tell the human queue about a unit, always before its state says that it was told."""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.domain.hand_off import hand_off, queue_revision
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import Channel
from nightbell.services.places import place_of
from nightbell.services.ports import HumanQueue, UnitStore


class TellHumanQueue:
    """Write and send hand-offs."""

    def __init__(
        self,
        queue: HumanQueue,
        store: UnitStore,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        desk_url: str = "",
    ) -> None:
        """Name accounts as the settings do."""
        self._queue = queue
        self._store = store
        self._accounts = accounts
        self._channels = channels
        self._desk_url = desk_url

    def __call__(self, unit: Unit, outcome: UnitState, reason: str = "") -> bool:
        """Tell how a conversation stands now that a unit comes to an outcome.

        A unit that sends nothing itself tells what the contact was sent last, so that whoever keeps
        only the newest message still reads it.

        Returns:
            False while what was sent last is still on its way: this unit must then tell again.

        Raises:
            UnavailableError: The queue may not have it; sending it again is safe.
        """
        conversation = self._store.read_conversation(unit.pk)
        subject = self._other(unit, conversation.ack_seq) if not unit.kind.sends else unit
        own = subject.seq == unit.seq
        if unit.told and not own and not subject.state.is_final:
            return False  # It was said before, and there is no news yet.
        # What becomes of an earlier acknowledgement must not stand above the news of a later one, or of an episode.
        is_latest = unit.seq >= max(conversation.ack_seq, conversation.episode)
        newest = self._other(unit, conversation.unit_seq) if is_latest else unit
        revision = queue_revision(newest, subject, announced=own and outcome is not unit.state)
        told = (outcome, reason) if own else (subject.state, subject.reason)
        lined = self._other(subject, conversation.lined)
        # What is still open about another unit's line would never be put right: that unit's word ranks below this one.
        other_line = lined if lined is not subject and lined.line_is_over else None
        message = hand_off(
            subject,
            conversation,
            place_of(unit.pk, conversation, self._accounts, self._channels, self._desk_url),
            revision=revision,
            outcome=told[0],
            reason=told[1],
            lined=other_line,
        )
        self._queue.send(message)
        return own or subject.state.is_final

    def _other(self, unit: Unit, seq: int) -> Unit:
        """Read another unit of the conversation; the one in hand where there is none."""
        if seq in {0, unit.seq}:
            return unit
        return self._store.read_unit(unit.pk, seq) or unit
