"""Where and as whom a platform's API is called for an account."""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.platforms.channel import ApiAccess
from nightbell.services.ports import Secrets


class PlatformAccess:
    """Gathers address, version, token and proof."""

    def __init__(self, secrets: Secrets, addresses: Mapping[str, tuple[str, str]]) -> None:
        """``addresses`` gives address and version by platform, and by ``platform.login`` where a login has its own."""
        self._secrets = secrets
        self._addresses = addresses

    def __call__(self, platform: str, account: Account) -> ApiAccess:
        """Load what a call in the account's name needs.

        Raises:
            MisconfiguredError: No access token was ever set.
            UnavailableError: The secrets cannot be read now; a retry is safe.
        """
        return self.with_token(platform, account, self._secrets.get(platform, f"access_token/{account.account_id}")[0])

    def with_token(self, platform: str, account: Account, token: str) -> ApiAccess:
        """Do so with a token that is known.

        Raises:
            MisconfiguredError: No app secret was ever set.
            UnavailableError: The secrets cannot be read now; a retry is safe.
        """
        own = self._addresses.get(f"{platform}.{account.login}")
        base_url, version = own or self._addresses[platform]
        # A host of a login's own asks for no proof by the app's secret.
        app_secret = None if own else self._secrets.get(platform, "app_secret")[0]
        return ApiAccess(base_url=base_url, version=version, token=token, app_secret=app_secret)
