"""The sample is drawn fairly, and what is said about it is true."""

import random
from itertools import islice

import pytest

from tests.chaos.mutants.mutant import Mutant
from tests.chaos.mutants.sample import in_turn
from tests.chaos.mutants.score import Score


def mistakes(file: str, count: int) -> list[Mutant]:
    return [
        Mutant(name=f"{file}#{n}", file=file, start=0, end=1, lines=(), first=1, last=1, was="", became=f"{n}")
        for n in range(count)
    ]


def test_areas_are_dealt_out_in_turn_and_each_mistake_once() -> None:
    areas = {"large": mistakes("a.py", 50), "small": mistakes("b.py", 5)}
    drawn = in_turn(areas, seed=7)
    assert sorted(each.name for each in drawn) == sorted(each.name for area in areas.values() for each in area)
    assert [each.file for each in islice(drawn, 10)] == ["a.py", "b.py"] * 5
    assert in_turn(areas, seed=7) == drawn
    assert in_turn(areas, seed=8) != drawn


def test_all_that_was_tried_leaves_nothing_to_guess() -> None:
    assert Score(killed=9, tried=10, of=10).interval == (0.9, 0.9)
    assert Score(killed=0, tried=0, of=10).interval == (0.0, 1.0)
    assert f"{Score(killed=9, tried=10, of=10)}" == "90.0%: 9 of all 10"


@pytest.mark.parametrize(
    ("noticed", "whole", "size"), [(900, 1000, 60), (970, 1000, 60), (130, 134, 70), (230, 250, 70)]
)
def test_the_interval_holds_the_whole_nineteen_times_in_twenty(noticed: int, whole: int, size: int) -> None:
    rng = random.Random(7)
    outcomes = [1] * noticed + [0] * (whole - noticed)
    held = 0
    for _ in range(2000):
        low, high = Score(killed=sum(rng.sample(outcomes, size)), tried=size, of=whole).interval
        held += low <= noticed / whole <= high
    assert held / 2000 > 0.92


def test_the_interval_grows_narrow_as_the_sample_grows() -> None:
    widths = []
    for tried in (20, 100, 500, 900):
        low, high = Score(killed=int(tried * 0.95), tried=tried, of=1000).interval
        assert low < 0.95 < high
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
