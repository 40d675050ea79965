"""Meta as a platform: one endpoint for Messenger and WhatsApp, and later for pages and Instagram."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.meta import handshake, signature
from nightbell.platforms.meta.envelope import read_delivery

_MEGABYTE = 1024 * 1024
_NEEDED = ("app_secret", "verify_token")
# Source: Meta "Instagram API with Instagram Login": its app has a secret of its own, and signs with that.
_INSTAGRAM = "instagram_app_secret"


class Meta:
    """Meta's webhooks; see :class:`nightbell.platforms.channel.Platform`."""

    name = "meta"
    # Source: Meta "WhatsApp Cloud API: webhooks overview" §Payload size. The other products document none.
    max_body = 3 * _MEGABYTE
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
        """Name the secrets of both apps."""
        return SecretNames(needed=_NEEDED, optional=(_INSTAGRAM,))

    def secrets_of(self, account: Account) -> SecretNames:
        """Ask for the secret of Instagram's own app only where that login is used."""
        own = (_INSTAGRAM,) if account.login == "instagram" else ()
        return SecretNames(needed=(*_NEEDED, *own), optional=(_INSTAGRAM,))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:
        """Answer a GET that carries a ``hub.`` parameter."""
        if delivery.method != "GET" or not any(name.startswith("hub.") for name in delivery.query):
            return None
        return Reply(body=handshake.answer(delivery.query, secrets.get("verify_token", ())))

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature with every app secret that is long enough to be one."""
        names = ("app_secret", _INSTAGRAM)
        usable = [secret for name in names for secret in secrets.get(name, ()) if signature.is_usable(secret)]
        if not usable:
            raise SignatureError("no app secret to verify with")
        signature.verify(delivery.body, delivery.headers.get(signature.HEADER), usable)

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read every event of the delivery."""
        return read_delivery(delivery.body, delivery.received_at)

    def reply(self, delivery: Delivery) -> Reply:  # noqa: ARG002 - Meta looks at the status alone
        """Say nothing but that it is kept."""
        return Reply()
