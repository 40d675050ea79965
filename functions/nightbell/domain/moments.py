"""Say when something will be, the way people say it, without the machine's locale."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nightbell.domain.date_words import DATE_WORDS, DateWords, words_of

FAR = timedelta(days=180)
"""Beyond this, a date is told with its year."""


def moment(at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """Say an instant on the zone's clock: "tomorrow, Tuesday 24 November, at 09:50".

    Rounded up to the minute, so that nobody reads an earlier time than the one we keep. The
    weekday is always told unless it is today. An unknown language is spoken as English;
    the check of the settings refuses it.
    """
    words = words_of(language) or DATE_WORDS["en"]
    there = _round_up(at).astimezone(zone)
    days = (there.date() - now.astimezone(zone).date()).days
    pattern = {0: words.today, 1: words.tomorrow}.get(days, words.later)
    far = abs(at - now) > FAR
    return pattern.format(date=_date(there, words, with_year=far), at=_time(there, words))


def date_in_words(day: date, today: date, language: str) -> str:
    """Say a date: "Thursday 24 December", with its year if it is far away."""
    words = words_of(language) or DATE_WORDS["en"]
    return _date(datetime.combine(day, time()), words, with_year=abs(day - today) > FAR)


def some_time(language: str) -> str:
    """Say that there is no telling when: "as soon as we can"."""
    return (words_of(language) or DATE_WORDS["en"]).some_time


def every_moment(language: str) -> list[str]:
    """Say a year's days in every form, to find the longest that a text must have room for."""
    zone = ZoneInfo("UTC")
    first = datetime(2026, 1, 1, 22, 59, tzinfo=UTC)
    # In a year every weekday meets every month on a day of two digits.
    days = [first + timedelta(days=day) for day in range(366)]
    ahead = (timedelta(days=1), FAR * 2)
    return [some_time(language), *(moment(at, at - lead, zone, language) for at in days for lead in ahead)]


def _round_up(at: datetime) -> datetime:
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _date(there: datetime, words: DateWords, *, with_year: bool) -> str:
    pattern = words.date_in_year if with_year else words.date
    return pattern.format(
        weekday=words.weekdays[there.weekday()],
        day=words.first if there.day == 1 else there.day,
        month=words.months[there.month - 1],
        year=there.year,
    )


def _time(there: datetime, words: DateWords) -> str:
    pattern = words.at_one if words.at_one and there.hour == 1 else words.at
    return pattern.format(
        h=there.hour,
        hh=f"{there.hour:02}",
        mm=f"{there.minute:02}",
        h12=there.hour % 12 or 12,
        half="am" if there.hour < 12 else "pm",  # noqa: PLR2004 - noon
    )
