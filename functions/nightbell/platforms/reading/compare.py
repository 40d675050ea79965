"""What every proof of a sender rests on: digests, strict spellings of them, and comparing in constant time."""

import base64
import hmac
import re

_HEX = re.compile(r"(?:[0-9a-f]{2})+")


def same(one: str | bytes, other: str | bytes) -> bool:
    """Compare in a time that tells nothing of where they differ; any text may be given, even a broken one."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def hmac_hex(algorithm: str, key: bytes, text: bytes) -> str:
    """Sign; lower-case digits. An algorithm is named as in ``hashlib``, such as ``sha256``."""
    return hmac.new(key, text, algorithm).hexdigest()


def hmac_base64(algorithm: str, key: bytes, text: bytes) -> str:
    """Sign; base64 with its padding."""
    return base64.b64encode(hmac.digest(key, text, algorithm)).decode()


def strict_base64(text: str) -> bytes | None:
    """Read base64 in its one canonical spelling.

    Returns:
        ``None`` for any other text: another alphabet, blanks, padding left out or bits behind the last byte.
    """
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if base64.b64encode(value).decode() == text else None


def strict_hex(text: str, length: int) -> bytes | None:
    """Read exactly ``length`` lower-case digits; ``None`` for any other text."""
    return bytes.fromhex(text) if len(text) == length and _HEX.fullmatch(text) else None


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
