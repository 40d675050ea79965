"""Mail as a platform: nobody delivers it by HTTP, so there is nothing to prove and no address to accept.

SES writes a mail into a bucket and tells a topic of it, whose queue ReceiveMail reads. The policies of bucket, topic
and queue let SES in and nobody else; they are what a signature is elsewhere.
"""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.email.envelope import read_delivery

_MEGABYTE = 1024 * 1024


class Email:
    """Mail by Amazon SES; see :class:`nightbell.platforms.channel.Platform`."""

    name = "email"
    # A notification is 256 KB at most (Amazon SNS quotas); 2 MB of a mail are 2.7 in base64.
    max_body = 3 * _MEGABYTE
    signed_headers: Sequence[str] = ()
    parse_headers: Collection[str] = ()
    proves: frozenset[Proof] = frozenset()
    min_secret = 0
    batches = True
    greets = False

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:  # noqa: ARG002 - the protocol's form
        """Refuse every path: no delivery comes by HTTP."""
        return False

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:  # noqa: ARG002 - as above
        """Need none."""
        return SecretNames()

    def secrets_of(self, account: Account) -> SecretNames:  # noqa: ARG002 - the protocol's form
        """Need none."""
        return SecretNames()

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:  # noqa: ARG002 - the protocol's form
        """Know none."""
        return None

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:  # noqa: ARG002 - the protocol's form
        """Refuse: whatever claims over HTTP to be a mail is a forgery."""
        raise SignatureError("mail is never delivered by HTTP")

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read every event of a notification."""
        return read_delivery(delivery.body, delivery.received_at)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - the protocol's form
        """Say nothing."""
        return Reply()
