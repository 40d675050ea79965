"""What can be wrong with the answers that a brand has prepared for its agents."""

from collections.abc import Iterator, Mapping
from typing import Any

from nightbell.domain.answer_checks import has_words
from nightbell.domain.business import Brand
from nightbell.domain.settings_checks.written_texts import placeholder_problems
from nightbell.domain.settings_problem import Problem
from nightbell.domain.texts import BRAND_PLACEHOLDERS, PLACEHOLDER, brand_values

Table = Mapping[str, Any]


def prepared_problems(brand: Brand, language: str, document: Table) -> Iterator[Problem]:
    """Check the prepared answers of one language, the brand's own and those that all brands share."""
    for prefix, table in (("", document), (f"brands.{brand.key}.", document["brands"][brand.key])):
        names: set[str] = set()
        for number, answer in enumerate(table.get("answers", {}).get(language, ()), 1):
            place = f"{prefix}answers.{language}[{number}]"
            if answer["name"].strip() in names:
                yield Problem(
                    place=f"{place}.name",
                    message=f'"{answer["name"]}" stands here twice',
                    remedy="write names that tell the answers apart",
                )
            names.add(answer["name"].strip())
            yield from _text_problems(brand, language, answer["text"], f"{place}.text")


def _text_problems(brand: Brand, language: str, text: str, place: str) -> Iterator[Problem]:
    if not has_words(text):
        yield Problem(place=place, message="says nothing in words", remedy="write what you would tell a customer")
    yield from placeholder_problems(place, text, BRAND_PLACEHOLDERS, in_public=False)
    empty = {name for name, value in brand_values(brand, language).items() if not value}
    for name in sorted(set(PLACEHOLDER.findall(text)) & empty):
        yield unfilled(brand, name, place)


def unfilled(brand: Brand, name: str, place: str) -> Problem:
    """Say that a brand has no value for what stands in one of its texts."""
    setting = {"agent": "agent_name"}.get(name, name)
    return Problem(
        place=place,
        message=f'holds {{{name}}}, but brand "{brand.key}" has no {setting}',
        remedy=f"write brands.{brand.key}.{setting}, or a text without {{{name}}}",
    )
