"""Tell the team of a storm: when it begins, once an hour, and when it is over."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from nightbell.domain.bulletin import Bulletin, Line
from nightbell.domain.business import Account
from nightbell.domain.facts import Fact
from nightbell.domain.storm import News, Storm
from nightbell.domain.storm_words import bulletin_of
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.platforms.post_addresses import post_url
from nightbell.services.guard_account import AccountKey
from nightbell.services.ports import Clock

MOST_LOOKED_AT = 1000
"""Conversations, the newest, among which those are counted that go before others."""
MOST_POSTS = 3
TOLD_FOR = timedelta(hours=6)
"""How long it is of use to the team to read it."""


class Written(NamedTuple):
    """Who wrote below which post, on one account, and in which conversation."""

    key: AccountKey
    author: str
    post: str
    pk: str


class CountFirst(Protocol):
    """Counts the conversations that go before all others; may raise UnavailableError."""

    def __call__(self, pks: Sequence[str]) -> int: ...  # noqa: D102 - said above


class Tell(Protocol):
    """What tells a brand's team; see :class:`nightbell.services.tell_team.TellTeam`."""

    def __call__(  # noqa: D102 - said there
        self, brand: str | None, gets: Gets, name: str, bulletin: Bulletin, *, until: datetime
    ) -> list[TeamPlace]: ...


class TellStorm:
    """In the log always, and to the places that the settings name for a brand's team."""

    def __init__(self, count_first: CountFirst, tell: Tell, clock: Clock) -> None:
        """Tell the team by this."""
        self._count_first, self._tell, self._clock = count_first, tell, clock

    def __call__(
        self, news: News, account: Account, storm: Storm, lately: Sequence[Written], waiting: Sequence[Written]
    ) -> Fact:
        """Tell it.

        Args:
            news: What is told.
            account: Where it is.
            storm: How it stands.
            lately: Who wrote there in the last minute.
            waiting: Who has written there since it began and waits.

        Raises:
            UnavailableError: Some may have been told.
        """
        now = self._clock.now()
        minutes = int((now - storm.since).total_seconds() // 60)
        first = self._count_first([each.pk for each in waiting[-MOST_LOOKED_AT:]])
        name = f"{account.name or account.account_id} ({account.channel})"
        said = bulletin_of(news, name, storm, minutes, _posts(account, lately or waiting), len(waiting), first)
        about = f"{news}.{account.channel}.{account.account_id}.{now.isoformat()}"
        self._tell(account.brand.key, Gets.ALERTS, about, said, until=now + TOLD_FOR)
        fields: dict[str, str | int] = {"channel": account.channel, "account": account.account_id}
        fields |= {"brand": account.brand.key, "people": storm.people, "peak": storm.peak, "minutes": minutes}
        fields |= {"storm_at": storm.threshold, "posts": len({each.post for each in lately}), "waiting": len(waiting)}
        return Fact(name=news.value, alarm=news is News.BEGAN, fields={**fields, "first": first})


def _posts(account: Account, written: Iterable[Written]) -> list[Line]:
    """Name the posts below which most people write, with their address where the platform says how."""
    most = Counter(each.post for each in written if each.post).most_common(MOST_POSTS)
    return [
        Line(text=f"{count} of them below {post}", link=post_url(account.channel, post, account.account_id) or "")
        for post, count in most
    ]
