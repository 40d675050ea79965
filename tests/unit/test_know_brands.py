"""Every brand is kept once, and one that could not be kept is kept by the next sweep."""

from nightbell.domain.errors import UnavailableError
from nightbell.services.know_brands import KnowBrands


class Store:
    """Fails at these calls."""

    def __init__(self, *failing: int) -> None:
        self.calls: list[str] = []
        self.kept: list[str] = []
        self._failing = failing

    def know_brand(self, brand: str) -> None:
        self.calls.append(brand)
        if len(self.calls) in self._failing:
            raise UnavailableError("down")
        self.kept.append(brand)


def test_every_brand_is_kept_once() -> None:
    store = Store()
    know = KnowBrands(store, ["harbour", "mill"])
    know()
    know()
    assert sorted(store.calls) == ["harbour", "mill"]


def test_what_could_not_be_kept_is_kept_by_the_next_sweep_and_stops_none() -> None:
    store = Store(2, 3)
    know = KnowBrands(store, ["harbour", "mill", "quay"])
    for _ in range(3):
        know()
    assert sorted(store.kept) == ["harbour", "mill", "quay"]
