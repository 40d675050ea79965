"""What may stop what the desk says: a person's words by the platform alone, the rest by whatever makes it wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_suppression import (
    AGENT_WROTE,
    CLOSED_NOW,
    PERSON_WINDOW_CLOSED,
    WROTE_ANEW,
    reason_to_drop_made,
    reason_to_drop_person,
)
from nightbell.domain.suppression import (
    ANSWERED,
    INBOX,
    OFF,
    OPTED_OUT,
    OTHER_APP,
    OWNED_ELSEWHERE,
    WINDOW_CLOSED,
    WINDOW_MARGIN,
)
from nightbell.domain.unit import Unit, UnitKind
from tests.unit.talk import bakery

OPEN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
DAY = timedelta(days=1)
READ = Conversation(last_seq=3, seen_seq=1, episode=2, contact_at=OPEN - timedelta(hours=1), brand="bakery")
HOLDING = Unit(
    pk="C#messenger.1.2", seq=3, desk=5, kind=UnitKind.HOLDING, text_id=TextId.HOLDING, created_at=OPEN, due_at=OPEN
)
RATING = replace(HOLDING, kind=UnitKind.RATING, text_id=TextId.RATING)


def why(unit: Unit, read: Conversation = READ, *, wrote: bool = False, now: datetime = OPEN, **more: Any) -> str | None:
    account = replace(bakery(), **more)
    return reason_to_drop_made(unit, read, account, reply_window=DAY, agent_wrote=wrote, now=now)


def test_nothing_stops_what_is_still_true() -> None:
    assert (why(HOLDING), why(RATING)) == (None, None)


@pytest.mark.parametrize("unit", [HOLDING, RATING], ids=lambda unit: unit.kind.value)
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"opted_out": True}, OPTED_OUT),
        ({"human_at": OPEN - timedelta(minutes=9)}, INBOX),
        ({"other_app_until": OPEN + timedelta(seconds=1)}, OTHER_APP),
        ({"owner_until": OPEN + timedelta(seconds=1)}, OWNED_ELSEWHERE),
        ({"contact_at": OPEN - DAY + WINDOW_MARGIN}, WINDOW_CLOSED),
        ({"human_at": OPEN - timedelta(minutes=10)}, None),
        ({"other_app_until": OPEN}, None),
        ({"owner_until": OPEN}, None),
        ({"contact_at": OPEN - DAY + WINDOW_MARGIN + timedelta(seconds=1)}, None),
        ({"agent_id": "marta", "agent_until": OPEN + DAY}, None),
        ({"loop_seen_seq": 1}, None),
    ],
)
def test_what_stops_automation_stops_the_desks_own(unit: Unit, changed: dict[str, Any], reason: str | None) -> None:
    assert why(unit, replace(READ, **changed)) == reason


def test_where_nothing_automatic_is_wanted_nothing_leaves_by_itself() -> None:
    assert (why(HOLDING, automatic=False), why(RATING, automatic=False)) == (OFF, OFF)
    assert (why(HOLDING, automatic=True), why(RATING, automatic=True)) == (None, None)


@pytest.mark.parametrize(("seen", "reason"), [(2, None), (3, ANSWERED), (4, ANSWERED)])
def test_a_holding_update_stops_when_all_it_is_about_is_answered(seen: int, reason: str | None) -> None:
    assert why(HOLDING, replace(READ, last_seq=5, seen_seq=seen)) == reason


def test_a_rating_is_asked_for_after_all_is_answered() -> None:
    assert why(RATING, replace(READ, seen_seq=3)) is None


def test_an_agents_own_word_stops_a_holding_update_and_no_rating() -> None:
    assert (why(HOLDING, wrote=True), why(RATING, wrote=True)) == (AGENT_WROTE, None)


def test_a_new_message_stops_a_rating_and_no_holding_update() -> None:
    newer = replace(READ, last_seq=4)
    assert (why(HOLDING, newer), why(RATING, newer)) == (None, WROTE_ANEW)


def test_nobody_promises_a_new_time_while_closed() -> None:
    night = replace(READ, contact_at=NIGHT - timedelta(hours=1))
    assert (why(HOLDING, night, now=NIGHT), why(RATING, night, now=NIGHT)) == (CLOSED_NOW, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"opted_out": True},
        {"human_at": OPEN},
        {"owner_until": OPEN + DAY},
        {"seen_seq": 3},
        {"loop_seen_seq": 1},
        {"agent_id": "ana", "agent_until": OPEN + DAY},
        {"last_seq": 9},
    ],
)
def test_a_persons_words_leave_whatever_stops_automation(changed: dict[str, Any]) -> None:
    answer = replace(HOLDING, kind=UnitKind.PERSON_ANSWER, text_id=None)
    assert reason_to_drop_person(answer, replace(READ, **changed), person_window=DAY, now=OPEN) is None


@pytest.mark.parametrize(
    ("window", "said_at", "reason"),
    [
        (None, None, None),
        (timedelta(hours=1), None, PERSON_WINDOW_CLOSED),
        (timedelta(hours=1), OPEN, None),
        (DAY, OPEN - DAY, PERSON_WINDOW_CLOSED),
        (timedelta(0), OPEN, PERSON_WINDOW_CLOSED),
    ],
)
def test_only_the_platforms_own_end_stops_a_persons_words(
    window: timedelta | None, said_at: datetime | None, reason: str | None
) -> None:
    answer = replace(HOLDING, kind=UnitKind.PERSON_ANSWER, text_id=None, said_at=said_at)
    assert reason_to_drop_person(answer, READ, person_window=window, now=OPEN) == reason
