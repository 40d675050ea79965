"""What lies in MailQueue: SES's notifications, bare or as SNS and Lambda wrap them.

A received mail's delivery is the notification with ``content``, as SES's own SNS action writes it: ReceiveMail puts
in what SES wrote into the bucket. So whatever is kept or spilled can be read again without the bucket.
"""

from collections.abc import Iterator
from datetime import datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event
from nightbell.platforms.email.facts import read_receipt
from nightbell.platforms.email.feedback import read_feedback
from nightbell.platforms.email.mail import mail_of_headers, read_mail
from nightbell.platforms.email.messages import read_events
from nightbell.platforms.email.rows import CHANNEL, TABLE
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields, ShapeError, as_json, optional_text

_SET_UP = b"Successfully validated SNS topic"
"""How SES begins the bare sentence that it publishes when it is told of a topic."""
_NAMED = {"notificationType", "eventType"}
"""One of them stands in whatever SES publishes."""
_WRAPPERS = ("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation")


def read_delivery(body: bytes, received_at: datetime) -> list[Event]:
    """Read every event, in its order.

    Raises:
        NotUnderstoodError: The body is no strict JSON, or nothing that SES or SNS writes.
    """
    if body.lstrip().startswith(_SET_UP):
        return [TABLE.noise("email.topic", CHANNEL)]
    events = [event for each in notifications(read_json(body)) for event in _guarded(each, received_at)]
    return events or [TABLE.noise("email.topic", CHANNEL)]


def notifications(value: object) -> Iterator[Fields]:
    """Unwrap what SNS or Lambda wrapped; what holds no notification gives none.

    Raises:
        NotUnderstoodError: It is no wrapper, and no notification.
    """
    if not isinstance(value, dict):
        raise NotUnderstoodError("the body is not a notification: it is no object")
    if isinstance(records := value.get("Records"), list):
        for record in records:
            yield from _record(record)
    elif value.get("Type") in _WRAPPERS:
        yield from _said(value)
    elif _NAMED & set(value):
        yield value
    else:
        raise NotUnderstoodError("the body is not a notification: it does not say of what")


def is_received(notification: Fields) -> bool:
    """Tell a mail that arrived from news of one that we sent."""
    return notification.get("notificationType") == "Received" and "eventType" not in notification


def _record(record: object) -> Iterator[Fields]:
    if not isinstance(record, dict):
        raise NotUnderstoodError("a record is no object")
    if isinstance(ses := record.get("ses"), dict):
        yield {**ses, "notificationType": "Received"}
    elif isinstance(sns := record.get("Sns"), dict):
        yield from _said(sns)
    else:
        raise NotUnderstoodError("a record is neither SES's nor SNS's")


def _said(wrapper: Fields) -> Iterator[Fields]:
    """Read what was published; a topic may carry other words, too, which are nobody's mail."""
    try:
        inner = read_json(optional_text(wrapper, "Message").encode("utf-8", "surrogatepass"))
    except (NotUnderstoodError, ShapeError):
        return
    if isinstance(inner, dict) and _NAMED & set(inner):
        yield inner


def _guarded(notification: Fields, received_at: datetime) -> list[Event]:
    try:
        if is_received(notification):
            return _received(notification, received_at)
        name = optional_text(notification, "eventType") or optional_text(notification, "notificationType")
        return read_feedback(notification, name, received_at)
    except ShapeError as error:
        return [Broken(kind=CHANNEL, channel=CHANNEL, reason=str(error), raw=as_json(notification))]


def _received(notification: Fields, received_at: datetime) -> list[Event]:
    receipt = read_receipt(notification, received_at)
    mail = mail_of_headers(receipt.headers) if receipt.content is None else read_mail(receipt.content)
    return read_events(mail, receipt)
