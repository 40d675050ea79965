"""Say when something will be, the way people say it, without the machine's locale."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment(at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """Say an instant on the zone's clock, rounded up to the minute: "today at 17:40"."""
    raise NotImplementedError


def some_time(language: str) -> str:
    """Say that there is no telling when: "as soon as we can"."""
    raise NotImplementedError
