"""Requests that Meta makes for a person: delete what you hold of them, or forget that they connected you.

Source: Meta "Data Deletion Request Callback" §Implementing the Callback and "Facebook Login: Manually Build a Login
Flow" §Parsing a Signed Request: a form with one field, ``signed_request``, which is two texts in base64url joined by
a dot: the raw HMAC-SHA256 of the second one, as it is written, and a JSON object. There is no signature header here.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from nightbell.domain.errors import NotUnderstoodError, SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Callback, CallbackKind
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.meta import signature

FIELD = "signed_request"
GOOD_FOR = timedelta(days=7)
"""After it was issued. No document says how long Meta tries again; its longest other retry is as long."""
CLOCKS_DIFFER = timedelta(minutes=10)

_FORM = re.compile(r"[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{1,4096}")
_USER_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_LATEST_S = 10**11
"""Seconds since 1970; larger numbers are milliseconds, and Meta sends none here."""


class MetaCallbacks:
    """Implements :class:`nightbell.platforms.channel.CallbackReader`."""

    platform = "meta"
    kinds: Mapping[str, CallbackKind] = {kind.value: kind for kind in CallbackKind}
    # An app that uses Instagram's own login signs with that app's secret.
    secrets: Sequence[str] = ("app_secret", "instagram_app_secret")
    max_body = 16_384

    def read(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Callback:
        """Prove and read one; the signature comes before anything else."""
        mac, payload = _split(_only_field(delivery.body))
        signed_with = _prove(mac, payload, secrets)
        content = _content(payload)
        return Callback(
            kind=self.kinds[delivery.path],
            user_id=_user_id(content),
            code=_code(payload, mac),
            secret=signed_with,
            issued_at=_issued_at(content, delivery.received_at),
        )


def _only_field(body: bytes) -> str:
    """Find the one field; two of them could be read in two ways, so that is refused."""
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=16, errors="strict")
    except ValueError:
        raise SignatureError("the body is not a form") from None
    found = [value for name, value in fields if name == FIELD]
    if len(found) != 1:
        raise SignatureError(f"the form has {len(found)} signed requests")
    return found[0]


def _split(signed_request: str) -> tuple[bytes, str]:
    if not _FORM.fullmatch(signed_request):
        raise SignatureError("the signed request is malformed")
    mac, _, payload = signed_request.partition(".")
    return _decode(mac), payload


def _decode(text: str) -> bytes:
    """Decode base64url without padding, and only the one way in which it can be written."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise SignatureError("the signed request is not in base64url") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise SignatureError("the signed request is not in base64url")
    return raw


def _prove(mac: bytes, payload: str, secrets: Mapping[str, Sequence[str]]) -> str:
    """Name the secret that signed; every one is tried, so that the time tells nothing."""
    names = MetaCallbacks.secrets
    usable = [(name, value) for name in names for value in secrets.get(name, ()) if signature.is_usable(value)]
    if not usable:
        raise SignatureError("no app secret to verify with")
    matches = [
        name
        for name, value in usable
        if hmac.compare_digest(hmac.new(value.encode(), payload.encode(), "sha256").digest(), mac)
    ]
    if not matches:
        raise SignatureError("the signature does not match")
    return matches[0]


def _content(payload: str) -> Mapping[str, object]:
    try:
        content = read_json(_decode(payload))
    except NotUnderstoodError:
        raise SignatureError("the signed request holds no JSON") from None
    if not isinstance(content, dict):
        raise SignatureError("the signed request holds no object")
    if str(content.get("algorithm")).upper() != "HMAC-SHA256":
        raise SignatureError("the algorithm is not HMAC-SHA256")
    return content


def _user_id(content: Mapping[str, object]) -> str:
    found = content.get("user_id")
    if isinstance(found, bool) or not isinstance(found, str | int) or not _USER_ID.fullmatch(str(found)):
        raise SignatureError("the signed request names nobody")
    return str(found)


def _issued_at(content: Mapping[str, object], received_at: datetime) -> datetime:
    """Read when it was issued; an old one may have been picked up somewhere and is refused."""
    found = content.get("issued_at")
    if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < _LATEST_S:
        raise SignatureError("the signed request does not say when it was issued")
    issued_at = datetime.fromtimestamp(found, UTC)
    if not -CLOCKS_DIFFER <= received_at - issued_at <= GOOD_FOR:
        raise SignatureError("the signed request is too old, or from the future")
    return issued_at


def _code(payload: str, mac: bytes) -> str:
    """Derive the code from the proof, which nobody can guess: 26 letters and digits, 130 bits."""
    digest = sha256(b"nightbell.callback\x00" + mac + payload.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:26]
