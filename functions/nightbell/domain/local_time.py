"""Clock time in one zone, turned into instants, also where the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Find when the clocks of a zone first show a time of day, in UTC.

    A time that the clocks show twice (autumn) means the first time. A time that they skip
    (spring) means the moment of the jump. So later clock times never map to earlier instants,
    and periods that meet on the clock meet in fact.

    ``day`` is the zone's own calendar day, and ``minute`` counts on the clock from its midnight;
    beyond 1440 it is the next day.
    """
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    return _jump_over(wall, zone)


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    """Find the instant at which the clocks skip ``wall``, to the second, by halving."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after
