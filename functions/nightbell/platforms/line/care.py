"""Looking after an official account: does its token live, is it this bot's, and do its events come to us?

Source: LINE "Messaging API reference" §Get webhook endpoint information, §Set webhook endpoint URL, §Get bot info.
Whether webhooks are used at all is a switch of the console, and no call moves it.
"""

from collections.abc import Generator, Sequence
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, VerdictKind
from nightbell.platforms.line.errors import judge, read_body

TIMEOUT_S = 8.0
_ENDPOINT = "channel/webhook/endpoint"
_NOT_SET = 404
_ELSEWHERE = "the account's webhook points to another address: nightbell platforms subscribe takes it over"
_OFF = "Use webhook is switched off in the LINE Developers console, on Messaging API; only there it is switched on"
_ANOTHERS = "the token is that of another bot than the settings name: see docs/platforms/line.md, step 2"


class AccountCare:
    """See :class:`nightbell.platforms.care.Care`."""

    credentials: Sequence[str] = ()

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:  # noqa: ARG002 - nothing ends here
        """Look, and set a webhook that was never set; one that points elsewhere may be another stage's."""
        wrong = yield from _whose_token(account, access)
        if wrong is not None:
            return [wrong]
        outcome = yield _call(access, "GET", _ENDPOINT)
        if not _is_unset(outcome) and (trouble := _trouble(outcome)) is not None:
            return [trouble]
        hook = read_body(outcome) if isinstance(outcome, Answer) else {}
        if _is_unset(outcome) or not hook.get("endpoint"):
            trouble = _trouble((yield _set(account, access)))
            return [trouble or Finding(name="subscriptions_repaired", alarm=True, fields={"fields": "the webhook"})]
        if hook.get("endpoint") != _address(account, access):
            return [_missing(_ELSEWHERE)]
        return [IN_ORDER] if hook.get("active") is True else [_missing(_OFF)]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Set the webhook, unless the token is another bot's."""
        wrong = yield from _whose_token(account, access)
        trouble = wrong or _trouble((yield _set(account, access)))
        return [trouble] if trouble else (yield from self.check(account, access, now))


def _whose_token(account: Account, access: ApiAccess) -> Generator[HttpRequest, HttpOutcome, Finding | None]:
    """Ask whose the token is: a webhook must not be set for another account."""
    outcome = yield _call(access, "GET", "info")
    if (trouble := _trouble(outcome)) is not None:
        return trouble
    found = read_body(outcome).get("userId") if isinstance(outcome, Answer) else None
    if found == account.account_id:
        return None
    return Finding(name="checks_failed", alarm=True, fields={"because": _ANOTHERS})


def _address(account: Account, access: ApiAccess) -> str:
    return f"{access.hook_url}/{account.account_id}"


def _set(account: Account, access: ApiAccess) -> HttpRequest:
    return _call(access, "PUT", _ENDPOINT, {"endpoint": _address(account, access)})


def _call(access: ApiAccess, method: str, what: str, json: object | None = None) -> HttpRequest:
    return HttpRequest(
        method=method,
        url=f"{access.base_url}/v2/bot/{what}",
        headers={"Authorization": f"Bearer {access.token}"},
        json=json,
        timeout_s=TIMEOUT_S,
    )


def _is_unset(outcome: HttpOutcome) -> bool:
    return isinstance(outcome, Answer) and outcome.status == _NOT_SET


def _missing(because: str) -> Finding:
    return Finding(name="subscriptions_missing", alarm=True, fields={"because": because})


def _trouble(outcome: HttpOutcome) -> Finding | None:
    verdict = judge(outcome)
    if verdict.kind is VerdictKind.SENT:
        return None
    because = {"because": f"{verdict.code} {verdict.reason}"[:160]}
    if verdict.kind is VerdictKind.TOKEN_DEAD:
        return Finding(name="tokens_dead", alarm=True, fields=because)
    is_final = verdict.kind in {VerdictKind.REFUSED, VerdictKind.NOT_PERMITTED}
    return Finding(name="checks_failed", alarm=is_final, fields=because)
