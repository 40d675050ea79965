"""Warn a team that it posts while customers wait in public: once on a day, while the brand is open.

Everybody who reads the new post can see the questions below the old ones.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from itertools import islice

from nightbell.domain.alerts import whence
from nightbell.domain.bulletin import Bulletin, Line, listed
from nightbell.domain.business import Brand
from nightbell.domain.facts import Fact
from nightbell.domain.keys import posted_pk, split_conversation_pk
from nightbell.domain.team_place import Gets
from nightbell.platforms.channel import Channel
from nightbell.services.desk_reading import Standing
from nightbell.services.owe_to_team import LONG_AGO, Desk
from nightbell.services.ports import Clock
from nightbell.services.tell_team import TellTeam
from nightbell.services.write_outbox import Claimed, OutboxStore, Waiting

LONG_ENOUGH = timedelta(hours=1)
MOST_READ = 50
MOST_SHOWN = 5
FEW = 10


class WarnWhoPosts:
    """Notify's work of every minute, which reads what waits only after a post."""

    def __init__(
        self, store: OutboxStore, desk: Desk, tell: TellTeam, channels: Mapping[str, Channel], clock: Clock
    ) -> None:
        """Look at these notes and these conversations."""
        self._store, self._desk, self._tell = store, desk, tell
        self._channels, self._clock = channels, clock

    def __call__(self) -> list[Fact]:
        """Warn where there is reason to.

        Raises:
            UnavailableError: It cannot be read or written down; the next minute does it.
        """
        brands = self._desk.settings.brands.values()
        return [fact for brand in brands if self._tell.places(brand.key, Gets.ALERTS) for fact in self._of(brand)]

    def _of(self, brand: Brand) -> list[Fact]:
        now = self._clock.now()
        posts = self._store.due(posted_pk(brand.key), now, FEW)
        if not posts:
            return []
        waiting = self._waiting(brand, now) if brand.hours.stretch_at(now).is_open else []
        if waiting:
            day = now.astimezone(brand.zone).date()
            ends = datetime.combine(day + timedelta(days=1), time.min, brand.zone)
            self._tell(brand.key, Gets.ALERTS, f"posting.{day}", self._warning(brand, waiting), until=ends)
        for post in posts:
            self._close(post, now)
        return [Fact(name="posts_noted", count=len(posts), fields={"brand": brand.key, "waiting": len(waiting)})]

    def _waiting(self, brand: Brand, now: datetime) -> list[Standing]:
        """Read the oldest that wait where everybody can see it; no more than a message can name."""
        listed_now = self._desk.store.waiting_between(brand.key, LONG_AGO, now - LONG_ENOUGH)
        public = (each.pk for each in listed_now if self._is_public(each.pk))
        pks = list(islice(public, MOST_READ))
        found = self._desk.store.standings(pks) if pks else ()
        return [
            each for each in found if each.conversation.is_waiting and not each.state.is_snoozed(each.conversation, now)
        ]

    def _is_public(self, pk: str) -> bool:
        channel = self._channels.get((split_conversation_pk(pk) or ("", "", ""))[0])
        return channel is not None and channel.is_public

    def _warning(self, brand: Brand, waiting: list[Standing]) -> Bulletin:
        entries = sorted((self._desk.entry(each) for each in waiting), key=lambda each: each.since)
        lines = (
            Line(
                text=f"{whence(each.channel)}, waits since {each.since.astimezone(brand.zone):%a %H:%M}", link=each.link
            )
            for each in entries
        )
        title = f"{brand.name}: you are posting while customers wait"
        return Bulletin(title=title, sections=listed("In public, for more than an hour", lines, MOST_SHOWN))

    def _close(self, post: Waiting, now: datetime) -> None:
        self._store.close(Claimed(pk=post.pk, sk=post.sk, body="", tries=0), now)
