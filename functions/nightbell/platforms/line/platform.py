"""LINE as a platform: an address for each account, told apart by the account's id in the path."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.line import signature
from nightbell.platforms.line.envelope import read_envelope

_MEGABYTE = 1024 * 1024


class Line:
    """The events of LINE's official accounts; see :class:`nightbell.platforms.channel.Platform`."""

    name = "line"
    # Not documented; an event holds at most one text of 5,000 characters, and files stay at LINE's.
    max_body = _MEGABYTE
    parse_headers: Collection[str] = ()
    signed_headers: Sequence[str] = (signature.HEADER,)
    proves = frozenset({Proof.BODY})
    min_secret = signature.MIN_SECRET_LENGTH
    batches = True
    greets = False

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        """Serve the accounts of the settings and no other path."""
        return any(account.account_id == path for account in accounts)

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:  # noqa: ARG002 - the protocol's form
        """Need the secret of the account that the path names."""
        return SecretNames(needed=(_secret_of(delivery.path),))

    def secrets_of(self, account: Account) -> SecretNames:
        """Need one for each account."""
        return SecretNames(needed=(_secret_of(account.account_id),))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:  # noqa: ARG002 - the protocol's form
        """Know none: the console's Verify is a signed delivery without events."""
        return None

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature by the secret of the account that the path names, and by no other account's."""
        signature.verify(
            delivery.body, delivery.headers.get(signature.HEADER), secrets.get(_secret_of(delivery.path), ())
        )

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read the events."""
        return read_envelope(delivery.body, delivery.path, delivery.received_at)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - the protocol's form
        """Say nothing; LINE looks at the status alone."""
        return Reply()


def _secret_of(account_id: str) -> str:
    return f"channel_secret/{account_id}"
