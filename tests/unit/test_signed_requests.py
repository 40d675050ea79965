"""How a request for a person is proven, where no outcome can show it."""

import base64
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.meta.callbacks import MetaCallbacks

APP = "an-app-secret-of-enough-length"  # pragma: allowlist secret
INSTAGRAM = "the-secret-of-the-instagram-app"  # pragma: allowlist secret
OLD = "the-app-secret-before-this-one"  # pragma: allowlist secret
SECRETS = {"app_secret": (APP, OLD), "instagram_app_secret": (INSTAGRAM,)}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def request(secret: str, issued_at: int = int(NOW.timestamp())) -> Delivery:
    content = {"algorithm": "HMAC-SHA256", "issued_at": issued_at, "user_id": "218471"}
    payload = base64url(json.dumps(content).encode())
    mac = base64url(hmac.new(secret.encode(), payload.encode(), "sha256").digest())
    body = f"signed_request={mac}.{payload}".encode()
    return Delivery(platform="meta", path="deletion", method="POST", headers={}, query={}, body=body, received_at=NOW)


@pytest.mark.parametrize("secret", [APP, OLD, INSTAGRAM, "a-secret-of-somebody-else-altogether"])
def test_a_request_is_compared_with_every_secret_in_constant_time(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    compared: list[bytes] = []
    in_constant_time = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return in_constant_time(one, other)

    asked = request(secret)
    monkeypatch.setattr(hmac, "compare_digest", watched)
    if secret in {APP, OLD, INSTAGRAM}:
        MetaCallbacks().read(asked, SECRETS)
    else:
        with pytest.raises(SignatureError):
            MetaCallbacks().read(asked, SECRETS)
    assert len(set(compared)) == 3


def test_a_code_that_somebody_was_given_leads_to_the_same_page_for_ever() -> None:
    """It is the only way to what became of the request; a code made otherwise from now on would lead nowhere."""
    assert MetaCallbacks().read(request(APP), SECRETS).code == "ycanssqrfpoapcfimttkcs3cqw"  # pragma: allowlist secret


@pytest.mark.parametrize("payload", ["eyJhb", "e30=", "e-_", "e3+0", "e3/0", "e\u00e90"])
def test_what_is_signed_and_no_base64url_is_refused(payload: str) -> None:
    mac = base64url(hmac.new(APP.encode(), payload.encode(), "sha256").digest())
    asked = Delivery(
        platform="meta",
        path="deletion",
        method="POST",
        headers={},
        query={},
        body=f"signed_request={mac}.{quote(payload)}".encode(),
        received_at=NOW,
    )
    with pytest.raises(SignatureError):
        MetaCallbacks().read(asked, SECRETS)


@pytest.mark.parametrize("issued_at", [10**11, 27 * 10**10, 10**12, 10**18, 10**30])
def test_a_time_beyond_every_calendar_is_refused(issued_at: int) -> None:
    with pytest.raises(SignatureError):
        MetaCallbacks().read(request(APP, issued_at), SECRETS)


def test_a_clock_that_is_ten_minutes_ahead_is_borne_with_and_no_more() -> None:
    ahead = int(NOW.timestamp()) + 600
    assert MetaCallbacks().read(request(APP, ahead), SECRETS).user_id == "218471"
    with pytest.raises(SignatureError):
        MetaCallbacks().read(request(APP, ahead + 1), SECRETS)
