"""Say opening hours in words: the week in one line, changes one by one, and what fits a given length."""

from collections.abc import Sequence
from datetime import date

from nightbell.domain.date_words import DATE_WORDS, words_of
from nightbell.domain.day_plan import ALL_DAY, Period
from nightbell.domain.hours_words import hours_words
from nightbell.domain.local_time import MINUTES_A_DAY
from nightbell.domain.moments import date_in_words
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.texts import measure
from nightbell.domain.week import Change, Days, changes, days_of


def periods_in_words(periods: Sequence[Period], language: str) -> str:
    """Say the hours of a day: "08:00-14:00, 16:30-20:00"."""
    words = hours_words(language)
    if not periods:
        return words.closed_all_day
    if tuple(periods) == (ALL_DAY,):
        return words.all_day
    return ", ".join(f"{_clock(p.start, language)}\u2013{_clock(p.end, language)}" for p in periods)


def days_in_words(days: Days, language: str, *, short: bool = False) -> str:
    """Say which days: "Monday-Friday"."""
    names = hours_words(language).short if short else (words_of(language) or DATE_WORDS["en"]).weekdays
    if days.first == days.last:
        return names[days.first]
    return f"{names[days.first]}\u2013{names[days.last]}"


def week_in_words(hours: OpeningHours, language: str) -> str:
    """Say the week in one line: "Mon-Fri 08:00-14:00, 16:30-20:00; Sat 08:30-14:00; Sun closed"."""
    rows = days_of(hours.weekly)
    return "; ".join(
        f"{days_in_words(row, language, short=True)} {periods_in_words(row.periods, language)}" for row in rows
    )


def dates_in_words(change: Change, today: date, language: str) -> str:
    """Say which dates: "Monday 8 February - Sunday 14 February"."""
    first = date_in_words(change.first, today, language)
    if change.first == change.last:
        return first
    return f"{first} \u2013 {date_in_words(change.last, today, language)}"


def change_in_words(change: Change, today: date, language: str) -> str:
    """Say one change: "Thursday 24 December: 08:00-13:00 (Nochebuena)"."""
    why = reason_in_words(change, language)
    said = f"{dates_in_words(change, today, language)}: {periods_in_words(change.periods, language)}"
    return f"{said} ({why})" if why else said


def reason_in_words(change: Change, language: str) -> str:
    """Say why: in the owner's words, or that it is a public holiday; the calendar's names are English."""
    return change.reason or (hours_words(language).holiday if change.is_holiday else "")


def hours_in_words(  # noqa: PLR0913 - each decides what is said
    hours: OpeningHours, today: date, language: str, *, name: str, limit: int, unit: str
) -> str:
    """Say as much of the hours as fits: the week with every change, with some, without, and at last without the name.

    Args:
        hours: Of the account.
        today: On the clock of the hours.
        language: Whose words.
        name: Of the business; empty to leave it out.
        limit: Longest text.
        unit: How it is counted: see :class:`nightbell.domain.texts.Unit`.
    """
    week = week_in_words(hours, language)
    named = f"{name}: {week}." if name else f"{week}."
    coming = [change_in_words(change, today, language) for change in changes(hours, today)]
    options = [f"{named} {_sentence('; '.join(coming[:count]))}" for count in range(len(coming), 0, -1)]
    fitting = (text for text in [*options, named, f"{week}."] if measure(text, unit) <= limit)
    return next(fitting, None) or _cut(f"{week}.", limit, unit)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _cut(text: str, limit: int, unit: str) -> str:
    """Shorten between two days, so that no half of a time is read as a whole one."""
    kept = text
    while measure(f"{kept} \u2026", unit) > limit:
        shorter = kept.rpartition("; ")[0] or kept.rpartition(" ")[0]
        if not shorter:
            return ""
        kept = shorter
    return f"{kept} \u2026"


def _clock(minute: int, language: str) -> str:
    """Say a time of day; past midnight it is the next day's."""
    hour, minutes = divmod(minute if minute == MINUTES_A_DAY else minute % MINUTES_A_DAY, 60)
    return hours_words(language).clock.format(
        hh=f"{hour:02}",
        mm=f"{minutes:02}",
        h12=hour % 12 or 12,
        half="am" if hour % 24 < 12 else "pm",  # noqa: PLR2004 - noon
    )
