"""The public page of opening hours: open or closed now, the week, and what is different in the coming weeks."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from urllib.parse import quote

from nightbell.domain.business import Brand
from nightbell.domain.hours_schema import hours_schema
from nightbell.domain.hours_words import HoursWords, hours_words
from nightbell.domain.html_page import html_page
from nightbell.domain.moments import moment
from nightbell.domain.week import changes, days_of
from nightbell.domain.week_words import dates_in_words, days_in_words, periods_in_words, reason_in_words


def hours_page(brand: Brand, language: str, now: datetime) -> str:
    """Write the page of one brand."""
    words, today = hours_words(language), now.astimezone(brand.zone).date()
    body = [
        f"<h1>{escape(brand.name)}: {escape(words.title)}</h1>",
        _now(brand, words, language, now),
        f"<h2>{escape(words.week)}</h2>",
        _table(
            [(days_in_words(d, language), periods_in_words(d.periods, language)) for d in days_of(brand.hours.weekly)]
        ),
        *_coming(brand, words, language, today),
        f'<p class="faint">{escape(words.on_clock.format(zone=brand.zone.key.replace("_", " ")))}</p>',
        *_contact(brand, words),
    ]
    schema = hours_schema(brand, today, brand.languages)
    return html_page(language, f"{brand.name}: {words.title}", "\n".join(filter(None, body)), head=schema)


def list_page(brands: Sequence[Brand], language: str, now: datetime) -> str:
    """Write the page that leads to those of several brands, for the address that ends with ``/hours``."""
    words = hours_words(language)
    rows = [
        f'<li><a href="hours/{quote(brand.key, safe="")}">{escape(brand.name)}</a>: {_state(brand, words, now)}</li>'
        for brand in brands
    ]
    title = escape(words.title)
    return html_page(language, words.title, f"<h1>{title}</h1>\n<ul>{''.join(rows)}</ul>")


def nothing_page(language: str) -> str:
    """Write the page for a brand that there is not."""
    words = hours_words(language)
    return html_page(language, words.title, f"<h1>{escape(words.title)}</h1>\n<p>404</p>")


def good_for_s(brands: Sequence[Brand], now: datetime, longest_s: int) -> int:
    """Tell how long a page says the truth: until the next of these opens or closes, but not longer than given."""
    ends = [end for brand in brands if (end := brand.hours.stretch_at(now).end)]
    return max(min([longest_s, *(int((end - now).total_seconds()) for end in ends)]), 0)


def _state(brand: Brand, words: HoursWords, now: datetime) -> str:
    is_open = brand.hours.stretch_at(now).is_open
    return f'<span class="{"open" if is_open else "closed"}">{escape(words.open if is_open else words.closed)}</span>'


def _now(brand: Brand, words: HoursWords, language: str, now: datetime) -> str:
    stretch, opens = brand.hours.stretch_at(now), brand.hours.next_opening(now)
    said = ""
    if stretch.is_open and stretch.end:
        said = f", {words.until.format(at=moment(stretch.end, now, brand.zone, language))}."
    elif not stretch.is_open and opens:
        said = f". {words.opens.format(at=moment(opens, now, brand.zone, language))}"
    return f'<p role="status">{_state(brand, words, now)}{escape(said)}</p>'


def _table(rows: Sequence[tuple[str, str]]) -> str:
    lines = [f'<tr><th scope="row">{escape(days)}</th><td>{escape(times)}</td></tr>' for days, times in rows]
    return f"<table>{''.join(lines)}</table>"


def _coming(brand: Brand, words: HoursWords, language: str, today: date) -> list[str]:
    rows = []
    for change in changes(brand.hours, today):
        why = reason_in_words(change, language)
        times = periods_in_words(change.periods, language)
        rows.append((dates_in_words(change, today, language), f"{times} ({why})" if why else times))
    return [f"<h2>{escape(words.coming)}</h2>", _table(rows)] if rows else []


def _contact(brand: Brand, words: HoursWords) -> list[str]:
    if not brand.email:
        return []
    email = escape(brand.email)
    return [f'<p>{escape(words.write)}: <a href="mailto:{email}">{email}</a></p>']
