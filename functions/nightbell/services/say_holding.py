"""Have a holding update said: where the contact wrote last, and only if nothing speaks against it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from nightbell.domain.business import TextId
from nightbell.domain.desk_suppression import reason_to_drop_made
from nightbell.domain.holding import A_MINUTE, Outlook, Talk, next_promise
from nightbell.domain.storable import fitting_about
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind
from nightbell.platforms.answering import Way
from nightbell.platforms.channel import Sender
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.desk_reading import Parts
from nightbell.services.hold_ports import HoldStore
from nightbell.services.look_at_promise import LookAtPromise


class SayHolding:
    """Reads all of a conversation, and writes the unit that says it."""

    def __init__(self, store: HoldStore, look: LookAtPromise, ways: AnswerWays, senders: Mapping[str, Sender]) -> None:
        """Send by these ways."""
        self._store, self._look, self._ways, self._senders = store, look, ways, senders

    def __call__(self, parts: Parts, now: datetime) -> tuple[Outlook, Unit | None]:
        """Say it if it is needed; tells otherwise when to look again.

        Raises:
            UnavailableError: It may have been written; then it leaves by its due marker, and is not written again.
        """
        talk = Talk(conversation=parts.conversation, state=parts.state, units=tuple(parts.units), is_whole=True)
        found = self._look.at(parts.pk, talk, now)
        if found.promise is None:
            return found, None
        unit = self._unit(parts, now)
        if unit is None:
            return Outlook(look_at=now + A_MINUTE), None
        after = replace(parts.state, held_episode=parts.conversation.episode).acting()
        if not self._store.hold(unit, parts.state, after):
            return Outlook(look_at=now), None
        return Outlook(), unit

    def _unit(self, parts: Parts, now: datetime) -> Unit | None:
        """Word out what would be sent; ``None`` where it would not leave now."""
        account, way = self._look.account(parts.pk, parts.conversation), self._way(parts, now)
        promise = next_promise(account, now) if account else None
        if account is None or way is None or promise is None:
            return None
        unit = _made(parts, way, promise, now)
        window = self._senders[way.via].reply_window
        reason = reason_to_drop_made(unit, parts.conversation, account, reply_window=window, agent_wrote=False, now=now)
        return None if reason else unit

    def _way(self, parts: Parts, now: datetime) -> Way | None:
        """Find the private channel on which they wrote last; a private reply in public is kept for a person."""
        c = parts.conversation
        ways = self._ways(parts.pk, c, parts.messages, parts.units, now)
        own = next((way for way in ways if not way.is_public and way.said_at is None), None)
        spoken = self._look.account(parts.pk, c)
        return own if own and spoken and own.via == spoken.channel else None


def _made(parts: Parts, way: Way, promise: datetime, now: datetime) -> Unit:
    return Unit(
        pk=parts.pk,
        seq=parts.conversation.last_seq,
        desk=parts.state.acts + 1,
        kind=UnitKind.HOLDING,
        text_id=TextId.HOLDING,
        via=way.via,
        via_account=way.via_account,
        address=way.address,
        about=fitting_about(way.about),
        language=parts.conversation.language or "",
        promise_at=promise,
        created_at=now,
        due_at=now + FIRST_DUE,
        due_since=now,
    )
