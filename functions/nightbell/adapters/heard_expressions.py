"""The update by which hours are counted; kept apart so that tests can evaluate it."""

HOURS = tuple(f"h{hour:03}" for hour in range(7 * 24))
"""The attributes of a week, one for each hour from Monday on (UTC)."""


def add_in(hour: int) -> str:
    """Add to one hour of a week; the first one of the week makes the item."""
    name = HOURS[hour]
    return f"SET expires_at = :expires_at, {name} = if_not_exists({name}, :zero) + :heard"
