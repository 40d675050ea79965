"""What a check of accounts tells: product, ids and codes, never a token."""

from datetime import datetime, timedelta

from nightbell.domain.facts import Fact
from nightbell.platforms.meta.care_targets import Target
from nightbell.services.look_at_accounts import Problem, Standing
from nightbell.services.renew_token import DYING


def problem_fact(standing: Standing) -> Fact:
    """Tell why a target could not be looked at in full; an outage is no alarm, as the next hour tries again."""
    names = {
        Problem.NO_TOKEN: "accounts_without_token",
        Problem.TOKEN_DEAD: "tokens_dead",
        Problem.OWNER_UNKNOWN: "owners_unknown",
        Problem.NOT_TOLD: "checks_failed",
    }
    name = names[standing.problem or Problem.NOT_TOLD]
    alarm = standing.problem is not Problem.NOT_TOLD
    return care_fact(name, standing.target, alarm=alarm, because=f"{standing.code} {standing.reason}".strip()[:160])


def dying_facts(standing: Standing, now: datetime) -> list[Fact]:
    """Tell of a token in its last week."""
    if standing.dies_at is None or standing.dies_at - now > DYING:
        return []
    days = max(int((standing.dies_at - now) / timedelta(days=1)), 0)
    return [care_fact("tokens_dying", standing.target, alarm=True, days=days)]


def lacking_facts(standing: Standing) -> list[Fact]:
    """Tell which permissions were not given, or were taken back."""
    if not standing.lacking:
        return []
    return [
        care_fact("permissions_missing", standing.target, alarm=True, permissions=",".join(sorted(standing.lacking)))
    ]


def care_fact(name: str, target: Target, *, alarm: bool = False, **more: str | int) -> Fact:
    """Tell something about a target, by the ids of its accounts."""
    ids = ",".join(dict.fromkeys(account.account_id for account in target.accounts))
    return Fact(name=name, alarm=alarm, fields={"product": target.product.value, "accounts": ids[:160], **more})
