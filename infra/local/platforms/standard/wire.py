"""How a relay signs, and how it checks what is signed for it.

Source: Standard Webhooks 1.0.0 §Signature scheme.
"""

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Mapping


def make_secret() -> str:
    """Make up a secret of 32 bytes."""
    return "whsec_" + base64.b64encode(random.token_bytes(32)).decode()


def headers(webhook_id: str, timestamp: int, body: bytes, secret: str) -> dict[str, str]:
    """Write the headers of one attempt."""
    return {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": _entry(webhook_id, str(timestamp), body, secret),
    }


def is_signed(found: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Tell whether one of the entries is right; names are in lower case."""
    right = _entry(found.get("webhook-id", ""), found.get("webhook-timestamp", ""), body, secret)
    return right in found.get("webhook-signature", "").split(" ")


def _entry(webhook_id: str, timestamp: str, body: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()
