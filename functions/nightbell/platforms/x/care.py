"""Looking after an account on X: is our webhook there and valid, and does X deliver to it what is handled?

Sources: X "V2 Webhooks API" §Endpoints, §Webhook validation; X "X Activity API: Quickstart" §Subscription management,
"Introduction" §Private events; X "Create replay job for webhook".

One app has one webhook for all of its accounts. It is asked about as the app, and an account's events are subscribed as
the account, because only its owner may let them be told.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.x import api
from nightbell.platforms.x.errors import judge, read_body

APP_TOKEN = "bearer"  # noqa: S105 - a secret's name

EVENTS: Mapping[str, Sequence[str]] = {
    "x_posts": ("post.mention.create", "post.quote.create", "post.reply.create", "post.create"),
    "x_direct": ("dm.received", "dm.sent", "chat.received", "chat.sent"),
}
"""What is handled, by channel. X tells of deleted posts only where they are the account's own, and that costs, too."""

_REPLAYED = timedelta(hours=24)
"""X delivers again what is not older."""
_MINUTES = "%Y%m%d%H%M"
_MOST = "1000"


class AccountCare:
    """See :class:`nightbell.platforms.care.Care`."""

    credentials: Sequence[str] = (APP_TOKEN,)

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Look, register a webhook that is gone, switch one on that X switched off, and subscribe what is missing."""
        if not access.hook_url:
            because = "our own address is not known: set the parameter PublicUrl"
            return [Finding(name="checks_failed", alarm=True, fields={"because": because})]
        outcome = yield _as_app(access, "GET", "webhooks")
        if (trouble := _trouble(outcome)) is not None:
            return [trouble]
        hook = next((each for each in _listed(outcome) if each.get("url") == access.hook_url), None)
        found: list[Finding] = []
        if hook is None:
            outcome = yield _as_app(access, "POST", "webhooks", json={"url": access.hook_url})
            hook = _data(outcome)
            found.append(_repaired(outcome, "the webhook"))
        elif hook.get("valid") is False:
            found += yield from _switch_on(access, _id_of(hook), now)
        if not _id_of(hook):
            return found
        found += yield from _subscribe_missing(account, access, _id_of(hook))
        return found or [IN_ORDER]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Do the same: nothing at X can belong to somebody else, since an app's webhooks are its own."""
        return (yield from self.check(account, access, now))


def _switch_on(access: ApiAccess, hook_id: str, now: datetime) -> Script:
    """Have the check made anew, and what was not delivered meanwhile delivered again."""
    outcome = yield _as_app(access, "PUT", f"webhooks/{hook_id}")
    if _data(outcome).get("valid") is not True:
        because = _because(judge(outcome, "valid")) if _trouble(outcome) else "X's check of our address failed"
        return [Finding(name="subscriptions_missing", alarm=True, fields={"fields": "the webhook", "because": because})]
    asked = {
        "webhook_id": hook_id,
        "from_date": (now - _REPLAYED).strftime(_MINUTES),
        "to_date": now.strftime(_MINUTES),
    }
    replayed = yield _as_app(access, "POST", "webhooks/replay", json=asked)
    missed = [Finding(name="deliveries_waiting", alarm=True, fields=_why(replayed))] if _trouble(replayed) else []
    return [_repaired(outcome, "the webhook, which X had switched off"), *missed]


def _subscribe_missing(account: Account, access: ApiAccess, hook_id: str) -> Script:
    outcome = yield _as_app(access, "GET", "activity/subscriptions", query={"max_results": _MOST})
    if (trouble := _trouble(outcome)) is not None:
        return [trouble]
    there = set(_told(outcome, account.account_id, hook_id))
    found = []
    for kind in EVENTS.get(account.channel, ()):
        if kind not in there:
            wanted = {"event_type": kind, "filter": {"user_id": account.account_id}, "webhook_id": hook_id}
            outcome = yield api.call(access, "activity/subscriptions", json={**wanted, "tag": "nightbell"})
            found.append(_repaired(outcome, kind))
    return found


def _as_app(
    access: ApiAccess,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    json: object | None = None,
) -> HttpRequest:
    return HttpRequest(
        method=method,
        url=f"{access.base_url}/{access.version}/{path}",
        headers={"Authorization": f"Bearer {access.credentials.get(APP_TOKEN, '')}"},
        query=query or {},
        json=json,
        timeout_s=api.SEND_TIMEOUT_S,
    )


def _told(outcome: HttpOutcome, account_id: str, hook_id: str) -> Iterator[str]:
    """Name what is delivered of an account to the webhook."""
    for each in _listed(outcome):
        told = each.get("filter")
        is_ours = isinstance(told, dict) and told.get("user_id") == account_id and each.get("webhook_id") == hook_id
        if is_ours:
            yield str(each.get("event_type"))


def _listed(outcome: HttpOutcome) -> list[Fields]:
    listed = read_body(outcome).get("data") if isinstance(outcome, Answer) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _data(outcome: HttpOutcome) -> Fields:
    found = read_body(outcome).get("data") if isinstance(outcome, Answer) else None
    return found if isinstance(found, dict) else {}


def _id_of(hook: Fields) -> str:
    found = hook.get("id")
    return found if isinstance(found, str) and found.isdigit() else ""


def _trouble(outcome: HttpOutcome) -> Finding | None:
    verdict = judge(outcome, "id")
    if verdict.kind is VerdictKind.SENT:
        return None
    if verdict.kind is VerdictKind.TOKEN_DEAD:
        return Finding(name="tokens_dead", alarm=True, fields={"because": _because(verdict)})
    passes = {VerdictKind.NOT_SENT, VerdictKind.UNKNOWN}
    return Finding(name="checks_failed", alarm=verdict.kind not in passes, fields={"because": _because(verdict)})


def _repaired(outcome: HttpOutcome, what: str) -> Finding:
    if _trouble(outcome) is None:
        return Finding(name="subscriptions_repaired", alarm=True, fields={"fields": what})
    return Finding(name="subscriptions_missing", alarm=True, fields={"fields": what, **_why(outcome)})


def _why(outcome: HttpOutcome) -> Mapping[str, str]:
    return {"because": _because(judge(outcome, "id"))}


def _because(verdict: Verdict) -> str:
    return f"{verdict.code} {verdict.reason}"[:160]
