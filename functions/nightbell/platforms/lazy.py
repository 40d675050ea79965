"""A registry of names: what a name stands for is imported when it is first asked for.

A vendor that no delivery and no account asks for then costs a cold start nothing.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")


class Lazy(Mapping[str, T]):
    """A mapping whose values are loaded one by one; counting, listing and looking for keys loads nothing."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """Take the place of each value, such as ``nightbell.platforms.meta.platform:Meta``."""
        self._places = places

    def __getitem__(self, key: str) -> T:
        value: T = _load(self._places[key])
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places


@cache
def _load(place: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Load an instance, or make one of a class; the same place gives the same object in every registry."""
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    return found() if isinstance(found, type) else found
