"""Before anything is said in public the platform is asked, and only a plain yes lets it out."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.suppression import ANSWERED, HELD
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import HttpOutcome, NoAnswer, NotSent, VerdictKind
from nightbell.services.guard_account import FAILURES_TO_OPEN, SENTENCES, Cause
from tests.contract.faults import Faults, How
from tests.contract.test_ladder import ANA, BEN, Page
from tests.fakes import LOST_UNSENT, says
from tests.ladder import RECIPIENT, YES

S = UnitState
NO = says(VerdictKind.REFUSED, reason="it may be another page")


@pytest.fixture
def page(dynamodb: Any, table: str) -> Page:
    return Page(dynamodb, table)


def said(page: Page) -> tuple[int, int]:
    """Count the lines and the private replies."""
    return len(page.lines()), len(page.api.replies)


def test_a_yes_lets_out_line_and_reply_and_is_asked_for_once(page: Page) -> None:
    page.comments()
    page.work()
    assert page.api.asked == ["mid.1"]
    assert said(page) == (1, 1)
    assert page.broken() == []


def test_after_a_no_nothing_leaves_and_the_team_reads_why(page: Page) -> None:
    page.api.next_answers = [NO]
    page.comments()
    page.rest()
    unit = page.unit(1, ANA)
    assert (said(page), unit.state, unit.reason, unit.public_state) == (
        (0, 0),
        S.SUPPRESSED,
        "it may be another page",
        None,
    )
    assert (unit.sent_from, unit.text) == (None, "")
    assert page.told() == [("suppressed", "suppressed")]
    assert page.word()["acknowledgement"]["reason"] == "it may be another page"
    assert page.broken() == []
    assert not [fact for fact in page.facts if fact.alarm]


def test_what_another_comment_may_be_told_is_asked_anew(page: Page) -> None:
    page.api.next_answers = [NO]
    page.comments()
    page.comments(by=BEN)
    page.rest()
    assert page.api.asked == ["mid.1", "mid.2"]
    assert page.unit(1, BEN).state is S.SENT
    assert said(page) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NotSent(error="refused"), "the platform could not be reached yet"),
        (NoAnswer(error="timeout"), "the platform could not be reached yet"),
        (says(VerdictKind.UNKNOWN, reason="status 500"), "status 500"),
        (says(VerdictKind.NOT_SENT, reason="too many calls", retry_after_s=300), "too many calls"),
        (says(VerdictKind.TOKEN_DEAD), SENTENCES[Cause.TOKEN]),
        (says(VerdictKind.NOT_PERMITTED), SENTENCES[Cause.PERMISSION]),
        (says(VerdictKind.ACCOUNT_BLOCKED), SENTENCES[Cause.BLOCKED]),
    ],
)
def test_no_answer_is_no_permission_and_is_asked_for_again(page: Page, answer: HttpOutcome, reason: str) -> None:
    page.api.next_answers = [answer]
    page.comments()
    page.work()
    unit = page.unit(1, ANA)
    assert (said(page), unit.state, unit.sent_from, unit.reason) == ((0, 0), S.READY, None, reason)
    assert unit.not_before is not None
    assert unit.not_before > page.clock.now()
    assert page.told() == [("pending", "pending")]
    page.secrets.token = "another one"
    page.rest()
    assert len(page.api.asked) == 2
    assert said(page) == (1, 1)
    assert page.told() == [("pending", "pending"), ("acknowledged", "acknowledged")]


def test_a_platform_that_asks_us_to_wait_is_not_asked_sooner(page: Page) -> None:
    page.api.next_answers = [says(VerdictKind.NOT_SENT, retry_after_s=3000)]
    page.comments()
    page.work()
    assert page.unit(1, ANA).not_before == page.clock.now() + timedelta(seconds=3000)


def test_a_dead_token_stops_the_account_and_an_operator_hears_of_it(page: Page) -> None:
    page.api.next_answers = [says(VerdictKind.TOKEN_DEAD)]
    page.comments()
    page.work()
    page.comments(by=BEN)
    page.work()
    assert page.api.asked == ["mid.1"]
    assert page.breaker()["cause"] == Cause.TOKEN
    assert [fact.name for fact in page.facts if fact.alarm] == ["breakers_opened"]


def test_a_row_of_questions_without_an_answer_opens_the_breaker(page: Page) -> None:
    page.api.next_answers = [NoAnswer(error="timeout")] * FAILURES_TO_OPEN
    for number in range(FAILURES_TO_OPEN):
        page.comments(by=f"post/{number}")
        page.work()
    assert page.breaker()["cause"] == Cause.FAILURES
    page.comments(by=BEN)
    page.work()
    assert len(page.api.asked) == FAILURES_TO_OPEN


def test_a_no_is_an_answer_and_closes_the_breaker(page: Page) -> None:
    page.api.next_answers = [NoAnswer(error="timeout"), NO]
    page.comments()
    page.work()
    page.comments(by=BEN)
    page.work()
    assert page.breaker().get("failures", 0) == 0


@pytest.mark.parametrize(("closes", "reason"), [(False, HELD), (True, ANSWERED)])
def test_a_person_who_comes_while_we_ask_is_first(page: Page, closes: bool, reason: str) -> None:  # noqa: FBT001 - a table
    def somebody_comes() -> None:
        page.desk.take(page.pk(ANA), "marta")
        if closes:
            page.desk.close(page.pk(ANA), "marta")

    page.comments()
    page.api.on_asked = somebody_comes
    page.work()
    assert (said(page), page.unit(1, ANA).state, page.unit(1, ANA).reason) == ((0, 0), S.SUPPRESSED, reason)


def test_what_was_proven_absent_is_asked_about_again_before_it_is_said_again(page: Page) -> None:
    page.api.next, page.api.next_answers = [LOST_UNSENT], [YES, NO]
    page.comments()
    page.rest()
    assert page.api.asked == ["mid.1", "mid.1"]
    assert (said(page), page.unit(1, ANA).state) == ((0, 0), S.SUPPRESSED)


def test_a_run_without_time_for_question_and_line_does_neither(page: Page) -> None:
    page.comments()
    pk, sk = page.hints.waiting.pop()
    for seconds, asked in ((17, []), (18, ["mid.1"])):
        page.acknowledge(pk, sk, replace(page.run(), deadline=page.clock.now() + timedelta(seconds=seconds)))
        assert page.api.asked == asked


def test_what_goes_to_somebody_in_private_is_not_asked_about(page: Page) -> None:
    page.set_account(public_line=False)
    page.comments()
    page.rest()
    assert (page.api.asked, said(page)) == ([], (0, 1))
    page.pass_by(hours=6)
    page.writes_privately("And 43?")
    page.rest()
    assert [to for to, _, _ in page.api.seen] == [RECIPIENT]
    assert page.api.asked == []


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED, How.LOST])
@pytest.mark.parametrize("answer", [YES, NO], ids=["yes", "no"])
def test_whatever_breaks_at_the_question_it_is_asked_again_and_nothing_was_written(
    page: Page, answer: HttpOutcome, how: How
) -> None:
    page.comments()
    before = page.unit(1, ANA)
    page.api.next_answers = [answer] * 2
    page.build(Faults(1, how, of="GET"))
    page.work()
    assert said(page) == (0, 0)
    assert (page.unit(1, ANA).state, page.unit(1, ANA).epoch) == (S.READY, before.epoch)
    page.rest()
    assert said(page) == ((1, 1) if answer is YES else (0, 0))
    assert page.broken() == []
