"""What can be wrong with the places where a team reads, apart from their shape."""

from collections.abc import Iterator, Mapping
from typing import Any

from nightbell.domain.settings_problem import Problem

Table = Mapping[str, Any]
_OF_MAIL = ("to", "from")


def team_problems(document: Table) -> Iterator[Problem]:
    """Check their names, and what mails need and channels must not have."""
    seen: dict[str, str] = {}
    for key, brand in document["brands"].items():
        for number, table in enumerate(brand.get("notify", ()), 1):
            place, name = f"brands.{key}.notify[{number}]", table["name"]
            if name in seen:
                yield Problem(
                    place=f"{place}.name",
                    message=f'"{name}" is also the name of {seen[name]}',
                    remedy="give each a name of its own: its address is stored under it",
                )
            seen.setdefault(name, place)
            yield from _mail_problems(table, place)
            yield from _excerpt_problems(table, brand, key, place)


def _mail_problems(table: Table, place: str) -> Iterator[Problem]:
    for field in _OF_MAIL:
        if table["kind"] == "email" and field not in table:
            yield Problem(place=place, message=f"{field} is missing", remedy=f'write {field} = "…@…"')
        if table["kind"] != "email" and field in table:
            yield Problem(
                place=f"{place}.{field}",
                message=f"only a mail has {field}",
                remedy=f"leave it out; the channel's address is a secret: nightbell secrets set notify {table['name']}",
            )


def _excerpt_problems(table: Table, brand: Table, key: str, place: str) -> Iterator[Problem]:
    if table.get("excerpt") and not brand.get("preview"):
        yield Problem(
            place=f"{place}.excerpt",
            message=f"there is nothing to show, because brands.{key}.preview is not true",
            remedy="write preview = true for the brand, or leave excerpt out",
        )
