"""Looking after a location: does its token live, and is its account told about where reviews are written?

Source: Business Profile APIs "REST Resource: accounts.notificationSetting". An account has one topic; which one is
the business's own choice, and nobody can make it for them.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from nightbell.domain.business import Account
from nightbell.platforms.care import IN_ORDER, Finding, Script
from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest, VerdictKind
from nightbell.platforms.google.answers import judge
from nightbell.platforms.google.reviews import TIMEOUT_S, authorization, read_review
from nightbell.platforms.google.tokens import API_URL
from nightbell.platforms.reading.fields import Fields

NOTICES_URL = "https://mybusinessnotifications.googleapis.com"
WANTED: Sequence[str] = ("NEW_REVIEW", "UPDATED_REVIEW")

_NO_TOPIC = "the account names no topic for its notices: see docs/platforms/google.md, step 2"


class LocationCare:
    """See :class:`nightbell.platforms.care.Care`."""

    credentials: Sequence[str] = ()

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:  # noqa: ARG002 - nothing ends here
        """Look, and ask for the notices that are missing, at the topic that the business has chosen."""
        outcome = yield _setting(account, access)
        if (trouble := _trouble(outcome)) is not None:
            return [trouble]
        setting = read_review(outcome)
        topic, told = setting.get("pubsubTopic"), _types(setting)
        if not isinstance(topic, str) or not topic:
            return [Finding(name="subscriptions_missing", alarm=True, fields={"because": _NO_TOPIC})]
        missing = [each for each in WANTED if each not in told]
        if not missing:
            return [IN_ORDER]
        outcome = yield _setting(account, access, topic, [*told, *missing])
        if (trouble := _trouble(outcome)) is not None:
            return [trouble]
        return [Finding(name="subscriptions_repaired", alarm=True, fields={"fields": ",".join(missing)})]

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Do the same: what is told beside reviews is somebody else's."""
        return (yield from self.check(account, access, now))


def _setting(account: Account, access: ApiAccess, topic: str = "", types: Sequence[str] = ()) -> HttpRequest:
    """Describe the call that reads the setting, or the one that writes it where there is a topic."""
    own = NOTICES_URL if access.base_url == API_URL else access.base_url
    name = f"accounts/{quote(access.owner_id or account.account_id, safe='')}/notificationSetting"
    return HttpRequest(
        method="PATCH" if topic else "GET",
        url=f"{own}/v1/{name}",
        headers=authorization(access),
        query={"updateMask": "notificationTypes"} if topic else {},
        json={"name": name, "pubsubTopic": topic, "notificationTypes": list(types)} if topic else None,
        timeout_s=TIMEOUT_S,
    )


def _types(setting: Fields) -> list[str]:
    told = setting.get("notificationTypes")
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []


def _trouble(outcome: HttpOutcome) -> Finding | None:
    verdict = judge(outcome)
    if verdict.kind is VerdictKind.SENT:
        return None
    because = {"because": f"{verdict.code} {verdict.reason}"[:160]}
    if verdict.kind is VerdictKind.TOKEN_DEAD:
        return Finding(name="tokens_dead", alarm=True, fields=because)
    is_final = verdict.kind in {VerdictKind.REFUSED, VerdictKind.NOT_PERMITTED}
    return Finding(name="checks_failed", alarm=is_final, fields=because)
