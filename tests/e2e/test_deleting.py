"""One deletion from the request to the page that tells what became of it; one message taken back; the public page."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from infra.local.platforms.meta.bodies import delivery_body
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, MESSENGER, Contact
from infra.local.platforms.meta.wire import wire_form
from nightbell.domain.keys import BREAKER_SK, account_pk
from nightbell.platforms.registry import CHANNELS, PLATFORM_OF
from nightbell.services.ways_out import ways_out
from tests.e2e.conftest import Shop

pytestmark = pytest.mark.timeout(120)


def signed_request(shop: Shop, user_id: str, secret: str = "") -> str:
    content = {
        "algorithm": "HMAC-SHA256",
        "issued_at": int(shop.cloud.clock.now().timestamp()),
        "user_id": user_id,
    }
    payload = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
    mac = hmac.new((secret or shop.cloud.secrets["meta"]["app_secret"]).encode(), payload.encode(), "sha256").digest()
    return f"{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}.{payload}"


def ask(shop: Shop, path: str, signed: str) -> requests.Response:
    url = shop.cloud.handles.hook("meta", path)
    return requests.post(url, data={"signed_request": signed}, timeout=20)


def page(shop: Shop, code: str) -> requests.Response:
    return requests.get(shop.cloud.handles.hook("meta", "deletion"), params={"id": code}, timeout=20)


def test_a_deletion_is_promised_done_and_told(shop: Shop) -> None:
    ada = shop.somebody()
    shop.write(ada, "canary: is my cake ready?")
    shop.told(ada, "acknowledged")
    answer = ask(shop, "deletion", signed_request(shop, ada.contact_id))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    promised = answer.json()
    assert urlsplit(promised["url"]).query == f"id={promised['confirmation_code']}"
    shop.sweep()
    told = page(shop, promised["confirmation_code"])
    assert (told.status_code, told.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Everything written under the id that the platform gave us is deleted" in told.text
    assert "canary" not in str(shop.items(shop.conversation(ada)))
    assert ada.name not in str(shop.items(shop.conversation(ada)))


@pytest.mark.parametrize("said", ["canary: how much is an ensaimada?", "canary: delicious!"])
def test_what_a_person_said_in_public_is_deleted_too_with_all_that_they_were_told(said: str, shop: Shop) -> None:
    """Meta names one id, what was said below a post is filed under the post, and praise leads to nothing in private."""
    ada = shop.somebody(FACEBOOK_COMMENTS)
    line = shop.line(shop.write(ada, said).message_ids[0]).text
    shop.told(ada, "acknowledged")
    private = shop.answer(ada.in_private).text if "?" in said else line
    promised = ask(shop, "deletion", signed_request(shop, ada.contact_id)).json()
    shop.sweep()
    assert "is deleted" in page(shop, promised["confirmation_code"]).text
    kept = str(shop.items(shop.conversation(ada)))
    assert [words for words in ("canary", line, private, ada.name) if words in kept] == []
    assert shop.team().standing(shop.conversation(ada)) == "answered"


@pytest.fixture
def breakers(shop: Shop) -> Iterator[Callable[[], set[str]]]:
    """Tell which ways out are closed to us; all are open again for the other tests."""
    ways = ways_out(list(shop.cloud.business.accounts.values()), CHANNELS)

    def opened() -> set[str]:
        return {way for way, account in ways if "open_until" in str(shop.items(account_pk(way, account), BREAKER_SK))}

    yield opened
    for way, account in ways:
        key = {"pk": {"S": account_pk(way, account)}, "sk": {"S": BREAKER_SK}}
        shop.cloud.handles.client("dynamodb").delete_item(TableName=shop.cloud.handles.table_name, Key=key)


def test_a_permission_that_was_taken_back_is_tried_by_the_next_acknowledgement_alone(
    shop: Shop, breakers: Callable[[], set[str]]
) -> None:
    answer = ask(shop, "deauthorize", signed_request(shop, "4711"))
    assert (answer.status_code, answer.text) == (200, "")
    channels = {channel for channel, _ in shop.cloud.business.accounts}
    assert channels & breakers() == {channel for channel in channels if PLATFORM_OF[channel] == "meta"}
    ada = shop.somebody()
    shop.write(ada)
    shop.answer(ada)
    shop.told(ada, "acknowledged")
    assert MESSENGER not in breakers(), "the token still works"
    assert ask(shop, "deauthorize", signed_request(shop, "4711")).status_code == 200


def test_a_request_that_nobody_signed_is_refused_and_an_unknown_code_not_found(shop: Shop) -> None:
    forged = signed_request(shop, "1", "somebody else's secret, also long")
    assert ask(shop, "deletion", forged).status_code == 401
    assert ask(shop, "deauthorize", forged).status_code == 401
    assert page(shop, "a" * 26).status_code == 404


def test_what_is_taken_back_is_gone(shop: Shop) -> None:
    ada = shop.somebody()
    written = shop.write(ada, "canary: is my cake ready?")
    shop.told(ada, "acknowledged")
    [message] = shop.messages(ada)
    assert message["txt"]
    assert shop.deliver(unsend(shop, ada, str(message["sk"]).removeprefix("M#"))).status == 200
    assert written.attempts
    assert "canary" not in str(shop.items(shop.conversation(ada)))


def unsend(shop: Shop, contact: Contact, message_id: str) -> bytes:
    now = shop.cloud.clock.now()
    event: dict[str, Any] = {
        "sender": {"id": contact.contact_id},
        "recipient": {"id": contact.account_id},
        "timestamp": int(now.timestamp() * 1000),
        "message": {"mid": message_id, "is_deleted": True},
    }
    return wire_form(delivery_body(shop.cloud.meta.account(MESSENGER), [event], now))


def test_everybody_may_read_the_opening_hours(shop: Shop) -> None:
    for path in ("/hours", "/hours/harbour"):
        answer = requests.get(shop.cloud.handles.api_url + path, headers={"Accept-Language": "es"}, timeout=20)
        assert (answer.status_code, answer.headers["content-language"]) == (200, "es")
        assert "Harbour Bakery" in answer.text
        assert answer.headers["cache-control"].startswith("public, max-age=")
    assert requests.get(f"{shop.cloud.handles.api_url}/hours/nobody", timeout=20).status_code == 404
