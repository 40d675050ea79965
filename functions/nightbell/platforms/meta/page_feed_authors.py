"""Who wrote what a Page's changes tell, in the three ways in which Meta says it or does not.

Sources: Meta "Webhooks Reference: Page" §feed (``from``; older deliveries have ``sender_id`` and
``sender_name``), §ratings (``reviewer_id``, ``reviewer_name``).
"""

from dataclasses import dataclass

from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import Fields, optional_identifier, optional_member, optional_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody with an id: a person as this Page sees them, or a Page."""

    id: str
    name: str | None


def read_author(value: Fields) -> Writer | None:
    """Read who wrote; ``None`` where the delivery does not say."""
    written = optional_member(value, "from")
    ids = (
        optional_identifier(written, "id"),
        optional_identifier(value, "sender_id"),
        optional_identifier(value, "reviewer_id"),
    )
    names = (
        optional_text(written, "name"),
        optional_text(value, "sender_name"),
        optional_text(value, "reviewer_name"),
    )
    found = next((one for one in ids if one), None)
    name = next((one for one in names if one), None)
    return Writer(id=found, name=name) if found else None


def is_own(value: Fields, place: Place) -> bool:
    """Tell whether the Page itself acted."""
    author = read_author(value)
    return author is not None and author.id == place.account_id
