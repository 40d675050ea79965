"""What a platform's word means for what a person wrote."""

from dataclasses import replace

import pytest

from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, RecoveryClass, Sender, Verdict, VerdictKind
from nightbell.platforms.person_verdict import NOT_APPROVED, USED_ALREADY, judge
from nightbell.platforms.refusals import WINDOW_OVER
from nightbell.platforms.registry import SENDERS
from tests.platforms.meta.test_sending import refusal
from tests.platforms.sending import PLAIN

MESSENGER, INSTAGRAM = SENDERS["messenger"], SENDERS["instagram_direct"]
IN_TIME = replace(PLAIN, by_person=True)
LATE = replace(IN_TIME, outside_window=True)
both = pytest.mark.parametrize("sender", [MESSENGER, INSTAGRAM], ids=lambda sender: sender.name)
one_shot = pytest.mark.parametrize(
    "sender",
    [sender for sender in SENDERS.values() if sender.recovery is RecoveryClass.ONE_SHOT],
    ids=lambda sender: sender.name,
)


def judged(sender: Sender, outcome: HttpOutcome, *, again: bool = False) -> list[Verdict]:
    """Judge it of automation, of a person in time, and of a person who is late."""
    return [judge(sender, outcome, outbound, again=again) for outbound in (PLAIN, IN_TIME, LATE)]


@both
@pytest.mark.parametrize("code", [10, 200])
def test_a_late_answer_without_approval_stops_nothing_else(sender: Sender, code: int) -> None:
    automatic, in_time, late = judged(sender, refusal(code))
    assert automatic.kind is in_time.kind is VerdictKind.NOT_PERMITTED
    assert (late.kind, late.reason, late.code) == (VerdictKind.REFUSED, NOT_APPROVED, str(code))


@both
def test_a_late_answer_whose_mark_is_not_taken_says_what_to_do(sender: Sender) -> None:
    automatic, in_time, late = judged(sender, refusal(100))
    assert automatic == in_time
    assert (late.kind, late.reason) == (VerdictKind.REFUSED, NOT_APPROVED)


@pytest.mark.parametrize(("sender", "subcode"), [(MESSENGER, 2018278), (INSTAGRAM, 2534022)])
def test_an_answer_after_a_week_says_when_it_can_be_given_again(sender: Sender, subcode: int) -> None:
    assert {(each.kind, each.reason) for each in judged(sender, refusal(10, subcode))} == {
        (VerdictKind.REFUSED, WINDOW_OVER)
    }


@one_shot
def test_a_private_reply_that_somebody_else_has_sent_did_not_say_these_words(sender: Sender) -> None:
    automatic, in_time, _ = judged(sender, refusal(10900))
    assert automatic.kind is VerdictKind.SENT
    assert (in_time.kind, in_time.reason) == (VerdictKind.REFUSED, USED_ALREADY)


@one_shot
def test_a_private_reply_that_is_tried_again_has_said_them(sender: Sender) -> None:
    assert {each.kind for each in judged(sender, refusal(10900), again=True)} == {VerdictKind.SENT}


@pytest.mark.parametrize("sender", SENDERS.values(), ids=list(SENDERS))
@pytest.mark.parametrize("outcome", [NoAnswer(error="reset"), refusal(190, status=401), refusal(4, status=429)])
def test_all_else_means_what_it_means_for_automation(sender: Sender, outcome: HttpOutcome) -> None:
    assert judged(sender, outcome) == [sender.verdict(outcome)] * 3


@one_shot
def test_a_private_reply_that_was_free_has_left(sender: Sender) -> None:
    taken = Answer(status=200, headers={}, body=b'{"recipient_id":"7","message_id":"m.1"}')
    assert {(each.kind, each.message_id) for each in judged(sender, taken)} == {(VerdictKind.SENT, "m.1")}


def test_a_line_that_stands_there_already_in_these_very_words_has_been_said() -> None:
    automatic, in_time, _ = judged(SENDERS["facebook_comments"], refusal(506))
    assert automatic == in_time
    assert in_time.kind is VerdictKind.SENT
