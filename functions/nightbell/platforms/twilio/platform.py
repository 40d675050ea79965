"""Twilio as a platform: text messages and WhatsApp at one address, at another what became of ours, and calls."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.errors import NotUnderstoodError, SignatureError
from nightbell.domain.events import Delivery, Event
from nightbell.domain.voicemail import CHANNEL
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.reading.forms import read_form
from nightbell.platforms.twilio import calls, signature
from nightbell.platforms.twilio.envelope import INCOMING, PATHS, read_delivery

_KILOBYTE = 1024
_TOKEN = "auth_token/"  # noqa: S105 - how the secret is called
_OWNER = "AccountSid"
_SAY_NOTHING = Reply(body='<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml; charset=utf-8")
"""Anything else would be sent to the contact. Source: Twilio "TwiML for Programmable Messaging" §Response."""


class Twilio:
    """Twilio's webhooks; see :class:`nightbell.platforms.channel.Platform`."""

    name = "twilio"
    # Twilio documents none; the longest text has 1,600 characters, and its fields are some sixty.
    max_body = 256 * _KILOBYTE
    signed_headers: Sequence[str] = (signature.HEADER,)
    parse_headers: Collection[str] = ()
    proves = frozenset({Proof.BODY, Proof.ADDRESS})
    # An auth token has 32 characters; anything much shorter is a slip, and a guessable key.
    min_secret = 24
    batches = False
    greets = False

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        """Accept what contacts send, what became of our messages, and calls where a number takes them."""
        return path in PATHS or (path in calls.PATHS and any(each.channel == CHANNEL for each in accounts))

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:
        """Name the token of the account that a delivery says it is from; where it does not say, of every one."""
        owners = dict.fromkeys(account.business_account_id for account in accounts if account.business_account_id)
        claimed = _claimed(delivery)
        if not claimed:
            return SecretNames(optional=tuple(_TOKEN + owner for owner in owners))
        return SecretNames(needed=tuple(_TOKEN + owner for owner in owners if claimed == {owner}))

    def secrets_of(self, account: Account) -> SecretNames:
        """Name the auth token of the Twilio account that has the number."""
        return SecretNames(needed=(f"{_TOKEN}{account.business_account_id}",))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:  # noqa: ARG002 - Twilio never asks
        """Know of none."""
        return None

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature with every token that is long enough to be one, and that it is the sender's own."""
        tokens = {
            name.removeprefix(_TOKEN): usable
            for name, values in secrets.items()
            if name.startswith(_TOKEN) and (usable := [value for value in values if len(value) >= self.min_secret])
        }
        content_type = delivery.headers.get("content-type", "")
        header = delivery.headers.get(signature.HEADER)
        owner = signature.verify(delivery.url, content_type, delivery.body, header, tokens)
        if _claimed(delivery) - {owner}:
            raise SignatureError("another account's token signed it")

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read the one thing that the delivery tells."""
        return calls.read_call(delivery) if delivery.path in calls.PATHS else read_delivery(delivery)

    def reply(self, delivery: Delivery) -> Reply:
        """Answer with instructions that say nothing; to a call nobody can read, that is to hang up."""
        return _SAY_NOTHING if delivery.path == INCOMING or delivery.path in calls.HEARD else Reply()


def _claimed(delivery: Delivery) -> set[str]:
    """Read which accounts a delivery says it is from; none where it says nothing."""
    try:
        return set(read_form(delivery.body).get(_OWNER, ()))
    except NotUnderstoodError:
        return set()
