"""A finished message to the team, before it takes the form of a chat or a mail.

Everything in it is text: a form writes it so that nothing in it is markup, a mention or an address.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Self

MOST_LINES = 40
"""More than that nobody reads in a chat; Slack takes 50 blocks, and a block here is a whole part (Block Kit)."""
MOST_BYTES = 10_000
"""Of all lines, as JSON writes them. Slack has refused 13,200 characters of blocks (slackapi/bolt-js issue 2509,
``msg_blocks_too_long``), and Teams has taken 28 KB for 14 where it counts two bytes a character."""
_FRAME_BYTES = 120
"""What a form adds to a line."""
MOST_TITLE = 140
"""Slack's header block takes 150 characters (Block Kit "Header block")."""
MOST_LINE = 300
MOST_EXCERPT = 120
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Controls, what turns the direction of writing, marks without width, and half characters."""
_BLANKS = re.compile(r"\s+")
_AS_LINK = re.compile(r":(?=//)|(?<=[\w-])[.\u3002\uff0e\uff61](?=[^\W\d])")
"""Before an address, and between the names in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; ``link`` is an address of our own, or empty."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines under a heading, which may be empty."""

    heading: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What one message says."""

    title: str
    sections: tuple[Section, ...] = field(default=())

    def with_lines(self, lines: Iterable[Line]) -> Self:
        """Add lines without a heading."""
        return type(self)(title=self.title, sections=(*self.sections, Section(lines=tuple(lines))))

    def saying_first(self, text: str) -> Self:
        """Put a line before everything else."""
        return type(self)(title=self.title, sections=(Section(lines=(Line(text=text),)), *self.sections))

    def fitting(self) -> Self:
        """Make it one that every form takes: short lines, few of them, and nothing that cannot be seen."""
        every = [(number, _fitting(line)) for number, each in enumerate(self.sections) for line in each.lines]
        kept, left = list[tuple[int, Line]](), MOST_BYTES
        for number, line in every[:MOST_LINES]:
            left -= _bytes_of(line)
            if left < 0:
                break
            kept.append((number, line))
        if missing := len(every) - len(kept):
            kept.append((kept[-1][0] if kept else 0, Line(text=f"and {missing} more")))
        sections = [
            Section(heading=plain(each.heading, MOST_TITLE), lines=lines)
            for number, each in enumerate(self.sections)
            if (lines := tuple(line for which, line in kept if which == number))
        ]
        return type(self)(title=plain(self.title, MOST_TITLE) or "Nightbell", sections=tuple(sections))


def plain(text: str, most: int) -> str:
    """Put a stranger's text on one line, without what nobody sees, and cut it to so many characters."""
    seen = "".join(" " if each.isspace() else each for each in text[: 4 * most] if _is_seen(each))
    line = _BLANKS.sub(" ", seen).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "\u2026"


def quotable(text: str) -> str:
    """Put the beginning of a stranger's text on one line, in which no program finds an address that could be opened.

    Mail readers and chats make links of whatever looks like one, however plainly it is written.
    """
    return _AS_LINK.sub(lambda found: f"[{found[0]}]", plain(text, MOST_EXCERPT))


def write_bulletin(bulletin: Bulletin) -> str:
    """Write it for the table."""
    return json.dumps(asdict(bulletin), separators=(",", ":"))


def read_bulletin(body: str) -> Bulletin:
    """Read :func:`write_bulletin` back."""
    found = json.loads(body)
    return Bulletin(title=found["title"], sections=tuple(map(_section, found["sections"])))


def listed(heading: str, lines: Iterable[Line], most: int) -> tuple[Section, ...]:
    """Put lines under a heading, the rest of them as a number; nothing where there are none."""
    every = tuple(lines)
    if not every:
        return ()
    rest = (Line(text=f"and {len(every) - most} more"),) if len(every) > most else ()
    return (Section(heading=f"{heading} ({len(every)})", lines=(*every[:most], *rest)),)


def _section(found: dict[str, object]) -> Section:
    lines = found["lines"]
    return Section(heading=str(found["heading"]), lines=tuple(Line(**each) for each in lines))  # type: ignore[attr-defined]


def _is_seen(each: str) -> bool:
    return each.isspace() or unicodedata.category(each) not in _UNSEEN


def _bytes_of(line: Line) -> int:
    return len(json.dumps([line.text, line.link])) + _FRAME_BYTES


def _fitting(line: Line) -> Line:
    return Line(text=plain(line.text, MOST_LINE) or "\u2026", link=line.link if is_link(line.link) else "")


_LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~%/?#=&+:@!$'()*,;-]*)?")


def is_link(link: str) -> bool:
    """Tell whether it is an address that every form takes as it is."""
    return len(link) < 2000 and _LINK.fullmatch(link) is not None  # noqa: PLR2004 - Slack takes 3,000
