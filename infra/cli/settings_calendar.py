"""What a plan of opening hours comes to on each date of the coming months, as plain values that JSON can hold."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from infra.cli.outcome import CliError
from nightbell.domain.business import BusinessSettings
from nightbell.domain.day_plan import Period
from nightbell.domain.local_time import MINUTES_A_DAY, instant_of
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.weekly_plan import WEEKDAYS

A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
HOLIDAY, EXCEPTION, CLOCK = "holiday", "exception", "clock_change"


def plans(settings: BusinessSettings, account_id: str | None) -> Iterator[tuple[dict[str, Any], OpeningHours]]:
    """Name every plan there is: each brand's, and each account's that has hours of its own; or only one account's.

    Raises:
        CliError: The settings name no such account.
    """
    chosen = [each for each in settings.accounts.values() if account_id in {None, each.account_id}]
    if not chosen and account_id is not None:
        raise CliError(f"No account {account_id} is in the settings. To see them: nightbell settings show")
    for brand in settings.brands.values():
        if account_id is None:
            yield {"brand": brand.key, "name": brand.name, "channel": None, "account_id": None}, brand.hours
        for account in chosen:
            own = account.hours is not brand.hours
            if account.brand.key == brand.key and (own or account_id is not None):
                names = {"channel": account.channel, "account_id": account.account_id}
                yield {"brand": brand.key, "name": brand.name, **names}, account.hours


def months_after(first: date, months: int) -> date:
    """Count calendar months; the 31st is followed by the first day after a shorter month."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    try:
        return date(year, month + 1, first.day)
    except ValueError:
        return months_after(first.replace(day=1), months + 1)


def calendar_of(hours: OpeningHours, first: date, last: date) -> dict[str, Any]:
    """Tell the week, and by month whatever is not as the week says; the last date is outside."""
    dates = [first + timedelta(days=number) for number in range((last - first).days)]
    return {
        "zone": hours.zone.key,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "week": {name: written(hours.weekly[number]) for number, name in enumerate(WEEKDAYS)},
        "months": [_month(hours, list(days)) for _, days in groupby(dates, key=lambda day: (day.year, day.month))],
    }


def _month(hours: OpeningHours, days: list[date]) -> dict[str, Any]:
    start, end = (instant_of(day, 0, hours.zone) for day in (days[0], days[-1] + A_DAY))
    return {
        "month": f"{days[0]:%Y-%m}",
        "open_days": sum(1 for day in days if hours.periods_on(day)),
        "open_minutes": hours.open_time_between(start, end) // A_MINUTE,
        "dates": [found for day in days for found in _differences(hours, day)],
    }


def _differences(hours: OpeningHours, day: date) -> Iterator[dict[str, Any]]:
    known = {"date": day.isoformat(), "weekday": f"{day:%A}"}
    reason, is_exception = hours.reason_on(day), hours.is_exception(day)
    if is_exception or reason:
        kind = EXCEPTION if is_exception else HOLIDAY
        yield {**known, "kind": kind, "periods": written(hours.periods_on(day)), "reason": reason or None}
    if change := clock_change(hours.zone, day):
        before, after = change
        times = {"from": f"{before:%H:%M}", "to": f"{after:%H:%M}", "at": _utc(after)}
        yield {**known, "kind": CLOCK, **times, "periods_changed": list(_changed(hours, day))}


def clock_change(zone: ZoneInfo, day: date) -> tuple[datetime, datetime] | None:
    """Find what the clock shows when it is changed on a day, and what it shows then; ``None`` on other days."""
    # From just before midnight, because some clocks are changed at midnight itself.
    midnights = (datetime.combine(each, time(), tzinfo=zone).astimezone(UTC) for each in (day, day + A_DAY))
    start, end = (midnight - A_MINUTE for midnight in midnights)
    before = start.astimezone(zone).utcoffset()
    if before is None or before == end.astimezone(zone).utcoffset():
        return None
    while end - start > A_MINUTE:
        middle = start + (end - start) // 2 // A_MINUTE * A_MINUTE
        start, end = (middle, end) if middle.astimezone(zone).utcoffset() == before else (start, middle)
    return (end + before).replace(tzinfo=None), end.astimezone(zone)


def _changed(hours: OpeningHours, day: date) -> Iterator[dict[str, Any]]:
    """Yield the opening times that a change on a day makes longer or shorter than they read."""
    for begins in (day - A_DAY, day):
        for period in hours.periods_on(begins):
            start, end = (instant_of(begins, minutes, hours.zone) for minutes in (period.start, period.end))
            lasts = max(end - start, timedelta()) // A_MINUTE
            if lasts != period.end - period.start:
                minutes = {"minutes": lasts, "minutes_on_the_clock": period.end - period.start}
                yield {"date": begins.isoformat(), "period": written([period])[0], **minutes}


def written(periods: Iterable[Period]) -> list[str]:
    """Write periods as the settings do: a night ends earlier than it starts."""
    return [_written(period) for period in periods]


def _written(period: Period) -> str:
    end = period.end if period.end <= MINUTES_A_DAY else period.end - MINUTES_A_DAY
    return f"{_clock(period.start)}-{_clock(end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
