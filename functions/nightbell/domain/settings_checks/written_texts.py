"""What can be wrong with a text by itself, whichever brand and channel it is sent for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nightbell.domain.business import TextId
from nightbell.domain.settings_problem import Problem, did_you_mean
from nightbell.domain.texts import BRAND_PLACEHOLDERS, CALL_BACK, PLACEHOLDER, PLACEHOLDERS, PUBLIC_PLACEHOLDERS

Table = Mapping[str, Any]

RECEIPTS = frozenset(each for each in TextId if each.startswith("receipt"))
REDIRECTS = frozenset(each for each in TextId if each.startswith("redirect"))
PUBLIC_THANKS = frozenset({TextId.PUBLIC_PRAISE, TextId.PUBLIC_PRAISE_2})
PRAISE = frozenset({TextId.RECEIPT_PRAISE, TextId.REDIRECT_PRAISE}) | PUBLIC_THANKS
SOBER = frozenset(each for each in TextId if each.endswith(("_complaint", "_complaint_2"))) | {
    TextId.EMERGENCY,
    TextId.HOLDING,
}
"""Texts to people who are in no mood for an emoji."""

GREETINGS = frozenset({TextId.VOICEMAIL_OPEN, TextId.VOICEMAIL_CLOSED})
"""What callers hear first."""

WITH_CODE = frozenset({TextId.CHOICE_EMAIL_US, TextId.CHOICE_VOICEMAIL})
"""Texts that lead away from the conversation; no other has a code to tell."""

NEEDED: Mapping[str, frozenset[TextId]] = {
    "automatic": RECEIPTS | REDIRECTS | {TextId.EMERGENCY, TextId.HOLDING, TextId.RATING},
    "promised_by": frozenset({TextId.RECEIPT, TextId.RECEIPT_COMPLAINT, TextId.PROMISE, TextId.HOLDING}) | GREETINGS,
    "opens_at": REDIRECTS | {TextId.VOICEMAIL_CLOSED},
    "email": frozenset({TextId.CHOICE_EMAIL_US}),
    "voicemail": frozenset({TextId.CHOICE_VOICEMAIL}),
    "code": WITH_CODE,
    "fact": frozenset({TextId.ASK_FACT}),
}
"""The texts that make no sense without a placeholder."""

WHY = {
    "automatic": "a customer must be told that no person wrote this",
    "promised_by": "a customer must be told by when a person answers",
    "opens_at": "a customer must be told when we open again",
    "email": "a customer must be told where to write",
    "voicemail": "a customer must be told where to call",
    "code": "it is how the conversation is found again",
    "fact": "it is what this text asks for",
}

# Pictographs, dingbats, flags and the sign that turns a letter into an emoji; and the ones made of punctuation.
_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]|[:;]-?[()DPp](?!\\w)")


class WrittenText(NamedTuple):
    """One text as it stands in the file."""

    place: str
    text_id: TextId
    text: str


def written_texts(document: Table) -> Iterator[WrittenText]:
    """Go through every text in the file."""
    for prefix, table in (("", document), *((f"brands.{key}.", each) for key, each in document["brands"].items())):
        sections = {f"{prefix}texts": table.get("texts", {})}
        for channel, texts in table.get("channel_texts", {}).items():
            sections[f"{prefix}channel_texts.{channel}"] = texts
        for place, by_language in sections.items():
            for language, texts in by_language.items():
                for name, text in texts.items():
                    yield WrittenText(f"{place}.{language}.{name}", TextId(name), text)


def written_problems(written: WrittenText) -> Iterator[Problem]:
    """Check one text."""
    place, text_id, text = written
    if not text.strip():
        yield Problem(
            place=place, message="is empty", remedy="write a text, or take the line out to use the shared one"
        )
        return
    yield from _placeholder_problems(written)
    yield from _rule_problems(written)
    if text_id in SOBER and (found := _EMOJI.search(text)):
        yield Problem(
            place=place,
            message=f'holds the emoji "{found[0]}"',
            remedy="say it in words: to somebody in trouble, an emoji looks like not being taken seriously",
        )


def _placeholder_problems(written: WrittenText) -> Iterator[Problem]:
    return placeholder_problems(
        written.place, written.text, _known_in(written.text_id), in_public=written.text_id.is_public
    )


def placeholder_problems(place: str, text: str, known: frozenset[str], *, in_public: bool) -> Iterator[Problem]:
    """Find placeholders that nothing fills in a text, and braces that are none."""
    shown = [f"{{{name}}}" for name in sorted(known)]
    some = f"use one of {', '.join(shown)}"
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name in PLACEHOLDERS - known and in_public:
            yield Problem(place=place, message=f"{{{name}}} must not stand where everybody reads it", remedy=some)
        elif name not in known:
            remedy = did_you_mean(f"{{{name}}}", shown, some)
            yield Problem(place=place, message=f"{{{name}}} is not filled in here", remedy=remedy)
    if loose := re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        yield Problem(
            place=place,
            message=f'holds a loose "{loose[0]}"',
            remedy="write placeholders in small letters between two braces, as in {brand}; braces serve nothing else",
        )


def _known_in(text_id: TextId) -> frozenset[str]:
    """List the placeholders that a text may hold."""
    if text_id is TextId.PUBLIC_STORM:
        # Nobody knows by when thousands are answered.
        return PUBLIC_PLACEHOLDERS - {"promised_by"}
    if text_id.is_public:
        return PUBLIC_PLACEHOLDERS
    if text_id in GREETINGS:
        return PLACEHOLDERS - {"code", "automatic"} | {CALL_BACK}
    known = BRAND_PLACEHOLDERS if text_id is TextId.AUTOMATIC else PLACEHOLDERS
    return known if text_id in WITH_CODE else known - {"code"}


def _rule_problems(written: WrittenText) -> Iterator[Problem]:
    place, text_id, text = written
    named = set(PLACEHOLDER.findall(text))
    for name, texts in NEEDED.items():
        if text_id in texts and name not in named:
            yield Problem(place=place, message=f"lacks {{{name}}}", remedy=f"put it in: {WHY[name]}")
    if text_id in PRAISE and "promised_by" in named:
        yield Problem(
            place=place, message="promises an answer to praise", remedy="take {promised_by} out: nobody answers praise"
        )
