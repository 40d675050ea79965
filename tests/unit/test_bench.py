"""What ``make bench`` says of its figures."""

import json
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.figure import Figure, ratios, spread
from tests.bench.report import as_json, is_good, summary, table

MET = Figure(name="small enough", value=2, unit="x", target=2)
LOW = Figure(name="too slow", value=9, unit="/s", target=10, is_least=True)
FREE = Figure(name="as it is", value=7, unit="ms", note="by the way")


@pytest.mark.parametrize(
    ("value", "target", "is_least", "missed"),
    [(2, 2, False, False), (2.1, 2, False, True), (10, 10, True, False), (9, 10, True, True), (9, None, False, False)],
)
def test_a_target_is_missed_on_its_wrong_side_only(
    value: float, target: float | None, *, is_least: bool, missed: bool
) -> None:
    assert Figure(name="x", value=value, unit="x", target=target, is_least=is_least).is_missed is missed


def test_rounds_are_compared_with_the_rounds_beside_them() -> None:
    assert ratios([2, 8], [1, 2]) == [2, 4]
    with pytest.raises(ValueError, match="shorter"):
        ratios([1, 2], [1])


def test_the_spread_is_the_middle_half() -> None:
    assert spread([1, 2, 3, 4, 100]) == "half of the rounds 2.00 to 4.00"


def test_the_table_says_plainly_what_was_missed_and_what_not_measured() -> None:
    parts: dict[str, list[Figure] | str] = {"speed": [MET, LOW, FREE], "rivals": "there is no npm"}
    shown = "\n".join(table(parts))
    assert "met, at most 2" in shown
    assert "MISSED, at least 10" in shown
    assert "as it is (by the way)" in shown
    assert "NOT MEASURED: there is no npm" in shown
    assert summary(parts) == "1 of 2 targets met; MISSED: too slow; NOT MEASURED: rivals"


def test_only_what_is_measured_and_met_is_good() -> None:
    assert is_good({"a": [MET, FREE]})
    assert not is_good({"a": [MET, LOW]})
    assert not is_good({"a": [MET], "b": "it failed"})


def test_a_program_is_given_the_same() -> None:
    found = json.loads(as_json({"speed": [LOW], "rivals": "no"}))
    assert found["not_measured"] == {"rivals": "no"}
    row = found["figures"][0]
    assert (row["part"], row["name"], row["value"], row["target"], row["missed"]) == ("speed", "too slow", 9, 10, True)


PART = """
import os, sys
from tests.bench.figure import Figure
def measure():
    print("noise")
    os.write(1, b"more noise")
    yield Figure(name="n", value=1, unit="x")
"""


def test_a_part_is_measured_in_a_process_of_its_own_and_may_print_what_it_likes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_part.py").write_text(PART)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:.")
    assert bench.run("a_part") == [Figure(name="n", value=1, unit="x")]
    assert bench.run("no_such_part") == "it failed; what it said is above"


def test_a_missed_target_fails_only_a_strict_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "run", lambda _: [LOW])
    for options, status in (([], 0), (["--strict"], 1)):
        monkeypatch.setattr(sys, "argv", ["bench", "zip", *options])
        assert bench.main() == status
    assert "MISSED: too slow" in capsys.readouterr().out
