"""Turn a promise around: whose messages were promised an answer by a time?

All who write while nobody is in are promised the same minute; so a promise has no one arrival, but a latest one.
"""

from datetime import datetime, timedelta

from nightbell.domain.opening_hours import OpeningHours

ONE_TICK = timedelta(milliseconds=1)
"""Times are stored in milliseconds."""


def latest_arrival(hours: OpeningHours, promise: timedelta, by: datetime, since: datetime) -> datetime | None:
    """Find the last moment whose promise is not later than a time.

    A later arrival is never promised an earlier answer, so that halving finds it.

    Args:
        hours: Whose opening time counts.
        promise: How much of it may pass.
        by: The time, aware.
        since: Where to begin looking, before ``by``.

    Returns:
        To the millisecond; ``None`` where even ``since`` is promised a later answer.
    """

    def is_promised_by(ticks: int) -> bool:
        promised = hours.add_open_time(since + ticks * ONE_TICK, promise)
        return promised is not None and promised <= by

    if not is_promised_by(0):
        return None
    low, high = 0, (by - since) // ONE_TICK + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_promised_by(middle) else (low, middle)
    return since + low * ONE_TICK
