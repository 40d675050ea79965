"""Proof that LinkedIn sent these very bytes.

Source: LinkedIn "Webhooks" §Security: the header holds the digest of the body with ``hmacsha256=`` before it. That word
is part of what is signed, and a digest of the body alone is no proof.
"""

from collections.abc import Sequence

from nightbell.domain.errors import SignatureError
from nightbell.platforms.reading.compare import hmac_hex, same, strict_hex

HEADER = "x-li-signature"
MARK = "hmacsha256="

MIN_SECRET_LENGTH = 16
"""Characters; LinkedIn hands out client secrets of 16."""

_DIGITS = 64


def sign(body: bytes, secret: str) -> str:
    """Make the header's value for a body."""
    return hmac_hex("sha256", secret.encode(), MARK.encode() + body)


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Accept a body signed with any one of the secrets; several, because one may be being replaced.

    The header has the digest alone; some programs of others write the mark before it there, too.

    Raises:
        SignatureError: no usable secret, no body, no header, or one that does not match.
    """
    usable = [secret for secret in secrets if is_usable(secret)]
    if not usable:
        raise SignatureError("no secret to verify with")
    if not body:
        raise SignatureError("the body is empty")
    digest = (header or "").removeprefix(MARK)
    if strict_hex(digest, _DIGITS) is None:
        raise SignatureError("the signature is missing or malformed")
    matches = [same(sign(body, secret), digest) for secret in usable]
    if not any(matches):
        raise SignatureError("the signature does not match")


def is_usable(secret: str) -> bool:
    """Tell whether a configured secret may serve as a key at all."""
    return len(secret) >= MIN_SECRET_LENGTH
