"""Whoever posts while customers wait where everybody can read it is told so, once on a day, while the shop is open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Noise
from nightbell.domain.keys import posted_pk, team_pk
from nightbell.domain.team_place import TeamPlace
from nightbell.platforms.channel import Channel
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk_rows import DeskRows
from nightbell.services.note_posts import NotePosts
from nightbell.services.owe_to_team import Desk
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.tell_team import TellTeam
from nightbell.services.warn_who_posts import WarnWhoPosts
from tests.contract.conversation_table import partition
from tests.contract.fake_clock import FakeClock
from tests.contract.world import World
from tests.unit.test_hold_promises import SETTINGS, TEN, Store

PLACE = TeamPlace(name="shop-floor", kind="slack", brand="corner")
POST = Noise(kind="facebook_comments.own_post", channel="messenger", account_id="100")


@dataclass
class Wall:
    """A shop's posts, the notes of them in a real table, and who waits."""

    dynamodb: Any
    table: str
    clock: FakeClock
    store: Store
    public: bool = True

    def __post_init__(self) -> None:
        client = TableClient(self.dynamodb, self.table, Deadline(self.clock))
        self.outbox = OutboxTable(client)
        self.note = NotePosts(self.outbox, SETTINGS.accounts, self.clock)
        channels: dict[str, Channel] = {"messenger": CHANNELS["facebook_comments" if self.public else "messenger"]}
        desk = Desk(self.store, DeskRows(SETTINGS, CHANNELS, SENDERS), "https://desk.example.com")
        tell = TellTeam(self.outbox, (PLACE,), self.clock)
        self.warn = WarnWhoPosts(self.outbox, desk, tell, channels, self.clock)

    def told(self) -> list[str]:
        return [item["body"] for item in partition(self.dynamodb, self.table, team_pk("shop-floor"))]


MakeWall = Callable[..., Wall]


@pytest.fixture
def make(dynamodb: Any, table: str) -> MakeWall:
    def wall(at: datetime = TEN + timedelta(hours=2), *, public: bool = True) -> Wall:
        return Wall(dynamodb, table, FakeClock(at), Store(), public)

    return wall


def test_who_posts_while_somebody_waits_for_more_than_an_hour_is_warned_once_on_a_day(make: MakeWall) -> None:
    wall = make()
    wall.store.wait(TEN, count=7)
    for _ in range(5):
        wall.note(POST)
        wall.warn()
        wall.clock.advance(1800)
    [said] = wall.told()
    assert "Corner Shop: you are posting while customers wait" in said
    assert "In public, for more than an hour (7)" in said
    assert "and 2 more" in said


@pytest.mark.parametrize(("public", "minutes"), [(True, 61), (False, 0)], ids=["not long", "not in public"])
def test_nobody_is_warned_where_nobody_waits_long_or_where_nobody_else_can_read_it(
    make: MakeWall,
    public: bool,  # noqa: FBT001 - a table of cases
    minutes: int,
) -> None:
    wall = make(public=public)
    wall.store.wait(TEN + timedelta(minutes=minutes))
    wall.note(POST)
    assert [fact.fields["waiting"] for fact in wall.warn()] == [0]
    wall.clock.advance(3600)
    assert wall.warn() == []
    assert wall.told() == []


def test_a_post_by_night_warns_nobody(make: MakeWall) -> None:
    wall = make(TEN + timedelta(hours=14))
    wall.store.wait(TEN)
    wall.note(POST)
    wall.warn()
    assert wall.told() == []


def test_without_a_post_nothing_that_waits_is_read(make: MakeWall) -> None:
    wall = make()
    wall.store.wait(TEN)
    assert wall.warn() == []
    assert wall.store.read == 0


def test_posts_of_one_hour_are_noted_once_and_those_of_strangers_never(make: MakeWall, dynamodb: Any) -> None:
    wall = make()
    for _ in range(3):
        wall.note(POST)
    wall.note(Noise(kind="facebook_comments.own_post", channel="messenger", account_id="another"))
    assert len(partition(dynamodb, wall.table, posted_pk("corner"))) == 1


@pytest.mark.parametrize("fails", [False, True])
def test_a_delivery_that_tells_of_a_post_is_answered_whether_or_not_it_can_be_noted(world: World, fails: bool) -> None:  # noqa: FBT001 - a table of cases
    noted: list[Noise] = []

    def note(post: Noise) -> None:
        noted.append(post)
        if fails:
            raise UnavailableError("the table is away")

    storing = world.receive._store_delivery
    assert isinstance(storing, StoreDelivery)
    storing._note_post = note
    other = Noise(kind="facebook_comments.page_item", channel="facebook_comments")
    received = world.deliver(POST, other, world.message("Are you open?"))
    assert (received.status, noted) == (200, [POST])
    assert world.conversation().is_waiting
