"""Times as people type them."""

import re
from datetime import datetime, time, timedelta, tzinfo

from infra.cli.outcome import UsageError

_FROM_NOW = re.compile(r"(\d{1,4})\s*([mhd])")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_time(given: str, now: datetime, zone: tzinfo) -> datetime:
    """Read a time to come; one of the clock alone is the next time that the zone's clocks show it.

    Raises:
        UsageError: It is no time, or over.
    """
    at = _from_now(given.strip(), now) or _on_the_clock(given.strip(), now, zone) or _dated(given.strip(), zone)
    if at is None:
        raise UsageError(f'"{given}" is no time. Write it like 15:00, 2026-11-24T09:30, 45m, 2h or 1d.')
    if at <= now:
        raise UsageError(f"{at.astimezone(zone):%a %d %b %Y %H:%M} is over. Name a time that is still to come.")
    return at


def _from_now(given: str, now: datetime) -> datetime | None:
    found = _FROM_NOW.fullmatch(given)
    return now + timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def _on_the_clock(given: str, now: datetime, zone: tzinfo) -> datetime | None:
    found = _CLOCK.fullmatch(given)
    if found is None:
        return None
    day = now.astimezone(zone).date()
    days = (datetime.combine(day + timedelta(days=n), time(int(found[1]), int(found[2])), zone) for n in range(2))
    return next((at for at in days if at > now), None)


def _dated(given: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)
