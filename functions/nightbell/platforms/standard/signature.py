"""Proof that one of the business's own systems sent these very bytes, now.

Source: Standard Webhooks 1.0.0 §Webhook headers, §Signature scheme, §Verifying signatures.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.errors import SignatureError
from nightbell.platforms.reading.compare import hmac_base64, same, strict_base64
from nightbell.platforms.standard import ed25519

HEADERS: Sequence[str] = ("webhook-id", "webhook-timestamp", "webhook-signature")
"""As the specification names them."""

TWINS: Sequence[str] = ("svix-id", "svix-timestamp", "svix-signature")
"""The same three as Svix names them; looked at only where none of the others is there, so that they never mix."""

TOLERANCE_S = 300
"""How far the sender's clock may be from ours, in both directions."""

MAX_ENTRIES = 8
"""Of one signature. While keys are replaced there are two or three; checking each costs time."""

_SHORTEST_KEY, _LONGEST_KEY = 24, 64
_SHARED, _PUBLIC = "whsec_", "whpk_"
_ID = re.compile(r"[!-~]{1,256}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_ENTRY = re.compile(r"[a-z0-9]+,[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What the three headers say of one attempt to deliver."""

    webhook_id: str
    timestamp: str
    entries: Sequence[tuple[str, str]]

    def signed(self, body: bytes) -> bytes:
        """Tell what exactly is signed."""
        return signed_text(self.webhook_id, self.timestamp, body)


def signed_text(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    """Write what is signed; dots in the id change nothing, because nobody takes it apart again."""
    return f"{webhook_id}.{timestamp}.".encode() + body


def sign(webhook_id: str, timestamp: str, body: bytes, secrets: Iterable[str]) -> str:
    """Make the header's value, with an entry for each secret that is a key.

    Raises:
        ValueError: None of them is one.
    """
    text = signed_text(webhook_id, timestamp, body)
    entries = [f"v1,{hmac_base64('sha256', key, text)}" for key in map(shared_key, secrets) if key]
    if not entries:
        raise ValueError("no secret to sign with")
    return " ".join(entries)


def sign_request(webhook_id: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """Make the headers of one attempt.

    A secret that is no key signs as it stands: the receiver refuses that, and its answer is heeded like any other.
    """
    timestamp = str(int(at.timestamp()))
    key = shared_key(secret) or secret.encode()
    signature = f"v1,{hmac_base64('sha256', key, signed_text(webhook_id, timestamp, body))}"
    return dict(zip(HEADERS, (webhook_id, timestamp, signature), strict=True))


def shared_key(secret: str) -> bytes | None:
    """Read a secret that both sides know, with or without its prefix; ``None`` for what is none."""
    if secret.startswith(_PUBLIC):
        return None
    key = strict_base64(secret.removeprefix(_SHARED))
    return key if key is not None and _SHORTEST_KEY <= len(key) <= _LONGEST_KEY else None


def public_key(secret: str) -> bytes | None:
    """Read a sender's public key; ``None`` for what is none."""
    key = strict_base64(secret.removeprefix(_PUBLIC)) if secret.startswith(_PUBLIC) else None
    return key if key is not None and ed25519.is_key(key) else None


def verify(headers: Mapping[str, str], body: bytes, received_at: datetime, secrets: Sequence[str]) -> None:
    """Accept a body signed with any one of the secrets, if the signature was made within the tolerance.

    An entry is checked with keys of its own version alone: whoever knows a public key could else sign with it as
    if it were a shared secret.

    Raises:
        SignatureError: no secret that is a key, an empty body, headers that are missing, malformed or too far from
            our time, or no entry that matches.
    """
    shared = [key for key in map(shared_key, secrets) if key is not None]
    public = [key for key in map(public_key, secrets) if key is not None]
    if not shared and not public:
        raise SignatureError("no secret to verify with")
    if not body:
        raise SignatureError("the body is empty")
    attempt = read_headers(headers)
    if abs(received_at.timestamp() - int(attempt.timestamp)) > TOLERANCE_S:
        raise SignatureError("the signature is too old or too new")
    text = attempt.signed(body)
    # A list, because a generator would stop at the first match, and the time would tell which key it was.
    if not any([*_shared_matches(attempt, text, shared), *_public_matches(attempt, text, public)]):
        raise SignatureError("the signature does not match")


def read_headers(headers: Mapping[str, str]) -> Attempt:
    """Read the three headers.

    Raises:
        SignatureError: One is missing, given twice or malformed; an entry of an unknown version is no mistake.
    """
    names = HEADERS if any(name in headers for name in HEADERS) else TWINS
    webhook_id, timestamp, signature = (headers.get(name, "") for name in names)
    entries = signature.split(" ")
    if not _ID.fullmatch(webhook_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise SignatureError("the id or the time of the delivery is missing or malformed")
    if len(entries) > MAX_ENTRIES or not all(map(_ENTRY.fullmatch, entries)):
        raise SignatureError("the signature is missing or malformed")
    pairs = [(version, written) for version, _, written in (entry.partition(",") for entry in entries)]
    return Attempt(webhook_id=webhook_id, timestamp=timestamp, entries=pairs)


def _shared_matches(attempt: Attempt, text: bytes, keys: Sequence[bytes]) -> list[bool]:
    expected = [hmac_base64("sha256", key, text) for key in keys]
    return [same(made, written) for version, written in attempt.entries if version == "v1" for made in expected]


def _public_matches(attempt: Attempt, text: bytes, keys: Sequence[bytes]) -> list[bool]:
    signatures = [strict_base64(written) or b"" for version, written in attempt.entries if version == "v1a"]
    return [ed25519.verify(key, signature, text) for key in keys for signature in signatures]
