"""The two kinds of token with which an account lets Nightbell act for it, as they are stored: JSON, on one line.

``{"token": …, "secret": …}`` of OAuth 1.0a stays valid until the account takes it back.
``{"access": …, "refresh": …, "until": …, "client": …}`` of OAuth 2.0 lives two hours, and each renewal ends the one
before. Its client is the app's client id, with a colon and the client secret behind it where the app has one.
Source: X "OAuth 1.0a: Obtaining user access tokens"; X "OAuth 2.0 Authorization Code Flow with PKCE" §Refresh tokens.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PairToken:
    """Of OAuth 1.0a."""

    token: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerToken:
    """Of OAuth 2.0.

    Attributes:
        refresh: Good for one renewal; empty where none was granted.
        until: When it ends; ``None`` where nobody knows.
        client: Of the app, which alone may renew it.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    client: str = field(default="", repr=False)
    until: datetime | None = None


def read_token(written: str) -> PairToken | BearerToken:
    """Read a stored token; whatever is no such JSON is taken for a bearer token, and X will say if it is none."""
    try:
        found = json.loads(written)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return BearerToken(access=written)
    token, secret, access = found.get("token"), found.get("secret"), found.get("access")
    if isinstance(token, str) and isinstance(secret, str):
        return PairToken(token=token, secret=secret)
    refresh, client = found.get("refresh"), found.get("client")
    return BearerToken(
        access=access if isinstance(access, str) else "",
        refresh=refresh if isinstance(refresh, str) else "",
        client=client if isinstance(client, str) else "",
        until=_time(found.get("until")),
    )


def write_token(token: BearerToken) -> str:
    """Write a renewed token as it is stored."""
    until = token.until.isoformat() if token.until else None
    told = {"access": token.access, "refresh": token.refresh, "until": until, "client": token.client}
    return json.dumps(told, separators=(",", ":"))


def _time(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at and at.tzinfo else None
