"""What becomes of each kind of mail, and of each of SES's own words about a mail that we sent."""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import ALARM, MESSAGE, NOISE, OPT_OUT, SETTLEMENT, Row
from nightbell.platforms.reading.dispatch import Table

CHANNEL = "email"

_MAIL_ROWS = {
    "email.message": Row(MESSAGE, "Somebody wrote a mail."),
    "email.automatic": Row(MESSAGE, "A program wrote it by itself: a person looks at it, and nothing answers it."),
    "email.list": Row(MESSAGE, "It went to a list: a person looks at it, and nothing answers it."),
    "email.suspect": Row(MESSAGE, "Spam, a virus or a sender that is not who it says: shown, and never answered."),
    "email.not_to_us": Row(MESSAGE, "None of our addresses is named in it, as in a blind copy: shown, never answered."),
    "email.own": Row(MESSAGE, "One of our own addresses wrote it: shown, and never answered."),
    "email.auto_reply": Row(NOISE, "An out-of-office answer, or another machine's, to something that we sent."),
    "email.bounce": Row(NOISE, "A mail server returned a mail, or confirmed one, that is not known to be ours."),
    "email.bounce_of_ours": Row(SETTLEMENT, "A mail server returned a mail of ours."),
    "email.feedback_report": Row(ALARM, "A mailbox provider reports that somebody calls a mail of ours spam."),
}

_EVENT_ROWS = {
    "email.event.send": Row(SETTLEMENT, "SES accepted our mail."),
    "email.event.delivery": Row(SETTLEMENT, "The contact's server accepted our mail."),
    "email.event.bounce": Row(SETTLEMENT, "Our mail will not arrive."),
    "email.event.bounce_unclear": Row(
        NOISE, "SES reports an out-of-office answer in the same words as a passing bounce."
    ),
    "email.event.reject": Row(SETTLEMENT, "SES did not send our mail, because it found a virus in it."),
    "email.event.complaint": Row(OPT_OUT, "The contact called our mail spam: nothing automatic goes there any more."),
    "email.complaint": Row(ALARM, "A contact called a mail spam: many of these and SES stops the account."),
    "email.event.deliverydelay": Row(NOISE, "The contact's server is slow; a delivery or a bounce follows."),
    "email.event.open": Row(NOISE, "The mail was opened; Nightbell asks for no such events."),
    "email.event.click": Row(NOISE, "A link was opened; Nightbell asks for no such events."),
    "email.event.subscription": Row(
        NOISE, "A contact changed what they are subscribed to; Nightbell sends no newsletters."
    ),
    "email.event.rendering_failure": Row(ALARM, "A template of SES failed; Nightbell uses none."),
    "email.event_of_others": Row(NOISE, "The mail was not sent by Nightbell: it has no tag of ours."),
    "email.topic": Row(
        NOISE, "Something on the topic that is no news of a mail, such as SES's test when it is set up."
    ),
}

ROWS: Mapping[str, Row] = {**_MAIL_ROWS, **_EVENT_ROWS}
"""Every kind that the reading of mail names."""

TABLE = Table(ROWS)
