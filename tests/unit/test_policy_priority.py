"""What moves a conversation up, each with its sentence (points 6 and 10 of the policy)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.domain.business import Choice
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.events import Contact
from nightbell.domain.priority import SENTENCES, UNTOLD, UNTOLD_WEIGHT, WEIGHTS, score, sentences
from nightbell.domain.unit import UnitState
from tests.unit.talk import MONDAY_NIGHT, Talk, bakery, in_madrid, nine_to_six


def reasons(talk: Talk) -> list[PriorityReason]:
    return list(talk.conversation.reasons)


def test_an_ordinary_question_has_no_reason_and_no_weight() -> None:
    talk = Talk()
    assert talk.handed_off(talk.says("When do you open?"))["priority"] == {"score": 0, "reasons": []}


@pytest.mark.parametrize("reason", PriorityReason)
def test_every_reason_has_its_sentence_and_its_weight(reason: PriorityReason) -> None:
    assert SENTENCES[reason].endswith(".")
    assert WEIGHTS[reason] > 0


def test_the_heaviest_reason_is_said_first() -> None:
    talk = Talk()
    decision = talk.says("An emergency: the cake was broken")
    assert talk.handed_off(decision)["priority"] == {
        "score": WEIGHTS[PriorityReason.EMERGENCY] + WEIGHTS[PriorityReason.COMPLAINT],
        "reasons": ["The message contains an emergency phrase.", "It is a complaint."],
    }


def test_the_third_message_without_an_answer_is_told() -> None:
    talk = Talk()
    assert [talk.says(text).unit is not None for text in ("Hello", "Anybody?", "Hello??", "?")] == [
        True,
        False,
        True,
        False,
    ]
    assert reasons(talk) == [PriorityReason.THIRD_MESSAGE]


def test_edits_unsends_and_taps_are_no_third_message() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Hello")
    talk.edits("Hullo")
    talk.unsends()
    talk.taps(Choice.CALL_ME)
    talk.says("600 555 001")
    assert talk.conversation.waiting_count == 5
    assert reasons(talk) == []


def test_a_tap_after_the_third_message_does_not_make_it_less_pressing() -> None:
    talk = Talk(MONDAY_NIGHT)
    for text in ("Hello", "Hello?", "Hello??"):
        talk.says(text)
    talk.taps(Choice.HERE)
    assert reasons(talk) == [PriorityReason.THIRD_MESSAGE]


def test_an_answered_message_does_not_count_towards_the_third() -> None:
    talk = Talk()
    talk.says("Hello")
    talk.says("Hello?")
    talk.is_closed_by_a_person()
    talk.says("Thanks, and tomorrow")
    assert reasons(talk) == []


@pytest.mark.parametrize("listed", ["4711", "+34600555001"])
def test_a_contact_on_the_brands_list_goes_to_the_front(listed: str) -> None:
    account = bakery()
    account = replace(account, brand=replace(account.brand, important_contacts=frozenset({listed})))
    talk = Talk(account=account)
    decision = talk.says("Hello", contact=Contact(contact_id="4711", address="+34600555001"))
    assert talk.handed_off(decision)["priority"]["reasons"] == ["The contact is on the brand's own list."]
    other = Talk(account=account)
    other.says("Hello", contact=Contact(contact_id="4712", address="4712"))
    assert reasons(other) == []


@pytest.mark.parametrize(
    ("at", "window", "moves_up"),
    [
        # Saturday 14:30; we answer on Monday at nine.
        ("2026-11-28 14:30", timedelta(hours=24), True),
        ("2026-11-28 14:30", timedelta(hours=72), False),
        ("2026-11-28 14:30", None, False),
        ("2026-11-23 22:00", timedelta(hours=24), False),
        # The promise is for nine, the window closes five minutes before it does by the clock.
        ("2026-11-23 22:00", timedelta(hours=11, minutes=5), False),
        ("2026-11-23 22:00", timedelta(hours=11, minutes=4), True),
    ],
)
def test_a_window_that_closes_before_we_would_answer_moves_it_up(
    at: str,
    window: timedelta | None,
    moves_up: bool,  # noqa: FBT001
) -> None:
    talk = Talk(in_madrid(at), window=window)
    message = talk.handed_off(talk.says("Hello"))
    sentence = "The platform's reply window closes before we would answer."
    assert (sentence in message["priority"]["reasons"]) is moves_up
    assert (message["reply_window_closes_at"] is None) is (window is None)


def test_the_hand_off_tells_when_the_window_closes_with_a_margin() -> None:
    talk = Talk(in_madrid("2026-11-23 12:00"))
    assert talk.handed_off(talk.says("Hello"))["reply_window_closes_at"] == "2026-11-24T10:55:00Z"


def test_a_reason_that_holds_no_longer_is_not_said_again() -> None:
    talk = Talk(in_madrid("2026-11-28 14:30"))
    talk.says("Hello")
    assert reasons(talk) == [PriorityReason.WINDOW]
    talk.until("2026-11-30 07:00").says("Good morning")
    assert reasons(talk) == []


def test_a_window_that_begins_to_threaten_is_told() -> None:
    talk = Talk(in_madrid("2026-11-27 16:00"), account=nine_to_six(bakery()), window=timedelta(hours=10))
    talk.says("Hello")
    assert reasons(talk) == []
    decision = talk.until("2026-11-27 21:00").says("Hello?")
    assert decision.unit is not None
    assert reasons(talk) == [PriorityReason.WINDOW]


@pytest.mark.parametrize("state", UnitState)
def test_an_uncertain_or_failed_acknowledgement_is_told(state: UnitState) -> None:
    untold = {UnitState.UNCERTAIN, UnitState.REFUSED, UnitState.UNDELIVERED}
    assert (state in UNTOLD) is (state in untold)
    assert score((), state) == (UNTOLD_WEIGHT if state in untold else 0)
    assert sentences((), state) == ([UNTOLD[state]] if state in untold else [])
