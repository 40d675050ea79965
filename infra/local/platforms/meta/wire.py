r"""The bytes that Meta puts on the wire, and the headers that sign them.

Source: Graph API "Webhooks: Getting started" (payload validation), and bodies seen live: text is
escaped as ``\uXXXX`` with lower-case digits, and a slash as ``\/``.
"""

import hashlib
import hmac
import json


def wire_form(body: object) -> bytes:
    """Serialise as Meta does; parsing and serialising again gives other bytes."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def signature_headers(body: bytes, app_secret: str) -> dict[str, str]:
    """Sign a delivery, with the legacy header that still comes along."""
    key = app_secret.encode()
    return {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
        "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
        "User-Agent": "facebookexternalua",
    }


def appsecret_proof(token: str, app_secret: str) -> str:
    """Compute what proves that a caller knows the secret of the app that issued its token."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
