"""Proof that Telegram delivers: a secret of ours that comes back in a header with every update.

Source: Telegram "Bot API" §setWebhook, ``secret_token``. It proves who sends and nothing of what is sent: the body
rests on TLS alone, so the secret must be long and known to nobody else.
"""

import re
from collections.abc import Sequence

from nightbell.domain.errors import SignatureError
from nightbell.platforms.reading.compare import same

HEADER = "x-telegram-bot-api-secret-token"

MIN_SECRET_LENGTH = 24
"""Characters. Telegram takes a single one, which anybody would guess."""

_FORM = re.compile(r"[A-Za-z0-9_-]{24,256}")


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Accept a body that comes with any one of the secrets; several, because one may be being replaced.

    Raises:
        SignatureError: no usable secret, no body, no header, or one that is none of the secrets.
    """
    usable = [secret for secret in secrets if is_usable(secret)]
    if not usable:
        raise SignatureError("no secret to verify with")
    if not body:
        raise SignatureError("the body is empty")
    # Two headers arrive joined by a comma and fail here: one of them was not Telegram's.
    if header is None or not _FORM.fullmatch(header):
        raise SignatureError("the secret is missing or malformed")
    matches = [same(secret, header) for secret in usable]
    if not any(matches):
        raise SignatureError("the secret does not match")


def is_usable(secret: str) -> bool:
    """Tell whether a configured secret may serve at all: long enough, and of the characters that Telegram takes."""
    return _FORM.fullmatch(secret) is not None
