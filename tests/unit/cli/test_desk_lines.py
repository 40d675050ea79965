"""The waiting list stands in columns, whatever customers are called."""

from datetime import UTC, datetime
from typing import Any

import pytest

from infra.cli.desk_lines import due, table

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROW: dict[str, Any] = {
    "conversation_id": "C#messenger.1.7",
    "channel": "messenger",
    "via": None,
    "contact": {"id": "7", "display_name": "Ada"},
    "kind": "question",
    "waiting_count": 2,
    "priority": {"score": 0, "reasons": [], "codes": []},
    "promised_by": "2026-11-23T09:20:00Z",
    "is_broken": False,
    "held_by": None,
    "snoozed_until": None,
    "acknowledgement": "acknowledged",
}


@pytest.mark.parametrize(
    ("promised_by", "said"),
    [
        (None, "-"),
        ("2026-11-23T09:20:00Z", "20 min"),
        ("2026-11-23T10:05:30Z", "1 h 05"),
        ("2026-11-23T08:55:00Z", "5 min late"),
        ("2026-11-23T09:00:00Z", "0 min"),
        ("2026-11-26T10:00:00Z", "3 days"),
        ("2026-11-20T08:00:00Z", "3 days late"),
    ],
)
def test_how_much_time_is_left_is_said(promised_by: str | None, said: str) -> None:
    assert due(promised_by, NOW) == said


def test_columns_stand_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    names = ["Ada", "山田太郎", "Zoe\u0301", "\u202eevil", "a very long name that goes on and on and on"]
    rows = [ROW | {"contact": {"id": "7", "display_name": name}} for name in names]
    lines = list(table(rows, NOW))
    cells = [line.split("messenger")[0] for line in lines[1:]]
    wide = {"山田太郎": 4, "Zoe\u0301": -1}
    assert len({len(cell) + wide.get(name, 0) for cell, name in zip(cells, names, strict=True)}) == 1
    assert "<U+202E>evil" in lines[4]


def test_how_it_stands_is_said_where_it_matters() -> None:
    for changed, said in (
        ({"held_by": "marta"}, "held by marta"),
        ({"snoozed_until": "2026-11-23T12:00:00Z"}, "for later"),
        ({"acknowledgement": "refused"}, "refused"),
        ({}, ""),
    ):
        (line,) = table([ROW | changed], NOW)
        assert line.split("\t")[5] == said


def test_what_is_late_and_what_cannot_wait_stands_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    urgent = ROW | {"priority": {"score": 100, "reasons": [""], "codes": ["emergency"]}}
    _, late, soon, ordinary = table([ROW | {"is_broken": True}, urgent, ROW], NOW)
    assert (late[:5], soon[:4], ordinary[:2]) == ("\x1b[31m", "\x1b[1m", "20")
