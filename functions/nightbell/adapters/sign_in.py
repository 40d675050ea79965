"""The user pool behind the desk: passwords are proven there, and only there."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.exceptions import ClientError

from nightbell.domain.errors import UnavailableError
from nightbell.services.desk_api.problems import ApiError
from nightbell.services.desk_api.sessions import Tokens

WRONG = "The name or the password is wrong, or it was tried too often: then wait a few minutes."
_REFUSALS = {
    "NotAuthorizedException": ("sign_in_failed", WRONG),
    "UserNotFoundException": ("sign_in_failed", WRONG),
    "UserNotConfirmedException": ("sign_in_failed", WRONG),
    # As whoever looks after Nightbell lets people back in by giving them another password.
    "PasswordResetRequiredException": ("sign_in_failed", WRONG),
    "CodeMismatchException": ("sign_in_failed", "The code is wrong, or over. Type the one that your app shows now."),
    "ExpiredCodeException": ("sign_in_failed", "The code is wrong, or over. Type the one that your app shows now."),
    "InvalidPasswordException": ("password_refused", "Take at least twelve characters: three words, for instance."),
    # What no user of ours can have as a name or a password.
    "InvalidParameterException": ("sign_in_failed", WRONG),
    "TooManyRequestsException": ("too_many_tries", "Wait a moment, and try again."),
    "LimitExceededException": ("too_many_tries", "Wait a moment, and try again."),
    "TooManyFailedAttemptsException": ("too_many_tries", "Wait a few minutes, and try again."),
}
"""Amazon Cognito API "InitiateAuth", "RespondToAuthChallenge", Errors."""
MOST_MEMBERS = 60
"""In one answer (the same, "ListUsersInGroup")."""


class PoolClient(Protocol):
    """The part of the client that we use."""

    def initiate_auth(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102 - botocore's own shapes
    def respond_to_auth_challenge(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102
    def revoke_token(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102
    def list_users_in_group(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401, D102


class UserPool:
    """Implements :class:`nightbell.services.desk_api.sessions.SignIn`, and lists who works at the desk."""

    def __init__(self, client: PoolClient, pool_id: str, client_id: str) -> None:
        """Use one pool by its client, which has no secret."""
        self._client = client
        self._pool_id = pool_id
        self._client_id = client_id

    def sign_in(self, name: str, password: str, new_password: str, code: str) -> Tokens:
        """Prove a password, then whatever else the pool asks for."""
        proof = {"USERNAME": name, "PASSWORD": password}
        found = _asked(
            lambda: self._client.initiate_auth(
                ClientId=self._client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=proof
            )
        )
        if found.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            if not new_password:
                raise ApiError("new_password_needed", "This one was given to you. At least twelve characters.")
            found = self._respond(found, name, NEW_PASSWORD=new_password)
        if found.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
            if not code:
                raise ApiError("code_needed", "Your sign-in asks for a code beside the password.")
            found = self._respond(found, name, SOFTWARE_TOKEN_MFA_CODE=code)
        return _tokens(found)

    def _respond(self, asked: Mapping[str, Any], name: str, **response: str) -> Mapping[str, Any]:
        # By the name that the pool itself gives: it may be spelled otherwise than what was typed.
        known = asked.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", name)
        return _asked(
            lambda: self._client.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName=asked["ChallengeName"],
                Session=asked["Session"],
                ChallengeResponses={"USERNAME": known, **response},
            )
        )

    def renew(self, refresh: str) -> Tokens:
        """Get another access token."""
        try:
            found = _asked(
                lambda: self._client.initiate_auth(
                    ClientId=self._client_id,
                    AuthFlow="REFRESH_TOKEN_AUTH",
                    AuthParameters={"REFRESH_TOKEN": refresh},
                )
            )
        except ApiError as error:
            if error.code == "too_many_tries":
                raise
            raise ApiError("not_signed_in", "Your session is over. Sign in again.") from error
        return _tokens(found)

    def revoke(self, refresh: str) -> None:
        """End a session; what was none has nothing to end."""
        try:
            _asked(lambda: self._client.revoke_token(ClientId=self._client_id, Token=refresh))
        except ApiError:
            return

    def members(self, group: str) -> list[str]:
        """List who is in a group and may sign in, by name."""
        found: list[str] = []
        asked: dict[str, Any] = {"UserPoolId": self._pool_id, "GroupName": group, "Limit": MOST_MEMBERS}
        while True:
            answer = _asked(lambda: self._client.list_users_in_group(**asked))
            found += [user["Username"] for user in answer["Users"] if user.get("Enabled", True)]
            if not answer.get("NextToken"):
                return sorted(found)
            asked["NextToken"] = answer["NextToken"]


def _tokens(found: Mapping[str, Any]) -> Tokens:
    if "AuthenticationResult" not in found:
        raise UnavailableError(f"the user pool asks for {found.get('ChallengeName')}")
    result = found["AuthenticationResult"]
    return Tokens(
        access=result["AccessToken"], expires_in=int(result["ExpiresIn"]), refresh=result.get("RefreshToken", "")
    )


def _asked(request: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return request()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _REFUSALS:
            raise ApiError(*_REFUSALS[code]) from error
        raise UnavailableError(code) from error
    except Exception as error:  # a corrupted answer may raise anything
        raise UnavailableError(type(error).__name__) from error
