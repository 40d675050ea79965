"""Sign in, stay signed in, sign out. The page holds a token for an hour; what renews it is a cookie no script can read.

Wrong passwords are counted and slowed down by the user pool, by name; nothing here counts a second time.
"""

import base64
import json
from dataclasses import dataclass, replace
from typing import Protocol

from nightbell.domain.errors import UnavailableError
from nightbell.services.desk_api.access import member_of
from nightbell.services.desk_api.asked import Call, Given
from nightbell.services.desk_api.problems import ApiError, given_for

COOKIE = "nightbell_desk"
DAY_S = 12 * 3600
"""How long a session can be renewed: as the user pool's client says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in came to.

    Attributes:
        refresh: Renews the access token; empty where it was used just now and stays the same.
    """

    access: str
    expires_in: int
    refresh: str = ""


class SignIn(Protocol):
    """The user pool. Each call may raise ApiError with what was wrong, or UnavailableError."""

    def sign_in(self, name: str, password: str, new_password: str, code: str) -> Tokens:
        """Prove a password, choosing another where the first was given by somebody else."""

    def renew(self, refresh: str) -> Tokens:
        """Get another access token; whoever was removed gets none."""

    def revoke(self, refresh: str) -> None:
        """End a session for good."""


class Sessions:
    """What the routes of the session do."""

    def __init__(self, users: SignIn, *, is_local: bool) -> None:
        """Sign in at this pool; the local cloud speaks HTTP, where no secure cookie comes back."""
        self._users = users
        self._is_local = is_local

    def sign_in(self, call: Call) -> Given:
        """Begin a session.

        Raises:
            ApiError: Not with this name and password, or not yet.
        """
        given = {name: str(call.body.get(name) or "") for name in ("username", "password", "new_password", "code")}
        tokens = self._users.sign_in(given["username"], given["password"], given["new_password"], given["code"])
        try:
            return self._given(tokens)
        except ApiError:
            self._users.revoke(tokens.refresh)
            raise

    def renew(self, call: Call) -> Given:
        """Go on with the session that the cookie stands for.

        Raises:
            ApiError: It is over.
        """
        refresh = call.asked.cookies.get(COOKIE)
        if not refresh:
            raise ApiError("not_signed_in", "There is no session to go on with. Sign in.")
        return self._given(self._users.renew(refresh))

    def sign_out(self, call: Call) -> Given:
        """End the session; one that is over stays so. The browser forgets it, whether the pool answers or not."""
        forgotten = (self._cookie("", 0),)
        try:
            if refresh := call.asked.cookies.get(COOKIE):
                self._users.revoke(refresh)
        except UnavailableError as error:
            return replace(given_for(error), cookies=forgotten)
        return Given(status=204, cookies=forgotten)

    def _given(self, tokens: Tokens) -> Given:
        claims = _claims(tokens.access)
        told = claims.get("cognito:groups") or ()
        groups = member_of(" ".join(told if isinstance(told, list) else ()))
        body = {"access_token": tokens.access, "expires_in": tokens.expires_in}
        body |= {"name": claims["username"], "groups": list(groups)}
        cookies = (self._cookie(tokens.refresh, DAY_S),) if tokens.refresh else ()
        return Given(body=json.dumps(body), headers={"content-type": "application/json"}, cookies=cookies)

    def _cookie(self, value: str, age_s: int) -> str:
        secure = "" if self._is_local else "; Secure"
        return f"{COOKIE}={value}; Path=/desk/session; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}"


def _claims(token: str) -> dict[str, object]:
    """Read a token that has just come from the pool itself; nothing else may be read without a proof."""
    payload = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found
