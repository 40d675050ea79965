"""How X proves itself to us, and how we prove ourselves to X; written a second time, by the documents alone.

Sources: X "Webhooks: Quickstart" §Signature verification; X "OAuth 1.0a: Creating a signature".
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from infra.local.loopback_server import Request
from infra.local.platforms.courier import Delivery

SIGNATURE = "x-twitter-webhooks-signature"
_PAIR = re.compile(r'([A-Za-z_]+)="([^"]*)"')


def delivery_of(what: str, tree: object, secret: str) -> Delivery:
    """Write and sign a delivery."""
    body = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", SIGNATURE: answer_to(body, secret)}
    return Delivery(what=what, body=body, headers=headers)


def answer_to(text: bytes, secret: str) -> str:
    """Sign a body, or a token."""
    digest = hmac.digest(secret.encode(), text, "sha256")
    return "sha256=" + base64.b64encode(digest).decode()


def is_signed(request: Request, address: str, consumer: tuple[str, str], token: tuple[str, str]) -> bool:
    """Check a call as X does: key and secret of the app, then of the account; ``address`` is without the query."""
    written = request.headers.get("authorization", "")
    if not written.startswith("OAuth "):
        return False
    said = {unquote(name): unquote(value) for name, value in _PAIR.findall(written)}
    signature = said.pop("oauth_signature", "")
    if (said.get("oauth_consumer_key"), said.get("oauth_token")) != (consumer[0], token[0]):
        return False
    base = _base(request.method, address, {**request.query, **said})
    key = f"{quote(consumer[1], '')}&{quote(token[1], '')}"
    right = base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()
    return hmac.compare_digest(right.encode(), signature.encode())


def _base(method: str, address: str, parameters: Mapping[str, str]) -> str:
    pairs = sorted(f"{quote(name, '')}={quote(value, '')}" for name, value in parameters.items())
    return "&".join(quote(part, "") for part in (method, address, "&".join(pairs)))
