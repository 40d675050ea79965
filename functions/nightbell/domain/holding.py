"""Decide when a contact must hear that it takes longer: just before a promise breaks, and once in an episode."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.told import REACHED, has_promised
from nightbell.domain.unit import Unit, UnitKind

LEAD = timedelta(minutes=10)
"""So long before a promise breaks the contact hears of it."""
SHORTEST = timedelta(minutes=20)
"""Of opening time, until the new time that is named: somebody must be able to keep that one."""
A_MINUTE = timedelta(minutes=1)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation, as far as it was read.

    Attributes:
        units: What was sent in it, or is to be.
        is_whole: None of them was left out.
    """

    conversation: Conversation
    state: DeskState
    units: tuple[Unit, ...]
    is_whole: bool

    @property
    def own_units(self) -> tuple[Unit, ...]:
        """Those of the episode."""
        return tuple(unit for unit in self.units if unit.seq >= self.conversation.episode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to be done about a conversation.

    Attributes:
        promise: What is about to break; ``None`` where nothing is to be said now.
        look_at: From when on to look again: nothing can be needed before.
        must_read: It cannot be told from what was read; the whole must be.
    """

    promise: datetime | None = None
    look_at: datetime = NEVER
    must_read: bool = False


def outlook(talk: Talk, account: Account, now: datetime) -> Outlook:
    """Look at one conversation, by the hours and the promise of its account."""
    if _is_over(talk, now):
        return Outlook()
    if _is_being_told(talk):
        return Outlook(look_at=now + A_MINUTE)
    promised = _promised(talk)
    if promised is None or promised.by <= now:
        return _without_promise(talk, account, now)
    due = hold_from(promised.by, promised.told_at)
    if due > now:
        return Outlook(look_at=due)
    if not account.hours.stretch_at(now).is_open:
        return Outlook(look_at=account.hours.next_opening(now) or NEVER)
    return Outlook(promise=promised.by) if talk.is_whole else Outlook(must_read=True)


def hold_from(promise: datetime, told_at: datetime) -> datetime:
    """Tell from when on a promise may be put off: never in the first half of the time that it gives."""
    return max(promise - LEAD, told_at + (promise - told_at) / 2)


def again(account: Account) -> timedelta:
    """Tell how long what a text promises by itself from now on certainly needs nothing."""
    return max(account.brand.promise - LEAD, account.brand.promise / 2, A_MINUTE)


def next_promise(account: Account, now: datetime) -> datetime | None:
    """Name the new time: half of the brand's promise, and never so soon that it breaks as well."""
    return account.hours.add_open_time(now, max(account.brand.promise / 2, SHORTEST))


def _is_over(talk: Talk, now: datetime) -> bool:
    """Tell whether nothing in this episode will ever need it: somebody answered, or the contact has heard it."""
    c, state = talk.conversation, talk.state
    counted = state.clock is not None and state.clock.episode == c.episode
    in_inbox = c.human_at is not None and c.episode_at is not None and c.human_at >= c.episode_at
    answers = any(unit.kind is UnitKind.PERSON_ANSWER and unit.state in REACHED for unit in talk.own_units)
    is_held = state.held_episode == c.episode
    return not c.is_waiting or counted or in_inbox or answers or is_held or c.has_lapsed(now)


def _is_being_told(talk: Talk) -> bool:
    """Tell whether words of an agent are on their way: an answer, or another time, which might yet not arrive."""
    return any(unit.kind.is_by_person and not unit.state.is_final for unit in talk.own_units)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    by: datetime
    told_at: datetime


def _promised(talk: Talk) -> _Promise | None:
    """Find the promise that the contact was told last; an agent's stands over what a text says by itself."""
    said = [_Promise(by=by, told_at=unit.created_at) for unit in talk.own_units if (by := has_promised(unit))]
    by_text = max(said, key=lambda each: each.told_at, default=None)
    by_agent = talk.state.promised_in(talk.conversation.episode)
    if by_agent is None:
        return by_text
    made = next((each for each in said if each.by == by_agent), None)
    return made or _Promise(by=by_agent, told_at=by_agent - 2 * LEAD)


def _without_promise(talk: Talk, account: Account, now: datetime) -> Outlook:
    """Wait for a promise that may still be made: one is on its way, or the contact writes once more."""
    if any(unit.kind.sends and not unit.state.is_final for unit in talk.own_units):
        return Outlook(look_at=now + A_MINUTE)
    # Of several texts in an episode the last one may tell no time.
    is_hidden = not talk.is_whole and talk.conversation.ack_seq > talk.conversation.episode
    return Outlook(must_read=True) if is_hidden else Outlook(look_at=now + again(account))
