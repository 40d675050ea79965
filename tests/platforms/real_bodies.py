"""Bodies as platforms published or sent them, from a folder that ``NIGHTBELL_PAYLOADS`` names, and who reads which.

The folder holds ``<index>/INDEX.tsv`` with the columns ``file`` and ``sub_type``, and ``surface`` for Meta. It is not
part of the project: ids in such bodies are somebody's.
"""

import csv
import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from nightbell.domain.events import Event

FOLDER = os.environ.get("NIGHTBELL_PAYLOADS", "")
HERE = Path(__file__).parent
INDEXES = ("meta", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One body and what the index says of it.

    Attributes:
        file: Below the index's folder; of those that are not Meta's, the vendor's folder comes first.
        surface: Of Meta's.
    """

    index: str
    file: str
    sub_type: str
    surface: str = ""

    @property
    def path(self) -> Path:
        return Path(FOLDER) / self.index / self.file

    @property
    def vendor(self) -> str:
        return self.file.partition("/")[0] if self.index == "other" else self.index

    def __str__(self) -> str:
        return f"{self.index}/{self.file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a platform's bodies come in; each brings ``tests/platforms/<platform>/real_bodies.py: REPLAY``.

    Attributes:
        is_own: Whether a row of the index is a delivery to this platform.
        wire: From a file to the bytes that travel.
        read: Signs such bytes as the platform does, verifies and parses them.
        expected: The kinds that may come of a row.
        undeclared: Kinds among them that nobody declared, on purpose.
        elsewhere: Files of the platform that are no deliveries, and which other tests read.
    """

    index: str = "other"
    is_own: Callable[[Row], bool]
    wire: Callable[[Path], bytes]
    read: Callable[[bytes], list[Event]]
    expected: Callable[[Row], set[str]]
    undeclared: Collection[str] = ()
    elsewhere: Collection[str] = ()


def replays() -> dict[str, Replay]:
    """Collect those of every platform that brings one."""
    names = sorted(path.parent.name for path in HERE.glob("*/real_bodies.py"))
    return {name: import_module(f"tests.platforms.{name}.real_bodies").REPLAY for name in names}


def rows() -> Iterator[Row]:
    """Read every index that there is."""
    for index in INDEXES:
        file = Path(FOLDER) / index / "INDEX.tsv"
        if FOLDER and file.exists():
            with file.open(encoding="utf-8", newline="") as lines:
                for each in csv.DictReader(lines, delimiter="\t"):
                    surface = each.get("surface") or ""
                    yield Row(index=index, file=each["file"], sub_type=each["sub_type"], surface=surface)


def escaped(path: Path) -> bytes:
    """Write JSON as Meta does: escaped, without white space."""
    return compact(path).replace(b"/", b"\\/")


def compact(path: Path) -> bytes:
    """Write JSON without white space, in ASCII."""
    return json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=True, separators=(",", ":")).encode()


def first_found(table: Sequence[tuple[str, set[str]]], sub_type: str) -> set[str]:
    """Find the kinds of the first pattern that is found, which may repeat groups of it."""
    for pattern, kinds in table:
        if match := re.search(pattern, sub_type):
            return {match.expand(kind) for kind in kinds}
    raise AssertionError(f"no pattern for {sub_type!r}")
