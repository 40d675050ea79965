"""The weekly report at the desk, for leads."""

import json
from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.business import Brand
from nightbell.domain.weekly_report.page import report_page
from nightbell.domain.weekly_report.week import Week, read_week, week_of
from nightbell.services.desk_api.asked import Call, Given
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.ports import Clock
from nightbell.services.weekly_report import WeeklyReport, last_week


class Reporting:
    """Shows weeks that are over."""

    def __init__(self, read: WeeklyReport, brands: Mapping[str, Brand], clock: Clock) -> None:
        """Show the weeks of these brands."""
        self._read, self._brands, self._clock = read, brands, clock

    def report(self, call: Call) -> Given:
        """Give a week's page: without a name the last one that is over, of the first brand.

        Raises:
            DeskError: Whoever asks is no lead, or there is no such week or brand.
            UnavailableError: The table does not answer.
        """
        if not call.agent.is_lead:
            raise DeskError(Code.NOT_ALLOWED, "The weekly report is for leads.")
        brand = self._brand(call.asked.query.get("brand", ""))
        last = last_week(self._clock.now(), brand)
        week = self._week(call.asked.query.get("week", ""), last)
        now, before = self._read(brand, week)
        page = report_page(brand, now, before, call.asked.query.get("language") or brand.default_language)
        after = week_of(week.days[-1] + timedelta(days=1))
        body = {
            "brand": brand.key,
            "week": week.name,
            "before": week.before.name,
            "after": after.name if week != last else None,
            "page": page,
        }
        return Given(body=json.dumps(body, ensure_ascii=False), headers={"content-type": "application/json"})

    def _brand(self, key: str) -> Brand:
        found = self._brands.get(key) if key else next(iter(self._brands.values()), None)
        if found is None:
            raise DeskError(Code.INVALID, "The settings have no such brand.")
        return found

    def _week(self, name: str, last: Week) -> Week:
        found = read_week(name) if name else last
        if found is None or found.monday > last.monday:
            raise DeskError(Code.INVALID, "There is no such week, or it is not over.")
        return found
