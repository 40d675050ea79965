"""Every schedule that once broke a promise stays whole, now that it was mended."""

from pathlib import Path

import pytest

from tests.chaos.crashes.stories import REGRESSIONS, play


@pytest.mark.parametrize("story", sorted(REGRESSIONS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schedule_that_once_broke_a_promise_breaks_none(story: Path) -> None:
    assert play(story) == set()
