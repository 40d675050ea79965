"""Meta as a platform: one endpoint for Messenger and WhatsApp, and later for pages and Instagram."""

from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.meta import handshake, signature
from nightbell.platforms.meta.envelope import read_delivery

_MEGABYTE = 1024 * 1024


class Meta:
    """Meta's webhooks; see :class:`nightbell.platforms.channel.Platform`."""

    name = "meta"
    # Source: Meta "WhatsApp Cloud API: webhooks overview" §Payload size. The other products document none.
    max_body = 3 * _MEGABYTE
    paths: Collection[str] = ("",)
    webhook_secrets: Sequence[str] = ("app_secret", "verify_token")
    # Source: Meta "Instagram API with Instagram Login": its app has a secret of its own, and signs with that.
    optional_secrets: Sequence[str] = ("instagram_app_secret",)
    signed_headers: Sequence[str] = (signature.HEADER,)

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> str | None:
        """Answer a GET that carries a ``hub.`` parameter."""
        if delivery.method != "GET" or not any(name.startswith("hub.") for name in delivery.query):
            return None
        return handshake.answer(delivery.query, secrets.get("verify_token", ()))

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Check the signature with every app secret that is long enough to be one."""
        names = ("app_secret", *self.optional_secrets)
        usable = [secret for name in names for secret in secrets.get(name, ()) if signature.is_usable(secret)]
        if not usable:
            raise SignatureError("no app secret to verify with")
        signature.verify(delivery.body, delivery.headers.get(signature.HEADER), usable)

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read every event of the delivery."""
        return read_delivery(delivery.body, delivery.received_at)
