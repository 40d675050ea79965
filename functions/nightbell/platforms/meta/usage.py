"""What Meta tells beside an answer about how much of its allowance is used up, and when there is some again.

Source: Meta "Graph API: Rate Limits" §Headers, of the app's and of the business use cases' limits.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.reading.fields import Fields

_APP, _PAGE, _CASES = "x-app-usage", "x-page-usage", "x-business-use-case-usage"
_COUNTS = ("call_count", "total_time", "total_cputime")
_MOST = 10**6
"""Of anything that is counted there; nobody means more."""


def percent(headers: Mapping[str, str]) -> int:
    """Tell the highest percentage that stands there; 0 where none does."""
    tables = [_read(headers.get(_APP)), _read(headers.get(_PAGE)), *_cases(headers)]
    return max((_number(table.get(name)) for table in tables for name in _COUNTS), default=0)


def regain_access(headers: Mapping[str, str]) -> timedelta | None:
    """Read the longest waiting time, in minutes, of all use cases; ``None`` where there is none."""
    longest = max((_number(case.get("estimated_time_to_regain_access")) for case in _cases(headers)), default=0)
    return timedelta(minutes=longest) if longest > 0 else None


def _cases(headers: Mapping[str, str]) -> Iterator[Fields]:
    for cases in _read(headers.get(_CASES)).values():
        yield from (case for case in (cases if isinstance(cases, list) else ()) if isinstance(case, dict))


def _read(header: str | None) -> Fields:
    try:
        value = read_json((header or "{}").encode())
    except NotUnderstoodError:
        return {}
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    return int(min(value, _MOST)) if value > 0 else 0
