"""What can be wrong with a brand's phrase lists and with the titles of its choices."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from nightbell.domain.business import Brand
from nightbell.domain.phrases import Phrases, plain_words
from nightbell.domain.settings_problem import Problem

Table = Mapping[str, Any]


def phrase_problems(brand: Brand, language: str, document: Table) -> Iterator[Problem]:
    """Check the lists and titles of one language."""
    phrases = brand.phrases[language]
    place = _place(document, brand, "phrases", language)
    yield from _empty_phrases(phrases, place)
    for name in ("opt_out", "opt_in"):
        if not getattr(phrases, name):
            yield Problem(
                place=f"{place}.{name}",
                message="is missing or empty",
                remedy='write how a customer asks for it: ["stop"]' if name == "opt_out" else 'write ["start"]',
            )
    both = {plain_words(each) for each in phrases.opt_out} & {plain_words(each) for each in phrases.opt_in}
    for phrase in sorted(both):
        yield Problem(
            place=f"{place}.opt_in",
            message=f'"{phrase.strip()}" is in opt_out, too',
            remedy="take it out of one of them",
        )
    if len(brand.languages) > 1 and not phrases.language_hints:
        yield Problem(
            place=f"{place}.language_hints",
            message="is missing or empty, so nobody would be answered in this language",
            remedy='list some of its most common words: ["the", "and", "you"]',
        )
    yield from _title_problems(brand, language, _place(document, brand, "choice_titles", language))


def _empty_phrases(phrases: Phrases, place: str) -> Iterator[Problem]:
    for field in fields(phrases):
        for number, phrase in enumerate(getattr(phrases, field.name), 1):
            if not plain_words(phrase).strip():
                yield Problem(
                    place=f"{place}.{field.name}[{number}]",
                    message=f'"{phrase}" holds no letter and no digit, so it would never be found',
                    remedy="write a word, or take it out",
                )


def _title_problems(brand: Brand, language: str, place: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for choice in brand.choices:
        title = brand.titles[language].get(choice, "").strip()
        if not title:
            yield Problem(place=f"{place}.{choice}", message="is missing or empty", remedy="write what the button says")
        elif seen.setdefault(title, choice) != choice:
            yield Problem(
                place=f"{place}.{choice}",
                message=f'says the same as "{seen[title]}"',
                remedy="write titles that tell the choices apart",
            )


def _place(document: Table, brand: Brand, section: str, language: str) -> str:
    own = document["brands"][brand.key].get(section, {})
    return f"brands.{brand.key}.{section}.{language}" if language in own else f"{section}.{language}"
