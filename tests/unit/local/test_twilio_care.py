"""Looking after numbers, against the simulated Twilio."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.twilio.lines import Line
from infra.local.platforms.twilio.simulator import SimulatedTwilio
from infra.local.platforms.vendor import Surroundings
from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, run
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.twilio.care import NumberCare
from tests.unit.talk import bakery

OWNER, NUMBER = "AC00000000000000000000000000000777", "+34960550100"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
PUBLIC = "https://webhooks.example.test"
HOOK = f"{PUBLIC}/webhooks/twilio"
KEY = "SK00000000000000000000000000000001:a-key"
SMS = replace(bakery(), channel="sms", account_id=NUMBER, business_account_id=OWNER)
ACCESS = ApiAccess(base_url="", version="2010-04-01", token=KEY, owner_id=OWNER, hook_url=HOOK)
TAKEN = "the number's messages go to another address: nightbell platforms subscribe takes it over"


@pytest.fixture
def twilio() -> Iterator[SimulatedTwilio]:
    secrets = {f"auth_token/{OWNER}": "t" * 32, f"api_key/{OWNER}": KEY}
    made = SimulatedTwilio(
        Surroundings(accounts=(SMS,), secrets=secrets, clock=lambda: NOW, faults=FaultBox(), public_url=PUBLIC)
    )
    yield made
    made.stop()


@pytest.fixture
def line(twilio: SimulatedTwilio) -> Line:
    (only,) = twilio.lines.by_sid.values()
    return only


def through(twilio: SimulatedTwilio) -> Callable[[HttpRequest], HttpOutcome]:
    def send(request: HttpRequest) -> HttpOutcome:
        reply = twilio.answer(
            Request(
                method=request.method,
                path=urlsplit(request.url).path,
                query=request.query,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=urlencode(request.form or ()).encode(),
            )
        )
        return Answer(status=reply.status, headers={}, body=reply.body)

    return send


def check(twilio: SimulatedTwilio, account: Account = SMS, access: ApiAccess = ACCESS) -> list[Finding]:
    return list(run(NumberCare().check(account, access, NOW), through(twilio)))


def because(findings: list[Finding]) -> str:
    [missing] = findings
    assert (missing.name, missing.alarm) == ("subscriptions_missing", True)
    return str(missing.fields["because"])


def test_a_number_whose_messages_come_to_us_is_in_order(twilio: SimulatedTwilio, line: Line) -> None:
    for url in (HOOK, f"{HOOK}#rc=5&rp=all"):
        line.sms_url = url
        assert check(twilio) == [IN_ORDER]


def test_a_number_without_an_address_is_given_ours(twilio: SimulatedTwilio, line: Line) -> None:
    [repaired] = check(twilio)
    assert (repaired.name, repaired.alarm) == ("subscriptions_repaired", True)
    assert (line.sms_url, line.sms_method) == (f"{HOOK}#rc=2&rp=all", "POST")
    assert check(twilio) == [IN_ORDER]


@pytest.mark.parametrize(
    "changed",
    [
        {"sms_url": "https://demo.twilio.com/welcome/sms/reply/"},
        {"sms_url": f"{HOOK}/"},
        {"sms_url": HOOK, "sms_method": "GET"},
        {"sms_url": HOOK, "sms_application_sid": "AP1"},
        {"sms_application_sid": "AP1"},
    ],
)
def test_an_address_that_is_not_ours_is_told_and_left_until_somebody_decides(
    twilio: SimulatedTwilio, line: Line, changed: dict[str, str]
) -> None:
    for name, value in changed.items():
        setattr(line, name, value)
    assert because(check(twilio)) == TAKEN
    assert line.sms_url == changed.get("sms_url", "")
    assert list(run(NumberCare().subscribe(SMS, ACCESS, NOW), through(twilio))) == [IN_ORDER]


def test_a_number_that_is_not_the_accounts_is_told(twilio: SimulatedTwilio) -> None:
    stranger = replace(SMS, account_id="+15550000000")
    assert because(check(twilio, stranger)) == "the Twilio account has no such number"
    assert because(list(run(NumberCare().subscribe(stranger, ACCESS, NOW), through(twilio)))).endswith("no such number")


@pytest.mark.parametrize(
    ("account", "access"),
    [
        (SMS, replace(ACCESS, messaging_service="MG1")),
        (SMS, replace(ACCESS, hook_url="")),
        (replace(SMS, account_id="384387"), ACCESS),
        (replace(SMS, channel="twilio_whatsapp"), ACCESS),
    ],
)
def test_what_has_its_address_elsewhere_is_asked_only_whether_the_key_lives(
    twilio: SimulatedTwilio, line: Line, account: Account, access: ApiAccess
) -> None:
    assert check(twilio, account, access) == [IN_ORDER]
    assert list(run(NumberCare().subscribe(account, access, NOW), through(twilio))) == [IN_ORDER]
    assert line.sms_url == ""
    [dead] = check(twilio, account, replace(access, token="SK1:old"))
    assert (dead.name, dead.alarm) == ("tokens_dead", True)


def test_a_dead_key_is_told_of_a_number_too(twilio: SimulatedTwilio) -> None:
    [dead] = check(twilio, access=replace(ACCESS, token="SK1:old"))
    assert (dead.name, dead.alarm) == ("tokens_dead", True)


@pytest.mark.parametrize(
    ("outcome", "alarm"),
    [
        (NoAnswer(error="reset"), False),
        (Answer(status=503, headers={}, body=b""), False),
        (Answer(status=400, headers={}, body=b"{}"), True),
    ],
)
def test_a_check_that_fails_says_so_and_calls_nobody_for_a_passing_fault(outcome: HttpOutcome, *, alarm: bool) -> None:
    [failed] = run(NumberCare().check(SMS, ACCESS, NOW), lambda _: outcome)
    assert (failed.name, failed.alarm) == ("checks_failed", alarm)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"incoming_phone_numbers":[1]}', b'{"incoming_phone_numbers":[{},{}]}']
)
def test_an_answer_that_is_not_as_documented_changes_nothing(body: bytes) -> None:
    asked: list[HttpRequest] = []

    def send(request: HttpRequest) -> HttpOutcome:
        asked.append(request)
        return Answer(status=200, headers={}, body=body)

    assert because(list(run(NumberCare().check(SMS, ACCESS, NOW), send))) == "the Twilio account has no such number"
    assert [request.method for request in asked] == ["GET"]


LINE = replace(SMS, channel="voicemail")
VOICE = f"{HOOK}/voice"


def test_the_calls_of_a_voicemail_are_looked_after_like_messages(twilio: SimulatedTwilio, line: Line) -> None:
    [repaired] = check(twilio, LINE)
    assert (repaired.name, repaired.fields["fields"]) == ("subscriptions_repaired", "VoiceUrl")
    assert (line.voice_url, line.voice_method, line.sms_url) == (f"{VOICE}#rc=2&rp=all", "POST", "")
    assert check(twilio, LINE) == [IN_ORDER]


@pytest.mark.parametrize(
    "changed",
    [
        {"voice_url": "https://demo.twilio.com/welcome/voice/"},
        {"voice_url": HOOK},
        {"voice_url": VOICE, "voice_method": "GET"},
        {"voice_url": VOICE, "voice_application_sid": "AP1"},
    ],
)
def test_calls_that_go_elsewhere_are_told_until_somebody_takes_them_over(
    twilio: SimulatedTwilio, line: Line, changed: dict[str, str]
) -> None:
    for name, value in changed.items():
        setattr(line, name, value)
    assert because(check(twilio, LINE)) == TAKEN.replace("messages", "calls")
    assert line.voice_url == changed["voice_url"]
    assert list(run(NumberCare().subscribe(LINE, ACCESS, NOW), through(twilio))) == [IN_ORDER]


def test_a_trunk_takes_calls_and_not_messages(twilio: SimulatedTwilio, line: Line) -> None:
    line.trunk_sid, line.voice_url, line.sms_url = "TK1", VOICE, HOOK
    assert because(check(twilio, LINE)) == TAKEN.replace("messages", "calls")
    assert check(twilio) == [IN_ORDER]
