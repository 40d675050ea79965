"""Invented events for a business that has no history yet: a week, and the days on which hours go wrong.

Who writes is nobody, and what they write are words out of the settings' own lists, so that each kind of message and
each language of a brand comes up whatever the language is.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from infra.replay.events import Recorded, What
from nightbell.domain.business import Account, Brand, BusinessSettings
from nightbell.domain.choice_list import offered_choices
from nightbell.domain.choices import payload
from nightbell.domain.events import Contact, Message
from nightbell.domain.keys import conversation_pk
from nightbell.domain.local_time import instant_of
from nightbell.platforms.registry import CHANNELS

A_DAY = timedelta(days=1)
TIMES = ("00:40", "03:15", "07:50", "10:20", "13:45", "15:30", "18:10", "20:25", "22:50")
ON_SPECIAL_DAYS = ("02:30", "10:20", "18:10")
MOST_SPECIAL_DAYS = 10
LOOK_AHEAD = 366
QUESTION = "{word}?"


def invented(settings: BusinessSettings, now: datetime) -> list[Recorded]:
    """Make up who writes to each account from the next Monday on, by settings that know its words."""
    found: list[Recorded] = []
    for account in settings.accounts.values():
        channel = CHANNELS.get(account.channel)
        if channel is not None and channel.speaks:
            found += _Crowd(account, is_public=channel.is_public)(now)
    return sorted(found, key=lambda each: each.at)


class _Crowd:
    """Those who write to one account."""

    def __init__(self, account: Account, *, is_public: bool) -> None:
        self._account, self._is_public = account, is_public
        self._people = 0

    def __call__(self, now: datetime) -> Iterator[Recorded]:
        zone = self._account.hours.zone
        today = now.astimezone(zone).date()
        monday = today + timedelta(days=7 - today.weekday())
        texts = cycle(_texts(self._account.brand))
        for number in range(7):
            for clock in TIMES:
                yield self._by_somebody(_at(self._account, monday + number * A_DAY, clock), next(texts))
        for day in special_days(self._account, today):
            for clock in ON_SPECIAL_DAYS:
                yield self._by_somebody(_at(self._account, day, clock), next(texts))
        yield from self._conversations(monday)

    def _conversations(self, monday: date) -> Iterator[Recorded]:
        """Have one go on for long, one choose, one ask to be left alone, and one be answered."""
        brand = self._account.brand
        question, opt_out = _texts(brand)[0], _first(brand, "opt_out")
        late = _at(self._account, monday, "22:50")
        pk = self._somebody()
        yield from (self._said(pk, late + hours * timedelta(hours=1), question) for hours in (0, 1, 9, 14, 40))
        for choice in offered_choices(brand, self._account.channel):
            pk = self._somebody()
            yield self._said(pk, late, question)
            yield self._said(pk, late + timedelta(minutes=2), "", choice=payload(choice))
        pk = self._somebody()
        yield self._said(pk, late, question)
        yield self._said(pk, late + timedelta(minutes=1), opt_out)
        yield self._said(pk, late + A_DAY, question)
        pk, morning = self._somebody(), _at(self._account, monday + A_DAY, "10:20")
        yield self._said(pk, morning, question)
        done = morning + timedelta(minutes=15)
        yield Recorded(at=done, what=What.DONE, pk=pk, agent="somebody", how="answered")
        yield self._said(pk, morning + timedelta(hours=3), question)

    def _by_somebody(self, at: datetime, text: str) -> Recorded:
        return self._said(self._somebody(), at, text)

    def _somebody(self) -> str:
        self._people += 1
        contact_id = f"post-1/person-{self._people}" if self._is_public else f"person-{self._people}"
        return conversation_pk(self._account.channel, self._account.account_id, contact_id)

    def _said(self, pk: str, at: datetime, text: str, choice: str | None = None) -> Recorded:
        contact_id = f"post-1/person-{self._people}" if self._is_public else f"person-{self._people}"
        message = Message(
            kind=f"{self._account.channel}.message",
            channel=self._account.channel,
            account_id=self._account.account_id,
            contact=Contact(contact_id=contact_id, address=contact_id),
            message_id=f"{contact_id}.{at:%Y%m%d%H%M}",
            sent_at=at,
            text=text,
            choice=choice,
        )
        return Recorded(at=at, what=What.MESSAGE, pk=pk, message=message)


def special_days(account: Account, first: date) -> list[date]:
    """Find the next days that are not as the week says, and those of the year on which the clock is changed."""
    hours = account.hours
    year = [first + number * A_DAY for number in range(LOOK_AHEAD)]
    changed = [day for day in year if _is_clock_changed(day, hours.zone)]
    others = (day for day in year if hours.is_exception(day) or hours.reason_on(day))
    return sorted({*changed, *islice(others, MOST_SPECIAL_DAYS)})


def _is_clock_changed(day: date, zone: ZoneInfo) -> bool:
    midnights = (datetime.combine(each, time(), tzinfo=zone) for each in (day, day + A_DAY))
    return len({midnight.utcoffset() for midnight in midnights}) > 1


def _texts(brand: Brand) -> Sequence[str]:
    """Say something of each kind in each language."""
    found = []
    for language in brand.languages:
        phrases = brand.phrases[language]
        hints = " ".join(phrases.language_hints[:3])
        found.append(QUESTION.format(word=hints or "?"))
        for listed in (phrases.complaint, phrases.praise, phrases.idea, phrases.emergency):
            found += [f"{hints} {listed[0]}"] if listed else []
    return found


def _first(brand: Brand, name: str) -> str:
    listed = (getattr(brand.phrases[language], name) for language in brand.languages)
    return next((each[0] for each in listed if each), "stop")


def _at(account: Account, day: date, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return instant_of(day, hours * 60 + minutes, account.hours.zone).astimezone(UTC)
