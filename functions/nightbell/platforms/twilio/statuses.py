"""What became of a message that we sent.

Our tag stands in the address that Twilio calls, and the signature covers the address: so the tag is proven to be what
we sent along. Statuses come in any order, and twice.
Source: Twilio "Outbound Message Status in Status Callbacks".
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime

from nightbell.domain.events import Event, Noise, OptOut, Outcome, Settlement
from nightbell.domain.unit import TAG_PREFIX
from nightbell.platforms.reading.compare import strict_base64
from nightbell.platforms.reading.dispatch import UndeclaredError
from nightbell.platforms.reading.fields import ShapeError, label
from nightbell.platforms.twilio.addresses import Address, read_address
from nightbell.platforms.twilio.errors import OPTED_OUT, in_words
from nightbell.platforms.twilio.form_fields import Form, number, optional, required

TAG, FROM, TO = "tag", "from", "to"
"""Names in the address of a status callback."""

_UNDERWAY = frozenset({"accepted", "queued", "scheduled", "sending"})
_SEEN = frozenset({"sent", "delivered", "read"})
_FAILED = frozenset({"undelivered", "failed", "canceled"})


def callback_query(tag: str, account: Address, contact: str) -> dict[str, str]:
    """Name what a status is to bring back; the contact as the message is sent to them.

    Every character is one that nobody escapes, because the signature covers the address as it was told, and who
    stands between may escape a plus or a colon in another way.
    """
    return {TAG: tag, FROM: _spelled(account.written), TO: _spelled(contact)}


def address_in(query: Mapping[str, str], name: str) -> Address:
    """Read one end of a message out of an address that was called.

    Raises:
        UndeclaredError: It is of a channel that nobody declared.
        ShapeError: There is none.
    """
    spelled = query.get(name, "")
    value = strict_base64(spelled.replace("-", "+").replace("_", "/") + "=" * (-len(spelled) % 4))
    if not value:
        raise ShapeError("the address does not name both ends")
    return read_address(value.decode(errors="replace"))


def read_status(form: Form, query: Mapping[str, str], channel: str, received_at: datetime) -> list[Event]:
    """Read one status; it settles a send where its address carries our tag.

    Raises:
        UndeclaredError: It is of a kind that nobody declared.
        ShapeError: It lacks what every status has.
    """
    required(form, "MessageSid")
    status = label(required(form, "MessageStatus"))
    tag = query.get(TAG, "")
    if not tag.startswith(TAG_PREFIX):
        return [Noise(kind=f"{channel}.status_of_others", channel=channel, detail=status)]
    account, contact = address_in(query, FROM), address_in(query, TO)
    if status in _UNDERWAY:
        return [Noise(kind=f"{account.channel}.status.underway", channel=account.channel, detail=status)]
    if status not in _SEEN | _FAILED:
        raise UndeclaredError(f"{account.channel}.status.{status}")
    code = number(form, "ErrorCode")
    settlement = Settlement(
        kind=f"{account.channel}.status.{status}",
        channel=account.channel,
        account_id=account.number,
        contact_ids=(contact.number,),
        tag=tag,
        outcome=Outcome.FAILED if status in _FAILED else Outcome.SEEN,
        detail=in_words(code, optional(form, "ErrorMessage")) if status in _FAILED else "",
    )
    return [settlement, *_kept_away(code, account, contact, received_at)]


def _spelled(address: str) -> str:
    return urlsafe_b64encode(address.encode()).decode().rstrip("=")


def _kept_away(code: int, account: Address, contact: Address, at: datetime) -> list[Event]:
    if code != OPTED_OUT:
        return []
    return [
        OptOut(
            kind=f"{account.channel}.opted_out",
            channel=account.channel,
            account_id=account.number,
            contact_ids=(contact.number,),
            opted_out=True,
            at=at,
        )
    ]
