"""Whether a brand's texts fit the messages they are sent in, each with the longest values it can get."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nightbell.domain.business import Brand, TextId
from nightbell.domain.choice_list import WITH_CHOICES, listed, offered_choices
from nightbell.domain.gsm import septets
from nightbell.domain.moments import every_moment
from nightbell.domain.settings_checks.text_places import needed_texts, place_of_text, spoken_texts
from nightbell.domain.settings_checks.written_texts import RECEIPTS, REDIRECTS
from nightbell.domain.settings_problem import Problem
from nightbell.domain.texts import (
    CALL_BACK,
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
from nightbell.domain.voicemail import CHANNEL
from nightbell.domain.weighted_length import link_in

Table = Mapping[str, Any]

_COUNTED = {
    Unit.CHARACTERS: "characters",
    Unit.UTF8_BYTES: "bytes (a letter like ä has two, an emoji four or more)",
    Unit.UTF16: "characters (most emoji count two)",
    Unit.X_WEIGHTED: "characters as X counts them (emoji and many scripts count two, a link 23)",
    Unit.SMS_SEGMENTS: "segments (one letter like á makes each of them hold 67 characters instead of 153)",
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
        if channel == CHANNEL:
            yield from _text_misfits(brand, language, channel, form, spoken_texts(), document)
            continue
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
    choices = offered_choices(brand, channel)
    titles = [choice_title(brand, choice, language) for choice in choices] if form.writes_choices else []
    below = listed(text_for(brand, TextId.MENU, language, channel), titles) if titles else ""
    longest = _longest_values(brand, language, channel, form.unit)
    for text_id in texts:
        whole = _whole(brand, text_id, language, channel)
        most = _most(form, text_id, with_choices=bool(choices))
        ends = below if text_id in WITH_CHOICES else ""
        yield from _links(render(whole, longest[0]), form, place_of_text(document, brand, language, channel, text_id))
        over = max(measure(render(whole, values) + ends, form.unit) for values in longest) - most
        if over > 0:
            yield Problem(
                place=place_of_text(document, brand, language, channel, text_id),
                message=f'for "{brand.key}" it can come to {most + over} {_COUNTED[Unit(form.unit)]}, '
                f"and {channel} takes {most}",
                remedy=f"shorten it by {over}, or write a shorter one under channel_texts.{channel}.{language}",
            )


def _links(text: str, form: FormLimits, place: str) -> Iterator[Problem]:
    """Find what makes a post dear and suspicious: X charges more for one with a link (X API "Pricing")."""
    if form.unit == Unit.X_WEIGHTED and (link := link_in(text)):
        yield Problem(
            place=place,
            message=f'holds "{link}", which X takes for a link',
            remedy="take it out: an automatic post with a link costs more and may count as spam",
        )


def _most(form: FormLimits, text_id: TextId, *, with_choices: bool) -> int:
    if text_id is TextId.MENU and not form.writes_choices:
        return form.max_title
    return form.max_text_with_choices if text_id in REDIRECTS and with_choices else form.max_text


def _whole(brand: Brand, text_id: TextId, language: str, channel: str) -> str:
    """Put the sentence that asks for a fact after every text that it may follow."""
    text = text_for(brand, text_id, language, channel)
    if brand.fact is None or text_id not in RECEIPTS | REDIRECTS:
        return text
    return with_fact(text, text_for(brand, TextId.ASK_FACT, language, channel))


def _longest_values(brand: Brand, language: str, channel: str, unit: str) -> list[dict[str, str]]:
    """Fill the placeholders with what takes most room: in a text message also with what costs the most."""
    moments = every_moment(language)
    costly = [text for text in moments if septets(text) is None] if unit == Unit.SMS_SEGMENTS else []
    dates = {max(among, key=lambda text: (measure(text, unit), len(text))) for among in (moments, costly) if among}
    values = brand_values(brand, language)
    automatic = render(text_for(brand, TextId.AUTOMATIC, language, channel), values)
    fixed = {**values, "automatic": automatic, "code": "X" * MAX_CODE}
    filled = [{**fixed, "promised_by": date, "opens_at": date} for date in sorted(dates)]
    if channel != CHANNEL:
        return filled
    call_back = text_for(brand, TextId.VOICEMAIL_CALL_BACK, language, channel)
    return [{**each, CALL_BACK: render(call_back, each)} for each in filled]


def _choice_misfits(brand: Brand, language: str, channel: str, form: FormLimits) -> Iterator[Problem]:
    choices = offered_choices(brand, channel)
    if len(choices) > form.max_choices:
        yield Problem(
            place=f"brands.{brand.key}.choices",
            message=f"offers {len(choices)} choices, and {channel} takes {form.max_choices}",
            remedy="take some off the list",
        )
    for choice in choices:
        title = choice_title(brand, choice, language)
        # Titles are counted in characters on every channel, whatever its texts are counted in.
        if len(title) > form.max_title:
            yield Problem(
                place=f"choice_titles.{language}.{choice}",
                message=f'"{title}" has {len(title)} characters, and a button on {channel} takes {form.max_title}',
                remedy="write a shorter one",
            )
