from typing import Any

import pytest

from nightbell.domain.business import Account
from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Platform
from nightbell.platforms.standard.platform import Standard
from tests.platforms.standard.test_signature import BODY, NOW, OTHER, SECRET, headers

NOBODY: Any = None
ACCOUNTS = [Account(channel="standard", account_id=name, brand=NOBODY, hours=NOBODY) for name in ("shop-form", "forum")]


def delivery(path: str = "shop-form", signature: str = "") -> Delivery:
    signed = headers(signature) if signature else headers()
    return Delivery(platform="standard", path=path, method="POST", headers=signed, query={}, body=BODY, received_at=NOW)


def test_only_sources_of_the_settings_have_an_address() -> None:
    accepted = {
        path: Standard().accepts(path, ACCOUNTS) for path in ("shop-form", "forum", "", "other", "forum/x", "*")
    }
    assert accepted == {"shop-form": True, "forum": True, "": False, "other": False, "forum/x": False, "*": False}
    assert not Standard().accepts("shop-form", [])


def test_a_source_is_verified_with_its_own_secret_and_asks_for_no_other() -> None:
    assert list(Standard().secret_names(delivery(), ACCOUNTS).needed) == ["source/shop-form"]
    assert list(Standard().secret_names(delivery("forum"), ACCOUNTS).needed) == ["source/forum"]
    assert list(Standard().secret_names(delivery("../meta/app_secret"), ACCOUNTS).needed) == []
    assert Standard().secrets_of(ACCOUNTS[1]).needed == ("source/forum",)


def test_a_relay_cannot_speak_for_another() -> None:
    Standard().verify(delivery(), {"source/shop-form": [SECRET]})
    for secrets in (
        {"source/forum": [SECRET]},
        {"source/": [SECRET]},
        {"source/forum": [SECRET], "source/shop-form": []},
    ):
        with pytest.raises(SignatureError):
            Standard().verify(delivery(), secrets)
    with pytest.raises(SignatureError):
        Standard().verify(delivery(signature=OTHER), {"source/shop-form": [SECRET]})


def test_nothing_is_asked_before_and_nothing_said_after() -> None:
    standard: Platform = Standard()
    assert standard.handshake(delivery(), {"source/shop-form": [SECRET]}) is None
    assert not standard.reply(delivery()).body
