"""What a contact does, as Twilio tells it to the business.

Source: Twilio "Twilio's request to your incoming message webhook URL"; "WhatsApp" §Inbound parameters.
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from infra.local.platforms.courier import Attempt
from infra.local.platforms.twilio.messages import WHATSAPP, new_sid
from infra.local.platforms.twilio.wire import Pairs
from infra.local.platforms.vendor import Act, Contact

SMS, ON_WHATSAPP = "sms", "twilio_whatsapp"

_MEDIA = {"image": "image/jpeg", "audio": "audio/ogg", "video": "video/mp4", "card": "text/vcard"}
_ACTS: Mapping[str, frozenset[str]] = {
    SMS: frozenset({"text", "image", "card"}),
    ON_WHATSAPP: frozenset({"text", "image", "audio", "location"}),
}
_SHOWN = {"image": "a picture", "audio": "a voice message", "card": "a contact card", "location": "a place"}


def address(channel: str, number: str) -> str:
    """Write a number as Twilio does on a channel."""
    return (WHATSAPP if channel == ON_WHATSAPP else "") + number


def check(channel: str, act: Act) -> None:
    """Refuse what the channel has not.

    Raises:
        ValueError: The message lists what there is.
    """
    if act.kind not in _ACTS[channel]:
        message = f"{channel} has no {act.kind!r}; there are {', '.join(sorted(_ACTS[channel]))}."
        raise ValueError(message)


def on_screen(act: Act) -> str:
    """Say what the contact's own bubble shows."""
    return act.text or f"({_SHOWN.get(act.kind, 'nothing')})"


def form_of(contact: Contact, act: Act, owner: str, sid: str) -> Pairs:
    """Write the form; places of blank fields are as they come."""
    media = _MEDIA.get(act.kind)
    fields = [
        ("ToCountry", "ES"),
        ("ToState", ""),
        ("SmsMessageSid", sid),
        ("NumMedia", "1" if media else "0"),
        ("ToCity", ""),
        ("FromZip", ""),
        ("SmsSid", sid),
        ("SmsStatus", "received"),
        *([] if media and not act.text else [("Body", act.text)]),
        ("FromCountry", "ES"),
        ("To", address(contact.channel, contact.account_id)),
        ("NumSegments", "1"),
        ("MessageSid", sid),
        ("AccountSid", owner),
        ("From", address(contact.channel, contact.contact_id)),
        ("ApiVersion", "2010-04-01"),
    ]
    if media:
        file = f"https://api.twilio.com/2010-04-01/Accounts/{owner}/Messages/{sid}/Media/{new_sid('ME')}"
        fields += [("MediaContentType0", media), ("MediaUrl0", file)]
    if contact.channel == ON_WHATSAPP:
        fields += [("ProfileName", contact.name), ("WaId", contact.contact_id.removeprefix("+"))]
    if act.kind == "location":
        fields += [("Latitude", "39.4699"), ("Longitude", "-0.3763")]
    return fields


def said_in_answer(attempt: Attempt) -> str:
    """Read what an answer makes Twilio send to the contact: a plain text whole, instructions by their messages."""
    if attempt.status != 200 or not attempt.body.strip():  # noqa: PLR2004 - the answer to a form
        return ""
    if "xml" not in attempt.content_type:
        return attempt.body
    try:
        said = ET.fromstring(attempt.body).iter("Message")  # noqa: S314 - our own functions' answer  # nosec B314
        return "\n".join("".join(message.itertext()) for message in said)
    except ET.ParseError:
        return ""
