"""LinkedIn as a platform: one endpoint for all organisations that the app may see."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.linkedin import challenge, signature
from nightbell.platforms.linkedin.notifications import read_delivery

_SECRET = "client_secret"  # noqa: S105 - its name  # pragma: allowlist secret


class LinkedIn:
    """LinkedIn's webhooks; see :class:`nightbell.platforms.channel.Platform`."""

    name = "linkedin"
    # Not documented; ten notifications, each with a post and a comment of a few thousand characters.
    max_body = 1024 * 1024
    signed_headers: Sequence[str] = (signature.HEADER,)
    parse_headers: Collection[str] = ()
    proves = frozenset({Proof.BODY})
    min_secret = signature.MIN_SECRET_LENGTH
    batches = True
    greets = True

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:  # noqa: ARG002 - the protocol's form
        """Take deliveries at one address, whoever's they are."""
        return not path

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:  # noqa: ARG002 - the protocol's form
        """Ask for the app's secret."""
        return SecretNames(needed=(_SECRET,))

    def secrets_of(self, account: Account) -> SecretNames:  # noqa: ARG002 - the protocol's form
        """Ask for it whichever account it is."""
        return SecretNames(needed=(_SECRET,))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:
        """Answer a GET that carries a challenge."""
        if delivery.method != "GET" or challenge.QUERY not in delivery.query:
            return None
        return challenge.answer(delivery.query, secrets.get(_SECRET, ()))

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature with every secret of the app that is long enough to be one."""
        signature.verify(delivery.body, delivery.headers.get(signature.HEADER), secrets.get(_SECRET, ()))

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read every notification."""
        return read_delivery(delivery.body, delivery.received_at)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - the protocol's form
        """Say nothing: any 2xx accepts."""
        return Reply()
