"""Proof that LINE sent these very bytes.

Source: LINE "Messaging API" §Verify webhook signature: the HMAC-SHA256 of the raw body, keyed with the channel secret,
in base64. It names no time, so a copy of an old delivery is known by the ids in it alone.
"""

from collections.abc import Sequence

from nightbell.domain.errors import SignatureError
from nightbell.platforms.reading.compare import hmac_base64, same

HEADER = "x-line-signature"

MIN_SECRET_LENGTH = 16
"""Characters. Those of LINE's console have 32."""


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Accept a body that was signed with any one of the secrets; several, because one may be being replaced.

    Raises:
        SignatureError: no usable secret, no body, no signature, or one that none of the secrets made.
    """
    usable = [secret for secret in secrets if len(secret) >= MIN_SECRET_LENGTH]
    if not usable:
        raise SignatureError("no secret to verify with")
    if not body:
        raise SignatureError("the body is empty")
    if not header:
        raise SignatureError("the signature is missing")
    # As text, so that no other spelling of the same bytes passes.
    matches = [same(signed_with(secret, body), header) for secret in usable]
    if not any(matches):
        raise SignatureError("the signature does not match")


def signed_with(secret: str, body: bytes) -> str:
    """Sign as LINE does."""
    return hmac_base64("sha256", secret.encode("utf-8", "surrogatepass"), body)
