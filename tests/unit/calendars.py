"""Public holidays for tests: Spain with two regions, and Andorra with none."""

from collections.abc import Mapping
from datetime import date


class FakeCalendar:
    """Christmas Day everywhere, and 2 May in Madrid."""

    def __init__(self, country: str, region: str | None) -> None:
        self.country = country
        self._region = region

    def on(self, day: date) -> str | None:
        if (day.month, day.day) == (12, 25):
            return "Christmas Day"
        return "Dos de Mayo" if self._region == "MD" and (day.month, day.day) == (5, 2) else None


class FakeCalendars:
    def calendar(self, country: str, region: str | None) -> FakeCalendar:
        return FakeCalendar(country, region)

    def countries(self) -> list[str]:
        return ["AD", "ES"]

    def regions(self, country: str) -> Mapping[str, str]:
        return {"IB": "Islas Baleares", "MD": "Madrid"} if country == "ES" else {}
