from datetime import timedelta

import pytest

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    Button,
    NoAnswer,
    NotSent,
    OutboundText,
    RecoveryClass,
    VerdictKind,
)
from nightbell.platforms.telegram.channel import Telegram

TOKEN = "6200000017:AAFakeFakeFakeFakeFakeFakeFakeFake"  # pragma: allowlist secret
ACCESS = ApiAccess(base_url="https://api.telegram.org", version="", token=TOKEN)
TEXT = OutboundText(
    account_id="6200000017", address="7700000421", text="We are <open> *until* 18:00.", tag="nightbell.1.1.k"
)


def answer(status: int, body: str, **headers: str) -> Answer:
    return Answer(status=status, headers=headers, body=body.encode())


def test_a_text_goes_to_the_chat_as_it_is() -> None:
    request = Telegram().send_request(TEXT, ACCESS)
    assert (request.method, request.url) == ("POST", "https://api.telegram.org/bot{token}/sendMessage")
    assert request.url_token == TOKEN
    assert request.json == {
        "chat_id": 7700000421,
        "text": "We are <open> *until* 18:00.",
        "link_preview_options": {"is_disabled": True},
    }
    assert TOKEN not in str(request)


def test_a_text_in_a_chat_of_a_business_account_names_the_connection() -> None:
    outbound = OutboundText(account_id="6200000017", address="bc-Jk0_1:7700000421", text="Hi", tag="t")
    request = Telegram().send_request(outbound, ACCESS)
    assert isinstance(request.json, dict)
    assert (request.json["business_connection_id"], request.json["chat_id"]) == ("bc-Jk0_1", 7700000421)


def test_each_choice_is_a_button_in_a_row_of_its_own() -> None:
    buttons = (Button(title="Wait here", payload="nightbell.choice.here"), Button(title="Voice", payload="n.v"))
    outbound = OutboundText(account_id="6200000017", address="1", text="Hi", tag="t", buttons=buttons)
    request = Telegram().send_request(outbound, ACCESS)
    assert isinstance(request.json, dict)
    assert request.json["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Wait here", "callback_data": "nightbell.choice.here"}],
            [{"text": "Voice", "callback_data": "n.v"}],
        ]
    }


SENT = '{"ok":true,"result":{"message_id":90,"chat":{"id":7700000421},"date":1795000000,"text":"We are open."}}'


@pytest.mark.parametrize(
    ("outcome", "kind", "code"),
    [
        (answer(200, SENT), VerdictKind.SENT, ""),
        (answer(200, '{"ok":true}'), VerdictKind.SENT, ""),
        (answer(200, '{"ok":true,"result":{"message_id":true}}'), VerdictKind.SENT, ""),
        (
            answer(200, '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'),
            VerdictKind.REFUSED,
            "400",
        ),
        (answer(200, '{"ok":false}'), VerdictKind.UNKNOWN, "http 200"),
        (
            answer(400, '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'),
            VerdictKind.REFUSED,
            "400",
        ),
        (answer(401, '{"ok":false,"error_code":401,"description":"Unauthorized"}'), VerdictKind.TOKEN_DEAD, "401"),
        (answer(404, '{"ok":false,"error_code":404,"description":"Not Found"}'), VerdictKind.TOKEN_DEAD, "404"),
        (answer(404, "<html>"), VerdictKind.REFUSED, "http 404"),
        (answer(408, ""), VerdictKind.UNKNOWN, "http 408"),
        (answer(302, ""), VerdictKind.UNKNOWN, "http 302"),
        (answer(502, "<html>Bad Gateway</html>"), VerdictKind.UNKNOWN, "http 502"),
        (answer(500, '{"ok":false,"error_code":400,"description":"?"}'), VerdictKind.UNKNOWN, "500"),
        (NotSent(error="refused"), VerdictKind.NOT_SENT, "not_sent"),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN, "no_answer"),
    ],
)
def test_an_answer_becomes_its_verdict(outcome: Answer | NotSent | NoAnswer, kind: VerdictKind, code: str) -> None:
    verdict = Telegram().verdict(outcome)
    assert (verdict.kind, verdict.code, verdict.opted_out) == (kind, code, False)
    assert verdict.reason or kind is VerdictKind.SENT


def test_what_was_sent_has_the_platforms_id() -> None:
    assert Telegram().verdict(answer(200, SENT)).message_id == "90"


@pytest.mark.parametrize(
    ("description", "opted_out"),
    [
        ("Forbidden: bot was blocked by the user", True),
        ("Forbidden: user is deactivated", False),
        ("Forbidden: bot can't initiate conversation with a user", False),
    ],
)
def test_a_contact_who_cannot_be_reached_ends_it_and_only_who_blocked_us_asked_for_silence(
    description: str, *, opted_out: bool
) -> None:
    verdict = Telegram().verdict(answer(403, f'{{"ok":false,"error_code":403,"description":"{description}"}}'))
    assert (verdict.kind, verdict.opted_out) == (VerdictKind.REFUSED, opted_out)


@pytest.mark.parametrize(
    ("parameters", "wait"),
    [
        ('{"retry_after":30}', timedelta(seconds=30)),
        ('{"retry_after":99999999}', timedelta(days=1)),
        ('{"retry_after":-1}', timedelta(minutes=1)),
        ('{"retry_after":"30"}', timedelta(minutes=1)),
        ("[]", timedelta(minutes=1)),
    ],
)
def test_too_many_messages_wait_as_long_as_the_platform_says(parameters: str, wait: timedelta) -> None:
    body = f'{{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{parameters}}}'
    verdict = Telegram().verdict(answer(429, body))
    assert (verdict.kind, verdict.retry_after) == (VerdictKind.NOT_SENT, wait)


def test_a_group_that_became_another_chat_is_final_and_told() -> None:
    body = '{"ok":false,"error_code":400,"description":"?","parameters":{"migrate_to_chat_id":-1001}}'
    verdict = Telegram().verdict(answer(400, body))
    assert (verdict.kind, verdict.reason) == (VerdictKind.REFUSED, "the group has become another chat")


def test_an_unknown_outcome_is_never_sent_again() -> None:
    """Nothing comes back and nothing can be read: a second try might say it twice."""
    assert (Telegram().recovery, Telegram().can_read_back) == (RecoveryClass.NONE, False)
