"""Renew the tokens of Instagram's own login long before their 60 days are over; other tokens only people renew.

Meta tells nobody when such a token dies, so its age is counted from when it was stored. Renewed in its second week
it has seven more in which somebody can act if that fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nightbell.domain.facts import Fact
from nightbell.platforms.channel import Verdict
from nightbell.platforms.meta.access_tokens import INSTAGRAM_LIFE, read_refreshed, refresh_request
from nightbell.platforms.meta.care_targets import Target
from nightbell.platforms.meta.subscriptions import Product
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import PlatformApi

PLATFORM = "meta"
RENEW_AFTER = timedelta(days=7)
DYING = timedelta(days=7)
KEPT = 2
"""Values of the secret: the new one, and the one before, which still lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecret:
    """A secret as it is stored, and since when. Never logged."""

    values: Sequence[str]
    changed_at: datetime


class SecretStore(Protocol):
    """Parameter Store, past every cache. Each call may raise UnavailableError."""

    def read(self, platform: str, name: str) -> StoredSecret | None:
        """Read one; ``None`` when it was never set."""

    def write(self, platform: str, name: str, values: Sequence[str]) -> None:
        """Write it anew, the current value first."""


class RenewToken:
    """Asks for a new token and puts it before the old one."""

    def __init__(self, api: PlatformApi, access: PlatformAccess, store: SecretStore) -> None:
        """Keep tokens in this store."""
        self._api = api
        self._access = access
        self._store = store

    def __call__(self, target: Target, now: datetime) -> list[Fact]:
        """Renew the token of a target where it is due.

        Raises:
            UnavailableError: Table or store failed; the old token lives on.
            MisconfiguredError: The secret must not be read or written.
        """
        if target.product is not Product.INSTAGRAM or target.login != "instagram":
            return []
        name = f"access_token/{target.token_of}"
        stored = self._store.read(PLATFORM, name)
        if stored is None or not stored.values or now - stored.changed_at < RENEW_AFTER:
            return []
        return self._renew(target, name, stored, now)

    def _renew(self, target: Target, name: str, stored: StoredSecret, now: datetime) -> list[Fact]:
        access = self._access.with_token(PLATFORM, target.accounts[0], stored.values[0])
        told = read_refreshed(self._api.send(refresh_request(access)))
        about: dict[str, str | int] = {"accounts": target.token_of}
        if not isinstance(told, Verdict):
            if self._store.read(PLATFORM, name) != stored:
                # Somebody has set another one meanwhile, and theirs counts.
                return []
            kept = [told.token, *(value for value in stored.values if value != told.token)][:KEPT]
            self._store.write(PLATFORM, name, kept)
            return [Fact(name="tokens_renewed", fields={**about, "days": told.lives_for.days})]
        left = stored.changed_at + INSTAGRAM_LIFE - now
        about |= {"because": f"{told.code} {told.reason}"[:160], "days": max(left.days, 0)}
        return [Fact(name="tokens_not_renewed", alarm=True, fields=about)]
