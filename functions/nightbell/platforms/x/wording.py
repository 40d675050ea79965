"""Reading X's own way to write down texts, people and times, alike in its old and its new envelope."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nightbell.platforms.reading.fields import moment

_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_NAMED = re.compile(r"@\w+\s*")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OLD_TIME = re.compile(r"\w{3} (\w{3}) (\d\d) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on X.

    Attributes:
        name: As shown; untrusted text.
        is_bot: X marks the account as automated.
    """

    name: str | None = None
    is_bot: bool = False


NOBODY = Person()


def unescaped(text: str) -> str:
    """Undo X's escaping of three characters; everything else stands as it was typed.

    Source: X "Account Activity API" §Account Activity data object structure; X "Data dictionary" §Post, whose
    texts show it too.
    """
    for escape, character in _ESCAPES:
        text = text.replace(escape, character)
    return text


def without_names_before(text: str, names: int) -> str:
    """Leave out the names that X puts before an answer, so that the words compare with what was typed."""
    for _ in range(names):
        found = _NAMED.match(text)
        if found is None:
            break
        text = text[found.end() :]
    return text


def range_start(value: object) -> int:
    """Read where the visible text begins; at the beginning where nobody says."""
    if isinstance(value, list) and value and isinstance(value[0], int):
        return max(value[0], 0)
    return 0


def time_of(value: object, received_at: datetime) -> datetime:
    """Read a time in any of X's forms: milliseconds, ISO 8601, or the old one that begins with the weekday.

    Like :func:`moment` it prefers the time of receipt to an absurd one.
    """
    written = value if isinstance(value, str) else ""
    at = _iso(written) or _old(written)
    return moment(int(at.timestamp() * 1000) if at else value, received_at)


def person(found: object) -> Person:
    """Read a user, whom newer envelopes wrap once more; whoever cannot be read stays nameless."""
    user = found.get("data", found) if isinstance(found, Mapping) else None
    if not isinstance(user, Mapping):
        return NOBODY
    names = [user.get(key) for key in ("name", "username", "screen_name")]
    affiliation = user.get("affiliation")
    label = affiliation.get("description") if isinstance(affiliation, Mapping) else None
    return Person(
        name=next((name for name in names if isinstance(name, str) and name), None), is_bot=label == "Automated"
    )


def _iso(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _old(written: str) -> datetime | None:
    found = _OLD_TIME.fullmatch(written)
    if found is None or found[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = (int(found[part]) for part in range(2, 7))
    try:
        return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
