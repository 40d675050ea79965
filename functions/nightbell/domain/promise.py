"""By when a person answers, counted in opening time and never told too late to be kept."""

from datetime import datetime, timedelta

from nightbell.domain.business import Account

KEEPABLE = timedelta(minutes=10)
"""A promise nearer than this is counted anew from now: nobody could keep it."""


def promise_since(start: datetime, account: Account, now: datetime) -> datetime | None:
    """Count the brand's promise from the first message that waits, so that later texts do not put it off.

    Returns:
        ``None`` when there is not so much opening time in sight.
    """
    return kept_or_anew(account.hours.add_open_time(start, account.brand.promise), account, now)


def kept_or_anew(promise: datetime | None, account: Account, now: datetime) -> datetime | None:
    """Keep a promise that somebody can still keep, or else count it from now."""
    if promise is not None and promise - now >= KEEPABLE:
        return promise
    return account.hours.add_open_time(now, account.brand.promise)
