"""Other apps own a thread, and Meta asks for a person."""

import html
import json
import re
from urllib.parse import urlsplit

import pytest
import requests

from infra.local.platforms.meta.people import MESSENGER
from infra.local.waiting import wait_for
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)


def test_while_another_app_owns_the_thread_we_keep_and_do_not_answer(shop: Shop) -> None:
    somebody = shop.somebody(MESSENGER)
    shop.write(somebody)
    shop.told(somebody, "acknowledged")
    shop.cloud.meta.outsiders.take(somebody)
    shop.desk().take(shop.conversation(somebody), "marta")
    shop.desk().close(shop.conversation(somebody), "marta")
    shop.write(somebody, "Hello? Somebody there?")
    assert wait_for(lambda: len(shop.messages(somebody)) == 2 or None, SOON_S)
    shop.quiet()
    assert len(shop.answers(somebody)) == 1
    shop.cloud.meta.outsiders.release(somebody)


def _ask(shop: Shop, what: str, user_id: str) -> dict[str, str]:
    attempt = shop.cloud.meta.call_back(what, what, user_id)
    assert attempt.status == 200, attempt.body
    answer: dict[str, str] = json.loads(attempt.body) if attempt.body else {}
    return answer


def _page(shop: Shop, url: str) -> str:
    """Read the page behind the address that Meta was given."""
    query = urlsplit(url).query
    answer = requests.get(shop.cloud.handles.hook("meta", f"deletion?{query}"), timeout=20)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_what_a_person_asks_to_have_deleted_is_gone_and_the_page_says_so(shop: Shop) -> None:
    somebody = shop.somebody(MESSENGER)
    shop.write(somebody, "My name is Ada and I live at the lighthouse")
    shop.told(somebody, "acknowledged")
    answer = _ask(shop, "deletion", somebody.contact_id)
    assert answer["confirmation_code"] in answer["url"]
    assert answer["confirmation_code"] in _page(shop, answer["url"])
    shop.sweep()
    assert wait_for(lambda: "lighthouse" not in str(shop.items(shop.conversation(somebody))) or None, SOON_S)
    page = wait_for(lambda: _finished(_page(shop, answer["url"])), SOON_S)
    assert page, _page(shop, answer["url"])
    assert "Conversations: 1; messages: 1" in page


def test_a_person_nobody_knows_is_told_so_honestly(shop: Shop) -> None:
    answer = _ask(shop, "deletion", "987654321987654321")
    shop.sweep()
    page = wait_for(lambda: _finished(_page(shop, answer["url"])), SOON_S)
    assert page, _page(shop, answer["url"])
    assert "there was nothing to delete" in page


def _finished(page: str) -> str | None:
    return None if "are deleting now" in page else page
