"""Tell what a message is, and in which language, by lists that the shop owner sees and edits.

Letters are compared without case, accents and apostrophes, and only whole words count.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What a message is to the business, the most pressing first."""

    COMPLAINT = "complaint"
    IDEA = "idea"
    PRAISE = "praise"
    QUESTION = "question"
    """Whatever is none of the others."""


_MOST_PRESSING_FIRST = (Kind.COMPLAINT, Kind.QUESTION, Kind.IDEA, Kind.PRAISE)


def most_pressing(one: Kind, other: Kind) -> Kind:
    """Pick what a conversation is that is both: a question after praise must not be filed as praise."""
    return min(one, other, key=_MOST_PRESSING_FIRST.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The lists of one language.

    Attributes:
        opt_out: Ask us to send nothing more; only as the whole message.
        opt_in: Take that back; only as the whole message.
        language_hints: Words that tell this language from the brand's others.
        acknowledging: In an answer to a complaint, show that the trouble was understood.
        next_steps: In an answer to a complaint, tell what happened, or what will.
        personal: What must not be asked for where everybody reads the answer.
        in_private: Say, in the same sentence, that it is to be sent where nobody else reads it.
    """

    complaint: tuple[str, ...] = ()
    idea: tuple[str, ...] = ()
    praise: tuple[str, ...] = ()
    emergency: tuple[str, ...] = ()
    opt_out: tuple[str, ...] = ()
    opt_in: tuple[str, ...] = ()
    language_hints: tuple[str, ...] = ()
    acknowledging: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    in_private: tuple[str, ...] = ()


def classify(text: str, phrases: Iterable[Phrases]) -> Kind:
    """Sort a message by the lists of all the brand's languages: people mix them.

    What holds a question mark is never merely an idea or praise: somebody waits for an answer.
    """
    words = plain_words(text)
    lists = list(phrases)
    asks = any(mark in text for mark in "?\u00bf\u061f\uff1f")
    for kind in (Kind.COMPLAINT,) if asks else (Kind.COMPLAINT, Kind.IDEA, Kind.PRAISE):
        if any(_holds(words, getattr(each, kind.value)) for each in lists):
            return kind
    return Kind.QUESTION


def is_emergency(text: str, phrases: Iterable[Phrases]) -> bool:
    """Find an emergency phrase anywhere in a message, in any of the languages."""
    words = plain_words(text)
    return any(_holds(words, each.emergency) for each in phrases)


CARRIERS = Phrases(
    opt_out=("stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"),
    opt_in=("start", "unstop"),
)
"""What carriers take for an opt-out and its end, and answer themselves (Twilio "Support for opt-out keywords").

``yes`` is missing: they take it for the end of an opt-out, but people answer questions with it.
"""


def is_opt_out(text: str, phrases: Iterable[Phrases]) -> bool:
    """Tell whether the whole message asks us to send nothing more."""
    return _is_one_of(text, (phrase for each in phrases for phrase in each.opt_out))


def is_opt_in(text: str, phrases: Iterable[Phrases]) -> bool:
    """Tell whether the whole message asks us to write again."""
    return _is_one_of(text, (phrase for each in phrases for phrase in each.opt_in))


def guess_language(text: str, hints: Mapping[str, Collection[str]], otherwise: str) -> str:
    """Pick the language with most hints in a message, or ``otherwise`` when none leads.

    The hints come by language.
    """
    words = plain_words(text)
    counts = {language: sum(_in(words, hint) for hint in mine) for language, mine in hints.items()}
    best = max(counts.values(), default=0)
    leaders = [language for language, count in counts.items() if count == best]
    return leaders[0] if len(leaders) == 1 and best > 0 else otherwise


def holds(text: str, lists: Iterable[Iterable[str]]) -> bool:
    """Tell whether a text that we wrote ourselves holds a phrase of any of these lists."""
    words = plain_words(visible(text))
    return any(_holds(words, map(visible, phrases)) for phrases in lists)


def visible(text: str) -> str:
    """Leave out the characters that nobody sees, by which a word may be parted for a machine alone."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def plain_words(text: str) -> str:
    """Bring a text to bare words between single blanks, with a blank at both ends.

    ``"¿No FUNCIONÓ, don't?"`` becomes ``" no funciono dont "``.
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = re.sub("[\u0300-\u036f'\u2018\u2019\u02bc]", "", bare)
    words = re.sub(r"[\W_]+", " ", bare).strip()
    return f" {words} "


def _holds(words: str, phrases: Iterable[str]) -> bool:
    return any(_in(words, phrase) for phrase in phrases)


def _in(words: str, phrase: str) -> bool:
    wanted = _needle(phrase)
    return wanted != "" and wanted in words


# Phrases are few and stay the same. No message passes here, so none is kept in memory.
@lru_cache(maxsize=8192)
def _needle(phrase: str) -> str:
    """Prepare a phrase for being looked for; scripts without blanks have no whole words."""
    wanted = plain_words(phrase)
    return wanted.strip() if is_unspaced(wanted) or not wanted.strip() else wanted


def is_unspaced(phrase: str) -> bool:
    """Tell whether it is of a script without blanks, so that it is found within words, too."""
    return _UNSPACED.search(phrase) is not None


def _is_one_of(text: str, phrases: Iterable[str]) -> bool:
    words = plain_words(text).strip()
    return words != "" and any(_needle(phrase).strip() == words for phrase in phrases)


_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
