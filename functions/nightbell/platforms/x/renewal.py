"""Renewing tokens of OAuth 2.0, which live two hours; those of OAuth 1.0a need none of this.

Each renewal ends the refresh token that it was made with, so what comes back must be written down before anybody uses
it. Source: X "OAuth 2.0 Authorization Code Flow with PKCE: Connect using the user access token" §Step 5.
"""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.platforms.care import Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.x import api
from nightbell.platforms.x.errors import judge, read_body
from nightbell.platforms.x.tokens import BearerToken, read_token, write_token

_DUE = timedelta(minutes=80)
"""Before its end; a check comes every hour."""
_LONGEST_LIFE_S = 10 * 365 * 86_400


class AccountRenewal:
    """See :class:`nightbell.platforms.care.Renewal`."""

    def renew(self, account: Account, access: ApiAccess, now: datetime) -> Script | None:  # noqa: ARG002 - the protocol's form
        """Renew a token in its last hour, or one of which nobody knows when it ends."""
        token = read_token(access.token)
        if not isinstance(token, BearerToken) or not token.refresh:
            return None
        if token.until is not None and token.until - now > _DUE:
            return None
        return _renew(access, token, now)


def _renew(access: ApiAccess, token: BearerToken, now: datetime) -> Script:
    outcome = yield _request(access, token)
    renewed = _read(outcome, token, now)
    return [renewed if isinstance(renewed, Finding) else _failed(renewed, token, now)]


def _request(access: ApiAccess, token: BearerToken) -> HttpRequest:
    client_id, _, secret = token.client.partition(":")
    form = [("grant_type", "refresh_token"), ("refresh_token", token.refresh)]
    basic = base64.b64encode(token.client.encode()).decode()
    return HttpRequest(
        method="POST",
        url=f"{access.base_url}/{access.version}/oauth2/token",
        headers={"Authorization": f"Basic {basic}"} if secret else {},
        form=form if secret else [*form, ("client_id", client_id)],
        timeout_s=api.SEND_TIMEOUT_S,
    )


def _read(outcome: HttpOutcome, token: BearerToken, now: datetime) -> Finding | Verdict:
    verdict = judge(outcome, "id")
    if verdict.kind is not VerdictKind.SENT or not isinstance(outcome, Answer):
        return verdict
    body = read_body(outcome)
    new, refresh, lives_s = (body.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(new, str) or not new:
        return Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason="the answer holds no token")
    renewed = replace(
        token,
        access=new,
        # Without another one, the old one stays good.
        refresh=refresh if isinstance(refresh, str) and refresh else token.refresh,
        until=now + timedelta(seconds=lives_s) if _is_life(lives_s) and isinstance(lives_s, int) else None,
    )
    return Finding(name="tokens_renewed", new_secret=write_token(renewed))


def _is_life(seconds: object) -> bool:
    return isinstance(seconds, int) and 0 < seconds < _LONGEST_LIFE_S


def _failed(verdict: Verdict, token: BearerToken, now: datetime) -> Finding:
    """Tell that it failed; that X was not reached is no alarm while the next check comes in time."""
    comes_again = verdict.kind is VerdictKind.NOT_SENT and token.until is not None
    is_early = comes_again and token.until is not None and token.until - now > timedelta(hours=1)
    because = f"{verdict.code} {verdict.reason}"[:160]
    return Finding(name="tokens_not_renewed", alarm=not is_early, fields={"because": because})
