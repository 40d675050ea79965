"""What ``make bench`` prints: one table for a part, and at its end what was missed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from tests.bench.figure import Figure

Parts = Mapping[str, Sequence[Figure] | str]
"""The figures of each part, or the sentence that says why there are none."""


def table(parts: Parts) -> Iterator[str]:
    """Show every figure beside its target."""
    for part, figures in parts.items():
        yield f"\n{part}"
        if isinstance(figures, str):
            yield f"  NOT MEASURED: {figures}"
            continue
        for each in figures:
            yield f"  {each.value:>11,.2f} {each.unit:<5s} {_verdict(each):<26s} {each.name}{_noted(each)}"


def summary(parts: Parts) -> str:
    """Say in one sentence what was missed."""
    absent = [part for part, figures in parts.items() if isinstance(figures, str)]
    missed = [each.name for each in _figures(parts) if each.is_missed]
    with_target = sum(each.target is not None for each in _figures(parts))
    said = f"{with_target - len(missed)} of {with_target} targets met"
    said += f"; MISSED: {'; '.join(missed)}" if missed else ""
    return said + (f"; NOT MEASURED: {', '.join(absent)}" if absent else "")


def as_json(parts: Parts) -> str:
    """Give the same to a program."""
    found = [{"part": part, **_row(each)} for part, figures in parts.items() for each in _listed(figures)]
    absent = {part: figures for part, figures in parts.items() if isinstance(figures, str)}
    return json.dumps({"figures": found, "not_measured": absent}, indent=1)


def is_good(parts: Parts) -> bool:
    """Tell whether everything was measured and nothing missed."""
    return not any(isinstance(figures, str) for figures in parts.values()) and not any(
        each.is_missed for each in _figures(parts)
    )


def _row(figure: Figure) -> dict[str, object]:
    return asdict(figure) | {"missed": figure.is_missed}


def _figures(parts: Parts) -> Iterator[Figure]:
    for figures in parts.values():
        yield from _listed(figures)


def _listed(figures: Sequence[Figure] | str) -> Sequence[Figure]:
    return () if isinstance(figures, str) else figures


def _verdict(figure: Figure) -> str:
    if figure.target is None:
        return ""
    side = "at least" if figure.is_least else "at most"
    return f"{'MISSED' if figure.is_missed else 'met'}, {side} {figure.target:g}"


def _noted(figure: Figure) -> str:
    return f" ({figure.note})" if figure.note else ""
