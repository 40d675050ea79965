"""Whether whoever wrote on a Page may be answered privately: how it is asked, and what each answer means."""

import json
from datetime import timedelta

import pytest

from nightbell.platforms.channel import Answer, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.meta.graph_api import make_proof
from nightbell.platforms.meta.may_reply_privately import NOT_PRIVATELY, NOT_TOLD, MayReplyPrivately
from nightbell.platforms.registry import QUESTIONS, SENDERS
from tests.platforms.meta.test_public_sending import ACCESS, PAGE

ASKED = MayReplyPrivately()
POST = f"{PAGE}_7001"


def objection(outcome: HttpOutcome, address: str = "5001_9001") -> Verdict | None:
    return ASKED.objection(outcome, address=address, account_id=PAGE)


def ok(body: object) -> Answer:
    return Answer(status=200, headers={}, body=json.dumps(body).encode())


def error(code: int, subcode: int | None = None, status: int = 400) -> Answer:
    told = {"message": "no", "code": code} | ({} if subcode is None else {"error_subcode": subcode})
    return Answer(status=status, headers={}, body=json.dumps({"error": told}).encode())


@pytest.mark.parametrize(
    ("address", "asked_about"),
    [("5001_9001", "5001_9001"), ("5001_9001/5001_9002", "5001_9002"), (POST, POST)],
    ids=["a comment", "an answer to one", "a visitor's post"],
)
def test_the_very_comment_is_asked_about(address: str, asked_about: str) -> None:
    request = ASKED.question_request(address, ACCESS)
    assert (request.method, request.json) == ("GET", None)
    assert request.url == f"https://graph.example/v26.0/{asked_about}"
    assert request.query == {
        "fields": "can_reply_privately",
        "appsecret_proof": make_proof("EAAG-token", "a" * 32),
    }
    assert request.headers == {"Authorization": "Bearer EAAG-token"}
    assert request.timeout_s == ASKED.timeout_s


def test_line_and_private_reply_fit_into_one_run_beside_the_question() -> None:
    sends = SENDERS["facebook_comments"].send_timeout_s + SENDERS["facebook_private_reply"].send_timeout_s
    assert ASKED.timeout_s + sends < 30 - 6


def test_only_a_plain_yes_lets_anything_out() -> None:
    assert objection(ok({"can_reply_privately": True, "id": "5001_9001"})) is None
    assert objection(ok({"can_reply_privately": True, "id": POST}), POST) is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"can_reply_privately": False, "id": "5001_9001"}, NOT_PRIVATELY),
        ({"id": "5001_9001"}, NOT_TOLD),
        ({"can_reply_privately": None, "id": "5001_9001"}, NOT_TOLD),
        ({"can_reply_privately": 1, "id": "5001_9001"}, NOT_TOLD),
        ({"can_reply_privately": "true", "id": "5001_9001"}, NOT_TOLD),
    ],
)
def test_everything_else_is_a_no_and_says_so_to_the_team(body: object, reason: str) -> None:
    verdict = objection(ok(body))
    assert verdict is not None
    assert (verdict.kind, verdict.reason) == (VerdictKind.REFUSED, reason)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (NotSent(error="refused"), VerdictKind.NOT_SENT),
        (NoAnswer(error="timeout"), VerdictKind.UNKNOWN),
        (Answer(status=503, headers={}, body=b"<html>"), VerdictKind.UNKNOWN),
        (Answer(status=200, headers={}, body=b""), VerdictKind.UNKNOWN),
        (Answer(status=200, headers={}, body=b'{"can_reply_privately": true}', complete=False), VerdictKind.UNKNOWN),
        (Answer(status=429, headers={}, body=b""), VerdictKind.NOT_SENT),
        (error(32), VerdictKind.NOT_SENT),
        (error(80001), VerdictKind.NOT_SENT),
        (error(2), VerdictKind.UNKNOWN),
        (error(190, 463), VerdictKind.TOKEN_DEAD),
        (error(200), VerdictKind.NOT_PERMITTED),
        (error(368, 1390008), VerdictKind.ACCOUNT_BLOCKED),
        (error(100, 33), VerdictKind.REFUSED),
        (error(100), VerdictKind.REFUSED),
        (error(506), VerdictKind.REFUSED),
        (error(10900), VerdictKind.REFUSED),
    ],
)
def test_what_cannot_be_read_is_no_permission(outcome: HttpOutcome, kind: VerdictKind) -> None:
    verdict = objection(outcome)
    assert verdict is not None
    assert verdict.kind is kind


def test_a_comment_that_is_gone_is_told_as_gone() -> None:
    verdict = objection(error(100, 33))
    assert verdict is not None
    assert verdict.reason == "it is no longer there, or nobody but its author sees it"


def test_a_field_that_meta_has_no_more_is_no_permission_and_says_so() -> None:
    verdict = objection(error(100))
    assert verdict is not None
    assert verdict.reason == NOT_TOLD


def test_the_platforms_own_waiting_time_is_kept() -> None:
    usage = json.dumps({"1": [{"estimated_time_to_regain_access": 7}]})
    answer = error(80001)
    verdict = objection(Answer(status=400, headers={"x-business-use-case-usage": usage}, body=answer.body))
    assert verdict is not None
    assert verdict.retry_after == timedelta(minutes=7)


@pytest.mark.parametrize("code", [3, 10, 200, 230])
def test_a_permission_that_only_posts_want_does_not_stop_the_comments(code: int) -> None:
    verdict = objection(error(code), POST)
    assert verdict is not None
    assert (verdict.kind, verdict.reason) == (VerdictKind.REFUSED, NOT_TOLD)


@pytest.mark.parametrize("code", [102, 190])
def test_a_dead_token_is_one_whatever_was_asked_about(code: int) -> None:
    verdict = objection(error(code), POST)
    assert verdict is not None
    assert verdict.kind is VerdictKind.TOKEN_DEAD


def test_only_where_pages_write_there_is_something_to_ask() -> None:
    """And on Telegram, where anybody can have a bot speak in their own name."""
    assert set(QUESTIONS) == {"facebook_comments", "telegram"} <= set(SENDERS)
