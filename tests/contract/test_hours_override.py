"""Closing and opening by hand: what is written, who follows when, what it costs, and what happens when it fails."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.adapters.override_table import OverrideTable, Said
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import BusinessSettings
from nightbell.domain.errors import UnavailableError
from nightbell.domain.hours_override import KEPT_FOR, Override, Scope, ended, with_word
from nightbell.domain.hours_page import hours_page
from nightbell.domain.keys import OVERRIDE_PK
from nightbell.services.live_hours import FRESH_FOR, LiveHours, live_settings
from tests.contract.cli_stage import Run, deploy, runner
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import partition
from tests.contract.desk_bench import DeskBench
from tests.contract.desk_office import DeskOffice, told
from tests.contract.faults import Faults
from tests.contract.test_write_units import Meter
from tests.contract.world import CLOSED, OPEN, World
from tests.fakes import READABLE

MakeWorld = Callable[..., World]
HOUR = timedelta(hours=1)


def word(since: datetime, until: datetime, *, is_open: bool = False, scope: Scope | None = None) -> Override:
    return Override(scope=scope or Scope(), is_open=is_open, since=since, until=until, by="ana", reason="storm")


class Shop:
    """A world whose hours can be overridden, as the handlers compose it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.meter = Meter(world.dynamodb)
        table = TableClient(self.meter, world.table, Deadline(world.clock))
        brand = world.account.brand
        planned = BusinessSettings(brands={brand.key: brand}, accounts=dict(world.accounts))
        self.settings = live_settings(planned, LiveHours(OverrideTable(table), world.clock))
        world.accounts = self.settings.accounts  # type: ignore[assignment] # any mapping will do
        world.build(Faults(), dynamodb=self.meter)
        self.by_hand = OverrideTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)))

    def say(self, **named: Any) -> None:
        """Say it, and let it get round."""
        self.say_now(**named)
        self.world.pass_by(seconds=FRESH_FOR.total_seconds())

    def say_now(self, **named: Any) -> None:
        now = self.world.clock.now()
        self.by_hand.change(lambda said: with_word(said, word(now, now + named.pop("lasts", 3 * HOUR), **named)))

    def text(self) -> str:
        self.world.work()
        return str(self.world.api.seen[-1][1])


@pytest.fixture
def shop(make_world: MakeWorld) -> Shop:
    return Shop(make_world(READABLE, now=OPEN))


def test_a_shop_closed_by_hand_says_when_it_opens_again(shop: Shop) -> None:
    shop.say()
    shop.world.write()
    # Until 13:10 at the shop, before its break.
    assert "We open today at 13:10" in shop.text()


def test_a_shop_opened_by_hand_promises_an_answer(make_world: MakeWorld) -> None:
    shop = Shop(make_world(READABLE, now=CLOSED))
    shop.say(is_open=True)
    shop.world.write()
    assert "answers" in shop.text()
    assert "We open" not in shop.text()


def test_an_override_ends_by_itself(shop: Shop) -> None:
    shop.say(lasts=HOUR)
    shop.world.pass_by(hours=1)
    shop.world.write()
    assert "answers" in shop.text()


def test_whoever_was_told_that_we_are_open_is_told_that_we_closed(shop: Shop) -> None:
    shop.world.write()
    assert "answers" in shop.text()
    shop.world.pass_by(minutes=5)
    shop.say()
    shop.world.write("Are you there?")
    assert "We open" in shop.text()
    assert len(shop.world.visible()) == 2
    shop.world.write("Hello?")
    shop.world.work()
    assert len(shop.world.visible()) == 2, "one acknowledgement for one stretch"


def test_what_was_closed_is_followed_within_half_a_minute(shop: Shop) -> None:
    assert shop.settings.accounts[READABLE.name, shop.world.account.account_id].hours.stretch_at(OPEN).is_open
    shop.say_now()
    shop.world.pass_by(seconds=FRESH_FOR.total_seconds() - 1)
    assert is_open(shop)
    shop.world.pass_by(seconds=1)
    assert not is_open(shop)
    assert timedelta(seconds=30) >= FRESH_FOR


def is_open(shop: Shop) -> bool:
    (account,) = shop.settings.accounts.values()
    (brand,) = shop.settings.brands.values()
    now = shop.world.clock.now()
    assert account.hours.stretch_at(now) == account.brand.hours.stretch_at(now) == brand.hours.stretch_at(now)
    return account.hours.stretch_at(now).is_open


@pytest.mark.parametrize("overridden", [False, True])
def test_a_message_makes_no_further_call_while_the_hours_are_known(shop: Shop, overridden: bool) -> None:  # noqa: FBT001
    if overridden:
        shop.say_now()
    shop.world.pass_by(seconds=FRESH_FOR.total_seconds())
    shop.meter.calls.clear()
    shop.world.write(by="first")
    shop.world.work()
    cold = [len(shop.meter.calls), shop.meter.units]
    shop.world.write(by="second")
    shop.world.work()
    warm = [len(shop.meter.calls) - cold[0], shop.meter.units - cold[1]]
    print(f"calls cold {cold[0]}, warm {warm[0]}")
    assert (cold, warm) == ([warm[0] + 1, 11], [warm[0], 11])


def test_hours_that_cannot_be_read_are_those_of_the_settings(shop: Shop) -> None:
    class Broken:
        reads = 0

        def read(self) -> Said:
            self.reads += 1
            raise UnavailableError("down")

    broken, clock = Broken(), shop.world.clock
    hours = LiveHours(broken, clock)
    assert [hours.said() for _ in range(3)] == [(), (), ()]
    assert broken.reads == 1, "an outage costs one try in half a minute"


def test_what_is_known_holds_through_an_outage(shop: Shop) -> None:
    shop.say()
    answers: Iterator[Any] = iter([shop.by_hand.read(), UnavailableError("down"), ()])

    class Flaky:
        def read(self) -> Said:
            found = next(answers)
            if isinstance(found, Exception):
                raise found
            return tuple(found)

    hours = LiveHours(Flaky(), shop.world.clock)
    first = hours.said()
    shop.world.pass_by(seconds=30)
    assert hours.said() is first
    shop.world.pass_by(seconds=30)
    assert hours.said() == ()


def test_an_item_of_another_version_leaves_the_plan(shop: Shop) -> None:
    stored = {"pk": {"S": OVERRIDE_PK}, "sk": {"S": "OVERRIDE"}, "said": {"L": [{"M": {"until": {"S": "?"}}}]}}
    shop.world.dynamodb.put_item(TableName=shop.world.table, Item=stored)
    with pytest.raises(UnavailableError):
        shop.by_hand.read()
    assert is_open(shop)


def test_two_people_at_once_lose_nothing(shop: Shop) -> None:
    table, now, page = shop.by_hand, OPEN, Scope(brand="corner", channel="fake", account_id="1")

    def slow(said: Said) -> Said:
        if not said:
            table.change(lambda before: with_word(before, word(now, now + HOUR)))
        return with_word(said, word(now, now + 2 * HOUR, is_open=True, scope=page))

    table.change(slow)
    assert [(each.is_open, each.until) for each in table.read()] == [(False, now + HOUR), (True, now + 2 * HOUR)]


def test_all_is_in_one_item_that_goes_by_itself(shop: Shop) -> None:
    shop.say(lasts=HOUR)
    [item] = partition(shop.world.dynamodb, shop.world.table, OVERRIDE_PK)
    assert item["expires_at"] == int((OPEN + HOUR + KEPT_FOR).timestamp())
    assert (item["said"][0]["by"], item["said"][0]["reason"]) == ("ana", "storm")
    shop.by_hand.change(lambda said: ended(said, Scope(), OPEN + HOUR + KEPT_FOR))
    assert shop.by_hand.read() == ()


def test_the_public_page_follows(shop: Shop) -> None:
    shop.say()
    (brand,) = shop.settings.brands.values()
    page = hours_page(brand, "en", shop.world.clock.now())
    assert "Closed now" in page
    assert "We open again today at 13:10." in page
    assert "storm" not in page


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    deploy(aws)
    command = runner(capsys, monkeypatch)
    command("hours", "resume")
    yield command
    command("hours", "resume")


def test_an_operator_closes_looks_and_goes_back(run: Run) -> None:
    code, out, err = run("hours", "close", "--until", "2h", "--reason", "storm", "--agent", "ana")
    assert (code, "within 30 seconds" in err) == (0, True)
    assert "all brands: closed until" in out
    assert "by ana: storm" in out
    code, out, _ = run("hours", "open", "--until", "1h", "--brand", "harbour", "--agent", "luis")
    assert "harbour: open until" in out
    code, out, _ = run("hours", "override", "--json")
    found = json.loads(out)["overrides"]
    assert [(each["brand"], each["open"], each["by"]) for each in found] == [
        (None, False, "ana"),
        ("harbour", True, "luis"),
    ]
    assert datetime.fromisoformat(found[0]["until"]) > datetime.now(UTC) + HOUR
    code, out, err = run("hours", "resume", "--brand", "harbour")
    assert (code, "What was said for more than that goes on." in err) == (0, True)
    code, out, err = run("hours", "resume")
    assert (code, out, "the settings hold" in err) == (0, "", True)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["--until", "noon"], 2, '"noon" is no time'),
        (["--until", "2001-01-01T00:00"], 2, "is over"),
        (["--until", "40d"], 2, "longer than 31 days"),
        (["--until", "1h", "--brand", "none"], 1, "have no brand none"),
        (["--until", "1h", "--account", "none"], 1, "have no account none"),
        (["--until", "1h", "--reason", "a\nb"], 2, "in one line"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(run: Run, given: list[str], code: int, said: str) -> None:
    found, _, err = run("hours", "close", *given)
    assert (found, said in err) == (code, True), err
    assert json.loads(run("hours", "override", "--json")[1]) == {"overrides": []}


def test_the_desk_shows_what_is_closed_by_hand_and_by_whom(dynamodb: Any, table: str) -> None:
    bench = DeskBench(dynamodb, table)
    office, by_hand, now = DeskOffice(bench), OverrideTable(bench.client), bench.clock.now()
    brand = next(iter(bench.settings.brands))
    assert waiting(office) == []
    ended_early = word(now - 2 * HOUR, now - HOUR)
    by_hand.change(lambda _: (ended_early, word(now, now + HOUR, scope=Scope(brand=brand))))
    bench.clock.advance(FRESH_FOR.total_seconds())
    (shown,) = waiting(office)
    assert (shown["brand"], shown["account_id"], shown["open"]) == (brand, None, False)
    assert (shown["by"], shown["reason"]) == ("ana", "storm")
    assert datetime.fromisoformat(shown["until"]) == now + HOUR


def waiting(office: DeskOffice) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(office.ask("GET", "/api/waiting"))["by_hand"]
    return found
