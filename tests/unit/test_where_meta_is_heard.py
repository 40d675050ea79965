"""Where Meta's deliveries are taken, how large they may be, and by which secrets they are proven."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.errors import MisconfiguredError, SignatureError, TooLargeError, UnknownPlatformError
from nightbell.domain.events import Delivery
from nightbell.platforms.registry import PLATFORMS
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from tests.fakes import NoSpillQueue

APP = "an-app-secret-of-enough-length"  # pragma: allowlist secret
INSTAGRAM = "the-secret-of-the-instagram-app"  # pragma: allowlist secret
SET = {"app_secret": APP, "instagram_app_secret": INSTAGRAM, "verify_token": "tell-me"}
THREE_MEGABYTES = 3 * 1024 * 1024


class Secrets:
    """As they are named in Parameter Store."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        if name not in self._known:
            raise MisconfiguredError(f"{platform}/{name} was never set")
        return (self._known[name],)


def receive(known: Mapping[str, str] = SET, **given: Any) -> Received:
    stored: Any = lambda *_, **__: []  # noqa: E731 - what is stored is no matter here
    service = ReceiveDelivery(
        platforms=PLATFORMS, secrets=Secrets(known), store_delivery=stored, spill=NoSpillQueue(), accounts={}
    )
    shape = {"path": "", "method": "POST", "headers": {}, "query": {}, "body": b"", **given}
    return service(Delivery(platform="meta", received_at=datetime(2026, 11, 23, tzinfo=UTC), **shape))


def signed(body: bytes, secret: str) -> dict[str, Any]:
    mac = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return {"body": body, "headers": {"x-hub-signature-256": f"sha256={mac}"}}


@pytest.mark.parametrize("secret", [APP, INSTAGRAM], ids=["the app", "the app of Instagram's own login"])
def test_what_either_app_signed_is_taken(secret: str) -> None:
    assert receive(**signed(b"{}", secret)).status == 200


def test_an_app_without_instagrams_own_login_needs_no_secret_of_it() -> None:
    known = {name: secret for name, secret in SET.items() if name != "instagram_app_secret"}
    assert receive(known, **signed(b"{}", APP)).status == 200
    with pytest.raises(SignatureError):
        receive(known, **signed(b"{}", INSTAGRAM))


@pytest.mark.parametrize("missing", ["app_secret", "verify_token"])
def test_without_a_secret_that_everybody_needs_nothing_is_taken(missing: str) -> None:
    with pytest.raises(MisconfiguredError):
        receive({name: secret for name, secret in SET.items() if name != missing}, **signed(b"{}", INSTAGRAM))


def test_three_megabytes_are_taken_and_not_a_byte_more() -> None:
    assert receive(**signed(b" " * THREE_MEGABYTES, APP)).status == 200
    with pytest.raises(TooLargeError):
        receive(**signed(b" " * (THREE_MEGABYTES + 1), APP))


def test_below_the_address_there_is_no_other() -> None:
    with pytest.raises(UnknownPlatformError):
        receive(path="other", **signed(b"{}", APP))


def test_the_check_that_the_address_is_ours_is_answered_there() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "tell-me", "hub.challenge": "0042"}
    assert receive(method="GET", query=query).body == "0042"
