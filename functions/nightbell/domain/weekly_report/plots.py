"""Small plots as inline SVG: bars, ranges and a heat map. No script, no style of their own: the page's classes do that.

What stands in them stands in a table beside them, too; a screen reader is told the title and sent there.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 330
"""In the drawing's own unit, which on a narrow phone is a pixel: letters of 13 stay readable there."""
_ROW, _TIMED_ROW, _TOP = 36, 48, 4
_LEVELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of bars.

    Attributes:
        value, before: This week's and that of the week before.
        shown: The value as people read it.
    """

    label: str
    value: int
    before: int
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One row of a plot of times: a dot, and a line from it to where most are.

    Attributes:
        middle: In seconds; ``None`` where there are too few to tell.
        most: The same for the end of the line.
        shown: Both as people read them.
    """

    label: str
    middle: float | None
    most: float | None
    shown: str


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Draw a bar for this week above a thin one for the week before."""
    longest = max((max(row.value, row.before) for row in rows), default=0) or 1
    drawn = []
    for number, row in enumerate(rows):
        top = _TOP + number * _ROW
        drawn += [_label(row.label, row.shown, top)]
        drawn += [_rect("now", 0, top + 17, WIDTH * row.value / longest, 8)]
        drawn += [_rect("then", 0, top + 26, WIDTH * row.before / longest, 3)]
    return _svg(title, _TOP + len(rows) * _ROW, drawn)


_TICKS = (1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600)
"""Seconds; where people think in other units, and far enough apart for a phone."""


def ranges(title: str, rows: Sequence[Range], duration: Callable[[float], str]) -> str:
    """Draw times on a logarithmic axis, because seconds and days stand side by side."""
    known = [value for row in rows for value in (row.middle, row.most) if value is not None]
    low, high = max(min(known, default=1.0), 0.1), max([*known, 1.0])
    low, high = low / 1.5, high * 1.5

    def across(value: float) -> float:
        return WIDTH * math.log(max(value, low) / low) / math.log(high / low)

    bottom = _TOP + len(rows) * _TIMED_ROW
    drawn = []
    for tick in _TICKS:
        if low < tick < high:
            at = across(tick)
            drawn.append(f'<line class="tick" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{bottom}"/>')
            drawn.append(_text("small", at, bottom + 12, duration(tick), "middle"))
    for number, row in enumerate(rows):
        top = _TOP + number * _TIMED_ROW
        drawn.append(_text("label", 0, top + 12, row.label, "start") + _text("small", 0, top + 25, row.shown, "start"))
        if row.middle is not None:
            middle, y = across(row.middle), top + 35
            most = across(row.most) if row.most is not None else middle
            drawn.append(f'<line class="reach" x1="{middle:.1f}" x2="{most:.1f}" y1="{y}" y2="{y}"/>')
            drawn.append(f'<circle class="dot" cx="{middle:.1f}" cy="{y}" r="5"/>')
    return _svg(title, bottom + 16, drawn)


def shares(title: str, rows: Sequence[tuple[str, int, int, str]]) -> str:
    """Draw what was kept and what was broken as one bar: label, kept, of how many, and that in words."""
    longest = max((of for _, _, of, _ in rows), default=0) or 1
    drawn = []
    for number, (label, kept, of, shown) in enumerate(rows):
        top = _TOP + number * _ROW
        good, bad = WIDTH * kept / longest, WIDTH * (of - kept) / longest
        drawn += [_label(label, shown, top), _rect("kept", 0, top + 17, good, 10)]
        drawn += [_rect("broken", good, top + 17, bad, 10)]
    return _svg(title, _TOP + len(rows) * _ROW, drawn)


def heat_map(title: str, days: Sequence[str], counts: Sequence[Sequence[int]], framed: Sequence[Sequence[bool]]) -> str:
    """Draw the hours of a week: the darker the more, and a frame around those in which we are open."""
    left, cell, row = 31, (WIDTH - 31) / 24, 20
    most = max((count for day in counts for count in day), default=0) or 1
    drawn = [_text("small", left + hour * cell, 11, str(hour), "start") for hour in range(0, 24, 6)]
    for number, day in enumerate(days):
        top = 16 + number * row
        drawn.append(_text("small", 0, top + 14, day, "start"))
        for hour, count in enumerate(counts[number]):
            level = math.ceil(_LEVELS * count / most)
            frame = " in" if framed[number][hour] else ""
            place = f'x="{left + hour * cell + 1:.1f}" y="{top + 1}" width="{cell - 2:.1f}" height="{row - 2}"'
            drawn.append(f'<rect class="heat h{level}{frame}" {place} rx="2"/>')
    return _svg(title, 16 + len(days) * row + 2, drawn)


def _label(label: str, shown: str, top: int) -> str:
    return _text("label", 0, top + 12, label, "start") + _text("shown", WIDTH, top + 12, shown, "end")


def _text(kind: str, x: float, y: float, said: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    # What there is of something can be seen, however little it is beside the rest.
    shown = max(width, 1.5) if width > 0 else 0
    return f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{shown:.1f}" height="{height}" rx="1.5"/>'


def _svg(title: str, height: float, drawn: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
    return head + "".join(drawn) + "</svg>"
