"""Numbers, times and dates as people of each language write them."""

from datetime import date

from nightbell.domain.date_words import DATE_WORDS, words_of

_THIN = "\u202f"
_MARKS = {"en": (",", "."), "fr": (_THIN, ",")}
_A_MINUTE, _AN_HOUR = 60, 3600


def number(value: float, language: str, decimals: int = 0) -> str:
    """Write a number with its language's marks."""
    thousands, point = _MARKS.get(language, (".", ","))
    whole, _, rest = f"{value:,.{decimals}f}".partition(".")
    return whole.replace(",", thousands) + (point + rest if rest else "")


def percent(share: float, language: str) -> str:
    """Write a share; nothing is called all or none of it that is not."""
    shown = round(share * 100)
    shown = min(shown, 99) if share < 1 else shown
    shown = max(shown, 1) if share > 0 else shown
    return f"{number(shown, language)}{_THIN if language in {'de', 'es', 'fr'} else ''}%"


def duration(seconds: float, language: str) -> str:
    """Write a time in the unit that fits it, no more exact than it was kept."""
    if seconds < 10:  # noqa: PLR2004 - tenths tell something there
        return f"{number(seconds, language, 0 if seconds == int(seconds) else 1)}{_THIN}s"
    if seconds < _A_MINUTE:
        return f"{seconds:.0f}{_THIN}s"
    if round(seconds / _A_MINUTE) < _A_MINUTE:
        return f"{seconds / _A_MINUTE:.0f}{_THIN}min"
    hours, minutes = divmod(round(seconds / _A_MINUTE), _A_MINUTE)
    if hours < 10 and minutes:  # noqa: PLR2004 - above that minutes tell nothing
        return f"{hours}{_THIN}h {minutes}{_THIN}min"
    return f"{number(round(seconds / _AN_HOUR), language)}{_THIN}h"


def day(value: date, language: str, *, year: bool = False) -> str:
    """Write a date."""
    words = words_of(language) or DATE_WORDS["en"]
    shown = words.first if value.day == 1 else str(value.day)
    pattern = words.date_in_year if year else words.date
    return pattern.format(
        weekday=words.weekdays[value.weekday()], day=shown, month=words.months[value.month - 1], year=value.year
    )
