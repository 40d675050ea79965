"""Twilio's bodies: one form each, in files of one line, and what became of a message told at an address of its own."""

from collections.abc import Sequence
from pathlib import Path

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.reading.forms import read_form
from nightbell.platforms.twilio.platform import Twilio
from nightbell.platforms.twilio.signature import sign
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, Row, first_found

TOKEN, URL = "a-twilio-token-of-32-characters0", "https://webhooks.example.test/webhooks/twilio"

EXPECTED: Sequence[tuple[str, set[str]]] = (
    (r"^[SM]MS inbound", {"sms.message"}),
    (r"^WhatsApp via Twilio", {"twilio_whatsapp.message"}),
    (r"^status callback", {"sms.status_of_others"}),
)
CALLS = (
    "twilio/voice_recording_status_callback.txt",
    "twilio/voice_recording_status_callback_short.txt",
    "twilio/voice_transcription_callback.txt",
)
REFUSALS = ("twilio/api_error_21606.json", "twilio/api_error_21610.json", "twilio/api_error_429.json")
NO_DELIVERIES = (
    "twilio/signature_json_body.json",
    "twilio/twiml_message_media.xml.txt",
    "twilio/twiml_record_4.xml.txt",
)


def wire(path: Path) -> bytes:
    """Take the one line without what ends it."""
    return path.read_bytes().removesuffix(b"\n")


def read(body: bytes) -> list[Event]:
    form = read_form(body)
    path = "status" if "MessageStatus" in form else ""
    url = f"{URL}/{path}" if path else URL
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": sign(url, form, TOKEN)}
    delivery = Delivery(
        platform="twilio",
        path=path,
        method="POST",
        headers=headers,
        query={},
        body=body,
        received_at=RECEIVED_AT,
        url=url,
    )
    owner = form.get("AccountSid", ("AC1",))[0]
    Twilio().verify(delivery, {f"auth_token/{owner}": [TOKEN]})
    return Twilio().parse(delivery)


def is_own(row: Row) -> bool:
    return row.vendor == "twilio" and row.file not in (*CALLS, *REFUSALS, *NO_DELIVERIES)


REPLAY = Replay(
    is_own=is_own,
    wire=wire,
    read=read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
    elsewhere=(*CALLS, *REFUSALS, *NO_DELIVERIES),
)
