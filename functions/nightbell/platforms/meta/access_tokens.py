"""Whether an access token lives, when it dies, what it may see, and how Instagram's own is renewed.

Sources: Meta "Access Token Debugging" and "Graph API: Debug-Token"; "WhatsApp: Manage accounts" §Get shared WABA ID
(``granular_scopes``); "Instagram Platform: Refresh Access Token" (60 days; at least 24 hours old).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.meta.graph_answers import read_answer
from nightbell.platforms.meta.graph_api import SEND_TIMEOUT_S, make_proof
from nightbell.platforms.reading.fields import Fields

INSTAGRAM_LIFE = timedelta(days=60)
_BUSINESS_SCOPE = "whatsapp_business_management"
_LATEST = 10**11


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenState:
    """What Meta tells about a token.

    Attributes:
        app_id: Of the app that it was made for; empty where not told.
        dies_at: When it, or its right to read data, ends; ``None`` for never or unknown.
        business_ids: WhatsApp business accounts that it was given.
        permissions: That it was given; ``None`` where not told.
    """

    is_valid: bool
    app_id: str = ""
    dies_at: datetime | None = None
    business_ids: tuple[str, ...] = ()
    permissions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """An access token that took the place of another. Never logged."""

    token: str
    lives_for: timedelta


def app_access(access: ApiAccess, app_id: str) -> ApiAccess:
    """Speak as the app itself.

    Source: Meta "Access Tokens" §App Access Tokens: ``{app-id}|{app-secret}`` is one.
    """
    return replace(access, token=f"{app_id}|{access.app_secret}", app_secret=None)


def debug_request(access: ApiAccess) -> HttpRequest:
    """Ask about a token in its own name, which the same app's tokens may."""
    proof = {"appsecret_proof": make_proof(access.token, access.app_secret)} if access.app_secret else {}
    return HttpRequest(
        method="GET",
        url=f"{access.base_url}/{access.version}/debug_token",
        headers={"Authorization": f"Bearer {access.token}"},
        query={"input_token": access.token, **proof},
        timeout_s=SEND_TIMEOUT_S,
    )


def read_debug(outcome: HttpOutcome) -> TokenState | Verdict:
    """Read the answer; a token that is dead cannot ask, which is an answer too."""
    body = read_answer(outcome)
    if isinstance(body, Verdict):
        return TokenState(is_valid=False) if body.kind is VerdictKind.TOKEN_DEAD else body
    found = body.get("data")
    if not isinstance(found, dict) or not isinstance(found.get("is_valid"), bool):
        return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason="the platform told nothing about the token")
    ends = [at for name in ("expires_at", "data_access_expires_at") if (at := _moment(found.get(name)))]
    return TokenState(
        is_valid=found["is_valid"],
        app_id=str(found.get("app_id") or ""),
        dies_at=min(ends, default=None),
        business_ids=_business_ids(found),
        permissions=_permissions(found),
    )


def refresh_request(access: ApiAccess) -> HttpRequest:
    """Ask for a token that lives for another 60 days; the path has no version."""
    return HttpRequest(
        method="GET",
        url=f"{access.base_url}/refresh_access_token",
        query={"grant_type": "ig_refresh_token", "access_token": access.token},
        timeout_s=SEND_TIMEOUT_S,
    )


def read_refreshed(outcome: HttpOutcome) -> NewToken | Verdict:
    """Read the new token."""
    body = read_answer(outcome)
    if isinstance(body, Verdict):
        return body
    token, seconds = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or not token or any(c.isspace() for c in token) or not isinstance(seconds, int):
        return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason="the platform gave no new token")
    return NewToken(token=token, lives_for=min(timedelta(seconds=max(seconds, 0)), INSTAGRAM_LIFE))


def _moment(value: object) -> datetime | None:
    is_time = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LATEST
    return datetime.fromtimestamp(value, UTC) if is_time and isinstance(value, int) else None


def _permissions(found: Fields) -> frozenset[str] | None:
    scopes = found.get("scopes")
    return frozenset(each for each in scopes if isinstance(each, str)) if isinstance(scopes, list) else None


def _business_ids(found: Fields) -> tuple[str, ...]:
    scopes = found.get("granular_scopes")
    for scope in scopes if isinstance(scopes, list) else []:
        if isinstance(scope, dict) and scope.get("scope") == _BUSINESS_SCOPE:
            ids = scope.get("target_ids")
            return tuple(str(one) for one in ids if isinstance(one, str | int)) if isinstance(ids, list) else ()
    return ()
