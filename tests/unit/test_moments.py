"""Times are said the way people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.date_words import DATE_WORDS, words_of
from nightbell.domain.moments import every_moment, moment, some_time

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2026, 11, 23, 15, 10, tzinfo=UTC)  # 16:10 in Madrid


def said(wall: str, language: str, now: datetime = MONDAY) -> str:
    return moment(datetime.fromisoformat(wall).replace(tzinfo=MADRID), now, MADRID, language)


@pytest.mark.parametrize(
    ("wall", "language", "words"),
    [
        ("2026-11-23 17:40", "en", "today at 17:40"),
        ("2026-11-24 09:50", "en", "tomorrow, Tuesday 24 November, at 09:50"),
        ("2026-11-30 09:00", "en", "on Monday 30 November at 09:00"),
        ("2027-01-04 09:00", "en", "on Monday 4 January at 09:00"),
        ("2027-06-01 09:00", "en", "on Tuesday 1 June 2027 at 09:00"),
        ("2026-11-23 17:40", "en-US", "today at 5:40 pm"),
        ("2026-11-24 00:05", "en-US", "tomorrow, Tuesday, November 24, at 12:05 am"),
        ("2026-11-30 12:00", "en-US", "on Monday, November 30, at 12:00 pm"),
        ("2026-11-23 17:40", "es", "hoy a las 17:40"),
        ("2026-11-24 09:50", "es", "mañana, martes 24 de noviembre, a las 9:50"),
        ("2026-11-30 01:00", "es", "el lunes 30 de noviembre a la 1:00"),
        ("2027-06-01 09:00", "es", "el martes 1 de junio de 2027 a las 9:00"),
        ("2026-11-24 09:50", "ca", "demà, dimarts 24 de novembre, a les 9:50"),
        ("2026-11-24 09:50", "de", "morgen, Dienstag, 24. November, um 9:50 Uhr"),
        ("2026-12-01 09:50", "fr", "le mardi 1er décembre à 9 h 50"),
        ("2026-11-30 01:00", "it", "lunedì 30 novembre all'1:00"),
        ("2026-11-30 09:00", "nl", "op maandag 30 november om 9:00 uur"),
        ("2026-11-30 09:00", "pt", "segunda-feira, 30 de novembro, às 9:00"),
        ("2026-11-23 17:40", "es-MX", "hoy a las 17:40"),
    ],
)
def test_a_moment_is_said_as_people_say_it(wall: str, language: str, words: str) -> None:
    assert said(wall, language) == words


def test_today_is_the_brands_day_not_ours() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Already Tuesday in Madrid.
    assert said("2026-11-24 09:50", "en", late) == "today at 09:50"


def test_nobody_reads_an_earlier_time_than_the_one_kept() -> None:
    assert said("2026-11-23 17:40:00.000001", "en") == "today at 17:41"
    assert said("2026-11-23 23:59:30", "en") == "tomorrow, Tuesday 24 November, at 00:00"


def test_the_clock_is_the_one_after_the_change() -> None:
    now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert (
        moment(datetime(2026, 10, 25, 8, 0, tzinfo=UTC), now, MADRID, "en") == "tomorrow, Sunday 25 October, at 09:00"
    )


def test_no_telling_when_is_said_too() -> None:
    assert some_time("en") == "as soon as we can"
    assert some_time("es-AR") == "en cuanto podamos"


def test_an_unknown_language_is_not_guessed() -> None:
    assert words_of("xx") is None
    assert words_of("") is None


@pytest.mark.parametrize("language", sorted(DATE_WORDS))
def test_a_language_names_every_day_and_month(language: str) -> None:
    words = DATE_WORDS[language]
    assert len(set(words.weekdays)) == 7
    assert len(set(words.months)) == 12


@pytest.mark.parametrize("language", sorted(DATE_WORDS))
@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), days=st.integers(-2, 399))  # noqa: DTZ001 - given one
def test_no_moment_is_longer_than_the_longest_we_measure_with(language: str, at: datetime, days: int) -> None:
    longest = max(map(len, every_moment(language)))
    assert len(moment(at, at - timedelta(days=days), MADRID, language)) <= longest
