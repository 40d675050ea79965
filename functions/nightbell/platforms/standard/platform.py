"""Standard Webhooks as a platform: an address and a secret for each system of the business that brings something."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.standard import signature
from nightbell.platforms.standard.envelope import read_delivery


class Standard:
    """Webhooks of the business's own making; see :class:`nightbell.platforms.channel.Platform`."""

    name = "standard"
    # The specification advises against more than 20 kilobytes; a form may hold a long letter.
    # Source: Standard Webhooks 1.0.0 §Payload size.
    max_body = 256 * 1024
    signed_headers: Sequence[str] = (*signature.HEADERS, *signature.TWINS)
    parse_headers: Collection[str] = ()
    proves = frozenset({Proof.BODY, Proof.TIME, Proof.SENDER})
    # Characters of the 24 bytes that the specification wants, without the prefix.
    min_secret = 32
    batches = False
    greets = False

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        """Accept what the settings name as a source."""
        return any(account.account_id == path for account in accounts)

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:
        """Name the secret of the one source that the address belongs to."""
        return SecretNames(needed=[_secret(one) for one in accounts if one.account_id == delivery.path])

    def secrets_of(self, account: Account) -> SecretNames:
        """Ask for the source's own secret."""
        return SecretNames(needed=(_secret(account),))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Expect none: whoever sends knows our address from a person."""

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature with every secret of the source that the address belongs to."""
        own = secrets.get(f"source/{delivery.path}", ())
        signature.verify(delivery.headers, delivery.body, delivery.received_at, own)

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read the one event of the delivery."""
        return read_delivery(delivery)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - the specification looks at the status alone
        """Say nothing but that it is kept."""
        return Reply()


def _secret(account: Account) -> str:
    return f"source/{account.account_id}"
