"""Where and as whom a platform's API is called for an account."""

from collections.abc import Callable, Mapping

from nightbell.domain.business import Account
from nightbell.platforms.channel import AccessNeeds, ApiAccess
from nightbell.platforms.registry import ACCESS
from nightbell.services.mint_token import MintToken
from nightbell.services.ports import Clock, Secrets


class PlatformAccess:
    """Gathers address, version, token and whatever else a call takes."""

    def __init__(  # noqa: PLR0913 - what a call is made of, by name
        self,
        secrets: Secrets,
        addresses: Mapping[str, tuple[str, str]],
        *,
        needs: Mapping[str, AccessNeeds] = ACCESS,
        public_url: str = "",
        clock: Clock | None = None,
        nonce: Callable[[], str] = str,
        mint: MintToken | None = None,
    ) -> None:
        """Call as the settings' accounts.

        Args:
            secrets: Hold the tokens.
            addresses: Address and version by platform, and by ``platform.login`` where a login has its own.
            needs: Which secrets a call takes, by the same keys.
            public_url: Our own address, as :attr:`ApiAccess.hook_url` begins.
            clock: Tells :attr:`ApiAccess.at`.
            nonce: Makes :attr:`ApiAccess.nonce`, another one each time.
            mint: Makes access tokens where what is stored only entitles to one.
        """
        self._secrets, self._addresses, self._needs = secrets, addresses, needs
        self._public_url, self._clock, self._nonce, self._mint = public_url, clock, nonce, mint

    def __call__(self, platform: str, account: Account) -> ApiAccess:
        """Load what a call in the account's name needs.

        Raises:
            MisconfiguredError: A secret was never set, or no token is made with it.
            UnavailableError: The secrets cannot be read now, or no token could be fetched; a retry is safe.
        """
        name = self.token_name(platform, account)
        token = self._secrets.get(platform, name)[0] if name else ""
        access = self.with_token(platform, account, token)
        return self._mint(platform, account, access) if self._mint else access

    def token_name(self, platform: str, account: Account) -> str:
        """Name the secret that holds the account's token; empty for none."""
        return named(_needs_of(self._needs, platform, account).token, account)

    def with_token(self, platform: str, account: Account, token: str) -> ApiAccess:
        """Do so with a token that is known.

        Raises:
            MisconfiguredError: A further secret was never set.
            UnavailableError: The secrets cannot be read now; a retry is safe.
        """
        base_url, version = _by_login(self._addresses, platform, account)
        others = [named(pattern, account) for pattern in _needs_of(self._needs, platform, account).others]
        credentials = {name.partition("/")[0]: self._secrets.get(platform, name)[0] for name in others}
        return ApiAccess(
            # Who relays for us tells in the settings where; a stand-in for it goes before.
            base_url=base_url or account.reply_url or "",
            version=version,
            token=token,
            app_secret=credentials.get("app_secret"),
            credentials=credentials,
            at=self._clock.now() if self._clock else None,
            nonce=self._nonce(),
            hook_url=f"{self._public_url}/webhooks/{platform}" if self._public_url else "",
            owner_id=account.business_account_id or account.account_id,
            messaging_service=account.messaging_service or "",
        )


def secrets_of_calls(platform: str, account: Account, needs: Mapping[str, AccessNeeds] = ACCESS) -> list[str]:
    """Name every secret that calls in an account's name take, the token first."""
    asked = _needs_of(needs, platform, account)
    return [named(pattern, account) for pattern in (asked.token, *asked.others) if pattern]


def _needs_of(needs: Mapping[str, AccessNeeds], platform: str, account: Account) -> AccessNeeds:
    return needs.get(f"{platform}.{account.login}") or needs.get(platform) or AccessNeeds()


def named(pattern: str, account: Account) -> str:
    """Put an account's ids into the name of a secret."""
    return pattern.format(account=account.account_id, owner=account.business_account_id or account.account_id)


def _by_login(addresses: Mapping[str, tuple[str, str]], platform: str, account: Account) -> tuple[str, str]:
    return addresses.get(f"{platform}.{account.login}") or addresses.get(platform) or ("", "")
