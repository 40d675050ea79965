"""Proof that X sent these very bytes, and the answer by which X knows that the endpoint is ours.

Both are made with the app's API secret, which X also calls its consumer secret, and in the same way: whoever may ask
for an answer could ask for the signature of a delivery. Therefore nothing that has the form of a token is ever taken
for a delivery, and nothing else is ever answered.

Nothing signed names a time, so a delivery that comes again is known by its ids alone.
Source: X "Webhooks: Quickstart" §Signature verification, §How to build the CRC response.
"""

import re
from collections.abc import Sequence

from nightbell.domain.errors import SignatureError
from nightbell.platforms.reading.compare import hmac_base64, same, strict_base64

HEADER = "x-twitter-webhooks-signature"

MIN_SECRET_LENGTH = 24
"""Characters. An API secret has 50; anything shorter is a slip, and a guessable key."""

_TOKEN = re.compile(r"[A-Za-z0-9+/=_.:~-][A-Za-z0-9+/=_.:~ -]{0,511}")
_PREFIX = "sha256="
_FORM = re.compile(rf"{_PREFIX}[A-Za-z0-9+/]{{43}}=")


def sign(text: bytes, secret: str) -> str:
    """Make the header's value for a body, or the answer to a token of X."""
    return _PREFIX + hmac_base64("sha256", secret.encode(), text)


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Accept a body signed with any one of the secrets, because one may be being replaced.

    Raises:
        SignatureError: no secret, an empty one, no body, one that could be a token, no header, or one that does not
            match.
    """
    if not secrets or not all(secrets):
        raise SignatureError("no secret to verify with")
    if not body or is_token(body.decode("latin-1")):
        raise SignatureError("the body is empty, or no delivery")
    # Two headers arrive joined by a comma and fail here: one of them was not X's.
    if header is None or not _FORM.fullmatch(header) or strict_base64(header.removeprefix(_PREFIX)) is None:
        raise SignatureError("the signature is missing or malformed")
    matches = [same(sign(body, secret), header) for secret in secrets]
    if not any(matches):
        raise SignatureError("the signature does not match")


def is_token(text: str) -> bool:
    """Tell whether a text may be one of X's tokens: letters, digits and a few signs, none of which JSON needs."""
    return _TOKEN.fullmatch(text) is not None


def is_usable(secret: str) -> bool:
    """Tell whether a configured secret may serve as a key at all."""
    return len(secret) >= MIN_SECRET_LENGTH
