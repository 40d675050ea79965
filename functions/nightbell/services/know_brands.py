"""Keep which brands there are: the list of what waits is kept by brand, and a brand may leave the settings."""

from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

from nightbell.domain.errors import UnavailableError


class BrandStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def know_brand(self, brand: str) -> None:
        """Keep that the settings have had this brand."""


class KnowBrands:
    """Keeps each brand once for an execution environment: other settings come with another one."""

    def __init__(self, store: BrandStore, brands: Collection[str]) -> None:
        """Keep these, by their keys in the settings."""
        self._store, self._left = store, list(brands)

    def __call__(self) -> None:
        """Keep what was not kept yet; what fails is kept by the next call."""
        with suppress(UnavailableError):
            while self._left:
                self._store.know_brand(self._left[-1])
                self._left.pop()
