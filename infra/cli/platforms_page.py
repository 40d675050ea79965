"""How an account stands at its platform, for people and for programs. Never a token."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.local.progress import green, red
from nightbell.platforms.channel import Verdict
from nightbell.platforms.meta.subscribed_apps import AppSubscription, Subscription
from nightbell.platforms.meta.subscriptions import Product
from nightbell.services.look_at_accounts import Problem, Standing
from nightbell.services.renew_token import DYING

NOUNS = {Product.PAGE: "Page", Product.INSTAGRAM: "Instagram account", Product.WHATSAPP: "WhatsApp business account"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One target, with what only we know.

    Attributes:
        dies_at: When its token dies, at the latest; ``None`` for never or unknown.
    """

    standing: Standing
    dies_at: datetime | None
    now: datetime

    @property
    def is_dying(self) -> bool:
        """Whether the token needs a person now."""
        return self.dies_at is not None and self.dies_at - self.now <= DYING


@dataclass(frozen=True, slots=True, kw_only=True)
class AppStanding:
    """What the app itself is subscribed to, by product, against what is needed."""

    app_id: str
    subscribed: Mapping[str, AppSubscription]
    needed: Mapping[Product, frozenset[str]]
    refused: Verdict | None = None

    @property
    def faults(self) -> Mapping[Product, frozenset[str]]:
        """Name the fields that are missing, by product; none where Meta did not tell."""
        if self.refused is not None:
            return {}
        missing = {product: self._missing(product, fields) for product, fields in self.needed.items()}
        return {product: fields for product, fields in missing.items() if fields}

    def _missing(self, product: Product, needed: frozenset[str]) -> frozenset[str]:
        found = self.subscribed.get(product.value)
        active = found.fields if found and found.is_active else frozenset[str]()
        return Subscription(is_there=True, fields=active).missing(needed)


def is_in_order(shown: Shown) -> bool:
    """Tell whether nobody needs to do anything."""
    standing = shown.standing
    return standing.problem is None and standing.is_subscribed and not standing.lacking and not shown.is_dying


def lines(shown: Shown, stage: str) -> Iterator[str]:
    """Show it to a person, with what to do."""
    standing = shown.standing
    accounts = ", ".join(f"{a.channel} {a.account_id}" for a in standing.target.accounts)
    yield f"{NOUNS[standing.target.product]} {standing.target.object_id or '?'}  ({accounts})"
    yield f"    token        {_token(shown)}"
    if standing.subscription is not None:
        yield f"    subscribed   {_subscribed(standing)}"
    if standing.lacking:
        yield f"    not granted  {red(_words(standing.lacking))}"
    for name, fields in (("missing", standing.missing), ("superfluous", standing.superfluous)):
        if fields:
            yield f"    {name:12} {red(_words(fields)) if name == 'missing' else _words(fields)}"
    yield from (f"    → {remedy}" for remedy in _remedies(shown, stage))


def app_lines(app: AppStanding) -> Iterator[str]:
    """Show what the app itself hears."""
    yield f"App {app.app_id}"
    if app.refused is not None:
        yield f"    not told     {app.refused.code} {app.refused.reason}"
    for product in app.needed if app.refused is None else ():
        found = app.subscribed.get(product.value)
        yield f"    {product.value}: {found.callback_url if found else red('not subscribed')}"
        if missing := app.faults.get(product):
            yield f"        missing  {red(_words(missing))}"
            yield f"        → add them in the App Dashboard, Webhooks, object {product.value}"


def plain(shown: Shown) -> dict[str, object]:
    """Show it to a program."""
    standing = shown.standing
    return {
        "product": standing.target.product.value,
        "id": standing.target.object_id or None,
        "accounts": [{"channel": a.channel, "account_id": a.account_id} for a in standing.target.accounts],
        "in_order": is_in_order(shown),
        "problem": standing.problem.value if standing.problem else None,
        "reason": standing.reason or None,
        "token_dies_at": shown.dies_at.isoformat() if shown.dies_at else None,
        "subscribed": standing.subscription.is_there if standing.subscription else None,
        "fields": sorted(standing.subscription.fields) if standing.subscription else None,
        "missing": sorted(standing.missing),
        "permissions_missing": sorted(standing.lacking),
        "superfluous": sorted(standing.superfluous),
    }


def plain_app(app: AppStanding) -> dict[str, object]:
    """Show it to a program."""
    told = {
        product: {"callback_url": each.callback_url, "active": each.is_active, "fields": sorted(each.fields)}
        for product, each in app.subscribed.items()
    }
    missing = {product.value: sorted(fields) for product, fields in app.faults.items()}
    return {"app_id": app.app_id, "told": app.refused is None, "subscribed": told, "missing": missing}


def _token(shown: Shown) -> str:
    if shown.standing.problem in {Problem.NO_TOKEN, Problem.TOKEN_DEAD}:
        return red("dead" if shown.standing.problem is Problem.TOKEN_DEAD else "not set")
    if shown.dies_at is None:
        is_told = shown.standing.token is not None
        return (
            green("alive, never dies") if is_told else f"not told ({shown.standing.reason or 'the platform keeps it'})"
        )
    left = max(shown.dies_at - shown.now, timedelta()).days
    words = f"dies in {left} days at the latest, on {shown.dies_at:%Y-%m-%d}"
    return red(words) if shown.is_dying else green(words)


def _subscribed(standing: Standing) -> str:
    found = standing.subscription
    if found is None or not found.is_there:
        return red("no")
    return (
        green(_words(found.fields - standing.superfluous)) if found.fields else green("yes; its fields are the app's")
    )


def _remedies(shown: Shown, stage: str) -> Iterator[str]:
    standing = shown.standing
    account_id = standing.target.token_of
    if standing.lacking:
        yield f"get these permissions for the app, make a token with them, and set it as access_token/{account_id}"
    if standing.problem in {Problem.NO_TOKEN, Problem.TOKEN_DEAD} or shown.is_dying:
        yield f"nightbell secrets set meta access_token/{account_id} --stage {stage}"
    elif standing.problem is not None:
        yield standing.reason or "try again later"
    elif not standing.is_subscribed or standing.superfluous:
        yield f"nightbell platforms subscribe --account {account_id} --stage {stage}"


def _words(fields: Iterable[str]) -> str:
    return ", ".join(sorted(fields))
