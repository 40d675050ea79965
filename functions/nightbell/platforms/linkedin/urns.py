"""LinkedIn's names of things.

Source: LinkedIn "Organization Social Action Notifications" §Sample; both spellings of a comment's name have come.
"""

import re

from nightbell.platforms.reading.fields import Fields, ShapeError, text

_URN = re.compile(r"urn:li:[A-Za-z]+:[^\s/]{1,200}")
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?([A-Za-z]+:[^,()]+),([^,()]+)\)")
_ORGANIZATION = re.compile(r"urn:li:organization:([0-9]{1,20})")


def urn(parent: Fields, name: str) -> str:
    """Read a name, a comment's in its longer spelling.

    Raises:
        ShapeError: It is none.
    """
    value = text(parent, name)
    if not _URN.fullmatch(value):
        raise ShapeError(f"{name} is not a URN")
    return _COMMENT.sub(r"urn:li:comment:(urn:li:\1,\2)", value)


def optional_urn(parent: Fields, name: str) -> str | None:
    """Read a name that may be absent or null."""
    return None if parent.get(name) is None else urn(parent, name)


def is_comment(name: str) -> bool:
    """Tell a comment from a post."""
    return name.startswith("urn:li:comment:")


def post_of(comment: str) -> str | None:
    """Read the post from a comment's name."""
    found = _COMMENT.fullmatch(comment)
    return f"urn:li:{found[1]}" if found else None


def organization_id(parent: Fields, name: str) -> str:
    """Read an organisation's id.

    Raises:
        ShapeError: It names no organisation.
    """
    found = _ORGANIZATION.fullmatch(text(parent, name))
    if found is None:
        raise ShapeError(f"{name} is not an organization")
    return found[1]


def author_id(author: str) -> str:
    """Name an author as the settings name accounts: an organisation by its number, a member by the whole name."""
    found = _ORGANIZATION.fullmatch(author)
    return found[1] if found else author


def urn_of_organization(account_id: str) -> str:
    """Name an organisation."""
    return f"urn:li:organization:{account_id}"
