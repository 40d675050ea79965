"""Note that a brand posts, so that its team can be told who waits meanwhile."""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.business import Account
from nightbell.domain.events import Noise
from nightbell.domain.keys import posted_pk
from nightbell.services.ports import Clock
from nightbell.services.write_outbox import OutboxStore

KEPT_FOR = timedelta(days=1)


class NotePosts:
    """Notes one post an hour for each account: who posts ten pictures is warned once anyhow."""

    def __init__(self, store: OutboxStore, accounts: Mapping[tuple[str, str], Account], clock: Clock) -> None:
        """Know whose accounts these are."""
        self._store, self._accounts, self._clock = store, accounts, clock

    def __call__(self, post: Noise) -> None:
        """Note it; that of an account that the settings do not name is nobody's.

        Raises:
            UnavailableError: It may not be noted.
        """
        account = self._accounts.get((post.channel, post.account_id))
        if account is None:
            return
        now = self._clock.now()
        sk = f"POST#{post.channel}.{post.account_id}#{now:%Y-%m-%dT%H}"
        self._store.add(posted_pk(account.brand.key), sk, account.name or post.channel, now, now + KEPT_FOR)
