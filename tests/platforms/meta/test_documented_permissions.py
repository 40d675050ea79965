"""What a token must be allowed to do stands in the table by which somebody sets up the app."""

import re
from pathlib import Path

import pytest

from nightbell.platforms.meta.permissions import needed_permissions
from nightbell.platforms.meta.subscriptions import BRINGS
from tests.platforms.meta.test_subscriptions import an_account

PAGE = (Path(__file__).parents[3] / "docs" / "platforms" / "meta.md").read_text()
TABLE = PAGE.partition("### 8. Permissions and review\n")[2].partition("\nWho needs a review")[0]


@pytest.mark.parametrize("channel", sorted(BRINGS))
def test_every_permission_that_is_checked_is_in_the_table(channel: str) -> None:
    needed = needed_permissions(an_account(channel, "1001"))
    assert needed
    assert needed - set(re.findall(r"`(\w+)`", TABLE)) == set()
