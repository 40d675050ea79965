"""Google as a platform: reviews of the business's profile, which Cloud Pub/Sub pushes."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.google import claims
from nightbell.platforms.google.push import read_delivery

_EMAIL, _ISSUER = "push/email", "push/issuer"
_NAMES = SecretNames(needed=(_EMAIL,), optional=(_ISSUER,))


class Google:
    """Google's pushes; see :class:`nightbell.platforms.channel.Platform`."""

    name = "google"
    # A message of Pub/Sub may have 10 MB; a notice has a few hundred bytes.
    max_body = 64 * 1024
    signed_headers: Sequence[str] = ()
    parse_headers: Collection[str] = ()
    proves = frozenset({Proof.SENDER})
    # Every address of a service account ends in as many.
    min_secret = 24
    batches = False
    greets = False

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        """Accept nothing below the one address, and there only where the settings name a location."""
        return path == "" and bool(accounts)

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:  # noqa: ARG002 - one address serves them all
        """Name what the token must say; it is no secret, and kept with them because it decides whom we believe."""
        return _NAMES

    def secrets_of(self, account: Account) -> SecretNames:  # noqa: ARG002 - all accounts share the subscription
        """Ask for the same of every account."""
        return _NAMES

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Expect none."""

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check what the API's authorizer has proven; what came by another route has nothing proven."""
        claims.verify(
            delivery.claims,
            delivery.received_at,
            # Another one beside Google itself is a stand-in's, on a stage whose authorizer believes it.
            issuers=[*claims.ISSUERS, *secrets.get(_ISSUER, ())],
            emails=[each for each in secrets.get(_EMAIL, ()) if len(each) >= self.min_secret],
        )

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read the one message of the delivery."""
        return read_delivery(delivery)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - Pub/Sub looks at the status alone
        """Say nothing but that it is kept."""
        return Reply()
