"""Decide at the desk whether a contact is asked how it was: once, in private, and only where nothing is left to do."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from nightbell.domain.business import Account
from nightbell.domain.rating import ASKED, ASKS_SOON, asks_after, may_be_rated
from nightbell.domain.told import REACHED
from nightbell.domain.unit import Unit, UnitKind
from nightbell.platforms.answering import is_in_group
from nightbell.platforms.channel import Channel
from nightbell.services.desk_acting import Seen, account_of


class AskRating:
    """Knows which brands want it, and where nobody else reads along."""

    def __init__(self, accounts: Mapping[tuple[str, str], Account], channels: Mapping[str, Channel]) -> None:
        """Ask in the names of these accounts."""
        self._accounts, self._channels = accounts, channels

    def about(self, seen: Seen, via: str, text: str) -> bool:
        """Tell whether an answer that goes by a sender is one to ask about."""
        own, account = account_of(seen.pk, self._accounts)
        channel = self._channels.get(via)
        is_here = channel is not None and not channel.is_public and via == (seen.read.via or own)
        is_here = is_here and (bool(seen.read.via) or not is_in_group(seen.pk, seen.read))
        return is_here and account is not None and may_be_rated(seen.read, account, text)

    def is_possible(self, seen: Seen, up_to: int) -> bool:
        """Tell whether anybody may be asked when somebody finishes up to a number, before more is read."""
        _, account = account_of(seen.pk, self._accounts)
        wanted = account is not None and account.brand.rating
        return wanted and up_to >= seen.read.last_seq and seen.read.asked not in {ASKED, ASKS_SOON}

    def after(self, seen: Seen, units: Iterable[Unit]) -> Unit | None:
        """Make the unit that asks; ``None`` where the contact was asked already, or no answer is there to ask about."""
        own = [unit for unit in units if unit.seq >= seen.read.episode]
        if any(unit.kind is UnitKind.RATING for unit in own):
            return None
        answers = [unit for unit in own if unit.kind is UnitKind.PERSON_ANSWER and unit.state in REACHED]
        newest = max(answers, key=lambda unit: unit.desk, default=None)
        if newest is None or not self.about(seen, newest.via, newest.text):
            return None
        # The first number goes to the log.
        asks = asks_after(newest, seen.desk.acts + 2)
        return replace(asks, seq=seen.read.last_seq, created_at=seen.now, due_at=seen.now, due_since=seen.now)
