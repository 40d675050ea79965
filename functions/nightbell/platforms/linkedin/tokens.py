"""The token that is stored for an organisation: one line of JSON, or a bare access token.

``{"access":"…","until":"2027-01-17T09:00:00Z","app":"123456","member":"AbC123"}``: the access token, when it ends, the
id of the app and of the member who granted it. Source: LinkedIn "Refresh Tokens with OAuth 2.0": an access token lives
60 days, a refresh token a year, which using it does not prolong.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is stored, taken apart.

    Attributes:
        until: Aware, UTC; ``None`` where nobody wrote it down.
        app, member: Empty where nobody wrote them down.
    """

    access: str = field(repr=False)
    until: datetime | None = None
    app: str = ""
    member: str = ""


def read_token(stored: str) -> Token:
    """Take a stored token apart; what is no JSON is an access token, and what is missing is empty."""
    if not stored.startswith("{"):
        return Token(access=stored)
    try:
        parts = read_json(stored.encode())
    except NotUnderstoodError:
        return Token(access="")
    found = parts if isinstance(parts, dict) else {}
    return Token(
        access=_word(found, "access"),
        until=_moment(_word(found, "until")),
        app=_word(found, "app"),
        member=_word(found, "member"),
    )


def _word(parts: Fields, name: str) -> str:
    value = parts.get(name)
    return value if isinstance(value, str) else ""


def _moment(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
