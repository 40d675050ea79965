"""What can be wrong with a brand's texts together: gaps, and what cannot be filled in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from nightbell.domain.build_settings import build_brand
from nightbell.domain.business import Brand, TextId
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.settings_checks.fit import misfits
from nightbell.domain.settings_checks.phrases import phrase_problems
from nightbell.domain.settings_checks.prepared import prepared_problems, unfilled
from nightbell.domain.settings_checks.text_places import needed_texts, place_of_text
from nightbell.domain.settings_checks.written_texts import written_problems, written_texts
from nightbell.domain.settings_problem import Problem, SettingsError
from nightbell.domain.texts import PLACEHOLDER, FormLimits, brand_values
from nightbell.domain.voicemail import CHANNEL

Table = Mapping[str, Any]


def text_problems(
    document: Table, limits: Mapping[str, FormLimits], replies: Mapping[str, FormLimits | None]
) -> Iterator[Problem]:
    """Check every text by itself, and then what each brand makes of them."""
    by_itself = [problem for written in written_texts(document) for problem in written_problems(written)]
    yield from by_itself
    for key in document["brands"]:
        try:
            brand = build_brand(key, document, OpeningHours(zone=ZoneInfo("UTC"), weekly=((),) * 7))
        except SettingsError:
            continue  # Told by the check of brands.
        used = {each["channel"] for each in document["accounts"] if each["brand"] == key}
        in_public = bool(used & replies.keys())
        for language in brand.languages:
            needed = needed_texts(brand, in_public=in_public, on_telephone=CHANNEL in used)
            gaps = [
                *_gaps(brand, language, document, needed, in_public=in_public),
                *_stranded(brand, language, document),
            ]
            gaps += phrase_problems(brand, language, document)
            gaps += prepared_problems(brand, language, document)
            yield from gaps
            if not by_itself and not gaps:
                forms = {name: limits[name] for name in sorted(used & limits.keys())}
                yield from misfits(brand, language, forms, replies, document)


def _gaps(
    brand: Brand, language: str, document: Table, needed: Sequence[TextId], *, in_public: bool
) -> Iterator[Problem]:
    """Find texts that are missing, and placeholders for which the brand has no value."""
    for text_id in needed:
        if brand.texts[language].get(text_id) is None:
            yield Problem(
                place=place_of_text(document, brand, language, "", text_id),
                message=f'is missing, and brand "{brand.key}" answers in this language',
                remedy=f'write {text_id} = "…", or take "{language}" off brands.{brand.key}.languages',
            )
        yield from _unfilled_in(brand, text_id, language, document)
    # These need not be there, but each that is may be sent.
    for text_id in (each for each in TextId if in_public and each.is_public and each not in needed):
        yield from _unfilled_in(brand, text_id, language, document)


def _unfilled_in(brand: Brand, text_id: TextId, language: str, document: Table) -> Iterator[Problem]:
    empty = {name for name, value in brand_values(brand, language).items() if not value}
    by_channel = (own.get(text_id, "") for own in brand.channel_texts[language].values())
    for used in [brand.texts[language].get(text_id, ""), *by_channel]:
        for name in sorted(set(PLACEHOLDER.findall(used)) & empty):
            yield unfilled(brand, name, place_of_text(document, brand, language, "", text_id))


def _stranded(brand: Brand, language: str, document: Table) -> Iterator[Problem]:
    """Find redirects that would leave a customer with nothing but "we are closed"."""
    text = brand.texts[language].get(TextId.REDIRECT, "")
    if not brand.choices and not {"email", "voicemail"} & set(PLACEHOLDER.findall(text)):
        yield Problem(
            place=place_of_text(document, brand, language, "", TextId.REDIRECT),
            message=f'offers no way on, and brand "{brand.key}" has no choices',
            remedy='add choices = ["here", …] to the brand, or {email} or {voicemail} to the text',
        )
