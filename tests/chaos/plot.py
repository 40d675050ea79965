"""A plot of latencies over time, written by hand: no library draws it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 900, 320, 48
COLOURS = ("#1f6feb", "#d1495b", "#2a9d4b")


def plot(file: Path, title: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Write lines of (seconds, milliseconds) as SVG."""
    longest = max((x for points in lines.values() for x, _ in points), default=1.0) or 1.0
    highest = max((y for points in lines.values() for _, y in points), default=1.0) or 1.0
    drawn = [_line(name, points, longest, highest, place) for place, (name, points) in enumerate(lines.items())]
    marks = [_mark(share, highest) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    ends = _text(MARGIN, HEIGHT - MARGIN / 3, "0 s") + _text(WIDTH - MARGIN, HEIGHT - MARGIN / 3, f"{longest:.0f} s")
    body = "\n".join([_text(MARGIN, MARGIN / 2, title), *marks, *drawn, ends])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _line(name: str, points: Sequence[tuple[float, float]], longest: float, highest: float, place: int) -> str:
    at = " ".join(f"{_x(x / longest):.1f},{_y(y / highest):.1f}" for x, y in points)
    colour = COLOURS[place % len(COLOURS)]
    label = _text(WIDTH - MARGIN - 150 + 60 * place, MARGIN / 2, name, colour)
    return f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="1.5"/>\n{label}'


def _mark(share: float, highest: float) -> str:
    y = _y(share)
    rule = f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
    return rule + _text(4, y + 4, f"{share * highest:.0f} ms")


def _text(x: float, y: float, words: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{words}</text>'


def _x(share: float) -> float:
    return MARGIN + share * (WIDTH - 2 * MARGIN)


def _y(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
