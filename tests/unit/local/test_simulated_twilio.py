"""The simulated Twilio, as strict as the real one: what it delivers is proven and read by the platform itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Attempt
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.twilio.incoming import said_in_answer
from infra.local.platforms.twilio.simulator import SimulatedTwilio
from infra.local.platforms.vendor import Act, Contact, Surroundings
from infra.local.waiting import wait_for
from nightbell.domain.events import Delivery, Event, Message, OptOut, Outcome, Settlement
from nightbell.platforms.channel import Answer, ApiAccess, HttpRequest, OutboundText, ReadBack, Verdict, VerdictKind
from nightbell.platforms.twilio.message_channel import TEXT_MESSAGES, WHATSAPP_MESSAGES, TwilioMessages
from nightbell.platforms.twilio.platform import Twilio
from tests.unit.talk import bakery

OWNER = "AC00000000000000000000000000000777"
NUMBER, ADA = "+34960550100", "+34600000001"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
PUBLIC = "https://webhooks.example.test"
SERVICE = "MG00000000000000000000000000000001"
ACCOUNTS = tuple(
    replace(bakery(), channel=channel, account_id=NUMBER, business_account_id=OWNER, messaging_service=service)
    for channel, service in (("sms", SERVICE), ("twilio_whatsapp", None))
)
TAG = "nightbell.1.3.0b0e7a4e-4c4f-4b6e-9f3a-0d7a3f1c2b4d"


class Stage:
    """One simulated Twilio whose deliveries are only written down."""

    def __init__(self) -> None:
        self.now = NOW
        self.faults = FaultBox()
        self.secrets = {name: make() for name, make in SimulatedTwilio.secrets(ACCOUNTS).items()}
        self.twilio = SimulatedTwilio(
            Surroundings(
                accounts=ACCOUNTS,
                secrets=self.secrets,
                clock=lambda: self.now,
                faults=self.faults,
                public_url=PUBLIC,
            )
        )

    def contact(self, channel: str = "sms") -> Contact:
        return self.twilio.contact({"channel": channel, "name": "Ada Rossi"})

    def write(self, text: str, channel: str = "sms", kind: str = "text") -> list[Event]:
        self.twilio.write(self.contact(channel), Act(kind=kind, text=text))
        return self.read(self.twilio.log[-1])

    def read(self, posted: Posted) -> list[Event]:
        """Prove and read a delivery as the functions do."""
        url = f"{PUBLIC}/webhooks/twilio" + (f"/{posted.path}" if posted.path else "")
        delivery = Delivery(
            platform="twilio",
            path=posted.path,
            method=posted.method,
            headers={name.lower(): value for name, value in posted.headers.items()},
            query=dict(parse_qsl(posted.query)),
            body=posted.body,
            received_at=self.now,
            url=url + (f"?{posted.query}" if posted.query else ""),
        )
        platform = Twilio()
        names = platform.secret_names(delivery, ACCOUNTS)
        platform.verify(delivery, {name: [self.secrets[name]] for name in (*names.needed, *names.optional)})
        return platform.parse(delivery)

    def access(self) -> ApiAccess:
        return ApiAccess(
            base_url="",
            version="2010-04-01",
            token=self.secrets[f"api_key/{OWNER}"],
            owner_id=OWNER,
            hook_url=f"{PUBLIC}/webhooks/twilio",
        )

    def call(self, request: HttpRequest) -> Answer:
        """Bring a call of the functions to the simulated API."""
        reply = self.twilio.answer(
            Request(
                method=request.method,
                path=urlsplit(request.url).path,
                query=request.query,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=urlencode(request.form or ()).encode(),
            )
        )
        return Answer(status=reply.status, headers=reply.headers, body=reply.body)

    def send(self, text: str = "We open at 9:00.", channel: TwilioMessages = TEXT_MESSAGES, to: str = ADA) -> Verdict:
        address = f"whatsapp:{to}" if channel is WHATSAPP_MESSAGES else to
        outbound = OutboundText(account_id=NUMBER, address=address, text=text, tag=TAG)
        return channel.verdict(self.call(channel.send_request(outbound, self.access())))

    def statuses(self, many: int) -> Sequence[Event]:
        """Wait for so many statuses, and read them."""
        wait_for(lambda: len(self.reported()) >= many, 5.0)
        return [event for posted in self.reported() for event in self.read(posted)]

    def reported(self) -> list[Posted]:
        return [posted for posted in self.twilio.log if posted.path == "status"]

    def shown(self, channel: str = "sms") -> list[tuple[str, str]]:
        return [(bubble.author, bubble.text) for bubble in self.twilio.transcript(self.contact(channel))]


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.twilio.stop()


@pytest.mark.parametrize("channel", ["sms", "twilio_whatsapp"])
@pytest.mark.parametrize("kind", ["text", "image"])
def test_what_a_contact_writes_is_proven_and_read(stage: Stage, channel: str, kind: str) -> None:
    (message,) = stage.write("Are you open? ¿Sí? 🙂", channel, kind)
    assert isinstance(message, Message)
    assert (message.channel, message.account_id, message.contact.contact_id) == (channel, NUMBER, ADA)
    assert message.text == "Are you open? ¿Sí? 🙂"
    assert [attachment.kind for attachment in message.attachments] == (["image"] if kind == "image" else [])


def test_a_channel_lists_what_it_has_when_asked_for_what_it_has_not(stage: Stage) -> None:
    with pytest.raises(ValueError, match="card, image, text"):
        stage.twilio.write(stage.contact(), Act(kind="sticker"))


@pytest.mark.parametrize("contact_id", ["ada", "34600000001", "+0", "whatsapp:+34600000001"])
def test_a_contact_is_known_by_a_number(stage: Stage, contact_id: str) -> None:
    with pytest.raises(ValueError, match="known by a number"):
        stage.twilio.contact({"channel": "sms", "contact": contact_id})


def test_a_message_reaches_the_screen_and_its_statuses_bring_the_tag_back(stage: Stage) -> None:
    stage.write("Hello")
    assert stage.send().kind is VerdictKind.SENT
    assert stage.shown() == [("contact", "Hello"), ("business", "We open at 9:00.")]
    settled = stage.statuses(2)
    assert [event.kind for event in settled] == ["sms.status.sent", "sms.status.delivered"]
    assert all(isinstance(event, Settlement) and event.tag == TAG for event in settled)


def test_a_messaging_service_sends_by_its_own_number(stage: Stage) -> None:
    outbound = OutboundText(account_id=NUMBER, address=ADA, text="Hi", tag=TAG)

    def sent_by(service: str) -> Verdict:
        access = replace(stage.access(), messaging_service=service)
        return TEXT_MESSAGES.verdict(stage.call(TEXT_MESSAGES.send_request(outbound, access)))

    assert sent_by(SERVICE).kind is VerdictKind.SENT
    assert stage.shown() == [("business", "Hi")]
    assert sent_by("MG00000000000000000000000000000002").code == "21606"


def test_over_whatsapp_it_is_read_too_and_nothing_arrives_after_a_day(stage: Stage) -> None:
    stage.write("Hello", "twilio_whatsapp")
    stage.send(channel=WHATSAPP_MESSAGES)
    assert [event.kind for event in stage.statuses(3)][-1] == "twilio_whatsapp.status.read"
    stage.now += timedelta(hours=25)
    stage.send("Still there?", channel=WHATSAPP_MESSAGES)
    failed = stage.statuses(4)[-1]
    assert isinstance(failed, Settlement)
    assert (failed.outcome, failed.detail) == (Outcome.FAILED, "63016 the contact wrote too long ago")
    assert len(stage.shown("twilio_whatsapp")) == 2


def test_the_carrier_heeds_the_word_answers_it_and_keeps_us_away_until_it_is_taken_back(stage: Stage) -> None:
    message, heeded = stage.write("Stop")
    assert isinstance(message, Message)
    assert message.answered_by_platform
    assert isinstance(heeded, OptOut)
    assert [author for author, _ in stage.shown()] == ["contact", "business"]
    refused = stage.send()
    assert (refused.kind, refused.code, refused.opted_out) == (VerdictKind.REFUSED, "21610", True)
    stage.write("START")
    assert stage.send().kind is VerdictKind.SENT


def test_on_whatsapp_the_carrier_heeds_nothing(stage: Stage) -> None:
    stage.write("STOP", "twilio_whatsapp")
    assert stage.shown("twilio_whatsapp") == [("contact", "STOP")]
    assert stage.send(channel=WHATSAPP_MESSAGES).kind is VerdictKind.SENT


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (20003, None, VerdictKind.TOKEN_DEAD),
        (20429, None, VerdictKind.NOT_SENT),
        (21211, None, VerdictKind.REFUSED),
        (21606, None, VerdictKind.REFUSED),
        (21610, None, VerdictKind.REFUSED),
        (21611, None, VerdictKind.NOT_SENT),
        (21614, None, VerdictKind.REFUSED),
        (21617, None, VerdictKind.REFUSED),
        (63016, None, VerdictKind.REFUSED),
        (63038, None, VerdictKind.CAPPED),
        (20500, 500, VerdictKind.UNKNOWN),
    ],
)
def test_every_error_that_can_be_switched_on_is_judged(
    stage: Stage, code: int, status: int | None, kind: VerdictKind
) -> None:
    stage.faults.add(Fault(kind=FaultKind.ERROR, channel="sms", code=code, status=status))
    verdict = stage.send()
    assert (verdict.kind, verdict.code) == (kind, str(code))
    assert stage.shown() == []
    assert stage.send().kind is VerdictKind.SENT


def test_an_outage_that_delivered_is_found_by_reading_back(stage: Stage) -> None:
    stage.faults.add(Fault(kind=FaultKind.OUTAGE, executed=True, contact_id=ADA))
    assert stage.send().kind is VerdictKind.UNKNOWN
    request = TEXT_MESSAGES.read_back_request(ADA, NUMBER, stage.access())

    def look(text: str) -> ReadBack:
        return TEXT_MESSAGES.read_back(stage.call(request), account_id=NUMBER, text=text, sent_from=NOW)

    assert look("We open at 9:00.") is ReadBack.FOUND
    stage.now += timedelta(hours=1)
    later = TEXT_MESSAGES.read_back(
        stage.call(request), account_id=NUMBER, text="Another text", sent_from=NOW + timedelta(minutes=30)
    )
    assert later is ReadBack.ABSENT


def test_what_the_api_checks_itself_is_refused_as_documented(stage: Stage) -> None:
    assert stage.send(to="nobody").code == "21211"
    assert stage.send("x" * 1601).code == "21617"
    wrong = replace(stage.access(), token="SK1:wrong")
    outbound = OutboundText(account_id=NUMBER, address=ADA, text="Hi", tag=TAG)
    assert TEXT_MESSAGES.verdict(stage.call(TEXT_MESSAGES.send_request(outbound, wrong))).code == "20003"
    foreign = replace(outbound, account_id="+15550000000")
    assert TEXT_MESSAGES.verdict(stage.call(TEXT_MESSAGES.send_request(foreign, stage.access()))).code == "21606"
    nowhere = stage.twilio.answer(Request(method="POST", path="/2010-04-01/Accounts/AC1/Calls.json"))
    assert (nowhere.status, json.loads(nowhere.body)["code"]) == (404, 20404)


def test_a_status_can_fail_stay_away_or_come_twice(stage: Stage) -> None:
    stage.faults.add(Fault(kind=FaultKind.FAILED_STATUS, code=30003, seconds=0.01))
    stage.send()
    failed = stage.statuses(2)[-1]
    assert isinstance(failed, Settlement)
    assert (failed.kind, failed.outcome) == ("sms.status.undelivered", Outcome.FAILED)
    stage.faults.add(Fault(kind=FaultKind.NO_ECHO))
    stage.send()
    stage.faults.add(Fault(kind=FaultKind.DOUBLE_ECHO, seconds=0.01))
    stage.send()
    assert len(stage.statuses(6)) == 6


def test_a_plain_answer_to_a_message_would_be_sent_to_the_contact_and_shows() -> None:
    def said(body: str, content_type: str) -> str:
        return said_in_answer(Attempt(status=200, ms=1, body=body, content_type=content_type))

    assert said("ok", "text/plain") == "ok"
    assert said("<Response/>", "text/xml") == ""
    assert said("<Response><Message><Body>Hi</Body></Message></Response>", "text/xml; charset=utf-8") == "Hi"
