"""The words of a mail that has none in plain text.

In one pass: the standard library's parser starts over at each tag that never ends.
"""

import re
from html import unescape

LONGEST = 200_000
"""Characters of HTML that are read; the words stand before what is longer than this."""

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<silent>script|style|title|template)\b.*?(?:</(?P=silent)\s*+>|\Z)"
    r"|<(?P<tag>[!/?a-z][a-z0-9]*+)[^>]*+(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_LINES = frozenset(
    {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "/p", "/div", "/table", "/blockquote"}
)
_HUGE_NUMBER = re.compile(r"&#x?[0-9a-f]{8,};?", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\u00a0]+")
_MANY_LINES = re.compile(r"\n{3,}")


def words_of(html: str) -> str:
    """Take the tags away, and what a reader of mail does not show; the lines of a quoted mail begin with ``>``."""
    kept, end, quoted = [], 0, 0
    flat = html[:LONGEST].replace("\n", " ")
    for found in _MARKUP.finditer(flat):
        kept.append(_quote(flat[end : found.start()], quoted))
        end, tag = found.end(), (found["tag"] or "").lower()
        quoted = max(0, quoted + (tag == "blockquote") - (tag == "/blockquote"))
        kept.append("\n" if tag in _LINES or tag == "blockquote" else "")
    kept.append(_quote(flat[end:], quoted))
    text = unescape(_HUGE_NUMBER.sub("", "".join(kept)))
    lines = [line.strip() for line in _BLANKS.sub(" ", text).split("\n")]
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _quote(words: str, depth: int) -> str:
    return f"\n&gt; {words}" if depth and words.strip() else words
