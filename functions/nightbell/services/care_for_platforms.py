"""Look after the accounts of every platform that says how: each hour by CheckAccounts, and whenever an operator asks.

Meta's are looked after by :mod:`nightbell.services.check_accounts`, which knows more of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.platforms.care import IN_ORDER, Care, Finding, Renewal, Script, run
from nightbell.platforms.channel import ApiAccess, Channel
from nightbell.services.check_accounts import CheckStore
from nightbell.services.guard_account import DEAUTHORIZED, Cause
from nightbell.services.platform_access import PlatformAccess, named
from nightbell.services.ports import Clock, PlatformApi, Secrets
from nightbell.services.renew_token import KEPT, SecretStore, StoredSecret
from nightbell.services.ways_out import ways_out

_WRITES = 3
"""Tries to write down a token that was renewed: the one before is dead already where renewing ends it."""
_PAUSING = frozenset({Cause.BLOCKED, Cause.CAPPED, Cause.FAILURES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cared:
    """An account that is looked after, and how."""

    platform: str
    account: Account
    care: Care


class CareForPlatforms:
    """Runs the scripts; one account's failure hides no other's."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        cares: Mapping[str, Care],
        renewals: Mapping[str, Renewal],
        api: PlatformApi,
        access: PlatformAccess,
        secrets: Secrets,
        tokens: SecretStore,
        store: CheckStore,
        accounts: Iterable[Account],
        channels: Mapping[str, Channel],
        platform_of: Mapping[str, str],
        clock: Clock,
    ) -> None:
        """Look after these accounts, by platform as ``platform_of`` tells it."""
        self._renewals, self._api, self._access, self._secrets = renewals, api, access, secrets
        self._tokens, self._store, self._channels, self._clock = tokens, store, channels, clock
        self.cared = [
            Cared(platform=platform, account=account, care=cares[platform])
            for account in accounts
            if (platform := platform_of.get(account.channel, "")) in cares
        ]

    def __call__(self, deadline: datetime) -> Iterator[Fact]:
        """Check until the time is used up; what was not reached is told. Each fact is told as soon as it is known."""
        for each in self.cared:
            yield from self._guarded(each, partial(self._check, each, deadline))

    def subscribe(self, each: Cared) -> list[Fact]:
        """Have everything that is handled of one account delivered to us, and look again."""
        return self._guarded(each, lambda: self._run(each, each.care.subscribe(each.account, *self._at(each))))

    def look(self, each: Cared) -> list[Fact]:
        """Look at one account now, whatever its breaker says."""
        return self._guarded(each, lambda: self._run(each, each.care.check(each.account, *self._at(each))))

    def _check(self, each: Cared, deadline: datetime) -> list[Fact]:
        now = self._clock.now()
        if now >= deadline:
            return [_fact(each, Finding(name="checks_failed", alarm=True, fields={"because": "no time was left"}))]
        if self._is_paused(each, now):
            return [_fact(each, Finding(name="checks_put_off"))]
        renewed = self._guarded(each, partial(self._renew, each))
        facts = self._run(each, each.care.check(each.account, *self._at(each)))
        if any(fact.name == IN_ORDER.name for fact in facts):
            facts += self._let_go_on(each)
            self._store.note_checked(each.account.channel, each.account.account_id, now)
        return [*renewed, *facts]

    def _at(self, each: Cared) -> tuple[ApiAccess, datetime]:
        """Gather what the calls take.

        Raises:
            MisconfiguredError: A secret was never set.
            UnavailableError: The secrets do not answer.
        """
        access = self._access(each.platform, each.account)
        names = [named(pattern, each.account) for pattern in each.care.credentials]
        more = {name: self._secrets.get(each.platform, name)[0] for name in names}
        return replace(access, credentials={**access.credentials, **more}), self._clock.now()

    def _run(self, each: Cared, script: Script) -> list[Fact]:
        return [_fact(each, finding) for finding in run(script, self._api.send)]

    def _renew(self, each: Cared) -> list[Fact]:
        """Renew a token where it is due, and write it down before anybody uses it."""
        renewal = self._renewals.get(each.platform)
        if renewal is None:
            return []
        name = self._access.token_name(each.platform, each.account)
        stored = self._tokens.read(each.platform, name)
        if stored is None or not stored.values:
            return []
        access = self._access.with_token(each.platform, each.account, stored.values[0])
        script = renewal.renew(each.account, access, self._clock.now())
        found = run(script, self._api.send) if script else ()
        return [self._kept(each, name, stored, finding) for finding in found]

    def _kept(self, each: Cared, name: str, stored: StoredSecret, finding: Finding) -> Fact:
        if not finding.new_secret:
            return _fact(each, finding)
        if self._tokens.read(each.platform, name) != stored:
            # Somebody has set another one meanwhile, and theirs counts.
            return _fact(each, Finding(name="tokens_set_meanwhile"))
        values = [finding.new_secret, *(value for value in stored.values if value != finding.new_secret)][:KEPT]
        error = self._written(each.platform, name, values)
        lost = Finding(name="tokens_lost", alarm=True, fields={"because": str(error)[:160]})
        return _fact(each, lost if error else finding)

    def _written(self, platform: str, name: str, values: Sequence[str]) -> Exception | None:
        error: Exception | None = None
        for _ in range(_WRITES):
            try:
                self._tokens.write(platform, name, values)
            except (MisconfiguredError, UnavailableError) as failed:
                error = failed
            else:
                return None
        return error

    def _is_paused(self, each: Cared, now: datetime) -> bool:
        """Tell whether calls are held back; a dead token is asked about all the same: there may be a new one."""
        breakers = [self._store.read_breaker(*way) for way in ways_out((each.account,), self._channels)]
        return any(b.open_until is not None and b.open_until > now and b.cause in _PAUSING for b in breakers)

    def _let_go_on(self, each: Cared) -> list[Fact]:
        """Close what a withdrawn permission opened: the account is in order, so it was another's."""
        ways = ways_out((each.account,), self._channels)
        needless = [way for way in ways if self._store.read_breaker(*way).token_mark == DEAUTHORIZED]
        for way in needless:
            self._store.close_breaker(*way)
        return [_fact(each, Finding(name="deauthorizations_needless"))] if needless else []

    def _guarded(self, each: Cared, act: Callable[[], list[Fact]]) -> list[Fact]:
        try:
            return act()
        except UnavailableError as error:
            fields, alarm = {"because": str(error)[:80]}, False
        except MisconfiguredError as error:
            fields, alarm = {"because": str(error)[:160]}, True
        except Exception as error:  # noqa: BLE001 - a defect with one account must not hide the others
            fields, alarm = {"because": type(error).__name__}, True
        return [_fact(each, Finding(name="checks_failed", alarm=alarm, fields=fields))]


def _fact(each: Cared, finding: Finding) -> Fact:
    about = {"platform": each.platform, "accounts": each.account.account_id[:160]}
    return Fact(name=finding.name, alarm=finding.alarm, fields={**about, **finding.fields})
