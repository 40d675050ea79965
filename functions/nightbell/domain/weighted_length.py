"""How X counts a post: some scripts and emoji weigh two, and whatever it takes for a link weighs the same.

The weights are those of X's own counter (twitter-text, configuration v3). Where that needs a list, of top-level
domains or of emoji that are known already, this counts rather too much than too little: a name with a dot in it
counts as a link where that is longer.
"""

import re
import unicodedata

LINK_WEIGHT = 23
"""Each link is exchanged for a short one."""
_EMOJI_WEIGHT = 2

_DOMAIN = r"(?:\w(?:[\w-]{0,61}\w)?\.){1,8}[^\W\d_]{2,24}"
_LINK = re.compile(
    # Nothing that goes on as an address of e-mail does.
    rf"(?<![\w@.$#-])(?:(?P<scheme>https?://){_DOMAIN}|{_DOMAIN}(?![\w@-]|\.[\w.-]*@))"
    r"(?::\d{1,5})?(?:[/?](?:[!-~]*[\w/=&#+-])?)?",
    re.IGNORECASE,
)
_PICTURE = (
    "(?:[\U0001f000-\U0001faff\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2900-\u297f\u2b00-\u2bff\u2190-\u21ff]"
    "|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u3030\u303d\u3297\u3299](?=\ufe0f))"
)
_ONE = f"{_PICTURE}\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE}){{1,3}}"
    f"|{_ONE}[\U000e0020-\U000e007e]{{1,8}}\U000e007f|{_ONE}"
)
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def weighted_length(text: str) -> int:
    """Count a text as X does; a post takes 280."""
    total, at = 0, 0
    for link in _LINK.finditer(text):
        total += _weight(text[at : link.start()])
        total += LINK_WEIGHT if link["scheme"] else max(LINK_WEIGHT, _weight(link[0]))
        at = link.end()
    return total + _weight(text[at:])


def link_in(text: str) -> str | None:
    """Find what X may take for a link."""
    found = _LINK.search(text)
    return found[0] if found else None


def _weight(text: str) -> int:
    rest, emoji = _EMOJI.subn("", unicodedata.normalize("NFC", text))
    return emoji * _EMOJI_WEIGHT + sum(1 if _is_light(ord(each)) else 2 for each in rest)


def _is_light(point: int) -> bool:
    return any(first <= point <= last for first, last in _LIGHT)
