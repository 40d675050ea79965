"""Cut a text where a reader sees a character end, never within one.

What a reader takes for one character may be several code points: a letter and its accents, a flag, a family. The
rules are those of Unicode Standard Annex #29 §3.1 that customers' languages and emoji need: what combines, joiners,
skin tones, tags, pairs of regional indicators, and Hangul syllables in parts. Left out are the prepended marks (GB9b)
and the conjuncts of Indic scripts (GB9c): a cut may part those, but what is left is still valid text.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from nightbell.domain.texts import Unit, measure

ELLIPSIS = "…"
ELLIPSIS_OF_DOTS = "..."
"""For text messages: one sign outside their alphabet would more than halve what fits."""

_ZERO_WIDTH_JOINER = "\u200d"
_COMBINES = frozenset({"Mn", "Mc", "Me"})
# Skin tones, the tags that spell out a region's flag, and the vowels and finals of Hangul.
_EXTENDS = re.compile("[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u1160-\u11ff\ud7b0-\ud7ff\u200c\uff9e\uff9f]")
_REGIONAL_INDICATOR = re.compile("[\U0001f1e6-\U0001f1ff]")


def cut(text: str, most: int, unit: str, below: str = "") -> str:
    """Shorten a text to what fits, with an ellipsis at its end; one that fits is left alone.

    Args:
        text: Any.
        most: The longest that fits.
        unit: How it is counted: a :class:`nightbell.domain.texts.Unit`.
        below: What stands after the text, and is never shortened.
    """
    if measure(text + below, unit) <= most:
        return text + below
    end = ellipsis_of(unit) + below
    if measure(end, unit) > most:
        return ""
    parts = list(graphemes(text))
    kept = _most_that_add_up(parts, most, unit, end) if Unit(unit).adds_up else _most_that_fit(parts, most, unit, end)
    return _shortened(parts[:kept], end)


def ellipsis_of(unit: str) -> str:
    """Tell what stands where a text was cut."""
    return ELLIPSIS_OF_DOTS if unit == Unit.SMS_SEGMENTS else ELLIPSIS


def _shortened(parts: Sequence[str], end: str) -> str:
    return "".join(parts).rstrip() + end


def _most_that_add_up(parts: Sequence[str], most: int, unit: str, end: str) -> int:
    left = most - measure(end, unit)
    for kept, part in enumerate(parts):
        left -= measure(part, unit)
        if left < 0:
            return kept
    return len(parts)


def _most_that_fit(parts: Sequence[str], most: int, unit: str, end: str) -> int:
    """Try shorter and shorter beginnings: one sign more may change what all the others count."""
    longest = range(len(parts) - 1, 0, -1)
    return next((kept for kept in longest if measure(_shortened(parts[:kept], end), unit) <= most), 0)


def graphemes(text: str) -> Iterator[str]:
    """Take a text apart into what a reader sees as single characters."""
    start = 0
    for end in range(1, len(text)):
        if not _belongs_together(text, start, end):
            yield text[start:end]
            start = end
    if text:
        yield text[start:]


def _belongs_together(text: str, start: int, at: int) -> bool:
    """Tell whether the character at ``at`` is part of the one that began at ``start``."""
    before, after = text[at - 1], text[at]
    if before == "\r" and after == "\n":
        return True
    if unicodedata.category(before) == "Cc":
        return False
    if after == _ZERO_WIDTH_JOINER or unicodedata.category(after) in _COMBINES or _EXTENDS.match(after):
        return True
    if before == _ZERO_WIDTH_JOINER:
        return _joins(after)
    is_pair = at - start == 1 and _REGIONAL_INDICATOR.match(before) and _REGIONAL_INDICATOR.match(after)
    return bool(is_pair) or _is_hangul_lead(before, after)


def _joins(after: str) -> bool:
    """Tell whether a joiner holds on to what follows: an emoji, also one that this Python does not know yet."""
    return unicodedata.category(after) in {"So", "Sk", "Cn"} or after in "\u2194\u2195\u25aa\u25ab\u2b1b\u2b1c"


def _is_hangul_lead(before: str, after: str) -> bool:
    is_lead = "\u1100" <= before <= "\u115f"
    return is_lead and ("\u1100" <= after <= "\u115f" or "\uac00" <= after <= "\ud7a3")
