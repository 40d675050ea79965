"""Build the business settings from the parsed file.

What brands share stands at the top of the file, and a brand's own words go before it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from nightbell.domain.business import (
    Account,
    Brand,
    BusinessSettings,
    Choice,
    PreparedAnswer,
    RequiredFact,
    StormSettings,
    TextId,
)
from nightbell.domain.day_plan import PublicHolidays
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.phrases import Phrases
from nightbell.domain.settings_problem import SettingsError
from nightbell.domain.webhooks import Webhook
from nightbell.domain.weekly_plan import read_exceptions, read_week

if TYPE_CHECKING:
    from nightbell.domain.team_place import TeamPlace

Table = Mapping[str, Any]


class Calendars(Protocol):
    """Knows public holidays by country and region."""

    def calendar(self, country: str, region: str | None) -> PublicHolidays:
        """Look up one calendar; its days are worked out when asked for."""


class KnownCalendars(Calendars, Protocol):
    """Knows besides for which countries and regions there is a calendar."""

    def countries(self) -> Collection[str]:
        """List the codes of the known countries."""

    def regions(self, country: str) -> Mapping[str, str]:
        """Name the regions of a known country, by code."""


def build_settings(document: Table, calendars: Calendars) -> BusinessSettings:
    """Build the settings from a parsed file that has been checked.

    Raises:
        SettingsError: The file was not checked and cannot be used.
    """
    try:
        brands = {
            key: build_brand(key, document, build_hours(own["hours"], own["zone"], calendars, f"brands.{key}"))
            for key, own in document["brands"].items()
        }
        accounts = [
            build_account(number, document, brands, calendars) for number in range(1, len(document["accounts"]) + 1)
        ]
        webhooks = tuple(map(_webhook, document.get("webhooks", ())))
        team = tuple(_team(document["brands"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError("business.toml", f"unusable: {error!r}", "run the settings check") from error
    return BusinessSettings(
        brands=brands,
        accounts={(account.channel, account.account_id): account for account in accounts},
        webhooks=webhooks,
        team=team,
    )


def _team(brands: Mapping[str, Table]) -> "Iterator[TeamPlace]":
    for key, brand in brands.items():
        for table in brand.get("notify", ()):
            from nightbell.domain.team_place import Gets, TeamPlace  # noqa: PLC0415 - a cold start without one pays nothing

            yield TeamPlace(
                name=table["name"],
                kind=table["kind"],
                brand=key,
                gets=frozenset(map(Gets, table.get("gets", Gets))),
                to=table.get("to", ""),
                sender=table.get("from", ""),
                excerpt=table.get("excerpt", False),
            )


def _webhook(table: Table) -> Webhook:
    events, brands = (frozenset(table.get(name, ())) for name in ("events", "brands"))
    return Webhook(name=table["name"], url=table["url"], events=events, brands=brands)


def build_brand(key: str, document: Table, hours: OpeningHours) -> Brand:
    """Build one brand, its own words over the shared ones."""
    own = document["brands"][key]
    languages = tuple(own["languages"])
    return Brand(
        key=key,
        name=own["name"],
        zone=hours.zone,
        languages=languages,
        hours=hours,
        promise=timedelta(minutes=own.get("promise_minutes", 60)),
        agent_name=own.get("agent_name"),
        fact=_fact(own["fact"], f"brands.{key}.fact") if "fact" in own else None,
        email=own.get("email"),
        voicemail=own.get("voicemail"),
        emergency_phone=own.get("emergency_phone"),
        choices=tuple(map(Choice, own.get("choices", ()))),
        important_contacts=frozenset(own.get("important_contacts", ())),
        preview=own.get("preview", False),
        rating=own.get("rating", False),
        rating_of_complaints=own.get("rating_of_complaints", False),
        answers={language: _answers(document, own, language) for language in languages},
        phrases={language: _phrases(_merged(document, own, "phrases", language)) for language in languages},
        texts={language: _texts(_merged(document, own, "texts", language)) for language in languages},
        channel_texts={language: _channel_texts(document, own, language) for language in languages},
        titles={language: _titles(_merged(document, own, "choice_titles", language)) for language in languages},
        storm=StormSettings(**document.get("storm", {})),
    )


_USUAL_LOGIN = {"x_posts": "oauth1", "x_direct": "oauth1"}
"""How an account is connected that does not say it; elsewhere there is one way, or Facebook's is the usual one."""


def build_account(number: int, document: Table, brands: Mapping[str, Brand], calendars: Calendars) -> Account:
    """Build the account of a number, counted from 1; what its hours leave out is as in its brand's."""
    table = document["accounts"][number - 1]
    brand = brands[table["brand"]]
    hours = brand.hours
    if "hours" in table:
        whole = account_hours(table, document["brands"][brand.key])
        hours = build_hours(whole, brand.zone.key, calendars, f"accounts[{number}]")
    return Account(
        channel=table["channel"],
        account_id=table["account_id"],
        brand=brand,
        hours=hours,
        name=table.get("name"),
        login=table.get("login", _USUAL_LOGIN.get(table["channel"], "facebook")),
        page_id=table.get("page_id"),
        public_line=table.get("public_line", True),
        private_reply=table.get("private_reply", True),
        business_account_id=table.get("business_account_id"),
        automatic=_automatic(table),
        handle=table.get("handle"),
        messaging_service=table.get("messaging_service"),
        aliases=tuple(table.get("aliases", ())),
        owner_ids=tuple(table.get("owner_ids", ())),
        transcribe=table.get("transcribe", False),
        reply_url=table.get("reply_url"),
    )


def _automatic(account: Table) -> bool | None:
    """Send nothing through a relay that names no address for it, whatever else is written."""
    if account["channel"] == "standard" and "reply_url" not in account:
        return False
    written: bool | None = account.get("automatic")
    return written


def account_hours(account: Table, brand: Table) -> Table:
    """Complete an account's own hours with what they leave out."""
    return {**brand["hours"], **account["hours"]}


def build_zone(name: str, place: str) -> ZoneInfo:
    """Find a time zone.

    Raises:
        SettingsError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SettingsError(place, f'there is no time zone "{name}"', 'write one like "Europe/Madrid"') from None


def build_hours(hours: Table, zone: str, calendars: Calendars, place: str) -> OpeningHours:
    """Build the opening hours of a brand or account; public holidays are not looked up before they are needed."""
    holidays = hours.get("holidays")
    return OpeningHours(
        zone=build_zone(zone, f"{place}.zone"),
        weekly=read_week(hours, f"{place}.hours"),
        exceptions=read_exceptions(hours.get("exceptions", ()), f"{place}.hours.exceptions"),
        holidays=calendars.calendar(holidays["country"], holidays.get("region")) if holidays else None,
    )


def _fact(table: Table, place: str) -> RequiredFact:
    return RequiredFact(pattern=build_pattern(table["pattern"], f"{place}.pattern"), names=dict(table["name"]))


def build_pattern(pattern: str, place: str) -> re.Pattern[str]:
    """Compile the pattern of a fact; case does not matter.

    Raises:
        SettingsError: It is no regular expression.
    """
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        remedy = "write a regular expression between single quotes, such as '\\bHB-\\d{5}\\b'"
        raise SettingsError(place, f'"{pattern}" is no regular expression: {error}', remedy) from None


def _merged(document: Table, own: Table, section: str, language: str) -> Table:
    return {**document.get(section, {}).get(language, {}), **own.get(section, {}).get(language, {})}


def _phrases(table: Table) -> Phrases:
    return Phrases(**{name: tuple(phrases) for name, phrases in table.items()})


def _answers(document: Table, own: Table, language: str) -> tuple[PreparedAnswer, ...]:
    """Put the brand's own before the shared ones; one of the same name stands in its place."""
    tables = [*own.get("answers", {}).get(language, ()), *document.get("answers", {}).get(language, ())]
    found = {each["name"]: each["text"].strip() for each in reversed(tables)}
    return tuple(PreparedAnswer(name=name, text=found[name]) for name in dict.fromkeys(each["name"] for each in tables))


def _texts(table: Table) -> dict[TextId, str]:
    return {TextId(name): text.strip() for name, text in table.items()}


def _titles(table: Table) -> dict[Choice, str]:
    return {Choice(name): title for name, title in table.items()}


def _channel_texts(document: Table, own: Table, language: str) -> dict[str, dict[TextId, str]]:
    """Gather the texts that differ on a channel; a brand's own text goes before a shared channel's."""
    shared, mine = document.get("channel_texts", {}), own.get("channel_texts", {})
    replaced = own.get("texts", {}).get(language, {})
    found = {}
    for channel in sorted({*shared, *mine}):
        for_all = shared.get(channel, {}).get(language, {}).items()
        kept = {name: text for name, text in for_all if name not in replaced}
        found[channel] = _texts({**kept, **mine.get(channel, {}).get(language, {})})
    return found
