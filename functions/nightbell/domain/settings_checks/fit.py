"""Whether a brand's texts fit the messages they are sent in, each with the longest values it can get."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nightbell.domain.business import Brand, TextId
from nightbell.domain.moments import every_moment
from nightbell.domain.settings_checks.text_places import needed_texts, place_of_text
from nightbell.domain.settings_checks.written_texts import RECEIPTS, REDIRECTS
from nightbell.domain.settings_problem import Problem
from nightbell.domain.texts import (
    MAX_CODE,
    FormLimits,
    Unit,
    brand_values,
    choice_title,
    is_written,
    measure,
    render,
    text_for,
    with_fact,
)

Table = Mapping[str, Any]

_COUNTED = {
    Unit.CHARACTERS: "characters",
    Unit.UTF8_BYTES: "bytes (a letter like ä has two, an emoji four or more)",
    Unit.UTF16: "characters (most emoji count two)",
}


def misfits(
    brand: Brand,
    language: str,
    limits: Mapping[str, FormLimits],
    replies: Mapping[str, FormLimits | None],
    document: Table,
) -> Iterator[Problem]:
    """Check one language of a brand on the channels it uses; none of the texts that it needs may be missing."""
    for channel, form in limits.items():
        if channel in replies:
            written = [each for each in TextId if each.is_public and is_written(brand, each, language, channel)]
            yield from _text_misfits(brand, language, channel, form, written, document)
        private = replies.get(channel, form)
        if private is not None:
            yield from _choice_misfits(brand, language, channel, private)
            yield from _text_misfits(brand, language, channel, private, needed_texts(brand), document)


def _text_misfits(  # noqa: PLR0913, PLR0917 - where the text stands, and what it must fit
    brand: Brand, language: str, channel: str, form: FormLimits, texts: Iterable[TextId], document: Table
) -> Iterator[Problem]:
    values = _longest_values(brand, language, channel, form.unit)
    for text_id in texts:
        text = render(_whole(brand, text_id, language, channel), values)
        most = _most(form, brand, text_id)
        over = measure(text, form.unit) - most
        if over > 0:
            yield Problem(
                place=place_of_text(document, brand, language, channel, text_id),
                message=f'for "{brand.key}" it can come to {most + over} {_COUNTED[Unit(form.unit)]}, '
                f"and {channel} takes {most}",
                remedy=f"shorten it by {over}, or write a shorter one under channel_texts.{channel}.{language}",
            )


def _most(form: FormLimits, brand: Brand, text_id: TextId) -> int:
    if text_id is TextId.MENU:
        return form.max_title
    return form.max_text_with_choices if text_id in REDIRECTS and brand.choices else form.max_text


def _whole(brand: Brand, text_id: TextId, language: str, channel: str) -> str:
    """Put the sentence that asks for a fact after every text that it may follow."""
    text = text_for(brand, text_id, language, channel)
    if brand.fact is None or text_id not in RECEIPTS | REDIRECTS:
        return text
    return with_fact(text, text_for(brand, TextId.ASK_FACT, language, channel))


def _longest_values(brand: Brand, language: str, channel: str, unit: str) -> dict[str, str]:
    date = max(every_moment(language), key=lambda text: measure(text, unit))
    values = brand_values(brand, language)
    automatic = render(text_for(brand, TextId.AUTOMATIC, language, channel), values)
    return {**values, "automatic": automatic, "promised_by": date, "opens_at": date, "code": "X" * MAX_CODE}


def _choice_misfits(brand: Brand, language: str, channel: str, form: FormLimits) -> Iterator[Problem]:
    if len(brand.choices) > form.max_choices:
        yield Problem(
            place=f"brands.{brand.key}.choices",
            message=f"offers {len(brand.choices)} choices, and {channel} takes {form.max_choices}",
            remedy="take some off the list",
        )
    for choice in brand.choices:
        title = choice_title(brand, choice, language)
        # Titles are counted in characters on every channel, whatever its texts are counted in.
        if len(title) > form.max_title:
            yield Problem(
                place=f"choice_titles.{language}.{choice}",
                message=f'"{title}" has {len(title)} characters, and a button on {channel} takes {form.max_title}',
                remedy="write a shorter one",
            )
