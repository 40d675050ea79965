"""How each platform signs, written down a second time, so that a mistake in one place is not in both."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote, unquote_to_bytes

from tests.chaos.sent import Sent
from tests.chaos.signing import RIGHT, WRONG, Signing, from_url_safe, mac, signing, signings, url_safe


class Place(Protocol):
    """Where a request carries what is signed, and its signature."""

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        """Write both into a request."""

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        """Read both again; no signature where there is none, or more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InHeader:
    """The body is signed as it is, and the signature stands beside it, under a name in lower case."""

    name: str

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        kept = {name: value for name, value in sent.headers.items() if name.lower() != self.name}
        return replace(sent, body=text, headers={**kept, self.name: signature})

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        return sent.body, {name.lower(): value for name, value in sent.headers.items()}.get(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForm:
    """The one field of a form that has this name: the signature, a dot, and the text that is signed."""

    name: str

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        return replace(sent, body=self.written(signature.encode("utf-8", "surrogatepass") + b"." + text))

    def written(self, value: bytes) -> bytes:
        return f"{self.name}={quote(value)}".encode()

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        parts = [part.partition(b"=") for part in sent.body.split(b"&")]
        found = [_plain(value) for name, _, value in parts if _plain(name) == self.name.encode()]
        if len(found) != 1:
            return b"", None
        signature, _, text = found[0].partition(b".")
        return text, signature.decode("latin-1")


def _plain(escaped: bytes) -> bytes:
    return unquote_to_bytes(escaped.replace(b"+", b" "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One way in which a platform signs.

    Attributes:
        platform: Registry key.
        secrets: Names of the parameters that may sign; each belongs to another app.
        wrong: Ways to sign that resemble the right one; each must be refused.
        raw: The bytes behind a signature; their change makes a wrong one of the right form.
        written: A signature of such bytes.
        takes: Headers, beside the signature, that come along and prove nothing.
        compares: Whether a wrong signature must be found by a comparison in constant time.
    """

    platform: str
    secrets: Sequence[str]
    place: Place
    sign: Signing
    wrong: Mapping[str, Signing]
    raw: Callable[[str], bytes]
    written: Callable[[bytes], str]
    takes: Callable[[bytes, str], Mapping[str, str]] = lambda _body, _secret: {}
    compares: bool = True

    def request(self, text: bytes, secret: str, *, what: str = "", path: str = "") -> Sent:
        """Make a request that carries a text and its signature."""
        empty = Sent(what=what, platform=self.platform, body=b"", headers=dict(self.takes(text, secret)), path=path)
        return self.place.put(empty, text, self.sign(text, secret))

    def signed_anew(self, sent: Sent, secret: str) -> Sent:
        """Sign what a request says with another secret."""
        text, _ = self.place.take(sent)
        return self.place.put(sent, text, self.sign(text, secret))

    def nearly(self, sent: Sent, secret: str) -> list[Sent]:
        """Make requests whose signature has the right form and is wrong in one byte."""
        text, _ = self.place.take(sent)
        right = self.raw(self.sign(text, secret))
        wrong = [right[:at] + bytes([right[at] ^ 0x11]) + right[at + 1 :] for at in range(len(right))]
        return [self.place.put(sent, text, self.written(each)) for each in wrong]


def _written_again(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body.decode("utf-8-sig"))).encode()
    except ValueError:
        return body + b" "


def _hub(mark: str) -> Callable[[bytes], str]:
    """Write ``mark=<hex>``."""
    return lambda raw: f"{mark}={raw.hex()}"


_SHA1_HUB = signing(_hub("sha1"), WRONG["sha1"])

_META = Scheme(
    platform="meta",
    # Each of the two logins belongs to an app of its own.
    secrets=("app_secret", "instagram_app_secret"),
    place=InHeader(name="x-hub-signature-256"),
    sign=signing(_hub("sha256"), RIGHT),
    wrong={
        **signings(_hub("sha256"), WRONG),
        "sha1 that says so": _SHA1_HUB,
        "sha256 for sha1": signing(_hub("sha1"), RIGHT),
        "sha512 that says so": signing(_hub("sha512"), WRONG["sha512"]),
        "the meaning signed": signing(_hub("sha256"), lambda key, body: mac("sha256", key, _written_again(body))),
        "base64": signing(lambda raw: "sha256=" + base64.b64encode(raw).decode(), RIGHT),
        "as in a signed request": lambda body, secret: url_safe(RIGHT(secret.encode(), body)),
    },
    raw=lambda signature: bytes.fromhex(signature.partition("=")[2]),
    written=_hub("sha256"),
    takes=lambda body, secret: {"x-hub-signature": _SHA1_HUB(body, secret)},
)

SCHEMES: Mapping[str, Scheme] = {scheme.platform: scheme for scheme in (_META,)}
"""Of deliveries, by platform; one that is registered and not listed here fails every proof."""


def _decoded(text: bytes) -> bytes:
    try:
        return from_url_safe(text.decode("latin-1"))
    except ValueError:
        return text + b"="


_SIGNED_REQUEST = Scheme(
    platform="meta",
    secrets=("app_secret", "instagram_app_secret"),
    place=InForm(name="signed_request"),
    sign=signing(url_safe, RIGHT),
    wrong={
        **signings(url_safe, WRONG),
        "what it decodes to signed": signing(url_safe, lambda key, text: mac("sha256", key, _decoded(text))),
        "filled up and signed": signing(
            url_safe, lambda key, text: mac("sha256", key, text + b"=" * (-len(text) % 4 or 4))
        ),
        "a dot and the text signed": signing(url_safe, lambda key, text: mac("sha256", key, b"." + text)),
        "hex": signing(bytes.hex, RIGHT),
        "hex in base64": signing(lambda raw: url_safe(raw.hex().encode()), RIGHT),
        "filled up": signing(lambda raw: url_safe(raw) + "=", RIGHT),
        "base64 for files": signing(lambda raw: base64.b64encode(raw).decode().rstrip("="), RIGHT),
        "as in a header": signing(_hub("sha256"), RIGHT),
    },
    raw=from_url_safe,
    written=url_safe,
)

CALLBACK_SCHEMES: Mapping[str, Scheme] = {scheme.platform: scheme for scheme in (_SIGNED_REQUEST,)}
"""Of requests in the name of a person, by platform; a reader that is registered and not listed fails, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """How a platform asks whether an address is ours: by a GET, whose query this makes of token and challenge."""

    platform: str
    secret: str
    query: Callable[[str, str], Mapping[str, str]]


_HUB_CHALLENGE = Handshake(
    platform="meta",
    secret="verify_token",  # pragma: allowlist secret
    query=lambda token, challenge: {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": token,
    },
)

HANDSHAKES: Mapping[str, Handshake] = {shake.platform: shake for shake in (_HUB_CHALLENGE,)}
"""By platform; as above."""
