"""Access tokens for an hour each, which a refresh token of the business's owner buys.

Sources: Google Identity "Using OAuth 2.0 for Web Server Applications" §Refreshing an access token; RFC 6749 §5.2 for
the errors.
"""

from datetime import datetime, timedelta

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Minted, Verdict, VerdictKind
from nightbell.platforms.google.answers import judge
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields

API_URL = "https://mybusiness.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

_OK = 200
_LONGEST_S = 24 * 3600
_DEAD = frozenset({"invalid_grant", "invalid_client", "unauthorized_client"})


class GoogleTokens:
    """See :class:`nightbell.platforms.channel.TokenMint`."""

    def mint_request(self, access: ApiAccess) -> HttpRequest:
        """Describe the call that buys a token with the refresh token; both stay the same.

        The client is JSON of ``id`` and ``secret``, in one line.
        """
        client = _object(access.credentials.get("client", "").encode())
        form = [
            ("grant_type", "refresh_token"),
            ("client_id", str(client.get("id", ""))),
            ("client_secret", str(client.get("secret", ""))),
            ("refresh_token", access.token),
        ]
        # A stand-in for the API stands in for this, too.
        url = TOKEN_URL if access.base_url == API_URL else f"{access.base_url}/token"
        return HttpRequest(method="POST", url=url, form=form)

    def read_minted(self, outcome: HttpOutcome, now: datetime) -> Minted | Verdict:
        """Read the token; for everything else, say what went wrong."""
        told = _object(outcome.body) if isinstance(outcome, Answer) and outcome.complete else {}
        token, lives_s = told.get("access_token"), told.get("expires_in")
        if isinstance(outcome, Answer) and outcome.status == _OK:
            if isinstance(token, str) and token and isinstance(lives_s, int) and 0 < lives_s <= _LONGEST_S:
                return Minted(token=token, until=now + timedelta(seconds=lives_s))
            return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason="the platform's answer holds no token")
        if told.get("error") in _DEAD:
            reason = "the refresh token or the client is not accepted any more"
            return Verdict(kind=VerdictKind.TOKEN_DEAD, code=str(told["error"]), reason=reason)
        return judge(outcome)


def _object(raw: bytes) -> Fields:
    try:
        value = read_json(raw)
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}
