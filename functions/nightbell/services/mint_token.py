"""Make access tokens where what is stored only entitles to one, and keep each as long as it lives."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.platforms.channel import ApiAccess, Minted, TokenMint, VerdictKind
from nightbell.services.ports import Clock, PlatformApi

ENDS_BEFORE = timedelta(minutes=5)
"""A token is not used any more so long before its end: a call must not outlive it, and clocks differ."""
_OPERATOR = frozenset({VerdictKind.TOKEN_DEAD, VerdictKind.NOT_PERMITTED, VerdictKind.REFUSED})


class MintToken:
    """Keeps what it made in memory: another function makes its own, and none is ever stored."""

    def __init__(self, mints: Mapping[str, TokenMint], api: PlatformApi, clock: Clock) -> None:
        """Make them by this API, for the platforms that are named in ``mints``."""
        self._mints, self._api, self._clock = mints, api, clock
        self._made: dict[tuple[str, str, str], Minted] = {}

    def __call__(self, platform: str, account: Account, access: ApiAccess) -> ApiAccess:
        """Put a token that lives in the place of the one that is stored; as it is where the platform needs none.

        Raises:
            MisconfiguredError: The platform makes none for what is stored, and an operator must act.
            UnavailableError: It could not be asked now; a retry is safe.
        """
        if platform not in self._mints:
            return access
        # Another secret makes another token: a replaced one must not live on in what it made.
        key = (platform, account.account_id, access.token)
        now = self._clock.now()
        made = self._made.get(key)
        if made is None or made.until - ENDS_BEFORE <= now:
            made = self._made[key] = self._make(self._mints[platform], access, platform, account)
        return replace(access, token=made.token)

    def _make(self, mint: TokenMint, access: ApiAccess, platform: str, account: Account) -> Minted:
        answer = mint.read_minted(self._api.send(mint.mint_request(access)), self._clock.now())
        if isinstance(answer, Minted):
            return answer
        what = f"no access token for {platform} {account.account_id}: {answer.code} {answer.reason}"
        raise MisconfiguredError(what) if answer.kind in _OPERATOR else UnavailableError(what)
