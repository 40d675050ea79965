"""What can be wrong with the systems that are told, apart from their shape."""

from collections.abc import Iterator, Mapping
from typing import Any

from nightbell.domain.settings_problem import Problem, did_you_mean

Table = Mapping[str, Any]


def webhook_problems(document: Table) -> Iterator[Problem]:
    """Check their names, and the brands that they name."""
    seen: dict[str, int] = {}
    for number, webhook in enumerate(document.get("webhooks", ()), 1):
        place, name = f"webhooks[{number}]", webhook["name"]
        if name in seen:
            yield Problem(
                place=f"{place}.name",
                message=f'"{name}" is also the name of webhooks[{seen[name]}]',
                remedy="give each a name of its own: its secret is stored under it",
            )
        seen.setdefault(name, number)
        for which, brand in enumerate(webhook.get("brands", ()), 1):
            if brand not in document["brands"]:
                yield Problem(
                    place=f"{place}.brands[{which}]",
                    message=f'there is no brand "{brand}"',
                    remedy=did_you_mean(brand, document["brands"]),
                )
