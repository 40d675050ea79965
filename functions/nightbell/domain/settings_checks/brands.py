"""What can be wrong with brands and accounts whose shape is right, apart from hours and texts."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from nightbell.domain.build_settings import build_pattern
from nightbell.domain.date_words import DATE_WORDS, words_of
from nightbell.domain.settings_checks.account_fields import field_problems
from nightbell.domain.settings_checks.logins import login_problems
from nightbell.domain.settings_checks.loop import loop_problems
from nightbell.domain.settings_checks.team import team_problems
from nightbell.domain.settings_checks.webhooks import webhook_problems
from nightbell.domain.settings_problem import Problem, SettingsError, did_you_mean
from nightbell.domain.texts import FormLimits

Table = Mapping[str, Any]

NEEDED_BY = {"email_us": "email", "voicemail": "voicemail"}
"""What the brand must tell for a choice to be offered."""


def brand_problems(document: Table, limits: Mapping[str, FormLimits], public: Container[str]) -> Iterator[Problem]:
    """Check what brands and accounts say about themselves and each other."""
    for key, brand in document["brands"].items():
        place = f"brands.{key}"
        yield from _choice_problems(brand, place)
        yield from _fact_problems(brand, place)
        yield from _language_problems(brand, place)
    yield from _account_problems(document, limits)
    yield from _public_problems(document, public)
    yield from login_problems(document)
    yield from field_problems(document)
    yield from loop_problems(document)
    yield from webhook_problems(document)
    yield from team_problems(document)
    for place, table in [("", document), *((f"brands.{key}.", each) for key, each in document["brands"].items())]:
        for channel in table.get("channel_texts", {}):
            yield from _channel_problems(channel, f"{place}channel_texts.{channel}", limits)


def _choice_problems(brand: Table, place: str) -> Iterator[Problem]:
    for number, choice in enumerate(brand.get("choices", ()), 1):
        needed = NEEDED_BY.get(choice)
        if needed and needed not in brand:
            yield Problem(
                place=f"{place}.choices[{number}]",
                message=f'"{choice}" is offered, but {place}.{needed} is missing',
                remedy=f'write {needed} = "…", or take "{choice}" off the list',
            )


def _fact_problems(brand: Table, place: str) -> Iterator[Problem]:
    if "fact" not in brand:
        return
    try:
        build_pattern(brand["fact"]["pattern"], f"{place}.fact.pattern")
    except SettingsError as error:
        yield error.problem
    for language in brand["languages"]:
        if not brand["fact"]["name"].get(language):
            yield Problem(
                place=f"{place}.fact.name.{language}",
                message="is missing",
                remedy=f'write what you call it in this language: {language} = "…"',
            )


def _language_problems(brand: Table, place: str) -> Iterator[Problem]:
    for number, language in enumerate(brand["languages"], 1):
        if words_of(language) is None:
            yield Problem(
                place=f"{place}.languages[{number}]",
                message=f'dates cannot be said in "{language}"',
                remedy=did_you_mean(language, DATE_WORDS),
            )


def _account_problems(document: Table, limits: Mapping[str, FormLimits]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for number, account in enumerate(document["accounts"], 1):
        place = f"accounts[{number}]"
        yield from _channel_problems(account["channel"], f"{place}.channel", limits)
        if account["brand"] not in document["brands"]:
            yield Problem(
                place=f"{place}.brand",
                message=f'there is no brand "{account["brand"]}"',
                remedy=did_you_mean(account["brand"], document["brands"], "write the short name of one of your brands"),
            )
        first = seen.setdefault((account["channel"], account["account_id"]), number)
        if first != number:
            yield Problem(
                place=f"{place}.account_id",
                message=f"is the same account as accounts[{first}]",
                remedy="take one of them out, or correct its id",
            )


def _public_problems(document: Table, public: Container[str]) -> Iterator[Problem]:
    for number, account in enumerate(document["accounts"], 1):
        for name in ("public_line", "private_reply"):
            if name in account and account["channel"] not in public:
                yield Problem(
                    place=f"accounts[{number}].{name}",
                    message=f"has no meaning on {account['channel']}, which nobody else can read",
                    remedy="take the line out",
                )


def _channel_problems(channel: str, place: str, limits: Mapping[str, FormLimits]) -> Iterator[Problem]:
    if channel not in limits:
        remedy = did_you_mean(channel, limits, f"the channels are {', '.join(sorted(limits))}")
        yield Problem(place=place, message=f'there is no channel "{channel}"', remedy=remedy)
