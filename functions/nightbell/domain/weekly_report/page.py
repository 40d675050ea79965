"""The weekly report as one page of HTML: for whoever leads the team, on a phone, on Monday morning.

Whatever stands in it was escaped; it needs no script and asks nobody for anything.
"""

from collections.abc import Sequence
from html import escape

from nightbell.domain.business import Brand
from nightbell.domain.weekly_report.figures import Figures
from nightbell.domain.weekly_report.glance import headline
from nightbell.domain.weekly_report.more_words import WORDS, language_of
from nightbell.domain.weekly_report.parts import Telling
from nightbell.domain.weekly_report.saying import day, number
from nightbell.domain.weekly_report.style import STYLE


def report_page(brand: Brand, week: Figures, before: Figures, language: str) -> str:
    """Write the page of a week beside the week before it."""
    code = language_of(language)
    telling = Telling(brand=brand, week=week, before=before, language=code, words=WORDS[code])
    title = headline(brand, code)
    body = "".join([*_head(telling, title), *telling.tiles(), '<div class="parts">', *telling.parts(), "</div>"])
    return (
        f'<!doctype html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · {escape(week.week.name)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _head(telling: Telling, title: str) -> Sequence[str]:
    words, week, language = telling.words, telling.week.week, telling.language
    period = words.period.format(
        first=day(week.days[0], language),
        last=day(week.days[-1], language, year=True),
        number=week.monday.isocalendar().week,
        zone=telling.brand.zone,
    )
    hours = week.hours(telling.brand.zone)
    said = [f"<h1>{escape(title)}</h1>", f'<p class="faint">{escape(period)}</p>']
    if hours != 7 * 24:
        told = number(hours, language, 0 if hours.is_integer() else 1)
        said.append(f"<p>{escape(words.clocks.format(hours=told))}</p>")
    if telling.week.counted.missing:
        days = ", ".join(day(each, language) for each in telling.week.counted.missing)
        said.append(f'<p class="warn">{escape(words.missing.format(days=days))}</p>')
    return said
