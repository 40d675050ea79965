"""What becomes of each of Twilio's kinds, alike for text messages and for WhatsApp through Twilio.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/sms.md``; a test compares them.
"""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import MESSAGE, NOISE, OPT_OUT, SETTLEMENT, Row

_OF_MESSAGES = {
    "message": Row(MESSAGE, "A contact wrote, or sent a picture, a file or a place."),
    "keyword": Row(MESSAGE, "A contact said STOP, START, HELP or the like, which Twilio heeds and answers itself."),
    "opted_out": Row(OPT_OUT, "Twilio lets us write to this contact no longer."),
    "opted_in": Row(OPT_OUT, "Twilio lets us write to this contact again."),
    "status.underway": Row(NOISE, "Our message waits at Twilio."),
    "status.sent": Row(SETTLEMENT, "Our message left Twilio; many carriers never tell more."),
    "status.delivered": Row(SETTLEMENT, "Our message reached the device."),
    "status.read": Row(SETTLEMENT, "Our message was read."),
    "status.undelivered": Row(SETTLEMENT, "The carrier did not deliver our message."),
    "status.failed": Row(SETTLEMENT, "Our message will not arrive, even though the call had succeeded."),
    "status.canceled": Row(SETTLEMENT, "Somebody called our message off before it left."),
    "status_of_others": Row(NOISE, "The message was not sent by Nightbell: its address has no tag of ours."),
}

ROWS: Mapping[str, Row] = {
    f"{channel}.{kind}": row for channel in ("sms", "twilio_whatsapp") for kind, row in _OF_MESSAGES.items()
}
