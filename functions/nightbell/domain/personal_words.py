"""Find in an answer what is personal about the contact: the addresses and numbers that they gave."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from nightbell.domain.business import RequiredFact
from nightbell.domain.choices import FEWEST_DIGITS, every_email, every_number
from nightbell.domain.phrases import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is personal about a contact, as the conversation holds it.

    Attributes:
        words: Addresses and order numbers, as they were written.
        numbers: Of telephones, as they were written.
    """

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


def known_from(texts: Iterable[str], fact: RequiredFact | None, addresses: Iterable[str] = ()) -> Known:
    """Gather what a contact has said of themselves.

    Args:
        texts: Their messages.
        fact: What the brand asks for, such as an order number.
        addresses: What they gave as a permission, or what the platform tells: mail addresses and telephone numbers.
    """
    words: list[str] = []
    numbers: list[str] = []
    for text in (*texts, *addresses):
        plain = _plain(text)
        facts = [found[0] for found in fact.pattern.finditer(plain)] if fact else []
        words += [*every_email(plain), *facts]
        numbers += every_number(plain)
    return Known(words=tuple(dict.fromkeys(filter(_digits_or_letters, words))), numbers=tuple(dict.fromkeys(numbers)))


def said_of(known: Known, text: str) -> str | None:
    """Name the first thing known of the contact that a text tells, however it is spelled out or parted."""
    plain = _plain(text)
    told = (word for word in known.words if _spelled(word).search(plain))
    numbers = [_digits(found) for found in every_number(plain)]
    dialled = (each for each in known.numbers if any(_is_same_number(_digits(each), number) for number in numbers))
    return next(told, None) or next(dialled, None)


def _plain(text: str) -> str:
    """Bring letters and digits to one form each, whatever width or script they were typed in."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible(text)).casefold())
    return "".join(str(unicodedata.decimal(each, each)) for each in folded)


def _spelled(word: str) -> re.Pattern[str]:
    """Match a word whatever stands between its letters, but not within a longer one."""
    letters = map(re.escape, _digits_or_letters(_plain(word)))
    return re.compile(r"(?<![^\W_])" + r"[\W_]{0,3}".join(letters) + r"(?![^\W_])")


def _digits_or_letters(word: str) -> str:
    return re.sub(r"[\W_]", "", word)


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdecimal())


def _is_same_number(one: str, other: str) -> bool:
    """Compare numbers of which one may lack the country, or the zero that is dialled before it."""
    shorter, longer = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(shorter) >= FEWEST_DIGITS and longer.endswith(shorter)
