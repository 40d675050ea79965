"""A schedule is the same again by its name, whatever was explored before it."""

import random

import pytest

from tests.chaos.crashes.explorer import Explorer, explore
from tests.chaos.crashes.replay import UnknownScheduleError, name_of, replay
from tests.chaos.crashes.scenarios import EXPLORED, WALKED
from tests.chaos.crashes.schedules import walk
from tests.chaos.crashes.stories import told
from tests.chaos.crashes.variants import RULES


def test_a_schedule_that_breaks_a_promise_breaks_it_again_by_its_name() -> None:
    scenario = next(each.scenario for each in EXPLORED if each.scenario.name == "one message, agent at the desk")
    variant = next(each for each in RULES if each.name == "an unsent second try makes the first one unsent")
    with variant.change():
        explorer = Explorer(scenario, "K")
        found = explore(explorer, 2, 0, seconds=60, first_only=True)
        assert found.violations
        for violation, path in found.violations.items():
            name = name_of(explorer, (2, 0), path)
            story, bad = replay(name)
            assert (violation in bad, story) == (True, told(explorer, path))
    assert replay(name)[1] == set()


@pytest.mark.parametrize("number", [0, 30])
def test_a_random_schedule_is_the_same_by_its_name_as_among_many(number: int) -> None:
    scenario = WALKED[5]
    explorer = Explorer(scenario, "E")
    for each in range(number + 1):
        name = f"7/{scenario.name}/E/{each}"
        path, bad = walk(explorer, random.Random(name))
    assert replay(name) == (told(explorer, path), bad)


@pytest.mark.parametrize(
    "name",
    ["", "one message", "7/no such scenario/E/1", "7/two contacts/X/1", "one message/E/2.1/0", "one message/E/F0P0/z"],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownScheduleError):
        replay(name)
