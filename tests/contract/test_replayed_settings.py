"""A replay says exactly what the deployed functions did, and would do by other settings.

The functions run in the town: their own handlers, the simulated platform, and a table in memory.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import INSTAGRAM_DIRECT, MESSENGER, WHATSAPP
from infra.replay.compare import compare
from infra.replay.files import events_of_table
from infra.replay.rows import Name, Row, rows_of
from infra.replay.run import replay
from nightbell.adapters.table_items import Item
from nightbell.domain.build_settings import build_settings
from nightbell.domain.business import BusinessSettings
from nightbell.domain.settings_file import parse_settings
from nightbell.handlers.settings import FILE, calendars
from tests.chaos.town import accounts, functions
from tests.chaos.town.accounts import somebody
from tests.chaos.town.backends import in_memory
from tests.chaos.town.crowd import PUBLIC, TEXTS, Crowd
from tests.chaos.town.town import Town, town
from tests.contract.fake_clock import FakeClock

EVENING = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""A Monday; the shop closes in an hour."""
ASKED_META = "Meta allows no private reply"
"""What only the platform knows, when it is asked."""
Seen = tuple[object, ...]
Play = Callable[[Town], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What the functions did."""

    items: list[Item]
    until: datetime

    @property
    def rows(self) -> dict[Name, Row]:
        return {name: row for name, row in rows_of(self.items).items() if name[:2] not in self.out_of_reach}

    def of(self, again: dict[Name, Row]) -> dict[Name, Row]:
        return {name: row for name, row in again.items() if name[:2] not in self.out_of_reach}

    @property
    def out_of_reach(self) -> set[tuple[str, int]]:
        """Name the messages whose words are gone by now, and those that the platform objected to."""
        gone = {each["pk"]["S"]: set[int]() for each in self.items}
        for each in self.items:
            if "blanked_at" in each and "seq" in each:
                gone[each["pk"]["S"]].add(int(each["seq"]["N"]))
        # What is decided later depends on what those words were.
        after = {(pk, seq) for pk, seqs in gone.items() if seqs for seq in range(min(seqs), 1000)}
        rows = rows_of(self.items).values()
        objected = {row.pk for row in rows if row.why.startswith(ASKED_META)}
        return after | {(row.pk, row.seq) for row in rows if row.pk in objected}


def seen(rows: dict[Name, Row]) -> dict[Name, Seen]:
    """Name all that somebody notices, and why not; when a hint is worked on is not ours to say."""
    return {
        name: (row.text, row.promised_by, row.why, row.channel, row.language, row.text_id, row.at)
        for name, row in rows.items()
    }


def lived(seed: int, start: datetime, play: Play, hours: float, *, sweeps: bool) -> Lived:
    clock = FakeClock(start)
    with town(in_memory(clock), clock, seed) as here:
        here.with_team = sweeps
        play(here)
        here.begin(poll_every_s=5, sweep=sweeps)
        here.pass_by(hours=hours)
        return Lived(items=here.backend.items(), until=clock.now())


def crowded(seed: int, acts: int) -> Play:
    """Let a crowd do whatever crowds do, for two hours."""

    def play(here: Town) -> None:
        rng = random.Random(seed)
        people = Crowd(here=here, rng=rng, people=20)
        for number in range(acts):
            here.agenda.after(rng.uniform(0, 7200), partial(people.act, number))

    return play


def written(here: Town) -> None:
    """Let people write by heart, whatever they are told: by other settings they do exactly the same."""
    rng = random.Random(3)
    posts = {channel: here.platform.publish(accounts.ACCOUNTS[channel]).post_id for channel in PUBLIC}
    for number in range(50):
        channel = rng.choice([MESSENGER, MESSENGER, WHATSAPP, INSTAGRAM_DIRECT, *PUBLIC])
        text = rng.choice([*TEXTS, "2"]).format(mark="", canary="")
        about = posts.get(channel, "")
        writing = Writing(text=text, about=about) if about else Writing(text=text, message_id=f"m_{number}")
        who = somebody(4 * rng.randrange(8), channel)
        here.agenda.after(rng.uniform(0, 7200), partial(here.platform.write, (who, writing)))


@pytest.mark.parametrize("seed", [1, 6])
def test_by_the_same_settings_everybody_is_told_what_they_were_told(seed: int) -> None:
    was = lived(seed, EVENING, crowded(seed, 60), 2.5, sweeps=True)
    again = replay(accounts.settings(), events_of_table(was.items), until=was.until)
    assert len(was.rows) > 40
    assert seen(was.of(again)) == seen(was.rows)


def test_a_holding_update_is_replayed_as_it_was_sent() -> None:
    noon = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    clock = FakeClock(noon)
    with town(in_memory(clock), clock, 1) as here:
        here.platform.write((somebody(4, MESSENGER), Writing(text="Do you have bread?", message_id="m_1")))
        here.begin(poll_every_s=5)
        here.pass_by(hours=2)
        was = Lived(items=here.backend.items(), until=clock.now())
    again = replay(accounts.settings(), events_of_table(was.items), until=was.until)
    assert [row.slot for row in was.rows.values()] == ["answer", "holding"]
    for name, row in was.rows.items():
        assert again[name].text == row.text
        told, was_told = again[name].promised_by, row.promised_by
        # Sweep comes at some second of the minute.
        assert told is not None
        assert was_told is not None
        assert abs(told - was_told) <= timedelta(minutes=1)


WEEKS = st.lists(
    st.tuples(
        st.integers(0, 7 * 24 * 60),
        st.integers(0, 3),
        st.sampled_from([MESSENGER, WHATSAPP, INSTAGRAM_DIRECT]),
        st.sampled_from([*TEXTS, "2", "start", "urgent, please call", "somebody@example.com", "👍"]),
    ),
    min_size=1,
    max_size=12,
)


@given(week=WEEKS, start=st.sampled_from([datetime(2026, 12, 22, tzinfo=UTC), datetime(2027, 3, 25, tzinfo=UTC)]))
@settings(max_examples=8, deadline=None)
def test_any_week_is_replayed_as_it_was(week: list[tuple[int, int, str, str]], start: datetime) -> None:
    """Over holidays and a change of clocks; nobody answers, and without Sweep no promise is looked after."""

    def play(here: Town) -> None:
        for number, (minute, person, channel, text) in enumerate(week):
            writing = Writing(text=text.format(mark="", canary=""), message_id=f"m_{number}")
            who = somebody(4 * person, channel)
            here.agenda.after(60.0 * minute, partial(here.platform.write, (who, writing)))

    clock = FakeClock(start)
    with town(in_memory(clock), clock, 1) as here:
        play(here)
        here.begin(poll_every_s=60, sweep=False)
        here.pass_by(hours=7 * 24 + 1)
        was = Lived(items=here.backend.items(), until=clock.now())
    again = replay(accounts.settings(), events_of_table(was.items))
    answers = {name: row for name, row in again.items() if row.slot != "holding"}
    assert len(was.rows) == len(week)
    assert seen(was.of(answers)) == seen(was.rows)


CHANGES = {
    "hours": ('monday = ["08:00-14:00", "16:30-20:00"]', 'monday = ["08:00-14:00", "16:30-21:30"]'),
    "text": ("Hello, and thank you", "Good day, and thank you"),
    "holiday": (
        "[brands.harbour.hours]",
        "[[brands.harbour.hours.exceptions]]\ndate = 2026-11-23\nperiods = []\n\n[brands.harbour.hours]",
    ),
    "channel off": ('channel = "messenger"', 'channel = "messenger"\nautomatic = false'),
    "language": ('languages = ["en", "es"]', 'languages = ["es"]'),
    "promise": ("promise_minutes = 60", "promise_minutes = 120"),
}


def changed(old: str, new: str) -> BusinessSettings:
    raw = FILE.read_text()
    assert old in raw
    return build_settings(parse_settings(raw.replace(old, new).encode()), calendars())


@cache
def _lived_by(_: str) -> Lived:
    return lived(3, EVENING, written, 2.2, sweeps=False)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_the_differences_that_the_replay_has_shown(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = build_settings(parse_settings(FILE.read_bytes()), calendars())
    monkeypatch.setattr(functions, "settings", lambda: shipped)
    was, new = _lived_by("shipped"), changed(*CHANGES[change])
    events = events_of_table(was.items)
    foreseen = compare(replay(shipped, events, until=was.until), replay(new, events, until=was.until), shipped, new)
    monkeypatch.setattr(functions, "settings", lambda: new)
    became = _lived_by(change)
    really = compare(was.rows, became.rows, shipped, new)
    shown = {pair.row.name: pair for pair in foreseen.pairs if pair.row.slot != "holding"}
    assert {pair.how for pair in really.pairs} != {"unchanged"}
    for pair in really.pairs:
        expected = shown.pop(pair.row.name)
        assert (expected.how, expected.warned) == (pair.how, pair.warned)
        for told, was_told in ((expected.before, pair.before), (expected.after, pair.after)):
            assert (told is None) == (was_told is None)
            if told and was_told:
                assert (told.text, told.promised_by, told.why) == (was_told.text, was_told.promised_by, was_told.why)
    assert {name for name in shown if name[:2] not in was.out_of_reach | became.out_of_reach} == set()
