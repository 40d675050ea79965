"""What looking after promises reads each minute, with ten thousand conversations waiting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nightbell.adapters.business_file import read_business
from nightbell.domain.business import BusinessSettings
from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.holding import LEAD, NEVER, Outlook, Talk, again, hold_from, outlook
from nightbell.domain.keys import conversation_pk
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.desk_reading import Parts, Standing
from nightbell.services.hold_ports import Waiting
from nightbell.services.hold_promises import HoldPromises
from nightbell.services.look_at_promise import LookAtPromise
from nightbell.services.say_holding import SayHolding
from tests.contract.fake_clock import FakeClock
from tests.fakes import FakeHints
from tests.unit.calendars import FakeCalendars

EXAMPLE = Path(__file__).parent / "business_example.toml"
KNOWN = read_business(EXAMPLE, FakeCalendars())
ACCOUNT = KNOWN.accounts["messenger", "100"]
SETTINGS = BusinessSettings(brands=KNOWN.brands, accounts={("messenger", "100"): ACCOUNT})
TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday, ten o'clock at the shop, which opened an hour ago and promises ninety minutes."""
TEXT = Unit(
    pk="", seq=1, kind=UnitKind.ACKNOWLEDGEMENT, state=UnitState.SENT, created_at=TEN, text="Thanks.", via="messenger"
)


@dataclass
class Store:
    """A table that counts what is read of it."""

    talks: dict[Waiting, Standing] = field(default_factory=dict)
    read: int = 0
    wholes: int = 0
    held: list[Unit] = field(default_factory=list)

    def wait(self, since: datetime, *, count: int = 1, **state: object) -> None:
        for _ in range(count):
            pk = conversation_pk("messenger", "100", str(len(self.talks)))
            promised = ACCOUNT.hours.add_open_time(since, ACCOUNT.brand.promise)
            talk = Conversation(last_seq=1, episode=1, episode_at=since, ack_seq=1, contact_at=since, address=pk[-5:])
            told = replace(TEXT, pk=pk, created_at=since, promised_by=promised)
            standing = Standing(pk=pk, conversation=talk, state=DeskState(**state), told=told)  # type: ignore[arg-type]
            self.talks[Waiting(pk=pk, since=since)] = standing

    def waiting_between(self, brand: str, oldest: datetime, newest: datetime) -> Iterator[Waiting]:
        assert brand == "corner"
        return (each for each in self.talks if oldest <= each.since <= newest)

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        self.read += len(pks)
        wanted = set(pks)
        return [each for each in self.talks.values() if each.pk in wanted]

    def parts(self, pk: str) -> Parts:
        self.wholes += 1
        found = next(each for each in self.talks.values() if each.pk == pk)
        units = [found.told] if found.told else []
        return Parts(
            pk=pk, conversation=found.conversation, state=found.state, messages=[], units=units, acts=[], consents=[]
        )

    def hold(self, unit: Unit, before: DeskState, after: DeskState) -> bool:
        assert (after.acts, after.held_episode) == (before.acts + 1, 1)
        self.held.append(unit)
        return True

    def mark_again(self, pk: str, read: DeskState, until: datetime | None) -> None:
        raise AssertionError((pk, read, until))


def made(store: Store, clock: FakeClock, known: BusinessSettings = SETTINGS) -> HoldPromises:
    look = LookAtPromise(known.accounts, CHANNELS)
    say = SayHolding(store, look, AnswerWays(known.accounts, CHANNELS, SENDERS), SENDERS)
    return HoldPromises(store=store, look=look, say=say, hints=FakeHints(), settings=known, clock=clock)


def test_what_was_promised_later_is_not_read_however_much_waits() -> None:
    store, clock = Store(), FakeClock(TEN + timedelta(minutes=79))
    store.wait(TEN + timedelta(minutes=1), count=10_000)
    assert made(store, clock)(lambda: True) == []
    assert (store.read, store.wholes) == (0, 0)


def test_what_waits_long_is_read_once_and_then_again_only_when_a_promise_could_need_it() -> None:
    store, clock = Store(), FakeClock(TEN + timedelta(minutes=200))
    store.wait(TEN, count=1000)
    store.wait(TEN, count=1000, held_episode=1)
    hold = made(store, clock)
    per_minute = []
    for _ in range(161):
        before = store.read
        hold(lambda: True)
        per_minute.append(store.read - before)
        clock.advance(60)
    # Ninety minutes less ten: so long no text that leaves from now on can need anything.
    assert {minute: read for minute, read in enumerate(per_minute) if read} == {0: 2000, 80: 1000, 160: 1000}
    assert store.held == []


def test_all_who_were_promised_one_minute_are_told_as_fast_as_they_are_read() -> None:
    store, clock = Store(), FakeClock(TEN + timedelta(minutes=80))
    store.wait(TEN, count=300)
    facts = made(store, clock)(lambda: True)
    assert (len(store.held), store.read, store.wholes, len(facts)) == (300, 300, 300, 300)
    assert len({unit.pk for unit in store.held}) == 300


def test_where_nothing_leaves_by_itself_each_is_read_once_and_never_again() -> None:
    store, clock = Store(), FakeClock(TEN + timedelta(minutes=80))
    store.wait(TEN, count=5)
    silent = replace(SETTINGS, accounts={("messenger", "100"): replace(ACCOUNT, automatic=False)})
    hold = made(store, clock, silent)
    for _ in range(200):
        assert hold(lambda: True) == []
        clock.advance(60)
    assert (store.read, store.wholes, store.held) == (5, 0, [])


def test_what_was_left_for_tomorrow_is_looked_at_again_when_somebody_opens_by_hand() -> None:
    """Closed until tomorrow, nothing is to be said before; open again, it is."""
    store, clock = Store(), FakeClock(TEN + timedelta(minutes=81))
    store.wait(TEN)
    closed = replace(ACCOUNT, hours=OpeningHours(zone=ACCOUNT.brand.zone, weekly=[[]] * 7))
    accounts = {("messenger", "100"): ACCOUNT}
    hold = made(store, clock, replace(SETTINGS, accounts=accounts))
    # Whoever wrote is found by the hours of then.
    listed = [Waiting(pk=each.pk, since=each.since) for each in store.talks]
    hold._listed = lambda now: iter(listed)  # type: ignore[method-assign]  # noqa: ARG005 - called by place
    accounts["messenger", "100"] = closed
    assert hold(lambda: True) == hold(lambda: True) == []
    assert (store.read, store.held) == (1, [])
    accounts["messenger", "100"] = ACCOUNT
    hold(lambda: True)
    assert len(store.held) == 1


def test_whoever_must_hear_nothing_now_is_looked_at_again_for_as_long_as_the_promise_stands() -> None:
    """They may write that they want it again; after that there is nothing left to hold."""
    store, clock = Store(), FakeClock(TEN + timedelta(minutes=80))
    store.wait(TEN)
    ((waiting, standing),) = store.talks.items()
    store.talks[waiting] = replace(standing, conversation=replace(standing.conversation, opted_out=True))
    hold = made(store, clock)
    for _ in range(60):
        assert hold(lambda: True) == []
        clock.advance(60)
    assert (store.wholes, store.held) == (10, [])


def talk(*units: Unit, whole: bool = True, **more: object) -> Talk:
    found = Conversation(last_seq=2, episode=1, episode_at=TEN, ack_seq=2, **more)  # type: ignore[arg-type]
    return Talk(conversation=found, state=DeskState(), units=units, is_whole=whole)


NOW = TEN + timedelta(minutes=85)
SAID = replace(TEXT, promised_by=TEN + timedelta(minutes=90))


def test_a_later_text_that_tells_no_time_hides_no_promise() -> None:
    """The contact has tapped a choice, and was asked for an address."""
    asks = replace(TEXT, seq=2, kind=UnitKind.ANSWER, created_at=TEN + timedelta(minutes=3))
    assert outlook(talk(asks, whole=False), ACCOUNT, NOW).must_read
    assert outlook(talk(SAID, asks), ACCOUNT, NOW).promise == SAID.promised_by


def test_while_closed_nothing_is_said_before_the_next_opening() -> None:
    """Promised for five past four at the shop, which is closed from two to four."""
    three, four = TEN + timedelta(hours=5), TEN + timedelta(hours=6)
    early = replace(TEXT, promised_by=four + timedelta(minutes=5))
    assert outlook(talk(early), ACCOUNT, four - timedelta(minutes=5)) == Outlook(look_at=four)
    assert outlook(talk(early), ACCOUNT, four).promise == early.promised_by
    assert outlook(talk(early), ACCOUNT, three).promise is None


def test_a_text_that_is_still_on_its_way_is_waited_for() -> None:
    late = replace(TEXT, state=UnitState.READY)
    assert outlook(talk(late), ACCOUNT, NOW) == Outlook(look_at=NOW + timedelta(minutes=1))
    refused = replace(TEXT, state=UnitState.REFUSED, promised_by=SAID.promised_by)
    assert outlook(talk(refused), ACCOUNT, NOW) == Outlook(look_at=NOW + again(ACCOUNT))


def test_what_was_said_in_an_earlier_episode_promises_nothing_now() -> None:
    found = replace(talk(SAID), conversation=replace(talk().conversation, episode=2))
    assert outlook(found, ACCOUNT, NOW).promise is None


def test_whoever_waits_for_a_week_waits_for_something_else() -> None:
    assert outlook(talk(SAID), ACCOUNT, TEN + timedelta(days=7)) == Outlook(look_at=NEVER)


def test_the_first_half_of_a_promise_is_left_to_whoever_made_it() -> None:
    assert hold_from(TEN + timedelta(minutes=90), TEN) == TEN + timedelta(minutes=90) - LEAD
    assert hold_from(TEN + timedelta(minutes=15), TEN) == TEN + timedelta(minutes=7, seconds=30)
