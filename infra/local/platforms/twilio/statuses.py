"""Tells what became of a message: calls the address that came with it, once for each status.

Source: Twilio "Outbound Message Status in Status Callbacks".
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urldefrag

from infra.local.platforms.courier import Courier
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.twilio.messages import WHATSAPP, Message, Messages
from infra.local.platforms.twilio.wire import signed_delivery

AFTER_S = 0.15
WINDOW = timedelta(hours=24)
OUTSIDE_THE_WINDOW = 63016

_ON_A_PHONE = ("sent", "delivered")
_ON_WHATSAPP = ("sent", "delivered", "read")


class Statuses:
    """Reports to the business."""

    def __init__(  # noqa: PLR0913 - what a report needs, all by name
        self,
        *,
        address: str,
        tokens: Mapping[str, str],
        messages: Messages,
        courier: Courier,
        faults: FaultBox,
        shown: Callable[[Message], None],
    ) -> None:
        """Take the business's address and the accounts' tokens; ``shown`` puts a message on its recipient's screen."""
        self._address = address
        self._tokens = tokens
        self._messages = messages
        self._courier = courier
        self._faults = faults
        self._shown = shown

    def follow(self, message: Message, wrote_at: datetime | None) -> None:
        """Let a message go its way; ``wrote_at`` is when the recipient last wrote to the number."""
        is_whatsapp = message.recipient.startswith(WHATSAPP)
        if is_whatsapp and (wrote_at is None or message.at - wrote_at > WINDOW):
            self._report(message, ("failed",), OUTSIDE_THE_WINDOW, AFTER_S)
            return
        channel = "twilio_whatsapp" if is_whatsapp else "sms"
        fault = self._faults.take("send", channel, message.recipient.removeprefix(WHATSAPP), afterwards=True)
        if fault is not None and fault.kind is FaultKind.FAILED_STATUS:
            self._report(message, ("sent", "undelivered"), fault.code, fault.seconds)
            return
        self._shown(message)
        self._arrive(message, _ON_WHATSAPP if is_whatsapp else _ON_A_PHONE, fault)

    def _arrive(self, message: Message, statuses: tuple[str, ...], fault: Fault | None) -> None:
        if fault is not None and fault.kind is FaultKind.NO_ECHO:
            return
        self._report(message, statuses, None, fault.seconds if fault else AFTER_S)
        if fault is not None and fault.kind is FaultKind.DOUBLE_ECHO:
            self._report(message, statuses, None, 2 * AFTER_S)

    def _report(self, message: Message, statuses: tuple[str, ...], error: int | None, after_s: float) -> None:
        for number, status in enumerate(statuses, start=1):
            is_last = number == len(statuses)
            self._call_back(self._messages.move(message.sid, status, error if is_last else None), after_s * number)

    def _call_back(self, message: Message, after_s: float) -> None:
        """Call the address; what stands behind the sign is for Twilio alone."""
        url = urldefrag(message.callback).url
        if not url.startswith(f"{self._address}/"):
            return
        below = url.removeprefix(f"{self._address}/")
        form = [
            ("SmsSid", message.sid),
            ("SmsStatus", message.status),
            ("MessageStatus", message.status),
            ("To", message.recipient),
            ("MessageSid", message.sid),
            ("AccountSid", message.owner),
            ("From", message.sender),
            ("ApiVersion", "2010-04-01"),
            *([("ErrorCode", str(message.error))] if message.error else []),
        ]
        what = f"{message.status}: {message.body[:40]}"
        delivery = signed_delivery(what, self._address, form, self._tokens[message.owner], below)
        self._courier.deliver_later(delivery, after_s)
