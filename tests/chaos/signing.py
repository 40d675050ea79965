"""Signatures by their definitions: HMAC, its notations, and the mistakes that signers and verifiers have made."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

Signing = Callable[[bytes, str], str]
"""From a text and a secret to the signature as it is written."""

_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def mac(algorithm: str, key: bytes, text: bytes) -> bytes:
    """HMAC by its definition (RFC 2104)."""
    inner, outer = (each.copy() for each in _begun(algorithm, key))
    inner.update(text)
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(maxsize=256)
def _begun(algorithm: str, key: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    """Hash the two keys that HMAC makes of one; few keys sign many texts."""
    size = hashlib.new(algorithm).block_size
    key = (hashlib.new(algorithm, key).digest() if len(key) > size else key).ljust(size, b"\0")
    return hashlib.new(algorithm, key.translate(_INNER)), hashlib.new(algorithm, key.translate(_OUTER))


Make = Callable[[bytes, bytes], bytes]
"""From a key and a text to the bytes of a signature."""

RIGHT: Make = lambda key, text: mac("sha256", key, text)  # noqa: E731 - one of a table of them
RIGHT_SHA1: Make = lambda key, text: mac("sha1", key, text)  # noqa: E731 - as above


def wrong_for(algorithm: str) -> Mapping[str, Make]:
    """List what a signer by this algorithm may do wrong."""
    size = hashlib.new(algorithm).digest_size
    other, longer = ("sha1", "sha512") if algorithm == "sha256" else ("md5", "sha256")
    return {
        other: lambda key, text: mac(other, key, text),
        f"{other} made longer": lambda key, text: mac(other, key, text).ljust(size, b"\0"),
        longer: lambda key, text: mac(longer, key, text),
        f"{longer} cut to fit": lambda key, text: mac(longer, key, text)[:size],
        "sha3": lambda key, text: mac("sha3_256", key, text),
        "md5 cut or filled": lambda key, text: mac("md5", key, text)[:size].ljust(size, b"\1"),
        "a hash without a key": lambda _key, text: hashlib.new(algorithm, text).digest(),
        "a hash of key and text": lambda key, text: hashlib.new(algorithm, key + text).digest(),
        "a hash of text and key": lambda key, text: hashlib.new(algorithm, text + key).digest(),
        "key and text exchanged": lambda key, text: mac(algorithm, text, key),
        "signed twice": lambda key, text: mac(algorithm, key, mac(algorithm, key, text)),
        "the hash of the text signed": lambda key, text: mac(algorithm, key, hashlib.new(algorithm, text).digest()),
        "the text in base64 signed": lambda key, text: mac(algorithm, key, base64.b64encode(text)),
        "nothing signed": lambda key, _text: mac(algorithm, key, b""),
        "an empty key": lambda _key, text: mac(algorithm, b"", text),
        "the key with a line end": lambda key, text: mac(algorithm, key + b"\n", text),
        "the key without its last letter": lambda key, text: mac(algorithm, key[:-1], text),
        "the key in capitals": lambda key, text: mac(algorithm, key.swapcase(), text),
        "the key in base64": lambda key, text: mac(algorithm, base64.b64encode(key), text),
    }


WRONG: Mapping[str, Make] = wrong_for("sha256")
"""Mistakes in signing that every scheme has in common."""


def signings(write: Callable[[bytes], str], makes: Mapping[str, Make]) -> dict[str, Signing]:
    return {name: signing(write, make) for name, make in makes.items()}


def signing(write: Callable[[bytes], str], make: Make) -> Signing:
    return lambda text, secret: write(make(secret.encode(), text))


def url_safe(raw: bytes) -> str:
    """Write base64 as RFC 4648 has it for addresses, without what fills it up."""
    return base64.b64encode(raw).decode().replace("+", "-").replace("/", "_").rstrip("=")


def from_url_safe(text: str) -> bytes:
    """Read what :func:`url_safe` wrote."""
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
