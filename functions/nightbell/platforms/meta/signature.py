"""Proof that Meta sent these very bytes.

Source: Meta "Webhooks: Getting Started" §Validating Payloads. Meta signs the escaped form of the
text, which is also what travels; hashing the raw bytes is therefore right for every body, and
parsing and writing the JSON again is right for none.
"""

import hmac
import re
from collections.abc import Sequence

from nightbell.domain.errors import SignatureError

HEADER = "x-hub-signature-256"
"""The older ``X-Hub-Signature`` (SHA-1) still comes along; it is never looked at."""

MIN_SECRET_LENGTH = 24
"""Characters. An app secret has 32; anything shorter is a slip, and a guessable key."""

_FORM = re.compile(r"sha256=[0-9a-f]{64}")


def sign(body: bytes, secret: str) -> str:
    """Make the header's value for a body."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Accept a body signed with any one of the secrets.

    Several are accepted because one is being replaced, and because an app that uses Instagram's
    own login signs with that app's secret.

    Raises:
        SignatureError: no secret, an empty one, no body, no header, or one that does not match.
    """
    if not secrets or not all(secrets):
        raise SignatureError("no secret to verify with")
    if not body:
        raise SignatureError("the body is empty")
    # Two headers arrive joined by a comma and fail here: one of them was not Meta's.
    if header is None or not _FORM.fullmatch(header):
        raise SignatureError("the signature is missing or malformed")
    matches = [hmac.compare_digest(sign(body, secret).encode(), header.encode()) for secret in secrets]
    if not any(matches):
        raise SignatureError("the signature does not match")


def is_usable(secret: str) -> bool:
    """Tell whether a configured secret may serve as a key at all."""
    return len(secret) >= MIN_SECRET_LENGTH
