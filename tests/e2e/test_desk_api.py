"""The deployed desk, with real tokens of the local user pool: who gets in, and what they can do there."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infra.local.waiting import wait_for
from nightbell.domain.desk_key import desk_key
from tests.e2e.conftest import SOON_S, Shop
from tests.e2e.desk_visitor import Visitor, code

pytestmark = pytest.mark.timeout(120)

PASSWORD = "Three words of 1 somebody!"  # pragma: allowlist secret


@pytest.fixture
def marta(shop: Shop) -> Visitor:
    visitor = Visitor(shop.cloud)
    assert visitor.sign_in("marta").status_code == 200
    return visitor


class Users:
    """The user pool, as whoever looks after Nightbell uses it."""

    def __init__(self, shop: Shop) -> None:
        self.client = shop.cloud.handles.client("cognito-idp")
        self.pool = shop.cloud.handles.outputs["DeskPoolId"]
        self.client_id = shop.cloud.handles.outputs["DeskClientId"]

    def add(self, name: str, *groups: str, permanent: bool = True) -> None:
        named = {"UserPoolId": self.pool, "Username": name}
        self.client.admin_create_user(**named, MessageAction="SUPPRESS")
        self.client.admin_set_user_password(**named, Password=PASSWORD, Permanent=permanent)
        for group in groups:
            self.client.admin_add_user_to_group(**named, GroupName=group)

    @contextmanager
    def short_lived(self) -> Iterator[None]:
        """Issue tokens for a second, which Cognito itself would not do for less than five minutes."""
        known = {"UserPoolId": self.pool, "ClientId": self.client_id}
        flows = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
        units = {"AccessToken": "seconds", "IdToken": "minutes", "RefreshToken": "hours"}
        self.client.update_user_pool_client(**known, **flows, AccessTokenValidity=1, TokenValidityUnits=units)
        yield
        units["AccessToken"] = "minutes"
        self.client.update_user_pool_client(**known, **flows, AccessTokenValidity=60, TokenValidityUnits=units)


@pytest.fixture
def users(shop: Shop) -> Users:
    return Users(shop)


def test_an_agent_answers_and_the_customer_reads_it(shop: Shop, marta: Visitor) -> None:
    ada = shop.somebody()
    shop.write(ada, "Is my cake ready?")
    shop.answer(ada)
    key = desk_key(shop.conversation(ada))
    rows = wait_for(lambda: [r for r in marta.ask("GET", "/api/waiting").json()["rows"] if r["key"] == key], SOON_S)
    assert rows
    assert rows[0]["waiting_count"] == 1
    story = marta.ask("POST", f"/api/conversations/{key}/take").json()
    body = {
        "request": "click-001",
        "texts": [{"via": story["may"]["answer"][0]["via"], "text": "Yes, it is ready at five."}],
        "up_to": story["shown_up_to"],
    }
    said = marta.ask(
        "POST", f"/api/conversations/{key}/answer", json=body, headers={"If-Match": f'"{story["revision"]}"'}
    )
    assert said.status_code == 200
    assert shop.answer(ada, 1).text == "Yes, it is ready at five."
    assert wait_for(lambda: marta.ask("GET", f"/api/conversations/{key}").json()["waiting_count"] == 0, SOON_S)


def test_a_session_goes_on_by_its_cookie_and_ends_when_signed_out(marta: Visitor) -> None:
    marta.token = ""
    renewed = marta.refresh()
    assert renewed.status_code == 200
    marta.token = renewed.json()["access_token"]
    assert marta.ask("GET", "/api/me").json()["agent"] == "marta"
    cookie = marta.cookie
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/desk/session", True)
    assert marta.ask("DELETE", "/session", cookies={cookie.name: str(cookie.value)}).status_code == 204
    again = marta.ask("PUT", "/session", cookies={cookie.name: str(cookie.value)})
    assert (again.status_code, code(again)) == (401, "not_signed_in")


def test_a_name_that_nobody_has_is_answered_like_a_wrong_password(shop: Shop) -> None:
    wrong, nobody = Visitor(shop.cloud).sign_in("marta", "wrong"), Visitor(shop.cloud).sign_in("nobody", "wrong")
    assert (wrong.status_code, wrong.content) == (nobody.status_code, nobody.content) == (401, wrong.content)


def test_a_password_that_was_given_must_be_replaced(shop: Shop, users: Users) -> None:
    users.add("nora", "agents", permanent=False)
    visitor = Visitor(shop.cloud)
    refused = visitor.sign_in("nora", PASSWORD)
    assert (refused.status_code, code(refused)) == (409, "new_password_needed")
    signed_in = visitor.sign_in("nora", PASSWORD, new_password="words of my own")  # pragma: allowlist secret
    assert signed_in.status_code == 200
    assert Visitor(shop.cloud).sign_in("nora", PASSWORD).status_code == 401


def test_an_app_that_shows_codes_is_asked_for_once_it_is_registered(shop: Shop, users: Users) -> None:
    """As docs/operations.md says, with the parameter DeskSecondFactor."""
    users.add("tess", "agents")
    app = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    users.client.set_user_pool_mfa_config(UserPoolId=users.pool, MfaConfiguration="OPTIONAL", **app)
    visitor = Visitor(shop.cloud)
    assert visitor.sign_in("tess", PASSWORD).status_code == 200
    secret = users.client.associate_software_token(AccessToken=visitor.token)["SecretCode"]
    users.client.verify_software_token(AccessToken=visitor.token, UserCode=shown_code(secret))
    preferred = {"Enabled": True, "PreferredMfa": True}
    users.client.set_user_mfa_preference(AccessToken=visitor.token, SoftwareTokenMfaSettings=preferred)
    refused = Visitor(shop.cloud).sign_in("tess", PASSWORD)
    assert (refused.status_code, code(refused)) == (409, "code_needed")
    other = f"{(int(shown_code(secret)) + 1) % 1_000_000:06}"
    assert Visitor(shop.cloud).sign_in("tess", PASSWORD, code=other).status_code == 401
    assert Visitor(shop.cloud).sign_in("tess", PASSWORD, code=shown_code(secret)).status_code == 200
    users.client.set_user_pool_mfa_config(UserPoolId=users.pool, MfaConfiguration="OFF")


def shown_code(secret: str) -> str:
    """Show what an app would: RFC 6238, "TOTP", with SHA-1 and half a minute."""
    counted = int(time.time() // 30).to_bytes(8, "big")
    found = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counted, "sha1").digest()
    place = found[-1] & 15
    return f"{(int.from_bytes(found[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def test_whoever_is_in_no_group_of_the_desk_is_kept_out(shop: Shop, users: Users) -> None:
    users.add("eve")
    visitor = Visitor(shop.cloud)
    refused = visitor.sign_in("eve", PASSWORD)
    assert (refused.status_code, code(refused)) == (403, "not_an_agent")
    # The pool itself gives her a token, which the authorizer believes and the desk does not.
    words = {"USERNAME": "eve", "PASSWORD": PASSWORD}
    asked = {"ClientId": users.client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": words}
    visitor.token = users.client.initiate_auth(**asked)["AuthenticationResult"]["AccessToken"]
    refused = visitor.ask("GET", "/api/waiting")
    assert (refused.status_code, code(refused)) == (403, "not_an_agent")


def test_whoever_was_disabled_cannot_go_on(shop: Shop, users: Users) -> None:
    users.add("olga", "agents")
    visitor = Visitor(shop.cloud)
    assert visitor.sign_in("olga", PASSWORD).status_code == 200
    users.client.admin_disable_user(UserPoolId=users.pool, Username="olga")
    assert visitor.refresh().status_code == 401
    assert visitor.sign_in("olga", PASSWORD).status_code == 401
    assert "olga" not in _names(Visitor(shop.cloud))


def _names(lead: Visitor) -> list[str]:
    assert lead.sign_in("lena").status_code == 200
    found: list[str] = lead.ask("GET", "/api/colleagues").json()["colleagues"]
    return found


PATHS = ("/api/me", "/api/waiting", "/api/conversations/QyM", "/api/nothing", "/api/me/", "/%61pi/me")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["", "junk", "e30.e30.e30"])
def test_without_a_token_no_way_leads_in(shop: Shop, token: str, path: str) -> None:
    visitor = Visitor(shop.cloud)
    visitor.token = token
    assert visitor.ask("GET", path).status_code == 401
    assert visitor.ask("POST", path).status_code in {401, 404}


def test_a_token_that_was_changed_is_refused(marta: Visitor) -> None:
    head, payload, signature = marta.token.split(".")
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["cognito:groups"] = ["leads"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for token in (f"{head}.{forged}.{signature}", f"{head}.{payload}.{signature[:-8]}AAAAAAAA", f"{none}.{payload}."):
        marta.token = token
        assert marta.ask("GET", "/api/me").status_code == 401


def test_a_token_that_says_who_one_is_opens_nothing(shop: Shop, users: Users) -> None:
    words = {"USERNAME": "marta", "PASSWORD": shop.cloud.passwords["marta"]}
    asked = {"ClientId": users.client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": words}
    visitor = Visitor(shop.cloud)
    visitor.token = users.client.initiate_auth(**asked)["AuthenticationResult"]["IdToken"]
    refused = visitor.ask("GET", "/api/me")
    assert (refused.status_code, code(refused)) == (401, "not_signed_in")


def test_a_token_of_another_pool_or_client_is_refused(shop: Shop, users: Users) -> None:
    flows = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
    other = users.client.create_user_pool(PoolName="somebody else")["UserPool"]["Id"]
    users.client.create_group(UserPoolId=other, GroupName="agents")
    for pool in (other, users.pool):
        client = users.client.create_user_pool_client(UserPoolId=pool, ClientName="other", **flows)["UserPoolClient"]
        named = {"UserPoolId": pool, "Username": f"mallory-{pool[-4:]}"}
        users.client.admin_create_user(**named, MessageAction="SUPPRESS")
        users.client.admin_set_user_password(**named, Password=PASSWORD, Permanent=True)
        users.client.admin_add_user_to_group(**named, GroupName="agents")
        words = {"USERNAME": named["Username"], "PASSWORD": PASSWORD}
        asked = {"ClientId": client["ClientId"], "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": words}
        visitor = Visitor(shop.cloud)
        visitor.token = users.client.initiate_auth(**asked)["AuthenticationResult"]["AccessToken"]
        assert visitor.ask("GET", "/api/me").status_code == 401


def test_a_token_that_is_over_is_refused(shop: Shop, users: Users) -> None:
    visitor = Visitor(shop.cloud)
    with users.short_lived():
        assert visitor.sign_in("marta").status_code == 200
    time.sleep(1.5)
    assert visitor.ask("GET", "/api/me").status_code == 401


@pytest.mark.parametrize("path", ["", "/QyM", "//api/me", "/files/index.html"])
def test_the_page_is_there_for_everybody_and_knows_nobody(shop: Shop, path: str) -> None:
    answer = Visitor(shop.cloud).ask("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-encoding"] == "gzip"
    assert "marta" not in answer.text
