"""Whose account a connection belongs to, and what any other answer means."""

import json

import pytest

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, NoAnswer, NotSent, Verdict, VerdictKind
from nightbell.platforms.telegram.whose_connection import WhoseConnection

ACCESS = ApiAccess(base_url="https://api.telegram.org", version="", token="62:t")
OURS, CHAT = ("279058397",), "bc-Jk0_1:7700000421"
ASKED = WhoseConnection()


def told(result: object, status: int = 200) -> HttpOutcome:
    return Answer(status=status, headers={}, body=json.dumps({"ok": status < 300, "result": result}).encode())


def objection(outcome: HttpOutcome, owner_ids: tuple[str, ...] = OURS) -> Verdict | None:
    return ASKED.objection(outcome, address=CHAT, account_id="62", owner_ids=owner_ids)


def test_only_in_a_business_accounts_chat_there_is_something_to_ask() -> None:
    assert ASKED.question_request("7700000421", ACCESS) is None
    assert ASKED.question_request("-1007700000421", ACCESS) is None
    request = ASKED.question_request(CHAT, ACCESS)
    assert request is not None
    assert request.url.endswith("/getBusinessConnection")
    assert request.json == {"business_connection_id": "bc-Jk0_1"}


def test_an_owner_whom_the_settings_name_is_one_of_ours() -> None:
    assert objection(told({"user": {"id": 279058397}})) is None


@pytest.mark.parametrize(
    "result",
    [{"user": {"id": 666000111}}, {"user": {"id": "279058397"}}, {"user": {}}, {"user": None}, {}, None, True, []],
    ids=str,
)
def test_anybody_else_and_nobody_is_none(result: object) -> None:
    verdict = objection(told(result))
    assert verdict is not None
    assert (verdict.kind, verdict.code) == (VerdictKind.REFUSED, "not_ours")


def test_without_owners_in_the_settings_nobody_is_ours() -> None:
    assert objection(told({"user": {"id": 279058397}}), ()) is not None


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (told(None, 400), VerdictKind.REFUSED),
        (told(None, 401), VerdictKind.TOKEN_DEAD),
        (told(None, 429), VerdictKind.NOT_SENT),
        (told(None, 500), VerdictKind.UNKNOWN),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN),
        (NotSent(error="closed"), VerdictKind.NOT_SENT),
    ],
    ids=str,
)
def test_no_answer_is_no_permission(outcome: HttpOutcome, kind: VerdictKind) -> None:
    verdict = objection(outcome)
    assert verdict is not None
    assert verdict.kind is kind
