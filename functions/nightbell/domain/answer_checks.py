"""Look at an answer of a person before it leaves: what an upset customer, or everybody who reads along, would mind.

Nothing here judges tone. Each rule is one that can be told in a sentence, and the words that it looks for stand in the
settings. A person may overrule any of them, with a reason.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from nightbell.domain.personal_words import Known, said_of
from nightbell.domain.phrases import Phrases, holds, visible
from nightbell.domain.unit import UnitKind


class ObjectionCode(StrEnum):
    """What may be wrong with an answer."""

    NO_WORDS = "no_words"
    UNFINISHED = "unfinished"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NO_NEXT_STEP = "no_next_step"
    ASKS_IN_PUBLIC = "asks_in_public"
    TELLS_IN_PUBLIC = "tells_in_public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One thing to put right, or to overrule with a reason.

    Attributes:
        sentence: What to do about it, for the person who wrote the answer.
    """

    code: ObjectionCode
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer that has not left yet.

    Attributes:
        is_public: Everybody can read it.
        is_complaint: Of what it answers.
        language: The conversation's; a language without lists is not judged by them.
        kind: A promise names the next step by itself.
    """

    text: str
    is_public: bool = False
    is_complaint: bool = False
    language: str = ""
    kind: UnitKind = UnitKind.PERSON_ANSWER


_SENTENCES = {
    ObjectionCode.NO_WORDS: "Say it in words: signs and emoji alone look as if nobody had read the message.",
    ObjectionCode.UNFINISHED: "Fill in the blank, ___, or take it out.",
    ObjectionCode.NO_ACKNOWLEDGEMENT: "This answers a complaint. Show that you have understood the trouble: say sorry, "
    "or thank them for telling you.",
    ObjectionCode.NO_NEXT_STEP: "This answers a complaint. Say what happened, what you will do and by when, or ask for "
    "what you need to know.",
    ObjectionCode.ASKS_IN_PUBLIC: "Everybody can read this, and it speaks of “{found}”. Ask for it in a private "
    "message, or say in the same sentence that it is to be sent in private.",
    ObjectionCode.TELLS_IN_PUBLIC: "Everybody can read this, and “{found}” is the customer's own. Take it out, or "
    "answer in private.",
}


BLANK = "___"
"""Stands in a prepared answer for what only the agent knows."""


def objections(draft: Draft, known: Known, phrases: Mapping[str, Phrases]) -> tuple[Objection, ...]:
    """List what is to be put right before an answer leaves; nothing when it may.

    Args:
        draft: The words as they would be sent.
        known: What is personal about the contact.
        phrases: The brand's lists by language; people mix languages, so that all of them count.
    """
    if not has_words(draft.text):
        return (_objection(ObjectionCode.NO_WORDS),)
    found = [_objection(ObjectionCode.UNFINISHED)] if BLANK in draft.text else []
    found += _about_complaint(draft, phrases) if draft.is_complaint else ()
    return (*found, *(_about_public(draft.text, known, phrases.values()) if draft.is_public else ()))


def _objection(code: ObjectionCode, found: str = "") -> Objection:
    return Objection(code=code, sentence=_SENTENCES[code].format(found=found))


def _about_complaint(draft: Draft, phrases: Mapping[str, Phrases]) -> Iterable[Objection]:
    lists, own = phrases.values(), phrases.get(draft.language, Phrases())
    if own.acknowledging and not holds(draft.text, (each.acknowledging for each in lists)):
        yield _objection(ObjectionCode.NO_ACKNOWLEDGEMENT)
    leads_on = draft.kind is UnitKind.PERSON_PROMISE or _FIGURE_OR_QUESTION.search(draft.text) is not None
    if own.next_steps and not leads_on and not holds(draft.text, (each.next_steps for each in lists)):
        yield _objection(ObjectionCode.NO_NEXT_STEP)


_FIGURE_OR_QUESTION = re.compile(r"[\d?\u00bf\u037e\u055e\u061f\uff1f]")
"""A time, a day or an amount says something; whoever asks back leads on."""


def _about_public(text: str, known: Known, phrases: Iterable[Phrases]) -> Iterable[Objection]:
    lists = tuple(phrases)
    asked = next((found for part in _sentences(text) if (found := _asked_in(part, lists))), None)
    if asked:
        yield _objection(ObjectionCode.ASKS_IN_PUBLIC, asked)
    told = said_of(known, text)
    if told:
        yield _objection(ObjectionCode.TELLS_IN_PUBLIC, told)


def _asked_in(sentence: str, lists: Iterable[Phrases]) -> str | None:
    """Find what a sentence asks for that is nobody else's business, unless it says that it is to come in private."""
    each_list = tuple(lists)
    if holds(sentence, (each.in_private for each in each_list)):
        return None
    personal = (phrase for each in each_list for phrase in each.personal)
    return next((phrase for phrase in personal if holds(sentence, [(phrase,)])), None)


def _sentences(text: str) -> list[str]:
    """Part a text at the ends of its sentences and lines; a point within a number or an address ends none."""
    return re.split(r"[!?\u2026\u061f\u06d4\u0964\u3002\uff01\uff1f\r\n]+|\.(?=\s|$)", visible(text))


def has_words(text: str) -> bool:
    """Tell whether a text holds a word or a figure, rather than only emoji, faces made of signs, and punctuation."""
    rest = _FACES.sub(" ", _KEYCAPS.sub(" ", text))
    return any(unicodedata.category(each) in _OF_WORDS and each not in _EMPTY for each in rest)


_OF_WORDS = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd"})
_EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2139")
"""Fillers that nobody sees count as letters in Unicode, and so does the sign for information, an emoji."""
_KEYCAPS = re.compile("[0-9#*]\ufe0f?\u20e3")
_FACES = re.compile(
    r"""(?<!\w)(?:
        [:;=][-'^o]?[()\[\]DdPpOoSsXx3/\\|*]+   # :-) ;P :'( =)
      | [xX]D+
      | [()\[\]]+[-'^o]?[:;=]                   # (-:
      | <+/?3+                                  # hearts
      | ([oO0TtuUvV><^])_+\1                    # o_o T_T ^_^
      | \u0ca0_+\u0ca0
      | \u00af?\\?_*\(\u30c4\)_*/?\u00af?       # a shrug
    )(?!\w)""",
    re.VERBOSE,
)
