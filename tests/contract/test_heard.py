"""How much an account hears, as the table keeps it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nightbell.adapters.heard_table import KEPT_FOR, HeardTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.keys import account_pk
from tests.contract.conversation_table import partition
from tests.contract.fake_clock import FakeClock

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def heard_table(dynamodb: Any, table: str) -> HeardTable:
    return HeardTable(TableClient(dynamodb, table, Deadline(FakeClock(MONDAY))))


def test_what_several_functions_hear_adds_up_by_the_hour(dynamodb: Any, table: str) -> None:
    heard, week = heard_table(dynamodb, table), timedelta(weeks=1)
    for hours, count in ((9, 3), (9, 4), (10, 5), (167, 6), (168, 7)):
        heard.add_heard("messenger", "1.2#3", MONDAY + hours * HOUR, count)
    assert heard.read_heard("messenger", "1.2#3", MONDAY.date()) == {9: 7, 10: 5, 167: 6}
    assert heard.read_heard("messenger", "1.2#3", (MONDAY + week).date()) == {0: 7}
    assert heard.read_heard("messenger", "1.2#3", (MONDAY - week).date()) == {}
    assert heard.read_heard("messenger", "another", MONDAY.date()) == {}


def test_a_week_is_forgotten_when_no_other_is_compared_with_it_any_more(dynamodb: Any, table: str) -> None:
    heard_table(dynamodb, table).add_heard("messenger", "1", MONDAY, 1)
    [item] = partition(dynamodb, table, account_pk("messenger", "1"))
    assert item["expires_at"] == int((MONDAY + KEPT_FOR).timestamp())
    assert timedelta(weeks=5) < KEPT_FOR


def test_every_hour_of_a_week_can_be_counted_in_one_small_item(dynamodb: Any, table: str) -> None:
    """The name of an attribute may be a word that DynamoDB reserves; a larger item would cost a third unit."""
    heard = heard_table(dynamodb, table)
    for hour in range(168):
        heard.add_heard("messenger", "100000000000001", MONDAY + hour * HOUR, 10_000 + hour)
    found = heard.read_heard("messenger", "100000000000001", MONDAY.date())
    assert found == {hour: 10_000 + hour for hour in range(168)}
    [item] = partition(dynamodb, table, account_pk("messenger", "100000000000001"))
    assert sum(len(name) + 6 for name in item) < 2048
