"""Tell a brand's team, at its first opening of the week, what the week before was like, and where to read on."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from nightbell.domain.bulletin import Bulletin, Line
from nightbell.domain.business import Brand
from nightbell.domain.facts import Fact
from nightbell.domain.local_time import instant_of
from nightbell.domain.team_place import Gets
from nightbell.domain.weekly_report.figures import Figures
from nightbell.domain.weekly_report.glance import glance, headline
from nightbell.domain.weekly_report.week import Week, day_of
from nightbell.services.ports import Clock
from nightbell.services.tell_team import TellTeam
from nightbell.services.weekly_report import WeeklyReport, last_week

USEFUL_FOR = timedelta(days=3)
"""Whoever has not been told until then reads it at the desk."""
MORNING = 8 * 60
"""Minutes after midnight: when it is told where nobody ever opens, or closes."""


class AnnounceWeek:
    """Tells once for each week, whenever and however often it is asked."""

    def __init__(
        self, *, tell: TellTeam, read: WeeklyReport, brands: Mapping[str, Brand], clock: Clock, url: str
    ) -> None:
        """Tell by this; ``url`` is where leads read the whole, or empty."""
        self._tell, self._read, self._brands, self._clock, self._url = tell, read, brands, clock, url

    def __call__(self) -> Iterator[Fact]:
        """Tell whoever is due.

        Raises:
            UnavailableError: The table does not answer; the next hour does the same.
        """
        now = self._clock.now()
        for brand in self._brands.values():
            week = last_week(now, brand)
            begins = begins_at(brand, week)
            if begins <= now < begins + USEFUL_FOR and self._tell.places(brand.key, Gets.REPORT):
                yield from self._announce(brand, week, begins)

    def _announce(self, brand: Brand, week: Week, begins: datetime) -> Iterator[Fact]:
        figures, before = self._read(brand, week)
        # Nothing is told of half a week: what is missing may be counted within the hour.
        if figures.counted.missing:
            return
        told = self._tell(
            brand.key, Gets.REPORT, f"report.{week.name}", self._said(brand, figures, before), until=begins + USEFUL_FOR
        )
        yield Fact(name="weeks_announced", count=len(told), fields={"brand": brand.key, "week": week.name})

    def _said(self, brand: Brand, figures: Figures, before: Figures) -> Bulletin:
        lines = [Line(text=each) for each in glance(brand, figures, before, brand.default_language)]
        more = [Line(text=figures.week.name, link=self._url)] if self._url else []
        return Bulletin(title=headline(brand, brand.default_language)).with_lines([*lines, *more])


def begins_at(brand: Brand, week: Week) -> datetime:
    """Find when a brand first opens after a week; on a morning where it never does, or always is."""
    over = day_of(week.days[-1], brand.zone)[1]
    opening = brand.hours.next_opening(over)
    morning = instant_of(week.days[-1] + timedelta(days=1), MORNING, brand.zone)
    return opening if opening is not None and opening - over < timedelta(days=7) else morning
