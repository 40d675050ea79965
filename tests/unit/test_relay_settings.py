"""A relay is answered through the address that it names, and not at all where it names none."""

import tomllib

import pytest

from nightbell.domain.build_settings import build_account
from tests.unit.calendars import FakeCalendars
from tests.unit.talk import bakery

RELAY = {"channel": "standard", "account_id": "shop-form", "brand": "bakery"}
URL = "https://shop.example/reply"


@pytest.mark.parametrize(
    ("written", "automatic"),
    [
        ("", False),
        ("automatic = true", False),
        (f'reply_url = "{URL}"', None),
        (f'reply_url = "{URL}"\nautomatic = true', True),
        (f'reply_url = "{URL}"\nautomatic = false', False),
    ],
)
def test_a_relay_is_answered_where_it_names_an_address(written: str, automatic: bool | None) -> None:  # noqa: FBT001 - the example
    brand = bakery().brand
    document = {"brands": {"bakery": {}}, "accounts": [{**RELAY, **tomllib.loads(written)}]}
    account = build_account(1, document, {"bakery": brand}, FakeCalendars())
    assert account.automatic is automatic
    assert account.reply_url == (URL if URL in written else None)


def test_other_channels_say_so_themselves() -> None:
    document = {"brands": {"bakery": {}}, "accounts": [{**RELAY, "channel": "messenger"}]}
    assert build_account(1, document, {"bakery": bakery().brand}, FakeCalendars()).automatic is None
