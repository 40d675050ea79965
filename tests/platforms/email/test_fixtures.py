"""What is recorded of mail, read while no registry names it, and that no kind lacks a record."""

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.platforms.email.platform import Email
from nightbell.platforms.email.rows import ROWS
from tests.platforms.fixtures import NOT_UNDERSTOOD, Fixture, differences, read_fixtures

EVERY = [*read_fixtures("valid", "email"), *read_fixtures("hostile", "email")]


@pytest.mark.parametrize("fixture", EVERY, ids=str)
def test_a_delivery_becomes_what_its_fixture_expects(fixture: Fixture) -> None:
    if isinstance(fixture.expect, str):
        assert fixture.expect == NOT_UNDERSTOOD
        with pytest.raises(NotUnderstoodError):
            Email().parse(fixture.delivery())
    else:
        assert differences(Email().parse(fixture.delivery()), fixture.expect) == []


def test_every_row_has_a_fixture() -> None:
    seen = {
        str(each["kind"]) for one in EVERY if not isinstance(one.expect, str) for each in one.expect if "kind" in each
    }
    assert set(ROWS) <= seen
