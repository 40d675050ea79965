"""What is subscribed follows from the table of consequences, and from nothing else."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.domain.business import Account
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, NoAnswer, Verdict, VerdictKind
from nightbell.platforms.meta import access_tokens, conversations, subscribed_apps
from nightbell.platforms.meta.access_tokens import NewToken, TokenState
from nightbell.platforms.meta.care_targets import app_fields, targets
from nightbell.platforms.meta.consequences import CONSEQUENCES
from nightbell.platforms.meta.subscribed_apps import Subscription
from nightbell.platforms.meta.subscriptions import BRINGS, SPELLINGS, Product, needed_fields
from nightbell.platforms.reading.consequence import Consequence
from tests.platforms.fixtures import RECEIVED_AT
from tests.unit.calendars import FakeCalendars

ACCESS = ApiAccess(base_url="https://graph.facebook.com", version="v26.0", token="a-token", app_secret="s" * 32)
EXAMPLE = Path(__file__).parents[2] / "unit" / "business_example.toml"
NOT_SUBSCRIBED = ("meta.", "whatsapp.user_id_update", "whatsapp.standby_echo", "whatsapp.messaging_handovers")
"""What comes with any subscription, what nobody can subscribe to, and what only Meta's Business Agent brings."""


def an_account(channel: str, account_id: str, **more: Any) -> Account:
    known = read_business(EXAMPLE, FakeCalendars()).accounts["messenger", "100"]
    return replace(known, channel=channel, account_id=account_id, **more)


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(body).encode())


def refusal(code: int, subcode: int | None = None, status: int = 400) -> Answer:
    return answer({"error": {"code": code, "error_subcode": subcode, "message": "no"}}, status)


def acted_on() -> set[str]:
    return {kind for kind, what in CONSEQUENCES.items() if what is not Consequence.NOISE}


def brought(channel: str, login: str) -> set[str]:
    """List the kinds that the needed fields of a channel bring."""
    fields = BRINGS[channel][1]
    prefixes = [prefix for field in needed_fields(channel, login=login) for prefix in fields[field]]
    found = {kind for kind in CONSEQUENCES if kind.startswith(tuple(prefixes))}
    if channel == "whatsapp":
        own = tuple(prefix for field, kinds in fields.items() if field != "messages" for prefix in kinds)
        found |= {kind for kind in CONSEQUENCES if kind.startswith("whatsapp.") and not kind.startswith(own)}
    return found


def test_everything_that_is_acted_on_is_subscribed() -> None:
    found = {kind for channel in BRINGS for kind in brought(channel, "instagram")}
    assert {kind for kind in acted_on() - found if not kind.startswith(NOT_SUBSCRIBED)} == set()


@pytest.mark.parametrize("channel", BRINGS)
def test_nothing_is_subscribed_that_is_only_counted(channel: str) -> None:
    fields = BRINGS[channel][1]
    for field in needed_fields(channel, login="instagram"):
        assert any(kind.startswith(fields[field]) for kind in acted_on()), field
    for field in fields.keys() - needed_fields(channel, login="instagram"):
        assert not any(kind.startswith(fields[field]) for kind in acted_on()), field


def test_the_fields_that_settle_and_hold_back_are_among_them() -> None:
    assert {"message_echoes", "standby", "messaging_policy_enforcement"} <= needed_fields("messenger")
    assert "smb_message_echoes" in needed_fields("whatsapp")
    assert "message_reads" not in needed_fields("messenger")


def test_echoes_have_a_field_only_with_instagrams_own_login() -> None:
    assert "message_echoes" in needed_fields("instagram_direct", login="instagram")
    assert "message_echoes" not in needed_fields("instagram_direct", login="facebook")


def test_a_page_serves_its_messages_its_posts_and_its_instagram_account() -> None:
    page = an_account("messenger", "1001")
    feed = an_account("facebook_comments", "1001")
    gram = an_account("instagram_direct", "17841400000000001", page_id="1001")
    [target] = targets([gram, feed, page])
    assert (target.product, target.object_id, target.token_of) == (Product.PAGE, "1001", "1001")
    assert target.fields == needed_fields("messenger") | needed_fields("facebook_comments")
    assert set(app_fields([gram, feed, page])) == {Product.PAGE, Product.INSTAGRAM}


def test_a_page_that_only_serves_instagram_is_subscribed_to_something() -> None:
    [target] = targets([an_account("instagram_direct", "17841400000000001", page_id="1001")])
    assert (target.object_id, set(target.fields)) == ("1001", {"messages"})


def test_instagrams_own_login_hangs_on_itself_and_numbers_on_their_owner() -> None:
    own = an_account("instagram_direct", "17841400000000002", login="instagram")
    numbers = [an_account("whatsapp", str(n), business_account_id="777") for n in (1, 2)]
    stray = an_account("whatsapp", "3")
    found = [(t.product, t.object_id, len(t.accounts)) for t in targets([own, *numbers, stray])]
    assert found == [(Product.INSTAGRAM, own.account_id, 1), (Product.WHATSAPP, "777", 2), (Product.WHATSAPP, "", 1)]


def test_accounts_of_other_vendors_are_left_out() -> None:
    assert targets([an_account("telegram", "1")]) == []


@pytest.mark.parametrize("field", SPELLINGS)
def test_both_spellings_of_a_field_are_one(field: str) -> None:
    subscription = Subscription(is_there=True, fields=frozenset({SPELLINGS[field]}))
    assert subscription.missing([field]) == frozenset()
    assert subscription.superfluous([field]) == frozenset()


def test_what_is_missing_and_what_is_too_much_is_named() -> None:
    subscription = Subscription(is_there=True, fields=frozenset({"messages", "leadgen"}))
    assert subscription.missing(["messages", "standby"]) == {"standby"}
    assert subscription.superfluous(["messages", "standby"]) == {"leadgen"}


def test_a_subscription_names_its_fields_and_proves_itself() -> None:
    request = subscribed_apps.subscribe_request(ACCESS, "1001", ["standby", "messages"])
    assert (request.method, request.url) == ("POST", "https://graph.facebook.com/v26.0/1001/subscribed_apps")
    assert request.query["subscribed_fields"] == "messages,standby"
    assert "appsecret_proof" in request.query
    assert "a-token" not in request.url


@pytest.mark.parametrize(
    "entry", [{"id": "42", "subscribed_fields": ["messages"]}, {"whatsapp_business_api_data": {"id": "42"}}]
)
def test_our_own_app_is_found_among_others(entry: dict[str, object]) -> None:
    others = {"id": "7", "subscribed_fields": ["leadgen"]}
    found = subscribed_apps.read_subscription(answer({"data": [others, entry, 3]}), "42")
    assert isinstance(found, Subscription)
    assert found.is_there
    assert found.fields <= {"messages"}


def test_somebody_elses_subscription_is_not_ours() -> None:
    found = subscribed_apps.read_subscription(answer({"data": [{"id": "7", "subscribed_fields": ["messages"]}]}), "42")
    assert found == Subscription(is_there=False)


def test_of_several_apps_none_is_guessed_to_be_ours() -> None:
    assert isinstance(subscribed_apps.read_subscription(answer({"data": [{"id": "7"}, {"id": "8"}]}), ""), Verdict)


ODD: list[HttpOutcome] = [
    answer([]),
    answer({}),
    answer({"data": {}}),
    answer({"data": None}),
    Answer(status=200, headers={}, body=b"<html>"),
    Answer(status=200, headers={}, body=b'{"data": [', complete=False),
    NoAnswer(error="reset"),
    refusal(190, 463, 401),
    Answer(status=502, headers={}, body=b"<html>"),
]


@pytest.mark.parametrize("outcome", ODD)
def test_an_odd_answer_is_told_and_never_taken_for_an_empty_one(outcome: HttpOutcome) -> None:
    account = an_account("messenger", "1001")
    assert isinstance(subscribed_apps.read_subscription(outcome, "42"), Verdict)
    assert isinstance(subscribed_apps.read_app(outcome), Verdict)
    assert isinstance(subscribed_apps.read_numbers(outcome), Verdict)
    assert isinstance(subscribed_apps.read_done(outcome), Verdict)
    assert isinstance(access_tokens.read_refreshed(outcome), Verdict)
    if outcome != ODD[3]:
        assert isinstance(conversations.read_page(outcome, account, RECEIVED_AT), Verdict)


def test_a_token_tells_when_it_dies_by_the_earlier_of_its_two_ends() -> None:
    ends = {"expires_at": 1_800_000_000, "data_access_expires_at": 1_790_000_000}
    state = access_tokens.read_debug(answer({"data": {"is_valid": True, "app_id": 42, **ends}}))
    assert state == TokenState(is_valid=True, app_id="42", dies_at=datetime.fromtimestamp(1_790_000_000, UTC))


@pytest.mark.parametrize("never", [0, None, "soon", True, -5, 10**14])
def test_an_end_that_is_none_means_never(never: object) -> None:
    state = access_tokens.read_debug(answer({"data": {"is_valid": True, "expires_at": never}}))
    assert state == TokenState(is_valid=True)


@pytest.mark.parametrize("outcome", [refusal(190), refusal(190, 463, 401), answer({"data": {"is_valid": False}})])
def test_a_dead_token_is_known_as_dead(outcome: Answer) -> None:
    assert access_tokens.read_debug(outcome) == TokenState(is_valid=False)


@pytest.mark.parametrize("outcome", [refusal(10), refusal(200), refusal(4), NoAnswer(error="reset"), answer({})])
def test_a_token_that_may_not_ask_is_not_taken_for_dead(outcome: HttpOutcome) -> None:
    assert isinstance(access_tokens.read_debug(outcome), Verdict)


def test_business_accounts_are_read_from_the_scope_that_manages_them() -> None:
    scopes = [{"scope": "public_profile"}, {"scope": "whatsapp_business_management", "target_ids": ["777", 888, None]}]
    state = access_tokens.read_debug(answer({"data": {"is_valid": True, "granular_scopes": scopes}}))
    assert isinstance(state, TokenState)
    assert state.business_ids == ("777", "888")


def test_a_new_token_lives_for_as_long_as_it_says_and_never_longer_than_documented() -> None:
    told = access_tokens.read_refreshed(answer({"access_token": "new", "expires_in": 10**9}))
    assert told == NewToken(token="new", lives_for=timedelta(days=60))


@pytest.mark.parametrize(("status", "code"), [(400, 190), (401, 190), (401, 0), (400, 102), (401, None)])
def test_a_token_that_cannot_ask_is_dead_by_every_word_that_meta_has_for_it(status: int, code: int | None) -> None:
    body = json.dumps({"error": {"code": code}} if code is not None else {}).encode()
    state = access_tokens.read_debug(Answer(status=status, headers={}, body=body))
    assert isinstance(state, TokenState)
    assert not state.is_valid


def test_a_token_that_may_not_ask_is_not_dead() -> None:
    told = access_tokens.read_debug(Answer(status=403, headers={}, body=b'{"error":{"code":200}}'))
    assert isinstance(told, Verdict)
    assert told.kind is VerdictKind.NOT_PERMITTED


@pytest.mark.parametrize(
    ("told", "permissions"),
    [
        ({}, None),
        ({"scopes": "pages_messaging"}, None),
        ({"scopes": []}, frozenset()),
        ({"scopes": ["pages_messaging", 7, None]}, frozenset({"pages_messaging"})),
    ],
)
def test_what_a_token_may_do_is_known_only_where_it_is_told(
    told: dict[str, object], permissions: frozenset[str] | None
) -> None:
    state = access_tokens.read_debug(answer({"data": {"is_valid": True, **told}}))
    assert isinstance(state, TokenState)
    assert state.permissions == permissions


@pytest.mark.parametrize("token", ["", None, 7, "two words", "two\nlines"])
def test_what_is_no_token_is_never_stored_as_one(token: object) -> None:
    told = access_tokens.read_refreshed(answer({"access_token": token, "expires_in": 5}))
    assert isinstance(told, Verdict)
    assert told.kind is VerdictKind.UNKNOWN


def test_the_apps_own_token_is_made_of_its_id_and_secret() -> None:
    app = access_tokens.app_access(ACCESS, "42")
    assert app.token == f"42|{'s' * 32}"
    assert "appsecret_proof" not in subscribed_apps.app_request(app, "42").query


def test_what_the_app_hears_is_read_by_product() -> None:
    fields = [{"name": "messages", "version": "v26.0"}, "feed", 7]
    body = {"data": [{"object": "page", "callback_url": "https://a.example", "active": True, "fields": fields}]}
    found = subscribed_apps.read_app(answer(body))
    assert not isinstance(found, Verdict)
    assert (set(found["page"].fields), found["page"].is_active) == ({"messages", "feed"}, True)


def test_an_instagram_history_is_asked_for_at_the_id_that_sends() -> None:
    account = an_account("instagram_direct", "17841400000000001", page_id="1001")
    request = conversations.list_request(ACCESS, account, "cursor")
    assert request.url.endswith("/v26.0/1001/conversations")
    assert (request.query["platform"], request.query["after"]) == ("instagram", "cursor")


def test_a_time_in_unix_seconds_is_understood() -> None:
    line = {"id": "m_1", "created_time": 1_795_000_000, "from": {"id": "5"}, "to": {"data": [{"id": "1001"}]}}
    past = {"updated_time": 1_795_000_000, "messages": {"data": [{**line, "message": "hi"}]}}
    account = an_account("messenger", "1001")
    page = conversations.read_page(answer({"data": [past]}), account, RECEIVED_AT - timedelta(days=1))
    assert not isinstance(page, Verdict)
    [message] = page.conversations[0].messages
    assert (message.text, message.sent_at) == ("hi", datetime.fromtimestamp(1_795_000_000, UTC))


def test_the_docs_list_these_fields() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "platforms" / "meta.md").read_text()
    logins = {"instagram_direct": ("facebook", "instagram"), "instagram_comments": ("facebook", "instagram")}
    for channel in BRINGS:
        for login in logins.get(channel, ("facebook",)):
            fields = ", ".join(f"`{field}`" for field in sorted(needed_fields(channel, login=login)))
            assert f", `{channel}` | {fields} |\n" in docs


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        ({"id": "1", "mime_type": "image/jpeg", "name": "a.jpg"}, "image"),
        ({"id": "1", "mime_type": "application/pdf"}, "file"),
        ({"video_data": {"url": "https://a.example"}}, "video"),
        ({}, "file"),
    ],
)
def test_a_medium_of_the_history_is_told_by_its_type_or_its_part(attachment: dict[str, object], kind: str) -> None:
    line = {"id": "m_1", "created_time": 1_795_000_000, "from": {"id": "5"}, "to": {"data": [{"id": "1001"}]}}
    past = {"updated_time": 1_795_000_000, "messages": {"data": [{**line, "attachments": {"data": [attachment]}}]}}
    since = RECEIVED_AT - timedelta(days=1)
    page = conversations.read_page(answer({"data": [past]}), an_account("messenger", "1001"), since)
    assert not isinstance(page, Verdict)
    assert [each.kind for each in page.conversations[0].messages[0].attachments] == [kind]
