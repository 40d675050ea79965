"""How each platform signs, written down a second time, so that a mistake in one place is not in both."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.chaos.other_schemes import GOOGLE, LINE, LINKEDIN, STANDARD, TELEGRAM, TWILIO, X
from tests.chaos.scheme import InForm, InHeader, Scheme, hub
from tests.chaos.signing import RIGHT, WRONG, from_url_safe, mac, signing, signings, url_safe


def _written_again(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body.decode("utf-8-sig"))).encode()
    except ValueError:
        return body + b" "


_SHA1_HUB = signing(hub("sha1"), WRONG["sha1"])

_META = Scheme(
    platform="meta",
    # Each of the two logins belongs to an app of its own.
    secrets=("app_secret", "instagram_app_secret"),
    place=InHeader(name="x-hub-signature-256"),
    sign=signing(hub("sha256"), RIGHT),
    wrong={
        **signings(hub("sha256"), WRONG),
        "sha1 that says so": _SHA1_HUB,
        "sha256 for sha1": signing(hub("sha1"), RIGHT),
        "sha512 that says so": signing(hub("sha512"), WRONG["sha512"]),
        "the meaning signed": signing(hub("sha256"), lambda key, body: mac("sha256", key, _written_again(body))),
        "base64": signing(lambda raw: "sha256=" + base64.b64encode(raw).decode(), RIGHT),
        "as in a signed request": lambda body, secret: url_safe(RIGHT(secret.encode(), body)),
    },
    raw=lambda signature: bytes.fromhex(signature.partition("=")[2]),
    written=hub("sha256"),
    takes=lambda body, secret: {"x-hub-signature": _SHA1_HUB(body, secret)},
)

SCHEMES: Mapping[str, Scheme] = {
    scheme.platform: scheme for scheme in (_META, X, TELEGRAM, LINKEDIN, TWILIO, STANDARD, GOOGLE, LINE)
}
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
        "as in a header": signing(hub("sha256"), RIGHT),
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

ASKED_BY_ANYBODY = frozenset({"linkedin", "x"})
"""Platforms whose check of our address proves nothing: whoever asks is answered, and learns no secret by it."""
