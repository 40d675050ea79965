"""X as a platform: one address for what is said in public and in direct messages."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.x import handshake, signature
from nightbell.platforms.x.envelope import read_delivery

SECRET = "consumer_secret"  # noqa: S105 - a secret's name # pragma: allowlist secret


class X:
    """X's webhooks; see :class:`nightbell.platforms.channel.Platform`."""

    name = "x"
    # X documents no limit. A post of 25,000 characters with all that may come along stays far below.
    max_body = 1024 * 1024
    signed_headers: Sequence[str] = (signature.HEADER,)
    parse_headers: Collection[str] = ()
    proves = frozenset({Proof.BODY})
    min_secret = signature.MIN_SECRET_LENGTH
    batches = True
    greets = True

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:  # noqa: ARG002 - one address serves them all
        """Accept nothing below the one address."""
        return path == ""

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:  # noqa: ARG002 - as above
        """Name the app's API secret, with which X signs and is answered."""
        return SecretNames(needed=(SECRET,))

    def secrets_of(self, account: Account) -> SecretNames:  # noqa: ARG002 - one app for all accounts
        """Name the same for every account."""
        return SecretNames(needed=(SECRET,))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:
        """Answer a GET that carries X's token."""
        token = handshake.token_of(delivery) if delivery.method == "GET" else None
        if token is None:
            return None
        return Reply(body=handshake.answer(token, secrets.get(SECRET, ())), content_type="application/json")

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature with every API secret that is long enough to be one."""
        usable = [secret for secret in secrets.get(SECRET, ()) if signature.is_usable(secret)]
        if not usable:
            raise SignatureError("no API secret to verify with")
        signature.verify(delivery.body, delivery.headers.get(signature.HEADER), usable)

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read every event of the delivery."""
        return read_delivery(delivery.body, delivery.received_at)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - X looks at the status alone
        """Say nothing but that it is kept."""
        return Reply()
