"""Every schedule that once broke a promise stays whole, now that it was mended."""

from pathlib import Path

import pytest

from tests.chaos.crashes.stories import REGRESSIONS, play

LEAST = 0.3


@pytest.mark.parametrize("story", sorted(REGRESSIONS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schedule_that_once_broke_a_promise_breaks_none(story: Path) -> None:
    broken, share = play(story)
    assert broken == set()
    # From where it was mended on it goes another way; before that, operations have the names that are kept.
    assert share > LEAST
