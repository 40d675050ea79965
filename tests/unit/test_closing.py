"""What an answer that has left closes, and what is counted of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.domain.closing import Closing, closing
from nightbell.domain.conversation import Conversation
from nightbell.domain.day_plan import ALL_DAY
from nightbell.domain.desk_state import DeskState
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.rating import ASKED, ASKS_SOON
from nightbell.domain.unit import Unit, UnitKind, UnitState
from tests.unit.talk import MADRID

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
ALWAYS_OPEN = OpeningHours(zone=MADRID, weekly=[[ALL_DAY]] * 7)
READ = Conversation(last_seq=4, seen_seq=1, episode=2, episode_at=NOW - timedelta(hours=1), brand="bakery")
ANSWER = Unit(
    pk="C#messenger.1.2",
    seq=3,
    desk=5,
    kind=UnitKind.PERSON_ANSWER,
    state=UnitState.SENT,
    by="marta",
    closes=3,
    created_at=NOW,
    sent_from=NOW + timedelta(seconds=30),
)
DESK = DeskState(acts=5)


def closed(unit: Unit = ANSWER, read: Conversation = READ, desk: DeskState = DESK) -> Closing:
    return closing(unit, read, desk, hours=ALWAYS_OPEN, promised_by=None)


@pytest.mark.parametrize(
    ("closes", "seen", "up_to"),
    [(3, 1, 3), (4, 1, 4), (9, 1, 4), (3, 2, 3), (3, 3, 0), (3, 4, 0), (0, 1, 0)],
)
def test_it_closes_what_it_answers_and_what_is_still_open(closes: int, seen: int, up_to: int) -> None:
    assert closed(replace(ANSWER, closes=closes), replace(READ, seen_seq=seen)).up_to == up_to


def test_every_case_takes_a_number_so_that_nobody_acts_on_an_old_reading() -> None:
    for kind in (UnitKind.PERSON_ANSWER, UnitKind.PERSON_PROMISE, UnitKind.HOLDING):
        case = closed(replace(ANSWER, kind=kind))
        assert (case.before.acts, case.after.acts) == (5, 6)


def test_an_answer_is_counted_from_when_it_left() -> None:
    clock = closed().after.clock
    assert clock is not None
    assert (clock.first_at, clock.first_wall_s, clock.first_open_s) == (ANSWER.sent_from, 3630, 3630)


def test_only_the_first_of_an_episode_is_the_first() -> None:
    first = closed()
    assert first.is_first
    assert not closed(replace(ANSWER, desk=7), desk=first.after).is_first
    assert not closed(replace(ANSWER, kind=UnitKind.PERSON_PROMISE), desk=first.after).is_first


def test_an_answer_of_an_earlier_episode_is_not_counted_in_a_later_one() -> None:
    later = closed(read=replace(READ, episode=4))
    assert (later.after.clock, later.is_first) == (None, False)


def test_without_the_accounts_hours_nothing_is_counted_and_all_is_closed() -> None:
    case = closing(ANSWER, READ, DESK, hours=None, promised_by=None)
    assert (case.after.clock, case.up_to) == (None, 3)


@pytest.mark.parametrize(("kind", "by"), [(UnitKind.PERSON_PROMISE, "marta"), (UnitKind.HOLDING, "")])
def test_what_promises_stands_and_counts_as_no_answer(kind: UnitKind, by: str) -> None:
    at = NOW + timedelta(hours=2)
    state = closed(replace(ANSWER, kind=kind, by=by, closes=0, promised_by=at)).after
    assert (state.promise_at, state.promise_by, state.promise_episode, state.clock) == (at, by, 2, None)


def test_a_promise_of_an_earlier_episode_promises_nothing_in_a_later_one() -> None:
    late = replace(ANSWER, kind=UnitKind.PERSON_PROMISE, promised_by=NOW)
    assert closed(late, replace(READ, episode=4)).after.promise_at is None


@pytest.mark.parametrize(("by_agent", "stands"), [(3, 3), (1, 2), (2, 2)])
def test_a_time_that_automation_named_stands_under_what_an_agent_promised_after_it(by_agent: int, stands: int) -> None:
    promised = DESK.with_promise(NOW + timedelta(hours=by_agent), "marta", READ.episode)
    holding = replace(ANSWER, kind=UnitKind.HOLDING, by="", closes=0, promised_by=NOW + timedelta(hours=2))
    after = closed(holding, desk=promised).after
    assert after.promise_at == NOW + timedelta(hours=stands)
    assert (after.promise_by == "marta") == (by_agent >= stands)


@pytest.mark.parametrize(
    ("kind", "asked", "is_asked"),
    [
        (UnitKind.RATING, ASKS_SOON, True),
        (UnitKind.RATING, None, False),
        (UnitKind.RATING, ASKED, False),
        (UnitKind.HOLDING, ASKS_SOON, False),
    ],
)
def test_a_question_counts_from_when_it_has_left(kind: UnitKind, asked: str | None, *, is_asked: bool) -> None:
    unit = replace(ANSWER, kind=kind, by="", closes=0)
    assert closed(unit, replace(READ, asked=asked)).is_asked == is_asked
