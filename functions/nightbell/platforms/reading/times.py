"""Times as platforms write them: ISO 8601 with a zone, or seconds since 1970."""

from datetime import UTC, datetime, timedelta

from nightbell.platforms.reading.fields import moment

_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER_BY = timedelta(days=1)
_LONGEST = 40
"""Characters; no time takes more, and nothing longer is worth reading."""


def optional_time(value: object) -> datetime | None:
    """Read ISO 8601 with a zone, in UTC; ``None`` for anything else.

    A time without a zone would be a guess of up to a day.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def time_of(value: object, received_at: datetime) -> datetime:
    """Read a time; an absurd one becomes the time of receipt, because the message matters more than when."""
    found = optional_time(value)
    if found is None:
        return moment(value, received_at)
    return found if _EARLIEST <= found <= received_at + _CLOCKS_DIFFER_BY else received_at
