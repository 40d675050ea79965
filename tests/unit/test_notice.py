"""What the team reads where something it said did not arrive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.domain.conversation import Consent, Conversation, PriorityReason
from nightbell.domain.notice import notice_about
from nightbell.domain.phrases import Kind
from nightbell.domain.priority import SENTENCES, WEIGHTS
from nightbell.domain.unit import FIRST_DUE, Unit, UnitKind, UnitState

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
UNIT = Unit(
    pk="C#messenger.1.2",
    seq=3,
    desk=5,
    kind=UnitKind.PERSON_ANSWER,
    state=UnitState.REFUSED,
    by="marta",
    closes=3,
    reason="the contact has blocked us",
    created_at=NOW,
)
CONSENT = Consent(channel="email", address="a@example.com", given_at=NOW, wording="May we?", seq=2)
CLOSED = Conversation(
    last_seq=3,
    seen_seq=3,
    episode=1,
    episode_at=NOW - timedelta(hours=3),
    unit_seq=3,
    ack_seq=1,
    kind=Kind.COMPLAINT,
    reasons=(PriorityReason.COMPLAINT,),
    follow_up="email_me",
    consent=CONSENT,
    asked="rating",
    brand="bakery",
)
WAITING = replace(CLOSED, seen_seq=2)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (UnitState.REFUSED, "The platform refused what marta wrote: the contact has blocked us."),
        (UnitState.UNDELIVERED, "The platform could not deliver what marta wrote: the contact has blocked us."),
        (UnitState.SUPPRESSED, "What marta wrote was not sent: the contact has blocked us."),
        (
            UnitState.UNCERTAIN,
            "Nobody can tell whether what marta wrote reached the contact: the contact has blocked us.",
        ),
    ],
)
def test_a_notice_says_what_became_of_it_and_why(state: UnitState, sentence: str) -> None:
    notice = notice_about(replace(UNIT, state=state), WAITING, NOW)
    assert (notice.message.text, notice.hand_off.reason) == (sentence, sentence)
    assert notice.message.message_id == f"nightbell.D#000000000005.{state}"


def test_without_a_reason_it_says_so_much_and_no_more() -> None:
    assert notice_about(replace(UNIT, reason=""), WAITING, NOW).message.text == "The platform refused what marta wrote."


def test_where_something_waits_a_notice_waits_with_it() -> None:
    written = notice_about(UNIT, WAITING, NOW).written
    assert (written.last_seq, written.seen_seq, written.unit_seq) == (4, 2, 4)
    assert (written.episode, written.ack_seq, written.lapsed) == (1, 1, False)
    assert written.reasons == (PriorityReason.ANSWER_FAILED, PriorityReason.COMPLAINT)


def test_where_all_was_answered_a_notice_opens_the_matter_again() -> None:
    notice = notice_about(UNIT, CLOSED, NOW)
    written = notice.written
    assert (written.last_seq, written.seen_seq, written.episode, written.episode_at) == (4, 3, 4, NOW)
    assert (written.ack_seq, written.unit_stretch, written.reasons) == (0, "", (PriorityReason.ANSWER_FAILED,))
    assert (notice.hand_off.seq, notice.hand_off.kind, notice.hand_off.due_at) == (
        4,
        UnitKind.HAND_OFF,
        NOW + FIRST_DUE,
    )


def test_what_the_contact_has_agreed_to_stands_in_a_matter_that_is_opened_again() -> None:
    written = notice_about(UNIT, CLOSED, NOW).written
    assert (written.kind, written.follow_up, written.consent, written.asked) == (
        Kind.COMPLAINT,
        "email_me",
        CONSENT,
        "rating",
    )


def test_a_failed_answer_stands_above_a_complaint_and_below_an_emergency() -> None:
    assert WEIGHTS[PriorityReason.EMERGENCY] > WEIGHTS[PriorityReason.ANSWER_FAILED] > WEIGHTS[PriorityReason.COMPLAINT]
    assert list(WEIGHTS.values()) == sorted(WEIGHTS.values(), reverse=True)
    assert set(SENTENCES) == set(WEIGHTS) == set(PriorityReason)
