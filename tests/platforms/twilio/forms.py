"""Forms of our own making, as Twilio writes them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.twilio.addresses import SMS, Address
from nightbell.platforms.twilio.envelope import read_delivery
from nightbell.platforms.twilio.statuses import callback_query
from tests.platforms.fixtures import RECEIVED_AT

OWNER = "AC00000000000000000000000000000777"
NUMBER, CONTACT = "+34960550100", "+34655501234"
SID = "SM0000000000000000000000000000abcd"
TAG = "nightbell.1.3.0b0e7a4e-4c4f-4b6e-9f3a-0d7a3f1c2b4d"

SAID = {
    "ToCountry": "ES",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ToCity": "",
    "FromZip": "",
    "SmsSid": SID,
    "SmsStatus": "received",
    "Body": "Are you open on Saturday?",
    "FromCountry": "ES",
    "To": NUMBER,
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": OWNER,
    "From": CONTACT,
    "ApiVersion": "2010-04-01",
}
OVER_WHATSAPP = {"From": f"whatsapp:{CONTACT}", "To": f"whatsapp:{NUMBER}", "ProfileName": "Ana", "WaId": "34655501234"}
BECAME = {"MessageSid": SID, "SmsSid": SID, "AccountSid": OWNER, "From": NUMBER, "To": CONTACT}


def ours(channel: str = SMS) -> dict[str, str]:
    """Write what stands in the address of a status of ours."""
    contact = Address(channel=channel, number=CONTACT).written
    return callback_query(TAG, Address(channel=channel, number=NUMBER), contact)


def delivery(form: Mapping[str, str], path: str = "", query: Mapping[str, str] | None = None) -> Delivery:
    return Delivery(
        platform="twilio",
        path=path,
        method="POST",
        headers={"content-type": "application/x-www-form-urlencoded"},
        query=query or {},
        body=urlencode(form).encode(),
        received_at=RECEIVED_AT,
    )


def read(form: Mapping[str, str], path: str = "", query: Mapping[str, str] | None = None) -> list[Event]:
    return read_delivery(delivery(form, path, query))
