"""The local cloud plays every channel that it can, whatever the shipped settings name."""

import tomllib

import pytest

from infra.build.package import BUILT_TEMPLATE
from infra.local.deployment import TEMPLATE
from infra.local.platforms.vendors import VENDORS
from infra.local.settings import BUSINESS, local_settings
from nightbell.platforms.registry import PLATFORM_OF

SHIPPED = BUSINESS.read_text("utf-8")


def accounts(text: str) -> list[dict[str, str]]:
    return [dict(account) for account in tomllib.loads(text)["accounts"]]


def test_every_simulated_channel_has_an_account() -> None:
    played = {name for name, platform in PLATFORM_OF.items() if platform in VENDORS}
    assert played <= {account["channel"] for account in accounts(local_settings(SHIPPED))}


def test_what_is_shipped_stays_and_what_cannot_be_simulated_is_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VENDORS, "meta", "nowhere:Nothing")
    more = '[[accounts]]\nchannel = "fax"\nbrand = "b"\n[[accounts]]\nchannel = "whatsapp"\nbrand = "b"\n'
    shipped = '[brands.own]\n[[accounts]]\nchannel = "messenger"\nbrand = "own"\n'
    assert accounts(local_settings(shipped, more)) == [
        {"channel": "messenger", "brand": "own"},
        {"channel": "whatsapp", "brand": "own"},
    ]
    assert accounts(local_settings(shipped + '[[accounts]]\nchannel = "whatsapp"\nbrand = "own"\n', more)) == [
        {"channel": "messenger", "brand": "own"},
        {"channel": "whatsapp", "brand": "own"},
    ]


def test_a_further_brand_comes_with_its_accounts_alone() -> None:
    settings = tomllib.loads(local_settings(SHIPPED))
    brands = {account["channel"]: account["brand"] for account in settings["accounts"]}
    assert (brands["line"], brands["telegram"]) == ("mill", "harbour")
    assert (settings["brands"]["mill"]["rating"], settings["brands"]["harbour"]["rating"]) == (True, False)
    own = SHIPPED + '[[accounts]]\nchannel = "line"\naccount_id = "U1"\nbrand = "harbour"\n'
    assert list(tomllib.loads(local_settings(own))["brands"]) == ["harbour"]


def test_simulated_accounts_are_never_where_a_deployment_looks() -> None:
    assert BUILT_TEMPLATE.parent not in (TEMPLATE.parent, *TEMPLATE.parents)
