"""The simulated platform's subscriptions and tokens, as Meta documents them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from infra.local.loopback_server import Request
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.platforms.meta.simulator import SimulatedMeta
from tests.unit.local.conftest import ADA, APP, OWN_DIRECT, PAGE, PHONE, Clock

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def ask(meta: SimulatedMeta) -> Ask:
    def one(method: str, path: str, token: str, **query: str) -> tuple[int, dict[str, Any]]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        reply = meta.graph_api.answer(Request(method=method, path=path, query=query, headers=headers))
        return reply.status, json.loads(reply.body)

    return one


def edge(account_id: str, name: str = "subscribed_apps") -> str:
    return f"/v26.0/{account_id}/{name}"


def test_a_page_tells_its_fields_and_takes_others(ask: Ask) -> None:
    _, found = ask("GET", edge(PAGE.account_id), PAGE.token)
    assert found["data"][0]["id"] == APP.app_id
    assert "standby" in found["data"][0]["subscribed_fields"]
    assert ask("POST", edge(PAGE.account_id), PAGE.token, subscribed_fields="messages,feed") == (200, {"success": True})
    _, found = ask("GET", edge(PAGE.account_id), PAGE.token)
    assert found["data"][0]["subscribed_fields"] == ["feed", "messages"]


@pytest.mark.parametrize("fields", ["", "messages,nonsense", "message_edit"])
def test_an_unknown_field_is_refused_as_an_invalid_parameter(ask: Ask, fields: str) -> None:
    status, body = ask("POST", edge(PAGE.account_id), PAGE.token, subscribed_fields=fields)
    assert (status, body["error"]["code"]) == (400, 100)


def test_nothing_is_delivered_to_whom_nobody_is_subscribed(ask: Ask, meta: SimulatedMeta) -> None:
    before = len(meta.courier.log)
    ask("DELETE", edge(PAGE.account_id), PAGE.token)
    assert ask("GET", edge(PAGE.account_id), PAGE.token) == (200, {"data": []})
    assert meta.write(ADA, Writing(text="unheard")).attempts[0].status is None
    assert len(meta.courier.log) == before
    ask("POST", edge(PAGE.account_id), PAGE.token, subscribed_fields="messages")
    assert meta.write(ADA, Writing(text="heard")).attempts[0].status == 200


def test_a_business_account_has_no_fields_of_its_own(ask: Ask) -> None:
    assert ask("POST", edge(PHONE.parent_id), PHONE.token) == (200, {"success": True})
    _, found = ask("GET", edge(PHONE.parent_id), PHONE.token)
    assert found["data"][0].keys() == {"whatsapp_business_api_data"}
    _, numbers = ask("GET", edge(PHONE.parent_id, "phone_numbers"), PHONE.token)
    assert [each["id"] for each in numbers["data"]] == [PHONE.account_id]


def test_anothers_token_may_not_ask(ask: Ask) -> None:
    status, body = ask("GET", edge(PAGE.account_id), PHONE.token)
    assert (status, body["error"]["code"]) == (400, 190)


def test_a_token_tells_about_itself_and_a_dead_one_cannot_ask(ask: Ask, meta: SimulatedMeta, clock: Clock) -> None:
    _, found = ask("GET", "/v26.0/debug_token", PAGE.token, input_token=PAGE.token)
    assert (found["data"]["is_valid"], found["data"]["expires_at"]) == (True, 0)
    meta.world.care.dies_at[PAGE.token] = clock() + timedelta(days=1)
    _, found = ask("GET", "/v26.0/debug_token", PAGE.token, input_token=PAGE.token)
    assert found["data"]["expires_at"] == int((clock() + timedelta(days=1)).timestamp())
    clock.forward(days=2)
    assert ask("GET", "/v26.0/debug_token", PAGE.token, input_token=PAGE.token)[0] == 400


def test_a_business_token_names_what_it_was_given(ask: Ask) -> None:
    _, found = ask("GET", "/v26.0/debug_token", PHONE.token, input_token=PHONE.token)
    scopes = {each["scope"]: each["target_ids"] for each in found["data"]["granular_scopes"]}
    assert scopes["whatsapp_business_management"] == [PHONE.parent_id]


def test_an_unknown_token_is_told_to_be_invalid_to_the_app(ask: Ask) -> None:
    app = f"{APP.app_id}|{APP.app_secret}"
    _, found = ask("GET", "/v26.0/debug_token", app, input_token="unknown")
    assert found["data"]["is_valid"] is False


def test_an_instagram_token_is_renewed_and_the_old_one_lives_on(ask: Ask) -> None:
    path = f"{INSTAGRAM_PATH}/refresh_access_token"
    _, found = ask("GET", path, "", grant_type="ig_refresh_token", access_token=OWN_DIRECT.token)
    assert found["expires_in"] == 60 * 24 * 3600
    for token in (OWN_DIRECT.token, found["access_token"]):
        assert ask("GET", f"{INSTAGRAM_PATH}/v26.0/me/subscribed_apps", token)[0] == 200


@pytest.mark.parametrize("token", ["", PAGE.token, "unknown"])
def test_no_other_token_is_renewed(ask: Ask, token: str) -> None:
    path = f"{INSTAGRAM_PATH}/refresh_access_token"
    assert ask("GET", path, "", grant_type="ig_refresh_token", access_token=token)[0] == 400


def test_only_the_app_itself_may_ask_what_it_hears(ask: Ask) -> None:
    app = f"{APP.app_id}|{APP.app_secret}"
    _, found = ask("GET", edge(APP.app_id, "subscriptions"), app)
    assert {each["object"] for each in found["data"]} == {"page", "instagram", "whatsapp_business_account"}
    assert ask("GET", edge(APP.app_id, "subscriptions"), PAGE.token)[0] == 400


def test_conversations_are_listed_from_the_newest_by_pages(ask: Ask, meta: SimulatedMeta, clock: Clock) -> None:
    clock.forward(minutes=1)
    cai = type(ADA)(channel=ADA.channel, account_id=ADA.account_id, contact_id="5000000000000009", name="Cai")
    meta.write(cai, Writing(text="later"))
    query = {"platform": "messenger", "fields": "updated_time,messages.limit(2){id,from,message,attachments{id,name}}"}
    _, first = ask("GET", edge(PAGE.account_id, "conversations"), PAGE.token, **query, limit="1")
    assert first["data"][0]["messages"]["data"][0]["message"] == "later"
    after = first["paging"]["cursors"]["after"]
    _, second = ask("GET", edge(PAGE.account_id, "conversations"), PAGE.token, **query, limit="1", after=after)
    assert second["data"][0]["messages"]["data"][0]["message"] == "hello"
    assert "paging" not in second
