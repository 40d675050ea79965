"""Write the opening hours where customers look before they ring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, VerdictKind
from nightbell.platforms.profile import Profile, Shown
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Clock, PlatformApi


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of one account.

    Attributes:
        before, after: What stands where, for people; empty where it could not be read.
        problem: Why not all of it is written, in words; empty when it is, or was only to be shown.
        is_written: False in a dry run, too.
    """

    account: Account
    before: Shown = field(default_factory=dict)
    after: Shown = field(default_factory=dict)
    problem: str = ""
    is_written: bool = False


class _RefusedError(Exception):
    """The platform did not do it; the text says why, in words."""


class PublishHours:
    """The service behind ``nightbell hours publish``."""

    def __init__(
        self, *, profiles: Mapping[str, Profile], api: PlatformApi, access: PlatformAccess, clock: Clock
    ) -> None:
        """Know how each channel shows an account."""
        self._profiles = profiles
        self._api = api
        self._access = access
        self._clock = clock

    def __call__(self, accounts: Iterable[Account], *, dry_run: bool) -> list[Published]:
        """Do each account on its own: what fails for one keeps no other from it."""
        known = [account for account in accounts if account.channel in self._profiles]
        return [self._publish(account, self._profiles[account.channel], dry_run=dry_run) for account in known]

    def _publish(self, account: Account, profile: Profile, *, dry_run: bool) -> Published:
        before: Shown = {}
        after: Shown = {}
        try:
            access = self._access(profile.platform, account)
            before = self._read(account, profile, access)
            after = profile.wanted(account, self._clock.now().astimezone(account.hours.zone).date(), before)
            if not dry_run:
                self._all(profile.write_requests(account, after, access), profile)
        except (_RefusedError, MisconfiguredError, UnavailableError) as error:
            return Published(account=account, before=before, after=after, problem=str(error))
        return Published(account=account, before=before, after=after, is_written=not dry_run)

    def _read(self, account: Account, profile: Profile, access: ApiAccess) -> Shown:
        return profile.read(self._all(profile.read_requests(account, access), profile))

    def _all(self, requests: Sequence[HttpRequest], profile: Profile) -> list[Answer]:
        """Make every call, and stop at the first that is not done."""
        return [_done(self._api.send(request), profile) for request in requests]


def _done(outcome: HttpOutcome, profile: Profile) -> Answer:
    verdict = profile.verdict(outcome)
    if not isinstance(outcome, Answer) or verdict.kind is not VerdictKind.SENT:
        code = f" (code {verdict.code})" if isinstance(outcome, Answer) and verdict.code else ""
        raise _RefusedError(f"{verdict.reason}{code}")
    return outcome
