"""Choose the language of a page by what a browser asks for."""

from collections.abc import Sequence

MOST_RANGES = 20
"""Of a header; whoever sends more is no browser."""


def choose_language(accept_language: str, offered: Sequence[str]) -> str:
    """Pick the offered language that a reader likes best; the first one if they like none.

    Args:
        accept_language: The header as it came (RFC 9110 §12.5.4), untrusted; empty where there is none.
        offered: Tags such as ``en`` or ``pt-BR``, the default first.
    """
    wanted = [_read(part) for part in accept_language.split(",")[:MOST_RANGES]]
    liked = sorted((one for one in wanted if one[1] > 0), key=lambda one: -one[1])
    for tag, _ in liked:
        found = _match(tag, offered)
        if found:
            return found
    return offered[0]


def _match(tag: str, offered: Sequence[str]) -> str | None:
    """Find the very tag, else one of the same language."""
    if tag == "*":
        return offered[0]
    exact = (one for one in offered if one.lower() == tag)
    alike = (one for one in offered if _primary(one) == _primary(tag))
    return next(exact, None) or next(alike, None)


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]


def _read(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";")
    value = weight.strip().removeprefix("q=").strip()
    try:
        quality = float(value) if value else 1.0
    except ValueError:
        quality = 0.0
    return tag.strip().lower(), quality if 0 <= quality <= 1 else 0.0
