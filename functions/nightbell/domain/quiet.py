"""Whether an account is far quieter than it usually is in the same hours of the week.

Opening hours do not matter: customers write when they like, and each account has its own usual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

WEEKS = 4
WINDOWS_H = (1, 3, 12, 24, 72, 168)
"""Hours that are looked at together, until now: a busy account is missed within an hour, a small one within a week."""
CERTAIN = 1e-5
"""So rarely chance alone may leave as few; an account is looked at six times an hour."""
FEW = 10
"""No more than one in so many of the usual: a calm day is not silence, and chance is not all that moves customers."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What was missed.

    Attributes:
        hours: How long it was listened for.
        heard: Messages in that time.
        usual: Messages in the same hours of the weeks before.
    """

    hours: int
    heard: int
    usual: int


def quiet(heard: Callable[[datetime], int], until: datetime) -> Quiet | None:
    """Tell the shortest time in which an account was too quiet.

    Args:
        heard: Tells how many messages came in the hour that begins then.
        until: The end of the last whole hour.
    """
    for hours in WINDOWS_H:
        usual = _usual(heard, until, hours)
        found = _sum(heard, until, hours)
        if found * FEW <= usual and at_most(found, usual) < CERTAIN:
            return Quiet(hours=hours, heard=found, usual=usual)
    return None


def week_of(moment: datetime) -> datetime:
    """Tell when the week of a moment began, on Monday in the moment's own zone."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=moment.weekday())


def _usual(heard: Callable[[datetime], int], until: datetime, hours: int) -> int:
    """Take the second quietest of the weeks: one outage or one storm among them changes nothing.

    A new account is usual to nobody until three weeks have passed, and one that stays silent is usual after two.
    """
    weeks = [_sum(heard, until - timedelta(weeks=week), hours) for week in range(1, WEEKS + 1)]
    return sorted(weeks)[1]


def _sum(heard: Callable[[datetime], int], until: datetime, hours: int) -> int:
    return sum(heard(until - HOUR * back) for back in range(1, hours + 1))


def at_most(count: int, usual: float) -> float:
    """Tell how likely so few are, where so many are usual and each comes by itself (Poisson)."""
    term = total = exp(-usual)
    for number in range(1, count + 1):
        term *= usual / number
        total += term
    return total
