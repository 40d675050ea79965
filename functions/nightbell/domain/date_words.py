"""How dates and times are said in the languages that Nightbell can speak.

A table of our own: the machine's locale differs between Lambda, laptop and test.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """One language.

    Attributes:
        weekdays: Monday first.
        date: Pattern of a date; ``date_in_year`` the same with its year.
        today, tomorrow, later: Patterns of a moment; ``{date}`` and ``{at}`` are filled in.
        at: Pattern of a time of day: ``{h}``, ``{hh}`` and ``{mm}`` on the 24-hour clock,
            ``{h12}`` and ``{half}`` on the 12-hour clock.
        at_one: The same between one and two o'clock, where grammar wants the singular.
        first: How the first day of a month is written, where it is not ``1``.
        some_time: When there is no telling.
    """

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    date_in_year: str
    today: str
    tomorrow: str
    later: str
    at: str
    at_one: str = ""
    first: str = "1"
    some_time: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = _words("January February March April May June July August September October November December")

DATE_WORDS = {
    # The 24-hour clock: nobody has ever come at nine in the evening because of a lost "am".
    "en": DateWords(
        weekdays=_ENGLISH_WEEKDAYS,
        months=_ENGLISH_MONTHS,
        date="{weekday} {day} {month}",
        date_in_year="{weekday} {day} {month} {year}",
        today="today {at}",
        tomorrow="tomorrow, {date}, {at}",
        later="on {date} {at}",
        at="at {hh}:{mm}",
        some_time="as soon as we can",
    ),
    "en-US": DateWords(
        weekdays=_ENGLISH_WEEKDAYS,
        months=_ENGLISH_MONTHS,
        date="{weekday}, {month} {day}",
        date_in_year="{weekday}, {month} {day}, {year}",
        today="today {at}",
        tomorrow="tomorrow, {date}, {at}",
        later="on {date}, {at}",
        at="at {h12}:{mm} {half}",
        some_time="as soon as we can",
    ),
    "es": DateWords(
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        months=_words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        date="{weekday} {day} de {month}",
        date_in_year="{weekday} {day} de {month} de {year}",
        today="hoy {at}",
        tomorrow="mañana, {date}, {at}",
        later="el {date} {at}",
        at="a las {h}:{mm}",
        at_one="a la {h}:{mm}",
        some_time="en cuanto podamos",
    ),
    "ca": DateWords(
        weekdays=("dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabte", "diumenge"),
        months=(
            *("de gener", "de febrer", "de març", "d'abril", "de maig", "de juny"),
            *("de juliol", "d'agost", "de setembre", "d'octubre", "de novembre", "de desembre"),
        ),
        date="{weekday} {day} {month}",
        date_in_year="{weekday} {day} {month} de {year}",
        today="avui {at}",
        tomorrow="demà, {date}, {at}",
        later="el {date} {at}",
        at="a les {h}:{mm}",
        at_one="a la {h}:{mm}",
        some_time="tan aviat com puguem",
    ),
    "de": DateWords(
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        months=_words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        date="{weekday}, {day}. {month}",
        date_in_year="{weekday}, {day}. {month} {year}",
        today="heute {at}",
        tomorrow="morgen, {date}, {at}",
        later="am {date}, {at}",
        at="um {h}:{mm} Uhr",
        some_time="so bald wie möglich",
    ),
    "fr": DateWords(
        weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        months=_words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        date="{weekday} {day} {month}",
        date_in_year="{weekday} {day} {month} {year}",
        today="aujourd'hui {at}",
        tomorrow="demain, {date}, {at}",
        later="le {date} {at}",
        at="à {h} h {mm}",
        first="1er",
        some_time="dès que possible",
    ),
    "it": DateWords(
        weekdays=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        months=_words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        date="{weekday} {day} {month}",
        date_in_year="{weekday} {day} {month} {year}",
        today="oggi {at}",
        tomorrow="domani, {date}, {at}",
        later="{date} {at}",
        at="alle {h}:{mm}",
        at_one="all'{h}:{mm}",
        first="1º",
        some_time="appena possibile",
    ),
    "nl": DateWords(
        weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        months=_words("januari februari maart april mei juni juli augustus september oktober november december"),
        date="{weekday} {day} {month}",
        date_in_year="{weekday} {day} {month} {year}",
        today="vandaag {at}",
        tomorrow="morgen, {date}, {at}",
        later="op {date} {at}",
        at="om {h}:{mm} uur",
        some_time="zodra het kan",
    ),
    "pt": DateWords(
        weekdays=("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
        months=_words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
        date="{weekday}, {day} de {month}",
        date_in_year="{weekday}, {day} de {month} de {year}",
        today="hoje {at}",
        tomorrow="amanhã, {date}, {at}",
        later="{date}, {at}",
        at="às {h}:{mm}",
        at_one="à {h}:{mm}",
        some_time="assim que possível",
    ),
}


def words_of(language: str) -> DateWords | None:
    """Find a language by its tag, or by the part before the first hyphen; ``None`` if unknown."""
    return DATE_WORDS.get(language) or DATE_WORDS.get(language.partition("-")[0])
