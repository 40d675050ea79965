"""What an agent at the page has not seen is not closed, and what is no address of theirs leads nowhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Shop
from tests.e2e.test_desk_page import ANSWER_MS, Desk, Waiting, desk, sit, wait

__all__ = ["desk", "sit", "wait"]
pytestmark = pytest.mark.timeout(180)


def test_what_comes_behind_a_dialog_is_not_closed_before_it_was_said(
    desk: Desk,
    shop: Shop,
    wait: Callable[..., Waiting],
) -> None:
    ada = wait()
    desk.sign_in()
    desk.take(ada.key)
    desk.act("Finish")
    shop.write(ada.contact, "And the candles?")
    expect(desk.page.locator(".entry.theirs").last).to_contain_text("And the candles?", timeout=ANSWER_MS)
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Finish").click()
    expect(dialog).to_contain_text("The conversation has moved on")
    expect(desk.page.locator(".entry.waits")).to_have_count(2)
    dialog.get_by_role("button", name="Finish").click()
    expect(desk.page.locator(".holding")).to_have_text("Nothing waits here.")


GO = "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"


def test_an_address_that_is_no_key_leads_nowhere(desk: Desk) -> None:
    asked: list[str] = []
    desk.sign_in()
    desk.page.on("request", lambda request: asked.append(request.url))
    for path in ("x%2F..%2F..%2Fme", "..%2Fcolleagues", "%E0%A4%A"):
        desk.page.evaluate(GO, f"/desk/{path}")
    expect(desk.page.locator("#conversation .empty")).to_be_visible()
    assert [each for each in asked if "/api/" in each and "/api/waiting" not in each] == []
