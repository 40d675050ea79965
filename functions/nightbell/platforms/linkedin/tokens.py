"""The token that is stored for an organisation: one line of JSON, or a bare access token.

``{"access":"…","refresh":"…","until":"…"}``. Source: LinkedIn "Refresh Tokens with OAuth 2.0": an access token lives
60 days, a refresh token a year, which using it does not prolong.
"""

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.json_reading import read_json


def bearer(token: str) -> str:
    """Take the access token; what is no JSON is one."""
    if not token.startswith("{"):
        return token
    try:
        parts = read_json(token.encode())
    except NotUnderstoodError:
        return ""
    access = parts.get("access") if isinstance(parts, dict) else None
    return access if isinstance(access, str) else ""
