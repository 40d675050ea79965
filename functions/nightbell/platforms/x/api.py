"""Calls to X's API, as the account or as the app."""

from collections.abc import Mapping
from datetime import UTC, datetime

from nightbell.platforms.channel import ApiAccess, HttpRequest
from nightbell.platforms.x.oauth1 import Keys, authorization
from nightbell.platforms.x.tokens import BearerToken, read_token

SEND_TIMEOUT_S = 8.0
_NEVER = datetime.fromtimestamp(0, UTC)


def call(
    access: ApiAccess,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    json: object | None = None,
) -> HttpRequest:
    """Describe a call as the account: a POST with a body, a GET without. Ids in the path are escaped already."""
    method = "GET" if json is None else "POST"
    url = f"{access.base_url}/{access.version}/{path}"
    return HttpRequest(
        method=method,
        url=url,
        headers={"Authorization": _authorization(access, method, url, query or {})},
        query=query or {},
        json=json,
        timeout_s=SEND_TIMEOUT_S,
    )


def _authorization(access: ApiAccess, method: str, url: str, query: Mapping[str, str]) -> str:
    token = read_token(access.token)
    if isinstance(token, BearerToken):
        return f"Bearer {token.access}"
    keys = Keys(
        consumer_key=access.credentials.get("consumer_key", ""),
        consumer_secret=access.credentials.get("consumer_secret", ""),
        token=token.token,
        token_secret=token.secret,
    )
    # Without a time X refuses the call, which an operator hears of.
    return authorization(method, url, query, keys, at=access.at or _NEVER, nonce=access.nonce)
