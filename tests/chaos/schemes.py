"""How each platform signs, written down a second time, so that a mistake in one place is not in both."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Signing = Callable[[bytes, str], str]
"""From a body and a secret to the signature as it stands in its header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One platform's signatures.

    Attributes:
        platform: Registry key.
        secret: Name of the parameter that signs.
        header: Where the signature stands, in lower case.
        wrong: Ways to sign that resemble the right one; each must be refused.
        takes: Headers, beside the signature, that come along and prove nothing.
        compares: Whether a wrong signature must be found by a comparison in constant time.
    """

    platform: str
    secret: str
    header: str
    sign: Signing
    wrong: Mapping[str, Signing]
    takes: Callable[[bytes, str], Mapping[str, str]] = lambda _body, _secret: {}
    compares: bool = True


_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def _mac(algorithm: str, key: bytes, text: bytes) -> bytes:
    """HMAC by its definition (RFC 2104)."""
    size = hashlib.new(algorithm).block_size
    key = (hashlib.new(algorithm, key).digest() if len(key) > size else key).ljust(size, b"\0")
    inner = hashlib.new(algorithm, key.translate(_INNER) + text).digest()
    return hashlib.new(algorithm, key.translate(_OUTER) + inner).digest()


def _written_again(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body.decode("utf-8-sig"))).encode()
    except ValueError:
        return body + b" "


def _hub(mark: str, make: Callable[[bytes, bytes], bytes]) -> Signing:
    """Write what ``make`` gives for key and body as ``mark=<hex>``."""
    return lambda body, secret: f"{mark}={make(secret.encode(), body).hex()}"


def _based(body: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(_mac("sha256", secret.encode(), body)).decode()


_META_WRONG: Mapping[str, Signing] = {
    "sha1 that says so": _hub("sha1", lambda key, body: _mac("sha1", key, body)),
    "sha1 for sha256": _hub("sha256", lambda key, body: _mac("sha1", key, body)),
    "sha256 for sha1": _hub("sha1", lambda key, body: _mac("sha256", key, body)),
    "md5": _hub("sha256", lambda key, body: _mac("md5", key, body)),
    "sha512": _hub("sha512", lambda key, body: _mac("sha512", key, body)),
    "sha512 cut to fit": _hub("sha256", lambda key, body: _mac("sha512", key, body)[:32]),
    "sha3": _hub("sha256", lambda key, body: _mac("sha3_256", key, body)),
    "a hash without a key": _hub("sha256", lambda _key, body: hashlib.sha256(body).digest()),
    "a hash of key and body": _hub("sha256", lambda key, body: hashlib.sha256(key + body).digest()),
    "a hash of body and key": _hub("sha256", lambda key, body: hashlib.sha256(body + key).digest()),
    "key and body exchanged": _hub("sha256", lambda key, body: _mac("sha256", body, key)),
    "signed twice": _hub("sha256", lambda key, body: _mac("sha256", key, _mac("sha256", key, body))),
    "the hash of the body signed": _hub("sha256", lambda key, body: _mac("sha256", key, hashlib.sha256(body).digest())),
    "the body in base64 signed": _hub("sha256", lambda key, body: _mac("sha256", key, base64.b64encode(body))),
    "the meaning signed": _hub("sha256", lambda key, body: _mac("sha256", key, _written_again(body))),
    "nothing signed": _hub("sha256", lambda key, _body: _mac("sha256", key, b"")),
    "an empty key": _hub("sha256", lambda _key, body: _mac("sha256", b"", body)),
    "the key with a line end": _hub("sha256", lambda key, body: _mac("sha256", key + b"\n", body)),
    "the key without its last letter": _hub("sha256", lambda key, body: _mac("sha256", key[:-1], body)),
    "the key in capitals": _hub("sha256", lambda key, body: _mac("sha256", key.swapcase(), body)),
    "the key in base64": _hub("sha256", lambda key, body: _mac("sha256", base64.b64encode(key), body)),
    "base64": _based,
}

_META = Scheme(
    platform="meta",
    secret="app_secret",  # pragma: allowlist secret
    header="x-hub-signature-256",
    sign=_hub("sha256", lambda key, body: _mac("sha256", key, body)),
    wrong=_META_WRONG,
    takes=lambda body, secret: {"x-hub-signature": _META_WRONG["sha1 that says so"](body, secret)},
)

SCHEMES: Mapping[str, Scheme] = {scheme.platform: scheme for scheme in (_META,)}
"""By platform; one that is registered and not listed here fails every proof."""
