"""The calls that Meta makes about a person rather than a message: delete their data, they removed the app.

Source: Meta "Data Deletion Request Callback" and "Deauthorize callback": a form with one field,
``signed_request``: the signature and the payload, each base64url without padding; the signature is the
raw HMAC-SHA256 of the encoded payload. No header signs these calls.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from urllib.parse import urlencode

from infra.local.platforms.courier import Delivery

FORM = "application/x-www-form-urlencoded"


def signed_request(user_id: str, app_secret: str, at: datetime) -> str:
    """Sign who it is about: an id of the person that belongs to the app alone."""
    payload = {"algorithm": "HMAC-SHA256", "issued_at": int(at.timestamp()), "user_id": user_id}
    encoded = _base64url(json.dumps(payload, separators=(",", ":")).encode())
    signature = hmac.new(app_secret.encode(), encoded.encode(), hashlib.sha256).digest()
    return f"{_base64url(signature)}.{encoded}"


def callback(what: str, path: str, user_id: str, app_secret: str, at: datetime) -> Delivery:
    """Make the call; ``path`` is what follows the webhook's address, such as ``data-deletion``."""
    body = urlencode({"signed_request": signed_request(user_id, app_secret, at)}).encode()
    return Delivery(what=f"{what}: {user_id}", body=body, headers={"Content-Type": FORM}, path=path)


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
