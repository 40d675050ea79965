"""Looking after a page: does its token live, and are its comments delivered to us?

A subscription belongs to the app, to the member who granted the token, and to the page, and ends without a word when
that member loses the role. Source: LinkedIn "Organization Social Action Notifications" §Event Subscription API.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.linkedin import api
from nightbell.platforms.linkedin.notifications import TYPE
from nightbell.platforms.linkedin.tokens import Token, read_token
from nightbell.platforms.linkedin.urns import urn_of_organization

_DYING = timedelta(days=14)
_NOT_FOUND = 404
_UNNAMED = 'the stored token names neither "app" nor "member", so nobody can tell whether the page is subscribed'
_ELSEWHERE = "the page's comments go to another address: nightbell platforms subscribe takes it over"


class PageCare:
    """See :class:`nightbell.platforms.care.Care`."""

    credentials: Sequence[str] = ()

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Look, and subscribe a page that nobody is subscribed to; one that goes elsewhere may be another stage's."""
        token = read_token(access.token)
        dying = _dying(token, now)
        if not token.app or not token.member:
            return [*dying, Finding(name="checks_failed", alarm=True, fields={"because": _UNNAMED})]
        outcome = yield _look(account, access, token)
        if isinstance(outcome, Answer) and outcome.status == _NOT_FOUND:
            return [*dying, _repaired((yield _set(account, access, token)))]
        if (trouble := _trouble(outcome)) is not None:
            return [*dying, trouble]
        hook = api.read_body(outcome).get("webhook") if isinstance(outcome, Answer) else None
        if hook != access.hook_url:
            return [*dying, Finding(name="subscriptions_missing", alarm=True, fields={"because": _ELSEWHERE})]
        return [*dying, IN_ORDER]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Subscribe the page to our address."""
        token = read_token(access.token)
        if token.app and token.member:
            outcome = yield _set(account, access, token)
            if (trouble := _trouble(outcome)) is not None:
                return [trouble]
        return (yield from self.check(account, access, now))


def _path(account: Account, token: Token) -> str:
    names = {
        "developerApplication": f"urn:li:developerApplication:{token.app}",
        "user": f"urn:li:person:{token.member}",
        "entity": urn_of_organization(account.account_id),
    }
    key = ",".join(f"{part}:{quote(name, safe='')}" for part, name in names.items())
    return f"eventSubscriptions/({key},eventType:{TYPE})"


def _look(account: Account, access: ApiAccess, token: Token) -> HttpRequest:
    return api.call(access, "GET", _path(account, token))


def _set(account: Account, access: ApiAccess, token: Token) -> HttpRequest:
    return api.call(access, "PUT", _path(account, token), json={"webhook": access.hook_url})


def _dying(token: Token, now: datetime) -> list[Finding]:
    if token.until is None or token.until - now > _DYING:
        return []
    days = max(int((token.until - now) / timedelta(days=1)), 0)
    return [Finding(name="tokens_dying", alarm=True, fields={"days": days})]


def _trouble(outcome: HttpOutcome) -> Finding | None:
    verdict = api.judge(outcome)
    names = {VerdictKind.TOKEN_DEAD: "tokens_dead", VerdictKind.NOT_PERMITTED: "permissions_missing"}
    if verdict.kind is VerdictKind.SENT:
        return None
    if verdict.kind is VerdictKind.NOT_PERMITTED:
        fields = {"permissions": "rw_organization_admin", "because": _because(verdict)}
        return Finding(name=names[verdict.kind], alarm=True, fields=fields)
    is_final = verdict.kind in {VerdictKind.TOKEN_DEAD, VerdictKind.REFUSED}
    name = names.get(verdict.kind, "checks_failed")
    return Finding(name=name, alarm=is_final, fields={"because": _because(verdict)})


def _repaired(outcome: HttpOutcome) -> Finding:
    verdict = api.judge(outcome)
    if verdict.kind is VerdictKind.SENT:
        return Finding(name="subscriptions_repaired", alarm=True, fields={"fields": TYPE})
    return Finding(name="subscriptions_missing", alarm=True, fields={"fields": TYPE, "because": _because(verdict)})


def _because(verdict: Verdict) -> str:
    return f"{verdict.code} {verdict.reason}"[:160]
