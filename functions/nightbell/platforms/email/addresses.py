"""Addresses in a mail's headers, read by one pass over the text, whatever was put into it.

Source: RFC 5322 §3.4. The standard library's reader calls itself for each nested comment and, in older releases,
takes an address out of a quoted name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nightbell.platforms.email.header_words import header_text

LONGEST = 20_000
"""Characters of one header that are read."""
LONGEST_ADDRESS = 254
"""Source: RFC 5321 §4.5.3.1.3, less the angle brackets."""

_LOCAL = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_LABEL = re.compile(r"\+[^@]*(?=@)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox.

    Attributes:
        address: Lower case, the domain in ASCII.
        name: Display name, decoded; untrusted, and it may itself look like an address.
    """

    address: str
    name: str = ""


def read_addresses(value: str) -> list[Address]:
    """Read a header's mailboxes, those of groups included; what is none is left out."""
    return [found for name, spec in _mailboxes(value[:LONGEST]) if (found := _address(name, spec)) is not None]


def count_mailboxes(value: str) -> int:
    """Count a header's mailboxes, those included that we cannot read and another reader may."""
    return len(_mailboxes(value[:LONGEST]))


def normal(address: str) -> str | None:
    """Bring one address to the form in which addresses are compared; ``None`` where it is none."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    if not (_LOCAL.fullmatch(local) and local.isprintable()) or not 0 < len(domain) < LONGEST_ADDRESS:
        return None
    try:
        ascii_domain = domain.lower().rstrip(".").encode("idna").decode()
    except UnicodeError:
        return None
    whole = f"{local.lower()}@{ascii_domain}"
    return whole if _DOMAIN.fullmatch(ascii_domain) and len(whole) <= LONGEST_ADDRESS else None


def without_label(address: str) -> str:
    """Leave out what stands between the plus sign and the domain."""
    return _LABEL.sub("", address)


def label_of(address: str) -> str:
    """Read what stands between the plus sign and the domain; empty without one."""
    return address.rpartition("@")[0].partition("+")[2]


def domain_of(address: str) -> str:
    """Read the domain."""
    return address.rpartition("@")[2]


def _address(name: str, spec: str) -> Address | None:
    found = normal(spec)
    return None if found is None else Address(address=found, name=header_text(name)[:200])


def _mailboxes(value: str) -> list[tuple[str, str]]:
    """Split into display name and address, with quotes and comments taken out."""
    found: list[tuple[str, str]] = []
    words, angle = "", None
    for mark, text in _outside_comments(value):
        if mark == "<":
            angle = ""
        elif mark == ">" and angle is not None:
            found.append((words, angle))
            words, angle = "", None
        elif mark in {",", ";"} or (mark == ":" and angle is None):
            # What stands before a colon is the name of a group.
            found += [("", words)] if "@" in words and mark != ":" else []
            words, angle = "", None
        elif angle is not None:
            angle += text
        else:
            words += text
    return found + ([("", words)] if "@" in words else [])


def _outside_comments(value: str) -> Iterator[tuple[str, str]]:
    depth = 0
    for mark, text in _tokens(value):
        if mark in {"(", ")"}:
            depth = max(0, depth + (1 if mark == "(" else -1))
        elif not depth:
            yield mark, text


# The closing quote is optional and nothing backtracks, so that a text without end costs one pass.
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"?|([(),;:<>])|([^"(),;:<>]++)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _tokens(value: str) -> list[tuple[str, str]]:
    """Tell marks from text; a quoted text is text, whatever is in it, and never an address by itself."""
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(value):
        if match[2]:
            tokens.append((match[2], match[2]))
        elif match[1] is not None:
            tokens.append(("", _ESCAPED.sub(r"\1", match[1]).replace("@", "\uff20")))
        else:
            tokens.append(("", match[3]))
    return tokens
