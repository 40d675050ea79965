"""X's check that the endpoint is ours: made at registration, and again as often as X likes.

One wrong answer marks the webhook as invalid at once, and X stops delivering.
Source: X "Webhooks: Quickstart" §The CRC check; "V2 Webhooks API" §Webhook validation.
"""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from nightbell.domain.errors import HandshakeError
from nightbell.domain.events import Delivery
from nightbell.platforms.x import signature

TOKEN = "crc_token"  # noqa: S105 - a parameter's name


def token_of(delivery: Delivery) -> str | None:
    """Read the token as X meant it; ``None`` where the delivery carries none.

    The address as it was called is read where it is known: a gateway may decode a ``+`` in another way.
    """
    return (_query(delivery) or delivery.query).get(TOKEN)


def answer(token: str, secrets: Sequence[str]) -> str:
    """Write the JSON that X expects, made with the current secret, which is the first.

    Raises:
        HandshakeError: The token is malformed, or no secret is there to answer with.
    """
    if not signature.is_token(token):
        raise HandshakeError("the token is malformed")
    usable = [secret for secret in secrets if signature.is_usable(secret)]
    if not usable:
        raise HandshakeError("no secret to answer with")
    return json.dumps({"response_token": signature.sign(token.encode(), usable[0])})


def _query(delivery: Delivery) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(urlsplit(delivery.url).query, keep_blank_values=True, errors="strict"))
    except ValueError:
        raise HandshakeError("the address is malformed") from None
