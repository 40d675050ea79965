"""Closed by hand while the shop would be open: customers, the public page and the desk tell it in half a minute."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import requests
from playwright.sync_api import expect

from nightbell.adapters.override_table import OverrideTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.hours_override import Override, Scope, ended, with_word
from nightbell.services.live_hours import FRESH_FOR
from tests.e2e.conftest import Shop
from tests.e2e.test_desk_page import ANSWER_MS, Desk, desk, sit

__all__ = ["desk", "sit"]
A_LITTLE_LATER = FRESH_FOR + timedelta(seconds=2)
"""Functions see within 0.2 s that the clock was moved."""


@pytest.fixture
def by_hand(shop: Shop) -> Iterator[OverrideTable]:
    clock, handles = shop.cloud.clock, shop.cloud.handles
    table = OverrideTable(TableClient(handles.client("dynamodb"), handles.table_name, Deadline(clock)))
    yield table
    table.change(lambda said: ended(said, Scope(), clock.now()))
    clock.set_to(clock.now() + A_LITTLE_LATER)


def close(shop: Shop, by_hand: OverrideTable) -> datetime:
    """Close everything until an hour from now, and let it get round."""
    now = shop.cloud.clock.now().replace(microsecond=0)
    until = (now + timedelta(hours=1)).replace(second=0)
    word = Override(scope=Scope(), is_open=False, since=now, until=until, by="ana", reason="A tree fell.")
    by_hand.change(lambda said: with_word(said, word))
    shop.cloud.clock.set_to(shop.cloud.clock.now() + A_LITTLE_LATER)
    return until


def test_customers_visitors_and_agents_see_that_the_shop_is_closed(
    shop: Shop,
    by_hand: OverrideTable,
    desk: Desk,
) -> None:
    before, after = shop.somebody(), shop.somebody()
    shop.write(before)
    assert "open" not in shop.answer(before).text
    until = close(shop, by_hand)
    brand = next(iter(shop.cloud.business.brands.values()))
    at = f"{until.astimezone(brand.zone):%H:%M}"
    time.sleep(0.5)
    shop.write(after)
    said = shop.answer(after).text
    assert at in said, said
    assert "tree" not in said
    page = requests.get(f"{shop.cloud.handles.api_url}/hours/{brand.key}", timeout=20).text
    assert '<span class="closed">' in page
    assert at in page
    desk.sign_in()
    shown = desk.page.locator("#list .hint").filter(has_text="A tree fell.")
    expect(shown).to_contain_text(at, timeout=ANSWER_MS)
    expect(shown).to_contain_text("ana")
