"""One delivery is one form, and the path says of which kind."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Delivery, Event, Unknown
from nightbell.platforms.reading.dispatch import UndeclaredError
from nightbell.platforms.reading.fields import ShapeError
from nightbell.platforms.reading.forms import read_form
from nightbell.platforms.twilio.addresses import SMS, read_address
from nightbell.platforms.twilio.form_fields import Form, optional
from nightbell.platforms.twilio.incoming import read_incoming
from nightbell.platforms.twilio.statuses import FROM, address_in, read_status

INCOMING, STATUS = "", "status"

_READERS: Mapping[str, Callable[[Form, Delivery, str], list[Event]]] = {
    INCOMING: lambda form, delivery, _: read_incoming(form, delivery.received_at),
    STATUS: lambda form, delivery, channel: read_status(form, delivery.query, channel, delivery.received_at),
}
PATHS = frozenset(_READERS)

_NAMES_OF_ANY = frozenset({"MessageSid", "SmsSid", "SmsMessageSid"})


def read_delivery(delivery: Delivery) -> list[Event]:
    """Read the one thing that a delivery tells.

    Raises:
        NotUnderstoodError: The body is no form, or none about a message.
    """
    form = read_form(delivery.body)
    if delivery.path not in _READERS or not _NAMES_OF_ANY & form.keys():
        raise NotUnderstoodError("the body is no form about a message")
    channel = _channel_of(form, delivery)
    try:
        return _READERS[delivery.path](form, delivery, channel)
    except UndeclaredError as undeclared:
        return [Unknown(kind=undeclared.kind, channel=channel)]
    except ShapeError as error:
        return [Broken(kind=channel, channel=channel, reason=str(error), raw=urlencode(form, doseq=True))]


def _channel_of(form: Form, delivery: Delivery) -> str:
    """Tell the channel of what cannot be read otherwise."""
    try:
        return (
            address_in(delivery.query, FROM) if FROM in delivery.query else read_address(optional(form, "To"))
        ).channel
    except (UndeclaredError, ShapeError):
        return SMS
