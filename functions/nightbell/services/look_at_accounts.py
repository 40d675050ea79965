"""Ask Meta how an account of the settings stands: its token, what it is subscribed to; and subscribe it."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from nightbell.domain.errors import MisconfiguredError
from nightbell.platforms.channel import ApiAccess, Verdict, VerdictKind
from nightbell.platforms.meta import subscribed_apps as apps
from nightbell.platforms.meta.access_tokens import TokenState, debug_request, read_debug
from nightbell.platforms.meta.care_targets import Target
from nightbell.platforms.meta.subscribed_apps import Subscription
from nightbell.platforms.meta.subscriptions import Product
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import PlatformApi

PLATFORM = "meta"
MOST_OWNERS = 3
"""Business accounts that are asked whether a number is theirs; each costs a call."""
OWNER_UNKNOWN = "which business account the number belongs to is not told: write business_account_id in business.toml"


class Problem(StrEnum):
    """Why an account could not be looked at in full."""

    NO_TOKEN = "no_token"  # noqa: S105 - a word, not a secret
    TOKEN_DEAD = "token_dead"  # noqa: S105 - as above
    OWNER_UNKNOWN = "owner_unknown"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one target stands.

    Attributes:
        target: With its id at Meta, where it was found.
        access: Never logged.
        token: ``None`` where Meta tells nothing about such tokens, or was not asked.
        missing, superfluous: Against the fields that Nightbell handles.
        lacking: Permissions that the token was not given, as far as Meta tells.
        problem: What kept the rest from being known; ``code`` and ``reason`` say more.
    """

    target: Target
    access: ApiAccess | None = field(default=None, repr=False)
    token: TokenState | None = None
    subscription: Subscription | None = None
    missing: frozenset[str] = frozenset()
    superfluous: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    problem: Problem | None = None
    code: str = ""
    reason: str = ""

    @property
    def is_subscribed(self) -> bool:
        """Whether everything that we act on is delivered, as far as the object itself goes."""
        return self.subscription is not None and self.subscription.is_there and not self.missing

    @property
    def dies_at(self) -> datetime | None:
        """When the token dies, where Meta tells."""
        return self.token.dies_at if self.token else None


class LookAtAccounts:
    """A few calls for each target: the token, the owner where it must be found, the subscription."""

    def __init__(self, api: PlatformApi, access: PlatformAccess) -> None:
        """Call by this API."""
        self._api = api
        self._access = access

    def __call__(self, target: Target) -> Standing:
        """Look at one.

        Raises:
            UnavailableError: The secrets cannot be read now.
        """
        try:
            access = self._access(PLATFORM, target.accounts[0])
        except MisconfiguredError as error:
            return Standing(target=target, problem=Problem.NO_TOKEN, reason=str(error))
        standing = self._look_at_token(Standing(target=target, access=access), access)
        if standing.problem is None and not standing.target.object_id:
            standing = self._find_owner(standing, access)
        return standing if standing.problem else self._look_at_subscription(standing, access)

    def subscribe(self, standing: Standing, fields: Collection[str]) -> Verdict | None:
        """Subscribe an object that was looked at; ``None`` when it is."""
        if standing.access is None:
            return None
        refused = self._subscribe(standing, standing.access, fields)
        if refused is not None and fields and apps.is_spelling_refused(refused):
            # Meta spells some fields in two ways, and only the answer tells which one it takes.
            refused = self._subscribe(standing, standing.access, apps.other_spelling(fields))
        return refused

    def _subscribe(self, standing: Standing, access: ApiAccess, fields: Collection[str]) -> Verdict | None:
        request = apps.subscribe_request(access, _node(standing.target), fields)
        return apps.read_done(self._api.send(request))

    def _look_at_token(self, standing: Standing, access: ApiAccess) -> Standing:
        if standing.target.login == "instagram":
            # Nobody tells about these; a dead one shows at the next call.
            return standing
        told = read_debug(self._api.send(debug_request(access)))
        if isinstance(told, Verdict):
            # A refusal to tell about the token says nothing about the rest; an outage would go on.
            is_refused = told.kind in {VerdictKind.REFUSED, VerdictKind.NOT_PERMITTED}
            return replace(_puzzled(standing, told), problem=None) if is_refused else _puzzled(standing, told)
        problem = None if told.is_valid else Problem.TOKEN_DEAD
        given = told.permissions
        lacking = frozenset[str]() if given is None or problem else standing.target.permissions - given
        return replace(standing, token=told, problem=problem, lacking=lacking)

    def _find_owner(self, standing: Standing, access: ApiAccess) -> Standing:
        owners = standing.token.business_ids if standing.token else ()
        number = standing.target.accounts[0].account_id
        for owner in owners[:MOST_OWNERS]:
            if len(owners) == 1 or self._owns(access, owner, number):
                return replace(standing, target=replace(standing.target, object_id=owner))
        return replace(standing, problem=Problem.OWNER_UNKNOWN, reason=OWNER_UNKNOWN)

    def _owns(self, access: ApiAccess, owner: str, number: str) -> bool:
        numbers = apps.read_numbers(self._api.send(apps.numbers_request(access, owner)))
        return not isinstance(numbers, Verdict) and number in numbers

    def _look_at_subscription(self, standing: Standing, access: ApiAccess) -> Standing:
        app_id = standing.token.app_id if standing.token else ""
        told = apps.read_subscription(self._api.send(apps.look_request(access, _node(standing.target))), app_id)
        if isinstance(told, Verdict):
            return _puzzled(standing, told)
        needed = standing.target.fields
        return replace(standing, subscription=told, missing=told.missing(needed), superfluous=told.superfluous(needed))


def _node(target: Target) -> str:
    """Name the object in a call: an Instagram token speaks of its own account as ``me``."""
    return "me" if target.product is Product.INSTAGRAM else target.object_id


def _puzzled(standing: Standing, verdict: Verdict) -> Standing:
    problem = Problem.TOKEN_DEAD if verdict.kind is VerdictKind.TOKEN_DEAD else Problem.NOT_TOLD
    return replace(standing, problem=problem, code=verdict.code, reason=verdict.reason)
