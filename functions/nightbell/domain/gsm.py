"""How many segments a text message takes, and so what it costs.

Sources: 3GPP TS 23.038 §6.2.1 (the default alphabet and its extension), TS 23.040 §9.2.3.24 (what a long message
leaves for its words once each segment says which part it is).
"""

from collections.abc import Iterable

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_ONE_OF_SEPTETS, _PART_OF_SEPTETS = 160, 153
_ONE_OF_UTF16, _PART_OF_UTF16 = 70, 67
_BEYOND_UTF16 = 0x10000


def septets(text: str) -> int | None:
    """Count a text in the default alphabet; ``None`` where a character is not in it."""
    if not _ALPHABET.issuperset(set(text) - _EXTENSION):
        return None
    return sum(_septets_of(text))


def segments(text: str) -> int:
    """Count the segments; one character outside the alphabet more than halves what each of them holds."""
    if septets(text) is not None:
        return _parts(_septets_of(text), _ONE_OF_SEPTETS, _PART_OF_SEPTETS)
    return _parts((2 if ord(letter) >= _BEYOND_UTF16 else 1 for letter in text), _ONE_OF_UTF16, _PART_OF_UTF16)


def _septets_of(text: str) -> Iterable[int]:
    return (2 if letter in _EXTENSION else 1 for letter in text)


def _parts(sizes: Iterable[int], whole: int, part: int) -> int:
    """Fill segments without parting a character that takes two places."""
    each = list(sizes)
    if sum(each) <= whole:
        return 1 if each else 0
    filled, left = 0, 0
    for size in each:
        if size > left:
            filled, left = filled + 1, part
        left -= size
    return filled
