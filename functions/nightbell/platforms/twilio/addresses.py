"""Who is meant by one of Twilio's addresses, and on which channel.

Sources: Twilio "Messages resource" §From; "WhatsApp" §Addresses: a channel's name and a colon stand before the number.
"""

from dataclasses import dataclass

from nightbell.platforms.reading.dispatch import UndeclaredError
from nightbell.platforms.reading.fields import ShapeError, label

SMS = "sms"
WHATSAPP = "twilio_whatsapp"

_PREFIXES = {SMS: "", WHATSAPP: "whatsapp:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One end of a message.

    Attributes:
        channel: Registry key.
        number: ``+`` and digits, or a short code; without the channel's name.
    """

    channel: str
    number: str

    @property
    def written(self) -> str:
        """How Twilio's API wants it."""
        return _PREFIXES[self.channel] + self.number


def read_address(value: str) -> Address:
    """Take one apart.

    Raises:
        UndeclaredError: It is of a channel that nobody declared.
        ShapeError: It has no number.
    """
    name, colon, number = value.rpartition(":")
    channel = next((channel for channel, prefix in _PREFIXES.items() if prefix == name + colon), None)
    if channel is None:
        raise UndeclaredError(f"twilio.address.{label(name)}")
    if not number.strip():
        raise ShapeError("an address has no number")
    return Address(channel=channel, number=number)
