"""Show a stranger's text on a terminal, so that it can neither command the terminal nor pretend to be ours."""

import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""Emoji and several scripts are written with them, and they move nothing."""
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories: controls, formats such as the bidirectional marks, private use, half characters, and
separators of lines and paragraphs that are no line feed."""


def visible(text: str) -> str:
    """Write what acts instead of being seen by its number, such as ``<U+202E>``; one line stays one line."""
    return "".join(_shown(character) for character in text)


def visible_lines(text: str) -> list[str]:
    """Do so for a text of several lines, which only a line feed separates."""
    return [visible(line) for line in text.replace("\r\n", "\n").split("\n")]


def _shown(character: str) -> str:
    if character in JOINERS or unicodedata.category(character) not in UNSEEN:
        return character
    return f"<U+{ord(character):04X}>"
