"""Looking after a bot: does its token live, are its updates delivered to us, and are they taken?

Source: Telegram "Bot API" §getWebhookInfo, §setWebhook, §WebhookInfo. A bot has one webhook. What its secret is,
nobody tells; after it is replaced, the webhook has to be set anew.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.reading.fields import Fields
from nightbell.platforms.telegram import api
from nightbell.platforms.telegram.errors import judge, read_body
from nightbell.platforms.telegram.updates import HEARD

SECRET = "secret_token/{account}"  # noqa: S105 - a pattern of names  # pragma: allowlist secret

_RECENT = timedelta(hours=2)
"""A check comes every hour, and Telegram repeats for a day."""


class BotCare:
    """See :class:`nightbell.platforms.care.Care`."""

    credentials: Sequence[str] = (SECRET,)

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Look, and set a webhook that is gone; one that points elsewhere may be another stage's."""
        outcome = yield api.call(access, "getWebhookInfo", {})
        if (trouble := _trouble(outcome)) is not None:
            return [trouble]
        info, wanted = _result(outcome), _address(account, access)
        if info.get("url") not in ("", wanted):
            because = "the bot's webhook points to another address: nightbell platforms subscribe takes it over"
            return [Finding(name="subscriptions_missing", alarm=True, fields={"because": because})]
        missing = _missing(info)
        if info.get("url") == wanted and not missing:
            return _waiting(info, now) or [IN_ORDER]
        outcome = yield _set(account, access)
        return [_repaired(outcome, missing or "the webhook")]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Set the webhook with the secret as it is now."""
        outcome = yield _set(account, access)
        if (trouble := _trouble(outcome)) is not None:
            return [trouble]
        return (yield from self.check(account, access, now))


def _address(account: Account, access: ApiAccess) -> str:
    return f"{access.hook_url}/{account.account_id}"


def _set(account: Account, access: ApiAccess) -> HttpRequest:
    secret = access.credentials[SECRET.format(account=account.account_id)]
    body = {"url": _address(account, access), "secret_token": secret, "allowed_updates": list(HEARD)}
    return api.call(access, "setWebhook", body)


def _result(outcome: HttpOutcome) -> Fields:
    result = read_body(outcome).get("result") if isinstance(outcome, Answer) else None
    return result if isinstance(result, dict) else {}


def _missing(info: Fields) -> str:
    """Name the kinds of updates that are not delivered; where nothing is told, all are."""
    told = info.get("allowed_updates")
    return ",".join(sorted(set(HEARD) - {str(each) for each in told})) if isinstance(told, list) else ""


def _trouble(outcome: HttpOutcome) -> Finding | None:
    verdict = judge(outcome)
    if verdict.kind is VerdictKind.SENT:
        return None
    if verdict.kind is VerdictKind.TOKEN_DEAD:
        return Finding(name="tokens_dead", alarm=True, fields={"because": _because(verdict)})
    is_refused = verdict.kind is VerdictKind.REFUSED
    return Finding(name="checks_failed", alarm=is_refused, fields={"because": _because(verdict)})


def _repaired(outcome: HttpOutcome, what: str) -> Finding:
    verdict = judge(outcome)
    if verdict.kind is VerdictKind.SENT:
        return Finding(name="subscriptions_repaired", alarm=True, fields={"fields": what})
    return Finding(name="subscriptions_missing", alarm=True, fields={"fields": what, "because": _because(verdict)})


def _because(verdict: Verdict) -> str:
    return f"{verdict.code} {verdict.reason}"[:160]


def _waiting(info: Fields, now: datetime) -> list[Finding]:
    """Tell that updates wait because we did not take them a while ago."""
    waiting, failed = info.get("pending_update_count"), info.get("last_error_date")
    if not isinstance(waiting, int) or not isinstance(failed, int) or not 0 < failed < 10**11 or waiting <= 0:
        return []
    if now - datetime.fromtimestamp(failed, UTC) > _RECENT:
        return []
    said = info.get("last_error_message")
    because = said[:160] if isinstance(said, str) else ""
    return [Finding(name="deliveries_waiting", alarm=True, fields={"waiting": waiting, "because": because})]
