"""A conversation's id as it stands in an address: without the characters that an address gives a meaning of its own."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from nightbell.domain.keys import MAX_KEY_BYTES


def desk_key(pk: str) -> str:
    """Write a conversation's id in Base64url, without padding."""
    return urlsafe_b64encode(pk.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def read_desk_key(key: str) -> str | None:
    """Read :func:`desk_key` back; ``None`` where it is the key of no conversation."""
    if len(key) > MAX_KEY_BYTES * 4 // 3 + 1:
        return None
    try:
        pk = urlsafe_b64decode(key.encode("ascii") + b"=" * (-len(key) % 4)).decode()
    except (UnicodeError, binascii.Error):
        return None
    # One id has one key: what decodes to it otherwise is none.
    return pk if pk.startswith("C#") and desk_key(pk) == key else None
