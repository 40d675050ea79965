"""How far to look back, as people write it."""

import re
from datetime import timedelta

from infra.cli.outcome import UsageError

_SINCE = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_duration(text: str, farthest: timedelta) -> timedelta:
    """Read ``2h``, ``90m`` or ``3d``.

    Raises:
        UsageError: It is none, or longer than makes sense.
    """
    match = _SINCE.fullmatch(text)
    if match is None or not timedelta() < (span := timedelta(**{_UNITS[match[2]]: int(match[1])})) <= farthest:
        raise UsageError(f'"{text}" is no time to look back: write 90m, 2h or 3d, up to {farthest.days}d.')
    return span
