"""Mistakes that are none: the code does the same with them, or nobody was promised otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """One of them, by its module and its lines."""

    file: str
    was: str
    became: str
    why: str


EQUIVALENT: tuple[Equivalent, ...] = ()
