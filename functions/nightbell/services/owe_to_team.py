"""Work out, every minute, what the team is owed by the clock: today's digest, and promises that broke."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from nightbell.domain.alerts import Alert, Ring, rings_now
from nightbell.domain.bulletin import Bulletin, quotable
from nightbell.domain.business import Brand, BusinessSettings, Choice
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.digest import TOO_LATE_AFTER, Entry, digest, digest_of_today, is_due
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.phrases import Kind
from nightbell.domain.team_place import Gets
from nightbell.domain.voicemail import CHANNEL as VOICEMAIL
from nightbell.services.desk_reading import Standing
from nightbell.services.desk_rows import DeskRows, promise_of
from nightbell.services.overdue import WaitingStore, overdue
from nightbell.services.ports import Clock
from nightbell.services.tell_team import TellTeam
from nightbell.services.write_alerts import WriteDown

MOST_READ = 2000
"""Conversations of a brand that a digest looks at, the oldest; more are counted."""
AT_ONCE = 100
EVERY_MINUTES = 5
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_WISHES = {Choice.CALL_ME.value: "wishes to be called", Choice.EMAIL_ME.value: "wishes a mail"}


class Desk:
    """What the table says of those who wait, in the names, clocks and windows of the settings."""

    def __init__(self, store: WaitingStore, rows: DeskRows, desk_url: str) -> None:
        """Link to the conversations of this desk; to none where it is empty."""
        self.store, self._rows, self._desk_url = store, rows, desk_url

    @property
    def settings(self) -> BusinessSettings:
        """Whose names these are."""
        return self._rows.settings

    def link(self, pk: str) -> str:
        """Write where the team opens a conversation."""
        return f"{self._desk_url}/{quote(pk, safe='')}" if self._desk_url else ""

    def channel(self, standing: Standing) -> str:
        """Name where the contact wrote last."""
        return standing.conversation.via or self._rows.place(standing.pk, standing.conversation).channel

    def entry(self, standing: Standing) -> Entry:
        """Look at it as a digest does."""
        conversation, promise = standing.conversation, promise_of(standing)
        channel = self.channel(standing)
        return Entry(
            link=self.link(standing.pk),
            channel=channel,
            since=conversation.episode_at or conversation.newest_at or LONG_AGO,
            is_emergency=PriorityReason.EMERGENCY in conversation.reasons,
            is_complaint=conversation.kind is Kind.COMPLAINT,
            wish="voicemail" if channel == VOICEMAIL else _WISHES.get(conversation.follow_up or "", ""),
            promised=promise.at if promise else None,
            closes=self._rows.person_window_closes(standing.pk, conversation),
        )


class OweDigests:
    """Owes each brand one digest a day, when it opens; the item's name keeps it from being two."""

    def __init__(self, desk: Desk, tell: TellTeam, clock: Clock) -> None:
        """Tell of these conversations."""
        self._desk, self._tell, self._clock = desk, tell, clock
        self._done: dict[str, datetime] = {}

    def __call__(self) -> list[Fact]:
        """Owe what is due; whoever begins anew finds out by the table that it was owed before.

        Raises:
            UnavailableError: What waits cannot be read, or what is owed not written down; the next minute does it.
        """
        now, facts = self._clock.now(), list[Fact]()
        for brand in self._desk.settings.brands.values():
            at = digest_of_today(brand.hours, now) if self._tell.places(brand.key, Gets.DIGEST) else None
            if at is None or not is_due(at, now) or self._done.get(brand.key) == at:
                continue
            day = at.astimezone(brand.zone).date()
            made = self.preview(brand, at)
            # Not an end that hangs on the opening: where an override moves that, it would be another digest.
            ends = datetime.combine(day + timedelta(days=1), time.min, brand.zone) + TOO_LATE_AFTER
            self._tell(brand.key, Gets.DIGEST, f"digest.{day}", made, until=ends)
            self._done[brand.key] = at
            facts.append(Fact(name="digests_owed", fields={"brand": brand.key}))
        return facts

    def preview(self, brand: Brand, at: datetime) -> Bulletin:
        """Write what it says now; the list of what waits is read once."""
        now = self._clock.now()
        listed = [each.pk for each in self._desk.store.waiting_between(brand.key, LONG_AGO, now)]
        entries = [self._desk.entry(each) for each in self._standings(listed[:MOST_READ], now)]
        more = len(listed[MOST_READ:])
        return digest(brand.name, brand.zone, entries, opened=at, now=now, more=more)

    def _standings(self, pks: list[str], now: datetime) -> Iterator[Standing]:
        for start in range(0, len(pks), AT_ONCE):
            for each in self._desk.store.standings(pks[start : start + AT_ONCE]):
                if each.conversation.is_waiting and not each.state.is_snoozed(each.conversation, now):
                    yield each


class OweBrokenPromises:
    """Owes an alert for each promise that broke while the brand is open."""

    def __init__(self, desk: Desk, write: WriteDown, clock: Clock) -> None:
        """Look at these conversations."""
        self._desk, self._write, self._clock = desk, write, clock
        self._done: set[tuple[str, int]] = set()

    def __call__(self) -> list[Fact]:
        """Owe what broke, every few minutes; once for an episode.

        Raises:
            UnavailableError: It cannot be read or written down; a later look does it.
        """
        now, facts = self._clock.now(), list[Fact]()
        if now.minute % EVERY_MINUTES:
            return []
        for brand in self._desk.settings.brands.values():
            if self._write.tells(brand.key) and rings_now(
                Ring.BROKEN_PROMISE, is_open=brand.hours.stretch_at(now).is_open
            ):
                facts += self._of(brand, now)
        return facts

    def _of(self, brand: Brand, now: datetime) -> Iterator[Fact]:
        for each in overdue(self._desk.store, self._desk.settings, brand, now, brand.promise):
            known = (each.standing.pk, each.standing.conversation.episode)
            if known in self._done:
                continue
            self._write(self._alert(each.standing, brand), self._clock)
            self._done.add(known)
            yield Fact(name="broken_promises_owed", fields={"brand": brand.key})

    def _alert(self, standing: Standing, brand: Brand) -> Alert:
        conversation = standing.conversation
        return Alert(
            conversation=standing.pk,
            episode=conversation.episode,
            ring=Ring.BROKEN_PROMISE,
            brand=brand.key,
            channel=self._desk.channel(standing),
            since=conversation.episode_at or LONG_AGO,
            link=self._desk.link(standing.pk),
            name=quotable(conversation.name or ""),
            excerpt=quotable(conversation.preview or ""),
        )


def guarded(*works: Callable[[], list[Fact]]) -> list[Fact]:
    """Do each; one that fails keeps nothing from the others, nor from what is owed already."""
    facts: list[Fact] = []
    for work in works:
        try:
            facts += work()
        except UnavailableError as error:
            facts.append(Fact(name="team_owing_failed", fields={"because": str(error)[:80]}))
    return facts
