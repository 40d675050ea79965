"""A week in three lines: what is said where a page has no room."""

from nightbell.domain.business import Brand
from nightbell.domain.weekly_report.figures import Figures
from nightbell.domain.weekly_report.more_words import WORDS, language_of
from nightbell.domain.weekly_report.parts import SLOW, Telling
from nightbell.domain.weekly_report.tally import CLOSED, OPEN


def glance(brand: Brand, week: Figures, before: Figures, language: str) -> tuple[str, ...]:
    """Say how much there was, how long people took, and what became of promises."""
    code = language_of(language)
    telling = Telling(brand=brand, week=week, before=before, language=code, words=WORDS[code])
    words = telling.words
    waited = "; ".join(
        f"{said}: {telling.times(week.first(came), SLOW)}"
        for came, said in ((OPEN, words.first_open), (CLOSED, words.first_closed))
    )
    messages = f"{words.messages}: {telling.count(week.messages)}"
    then = "" if before.counted.missing else f" ({words.before.format(value=telling.count(before.messages))})"
    return (
        f"{messages}{then}",
        f"{words.first}, {words.opening}. {waited}",
        f"{words.promises}: {telling.kept(*week.promises())}",
    )


def headline(brand: Brand, language: str) -> str:
    """Name whose week it is."""
    return WORDS[language_of(language)].title.format(brand=brand.name)
