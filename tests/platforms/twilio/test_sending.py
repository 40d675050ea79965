"""How a message leaves through Twilio, what the answer means, and how it is read back."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from nightbell.domain.events import Settlement
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    NoAnswer,
    NotSent,
    OutboundText,
    ReadBack,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.twilio.message_channel import TEXT_MESSAGES, WHATSAPP_MESSAGES
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.twilio.forms import BECAME, CONTACT, NUMBER, OWNER, TAG, read

HOOK = "https://webhooks.example.test/webhooks/twilio"
ACCESS = ApiAccess(
    base_url="https://api.twilio.com",
    version="2010-04-01",
    token="SK00:key",
    owner_id=OWNER,
    hook_url=HOOK,
)
HELLO = OutboundText(account_id=NUMBER, address=CONTACT, text="We open at 9:00.", tag=TAG)


def form_of(outbound: OutboundText = HELLO, access: ApiAccess = ACCESS) -> dict[str, str]:
    return dict(TEXT_MESSAGES.send_request(outbound, access).form or ())


def test_a_message_is_a_form_sent_as_the_account() -> None:
    request = TEXT_MESSAGES.send_request(HELLO, ACCESS)
    assert (request.method, request.url) == (
        "POST",
        f"https://api.twilio.com/2010-04-01/Accounts/{OWNER}/Messages.json",
    )
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"SK00:key").decode()
    form = form_of()
    assert (form["To"], form["From"], form["Body"]) == (CONTACT, NUMBER, "We open at 9:00.")


def test_over_whatsapp_both_numbers_name_the_channel() -> None:
    request = WHATSAPP_MESSAGES.send_request(replace(HELLO, address=f"whatsapp:{CONTACT}"), ACCESS)
    form = dict(request.form or ())
    assert (form["To"], form["From"]) == (f"whatsapp:{CONTACT}", f"whatsapp:{NUMBER}")


def test_a_messaging_service_chooses_the_number_itself() -> None:
    form = form_of(access=replace(ACCESS, messaging_service="MG1"))
    assert form["MessagingServiceSid"] == "MG1"
    assert "From" not in form


@pytest.mark.parametrize("address", [CONTACT, f"whatsapp:{CONTACT}"])
def test_the_address_that_is_called_back_brings_the_tag_home(address: str) -> None:
    channel = WHATSAPP_MESSAGES if ":" in address else TEXT_MESSAGES
    form = dict(channel.send_request(replace(HELLO, address=address), ACCESS).form or ())
    called = urlsplit(form["StatusCallback"])
    assert form["StatusCallback"].startswith(f"{HOOK}/status?")
    assert called.fragment == "rc=3&rp=all"
    # Nobody who stands between has anything to escape.
    assert re.fullmatch(r"[\w.=&-]+", called.query, re.ASCII)
    (settlement,) = read(BECAME | {"MessageStatus": "delivered"}, "status", dict(parse_qsl(called.query)))
    assert isinstance(settlement, Settlement)
    assert (settlement.tag, settlement.channel) == (TAG, channel.name)
    assert (settlement.account_id, settlement.contact_ids) == (NUMBER, (CONTACT,))


def test_where_our_address_is_unknown_no_status_is_asked_for() -> None:
    assert "StatusCallback" not in form_of(access=replace(ACCESS, hook_url=""))


def answer(status: int, body: object = None, **headers: str) -> Answer:
    return Answer(status=status, headers=headers, body=json.dumps(body).encode() if body is not None else b"")


def error(status: int, code: int) -> Answer:
    return answer(status, {"code": code, "message": "No.", "more_info": "https://example.test", "status": status})


def test_an_accepted_message_is_sent_and_has_an_id() -> None:
    verdict = TEXT_MESSAGES.verdict(answer(201, {"sid": "SM1", "status": "queued", "error_code": None}))
    assert verdict == Verdict(kind=VerdictKind.SENT, message_id="SM1")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (NotSent(error="refused"), VerdictKind.NOT_SENT),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN),
        (error(401, 20003), VerdictKind.TOKEN_DEAD),
        (answer(401), VerdictKind.TOKEN_DEAD),
        (error(403, 10001), VerdictKind.ACCOUNT_BLOCKED),
        (error(400, 21211), VerdictKind.REFUSED),
        (error(400, 21606), VerdictKind.REFUSED),
        (error(400, 21610), VerdictKind.REFUSED),
        (error(400, 21614), VerdictKind.REFUSED),
        (error(400, 21617), VerdictKind.REFUSED),
        (error(400, 21658), VerdictKind.REFUSED),
        (error(400, 63016), VerdictKind.REFUSED),
        (error(400, 99999), VerdictKind.REFUSED),
        (error(429, 20429), VerdictKind.NOT_SENT),
        (error(429, 63038), VerdictKind.CAPPED),
        (answer(429), VerdictKind.NOT_SENT),
        (answer(408), VerdictKind.UNKNOWN),
        # What a 5xx says of itself proves nothing.
        (error(500, 21610), VerdictKind.UNKNOWN),
        (error(503, 20429), VerdictKind.UNKNOWN),
        (answer(302), VerdictKind.UNKNOWN),
        (answer(400, {"code": "21610"}), VerdictKind.REFUSED),
        (answer(400, {"code": True}), VerdictKind.REFUSED),
    ],
)
def test_a_send_is_judged(outcome: HttpOutcome, kind: VerdictKind) -> None:
    assert TEXT_MESSAGES.verdict(outcome).kind is kind


def test_a_contact_who_keeps_us_away_is_told_apart() -> None:
    assert TEXT_MESSAGES.verdict(error(400, 21610)).opted_out
    assert not TEXT_MESSAGES.verdict(error(400, 21211)).opted_out
    assert not TEXT_MESSAGES.verdict(error(500, 21610)).opted_out


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("", timedelta(minutes=1)),
        ("7", timedelta(seconds=7)),
        ("soon", timedelta(minutes=1)),
        ("999999", timedelta(days=1)),
        ("-1", timedelta(minutes=1)),
    ],
)
def test_it_waits_as_long_as_it_is_told_to(told: str, wait: timedelta) -> None:
    verdict = TEXT_MESSAGES.verdict(answer(429, {"code": 20429}, **{"retry-after": told}))
    assert verdict.retry_after == wait


SENT_FROM = RECEIVED_AT


def line(words: str = HELLO.text, seconds: int = 1, **more: object) -> dict[str, object]:
    at = format_datetime(SENT_FROM + timedelta(seconds=seconds))
    return {"sid": "SM1", "body": words, "date_created": at, "direction": "outbound-api"} | more


def look(*lines: Any, next_page: str | None = None, **more: Any) -> ReadBack:
    body = {"messages": list(lines), "next_page_uri": next_page} | more
    return TEXT_MESSAGES.read_back(answer(200, body), account_id=NUMBER, text=HELLO.text, sent_from=SENT_FROM)


def test_it_asks_for_what_was_sent_to_the_contact_by_whichever_number() -> None:
    request = TEXT_MESSAGES.read_back_request(CONTACT, NUMBER, ACCESS)
    assert (request.method, request.form) == ("GET", None)
    assert request.query == {"To": CONTACT, "PageSize": "50"}


@pytest.mark.parametrize(
    "words", [HELLO.text, f" {HELLO.text}\n", f"Sent from your Twilio trial account - {HELLO.text}"]
)
def test_our_words_are_found(words: str) -> None:
    assert look(line("Something else", -3600), line(words)) is ReadBack.FOUND


def test_a_whole_list_without_our_words_proves_that_they_are_not_there() -> None:
    assert look() is ReadBack.ABSENT
    assert look(line("Something else", -3600)) is ReadBack.ABSENT
    assert look(line(seconds=-3600)) is ReadBack.ABSENT


def test_a_part_of_a_list_proves_it_only_if_it_is_ordered_and_reaches_back() -> None:
    newer, older = line("A", -60), line("B", -120)
    assert look(newer, older, next_page="/next") is ReadBack.ABSENT
    assert look(older, newer, next_page="/next") is ReadBack.UNREADABLE
    assert look(next_page="/next") is ReadBack.UNREADABLE
    assert look(line("A", -2), next_page="/next") is ReadBack.UNREADABLE


def test_other_words_since_may_be_ours_written_anew() -> None:
    assert look(line("We open at 9:00", 1)) is ReadBack.UNREADABLE


def test_the_same_words_shortly_before_leave_it_open() -> None:
    assert look(line(seconds=-60)) is ReadBack.UNREADABLE


@pytest.mark.parametrize(
    "outcome",
    [
        NotSent(error="refused"),
        answer(500),
        answer(401, {"messages": [], "next_page_uri": None}),
        answer(200, {}),
        answer(200, {"messages": []}),
        answer(200, {"messages": {}, "next_page_uri": None}),
        answer(200, {"messages": ["x"], "next_page_uri": None}),
        answer(200, {"messages": [{"sid": "SM1"}], "next_page_uri": None}),
        answer(200, {"messages": [line(date_created="yesterday")], "next_page_uri": None}),
        answer(200, {"messages": [line(date_created="Wed, 18 Nov 2026 12:30:01 -0000")], "next_page_uri": None}),
        answer(200, {"messages": [line(body=3)], "next_page_uri": None}),
        replace(answer(200, {"messages": [], "next_page_uri": None}), complete=False),
    ],
)
def test_whatever_is_not_as_documented_proves_nothing(outcome: HttpOutcome) -> None:
    found = TEXT_MESSAGES.read_back(outcome, account_id=NUMBER, text=HELLO.text, sent_from=SENT_FROM)
    assert found is ReadBack.UNREADABLE
