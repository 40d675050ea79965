"""The short code that leads from an e-mail or a voicemail back to a conversation."""

from hashlib import sha256

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # pragma: allowlist secret
"""No 0, O, 1 or I: the code is read out on the telephone. 32 letters, so 5 bits each."""
LENGTH = 7


def reference_code(pk: str, episode: int, salt: int) -> str:
    """Derive a code; another ``salt`` gives another one, after the first was found taken."""
    digest = sha256(f"{pk}/{episode}/{salt}".encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
