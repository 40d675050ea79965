"""Show the opening hours to anybody who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nightbell.domain.business import Brand
from nightbell.domain.facts import Fact
from nightbell.domain.hours_page import good_for_s, hours_page, list_page, nothing_page
from nightbell.domain.html_page import HEADERS
from nightbell.domain.languages import choose_language
from nightbell.services.ports import Clock

LONGEST_S = 60
"""How long a page may be kept by whoever fetched it: somebody may close by hand at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page to answer with."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


class ShowHours:
    """The service behind the function of that name."""

    def __init__(self, brands: Mapping[str, Brand], clock: Clock) -> None:
        """Show these brands."""
        self._brands = brands
        self._clock = clock

    def __call__(self, brand_key: str, accept_language: str) -> Shown:
        """Write the page of a brand, of the only one, or the list of all.

        Args:
            brand_key: As the settings name it; empty for all.
            accept_language: The header as it came; empty where there is none.
        """
        known = list(self._brands.values())
        brand = self._brands.get(brand_key) if brand_key or len(known) != 1 else known[0]
        now = self._clock.now()
        if brand is not None:
            language = choose_language(accept_language, brand.languages)
            return self._page(hours_page(brand, language, now), language, [brand])
        offered = [*dict.fromkeys(language for one in known for language in one.languages)] or ["en"]
        language = choose_language(accept_language, offered)
        if not brand_key and known:
            return self._page(list_page(known, language, now), language, known)
        return Shown(status=404, body=nothing_page(language), headers={**HEADERS, "cache-control": "max-age=60"})

    def _page(self, body: str, language: str, brands: list[Brand]) -> Shown:
        age = good_for_s(brands, self._clock.now(), LONGEST_S)
        cached = {"cache-control": f"public, max-age={age}", "vary": "Accept-Language", "content-language": language}
        return Shown(status=200, body=body, headers={**HEADERS, **cached}, facts=(Fact(name="hours_shown"),))
