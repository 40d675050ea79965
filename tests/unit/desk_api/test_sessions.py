"""Signing in: what the page gets, what the browser keeps, and what nobody is told."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from nightbell.adapters.sign_in import UserPool
from nightbell.domain.errors import NightbellError, UnavailableError
from nightbell.services.desk_api.asked import Asked, Given
from nightbell.services.desk_api.routes import routes
from nightbell.services.desk_api.serve import ServeDesk
from nightbell.services.desk_api.sessions import COOKIE, Sessions
from tests.contract.desk_office import PlayedPool, code, refusal, told
from tests.unit.desk_api.table import REPORTING, TELLING

WORDS = {"username": "marta", "password": "three words nobody"}  # pragma: allowlist secret
NEW = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s1", "ChallengeParameters": {"USER_ID_FOR_SRP": "marta"}}
CODE = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s2", "ChallengeParameters": {}}
OWN = {"sec-fetch-site": "same-origin"}


def tokens(*groups: str, refresh: str = "r-1") -> dict[str, Any]:
    claims = {"username": "marta", "cognito:groups": list(groups)} if groups else {"username": "marta"}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    result = {"AccessToken": f"e30.{payload}.x", "ExpiresIn": 3600}
    return {"AuthenticationResult": result | ({"RefreshToken": refresh} if refresh else {})}


class Door:
    """The session's routes, before a pool that says what a test has it say."""

    def __init__(self, *says: Any, is_local: bool = False) -> None:
        self.pool = PlayedPool()
        self.pool.says = list(says)
        users = UserPool(self.pool, "the-pool", "the-desk")
        nothing: Any = None
        table = routes(TELLING, nothing_done(), Sessions(users, is_local=is_local), REPORTING)
        self._serve = ServeDesk(table, nothing, "the-desk")

    def ask(self, method: str, body: object = None, cookie: str = "", **headers: str) -> Given:
        named = {name.replace("_", "-"): value for name, value in headers.items()} or OWN
        cookies = {COOKIE: cookie} if cookie else {}
        sent = b"" if body is None else json.dumps(body).encode()
        return self._serve(Asked(method=method, path="/desk/session", body=sent, headers=named, cookies=cookies))

    def operations(self) -> list[str]:
        return [operation for operation, _ in self.pool.asked]


def nothing_done() -> Any:
    return type("Nothing", (), {"__getattr__": lambda _, __: None})()


def test_whoever_signs_in_gets_a_token_and_a_cookie_that_no_script_reads() -> None:
    door = Door(tokens("agents", "leads"))
    given = door.ask("POST", WORDS)
    assert told(given) == {
        "access_token": tokens("agents", "leads")["AuthenticationResult"]["AccessToken"],
        "expires_in": 3600,
        "name": "marta",
        "groups": ["agents", "leads"],
    }
    assert given.cookies == (f"{COOKIE}=r-1; Path=/desk/session; Max-Age=43200; HttpOnly; SameSite=Strict; Secure",)
    assert "r-1" not in str(given.body)
    asked = door.pool.asked[0][1]
    assert (asked["ClientId"], asked["AuthFlow"]) == ("the-desk", "USER_PASSWORD_AUTH")


def test_only_the_local_cloud_goes_without_a_secure_cookie() -> None:
    [cookie] = Door(tokens("agents"), is_local=True).ask("POST", WORDS).cookies
    assert cookie.endswith("; HttpOnly; SameSite=Strict")


@pytest.mark.parametrize(
    "why",
    ["NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException", "InvalidParameterException"],
)
def test_whatever_is_wrong_with_a_name_or_a_password_sounds_the_same(why: str) -> None:
    refused = Door(refusal(why)).ask("POST", WORDS)
    assert (refused.status, code(refused), refused.cookies) == (401, "sign_in_failed", ())
    assert refused.body == Door(refusal("NotAuthorizedException")).ask("POST", WORDS).body


def test_too_many_tries_are_told_to_wait() -> None:
    refused = Door(refusal("TooManyRequestsException")).ask("POST", WORDS)
    assert (refused.status, code(refused), refused.headers["retry-after"]) == (429, "too_many_tries", "5")


@pytest.mark.parametrize("error", [refusal("SomethingNew"), EndpointConnectionError(endpoint_url="x"), {}])
def test_a_pool_that_does_not_answer_is_not_a_wrong_password(error: Any) -> None:
    assert code(Door(error).ask("POST", WORDS)) == "unavailable"


def test_a_password_that_was_given_is_replaced_by_one_of_their_own() -> None:
    assert code(Door(NEW).ask("POST", WORDS)) == "new_password_needed"
    door = Door(NEW, tokens("agents"))
    told(door.ask("POST", {**WORDS, "new_password": "three more words"}))  # pragma: allowlist secret
    assert door.pool.asked[1] == (
        "respond_to_auth_challenge",
        {
            "ClientId": "the-desk",
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": "s1",
            "ChallengeResponses": {"USERNAME": "marta", "NEW_PASSWORD": "three more words"},  # pragma: allowlist secret
        },
    )
    short = Door(NEW, refusal("InvalidPasswordException")).ask("POST", {**WORDS, "new_password": "short"})
    assert (short.status, code(short)) == (422, "password_refused")


def test_a_second_factor_is_asked_for() -> None:
    assert code(Door(CODE).ask("POST", WORDS)) == "code_needed"
    door = Door(NEW, CODE, tokens("agents"))
    told(door.ask("POST", {**WORDS, "new_password": "three more words", "code": "123456"}))  # pragma: allowlist secret
    assert door.pool.asked[2][1]["ChallengeResponses"] == {"USERNAME": "marta", "SOFTWARE_TOKEN_MFA_CODE": "123456"}
    assert (
        code(Door(CODE, refusal("CodeMismatchException")).ask("POST", {**WORDS, "code": "000000"})) == "sign_in_failed"
    )


@pytest.mark.parametrize("groups", [(), ("visitors",)])
def test_whoever_is_no_agent_gets_no_session(groups: tuple[str, ...]) -> None:
    door = Door(tokens(*groups))
    refused = door.ask("POST", WORDS)
    assert (refused.status, code(refused), refused.cookies) == (403, "not_an_agent", ())
    assert door.pool.asked[1] == ("revoke_token", {"ClientId": "the-desk", "Token": "r-1"})


def test_a_session_goes_on_by_its_cookie() -> None:
    door = Door(tokens("agents", refresh=""))
    given = door.ask("PUT", cookie="r-1")
    assert (told(given)["name"], given.cookies) == ("marta", ())
    assert door.pool.asked[0][1]["AuthParameters"] == {"REFRESH_TOKEN": "r-1"}
    assert code(Door().ask("PUT")) == "not_signed_in"


def test_a_session_that_was_ended_is_over() -> None:
    assert code(Door(refusal("NotAuthorizedException")).ask("PUT", cookie="r-1")) == "not_signed_in"
    assert code(Door(refusal("TooManyRequestsException")).ask("PUT", cookie="r-1")) == "too_many_tries"
    assert code(Door(refusal("InternalErrorException")).ask("PUT", cookie="r-1")) == "unavailable"


@pytest.mark.parametrize("says", [{}, refusal("NotAuthorizedException")])
def test_signing_out_ends_it_for_good_and_forgets_the_cookie(says: Any) -> None:
    door = Door(says)
    given = door.ask("DELETE", cookie="r-1")
    assert (given.status, given.body) == (204, "")
    assert given.cookies[0].startswith(f"{COOKIE}=; Path=/desk/session; Max-Age=0; HttpOnly")
    assert door.operations() == ["revoke_token"]
    assert Door().ask("DELETE").status == 204


def test_the_browser_forgets_a_session_that_could_not_be_ended() -> None:
    given = Door(refusal("InternalErrorException")).ask("DELETE", cookie="r-1")
    assert code(given) == "unavailable"
    assert given.cookies[0].startswith(f"{COOKIE}=; Path=/desk/session; Max-Age=0")


@pytest.mark.parametrize("why", ["TooManyRequestsException", "InternalErrorException"])
def test_colleagues_that_cannot_be_listed_are_not_nobody(why: str) -> None:
    pool = PlayedPool()

    def fail(**_: Any) -> Any:
        raise refusal(why)

    pool.list_users_in_group = fail  # type: ignore[method-assign]
    with pytest.raises(NightbellError):
        UserPool(pool, "the-pool", "the-desk").members("agents")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "cross-site", "origin": "https://desk.example", "host": "desk.example"},
        {"origin": "https://evil.example", "host": "desk.example"},
        {"origin": "https://desk.example.evil.example", "host": "desk.example"},
        {"origin": "null", "host": "desk.example"},
    ],
)
def test_a_page_of_somebody_else_gets_nowhere(method: str, headers: dict[str, str]) -> None:
    door = Door(tokens("agents"))
    refused = door.ask(method, WORDS, cookie="r-1", **headers)
    assert (refused.status, code(refused), refused.cookies) == (403, "foreign_page", ())
    assert door.operations() == []


def test_an_older_browser_is_known_by_its_origin_and_a_program_has_none() -> None:
    own = {"origin": "https://desk.example", "host": "desk.example"}
    assert Door(tokens("agents")).ask("POST", WORDS, **own).status == 200
    assert Door(tokens("agents")).ask("POST", WORDS, host="desk.example").status == 200


def test_an_answer_that_is_no_answer_is_no_session() -> None:
    pool = PlayedPool()
    pool.says = [{"ChallengeName": "SMS_MFA", "Session": "s"}]
    with pytest.raises(UnavailableError, match="SMS_MFA"):
        UserPool(pool, "the-pool", "the-desk").sign_in("marta", "p", "", "")
