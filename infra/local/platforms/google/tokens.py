"""Tokens as Google signs them, with a key of this process.

Source: RFC 7515 §3.1, §A.2 (RS256); RFC 7517 §4 for the key; OpenID Connect Discovery 1.0 §4.
"""

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_ID = "local-1"


class TokenSigner:
    """Signs claims, and shows the key that proves it."""

    def __init__(self) -> None:
        """Make a key."""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: Mapping[str, object]) -> str:
        """Make a token of claims."""
        head = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
        text = ".".join(_part(json.dumps(each).encode()) for each in (head, claims))
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{_part(signature)}"

    def keys(self) -> dict[str, object]:
        """Show the public key, as a set."""
        numbers = self._key.public_key().public_numbers()
        shown = {name: _part(_bytes(number)) for name, number in (("n", numbers.n), ("e", numbers.e))}
        return {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID, **shown}]}


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
