"""Which ways lead out through an account at its platform: what concerns the account concerns the breaker of each.

A Page's messages, its lines in public and its private replies leave by one token, each as a sender of its own. An
Instagram account that was connected by Facebook's login has its Page send for it, so what stops the Page stops it, too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from nightbell.domain.business import Account
from nightbell.platforms.channel import Channel
from nightbell.services.guard_account import AccountKey


def ways_out(accounts: Iterable[Account], channels: Mapping[str, Channel]) -> list[AccountKey]:
    """Name all senders that speak for these accounts: their channels, and the private replies to what is said there.

    Those that are switched off for what leaves by itself are named, too: people answer by them.
    """
    return [
        (sender, account.account_id)
        for account in accounts
        if account.channel in channels
        for sender in _senders(channels[account.channel])
    ]


def _senders(channel: Channel) -> Iterator[str]:
    yield channel.name
    if channel.private_reply is not None:
        yield channel.private_reply


def speaks_by(account: Account, ids: Collection[str]) -> bool:
    """Tell whether one of these ids is the account's own, or that of the Page which sends for it."""
    return account.account_id in ids or account.api_id in ids


def of_platform(accounts: Iterable[Account], channels: Mapping[str, Channel], platform: str | None) -> list[Account]:
    """Pick the accounts at one vendor."""
    return [a for a in accounts if a.channel in channels and channels[a.channel].platform == platform]
