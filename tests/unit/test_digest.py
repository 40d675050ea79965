"""What the team reads when it opens, when that is, and what rings before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightbell.domain.alerts import ANY_HOUR, Alert, Ring, alert_bulletin, read_alert, rings_at, rings_now, write_alert
from nightbell.domain.build_settings import build_settings
from nightbell.domain.bulletin import Bulletin
from nightbell.domain.digest import Entry, digest, digest_of_today, is_due
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.overridden_hours import Forced, OverriddenHours
from nightbell.domain.phrases import Kind
from nightbell.domain.settings_checks.team import team_problems
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.team_place import Gets
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk_rows import DeskRows
from nightbell.services.owe_to_team import Desk, OweBrokenPromises, OweDigests
from nightbell.services.settings_shape import shape_problems
from tests.contract.fake_clock import FakeClock
from tests.unit.calendars import FakeCalendars
from tests.unit.test_hold_promises import SETTINGS, TEN, Store

MADRID = ZoneInfo("Europe/Madrid")
EXAMPLE = (Path(__file__).with_name("business_example.toml")).read_bytes()
CORNER = SETTINGS.brands["corner"]
MONDAY_NINE = TEN - timedelta(hours=1)


def hours(text: str) -> OpeningHours:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    week = "".join(f"{day} = {text}\n" for day in days)
    before, _, rest = EXAMPLE.decode().partition("[brands.corner.hours]\n")
    _, _, after = rest.partition("\n\n[brands.corner.hours.holidays]")
    whole = f"{before}[brands.corner.hours]\n{week}\n[brands.corner.hours.holidays]{after}"
    return build_settings(parse_settings(whole.encode()), FakeCalendars()).brands["corner"].hours


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=MADRID)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(23, 8), local(23, 9)),
        (local(23, 17), local(23, 9)),
        (local(25, 12), None),
        (local(27, 19), local(27, 18)),
        (local(28, 1), local(28, 10)),
        (local(24, 10, month=12), local(24, 9, month=12)),
    ],
    ids=["before opening", "second opening", "closed all day", "at night", "still yesterday's night", "an exception"],
)
def test_a_digest_is_due_at_the_first_opening_of_the_brands_own_day(at: datetime, expected: datetime | None) -> None:
    assert digest_of_today(CORNER.hours, at.astimezone(UTC)) == expected


def test_a_shop_that_never_closes_gets_its_digest_at_eight() -> None:
    always = hours('["00:00-24:00"]')
    assert digest_of_today(always, local(23, 12)) == local(23, 8)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 10, 26)])
def test_a_clock_change_moves_no_digest_and_makes_none_twice(day: date) -> None:
    early = hours('["01:30-20:00"]')
    start = datetime(day.year, day.month, day.day, tzinfo=MADRID).astimezone(UTC)
    found = {digest_of_today(early, start + timedelta(minutes=10 * each)) for each in range(6 * 23)}
    [at] = found
    assert at is not None
    assert at.astimezone(MADRID).replace(tzinfo=None) == datetime(day.year, day.month, day.day, 1, 30)  # noqa: DTZ001 - a wall clock


@pytest.mark.parametrize(("late", "due"), [(-1, False), (0, True), (179, True), (180, False)])
def test_after_three_hours_a_digest_is_left_out(late: int, due: bool) -> None:  # noqa: FBT001 - a table of cases
    assert is_due(MONDAY_NINE, MONDAY_NINE + timedelta(minutes=late)) is due


def entry(**more: object) -> Entry:
    return Entry(link="", channel="messenger", since=TEN - timedelta(hours=13), **more)  # type: ignore[arg-type]


def said(*entries: Entry, late: int = 0, more: int = 0) -> list[str]:
    now = MONDAY_NINE + timedelta(minutes=late)
    made = digest("Corner", MADRID, entries, opened=MONDAY_NINE, now=now, more=more)
    return [
        made.title,
        *(text for each in made.sections for text in (each.heading, *(line.text for line in each.lines))),
    ]


def test_complaints_stand_before_closing_windows_promises_and_wishes_and_each_once() -> None:
    now = MONDAY_NINE
    found = said(
        entry(),
        entry(wish="voicemail"),
        entry(promised=now + timedelta(hours=3)),
        entry(closes=now + timedelta(hours=2), promised=now + timedelta(hours=1)),
        entry(is_complaint=True, closes=now + timedelta(hours=2)),
        entry(is_emergency=True),
        more=3,
    )
    assert found == [
        "Corner: 9 conversations wait",
        *("Emergencies (1)", "messenger, waits since Sun 21:00"),
        *("Complaints (1)", "messenger, waits since Sun 21:00"),
        *("Windows that close (1)", "messenger, can be answered until Mon 11:00"),
        *("Promised for today (1)", "messenger, is promised an answer by Mon 12:00"),
        *("Voicemails and wishes to be called (1)", "messenger, voicemail, waits since Sun 21:00"),
        *("", "4 else waits, in the order of the desk."),
    ]


def test_a_window_that_closed_or_is_far_and_a_promise_for_tomorrow_are_only_counted() -> None:
    now = MONDAY_NINE
    ordinary = (
        entry(closes=now - timedelta(minutes=1)),
        entry(closes=now + timedelta(hours=25)),
        entry(promised=now + timedelta(days=1)),
    )
    assert said(*ordinary)[1:] == ["", "3 waits, in the order of the desk."]
    assert "was promised an answer by Sun 23:00" in said(entry(promised=now - timedelta(hours=10)))[2]


def test_a_long_part_is_cut_and_the_oldest_stay() -> None:
    found = said(*(entry(is_complaint=True) for _ in range(20)))
    assert found[1] == "Complaints (20)"
    assert found[-1] == "and 12 more"


def test_when_nothing_waits_the_digest_says_so() -> None:
    assert said() == ["Corner: nothing waits", "", "Nobody waits for an answer. Good morning!"]


def test_a_late_digest_says_that_it_is_late() -> None:
    assert "This comes late: it was due at Mon 09:00." in said(entry(), late=16)
    assert "late" not in " ".join(said(entry(), late=14))


@pytest.mark.parametrize("ring", list(Ring))
def test_at_night_only_emergencies_and_contacts_who_matter_ring(ring: Ring) -> None:
    assert rings_now(ring, is_open=True)
    assert rings_now(ring, is_open=False) is (ring in {Ring.EMERGENCY, Ring.IMPORTANT_CONTACT})


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(list(Ring)), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - hypothesis wants them so
def test_what_may_wait_waits_three_minutes_at_most_and_what_may_not_not_at_all(ring: Ring, wall: datetime) -> None:
    now = wall.replace(tzinfo=UTC)
    at = rings_at(ring, now)
    assert timedelta(0) <= at - now <= timedelta(minutes=3)
    assert (at == now) is (ring in ANY_HOUR) or at.timestamp() % 180 == 0


def alert(ring: Ring, who: str = "5", **more: str) -> Alert:
    known = {"episode": 1, "brand": "corner", "channel": "messenger", "since": TEN}
    return Alert(conversation=f"C#messenger.100.{who}", ring=ring, **known, **more)  # type: ignore[arg-type]


def test_several_reasons_of_one_conversation_are_one_line_and_the_heaviest_is_the_title() -> None:
    made = alert_bulletin("Corner", MADRID, [alert(Ring.COMPLAINT), alert(Ring.EMERGENCY), alert(Ring.COMPLAINT, "6")])
    assert made.title == "Corner: Emergency, and 1 more"
    [section] = made.sections
    assert [line.text.partition(" \u2013 ")[0] for line in section.lines] == ["Emergency, Complaint", "Complaint"]


def test_an_alert_is_read_back_without_what_the_place_may_not_have() -> None:
    full = alert(Ring.COMPLAINT, name="Ana", excerpt="Where is my order?")
    assert read_alert(write_alert(full, excerpt=True)) == full
    bare = read_alert(write_alert(full, excerpt=False))
    assert (bare.name, bare.excerpt, bare.ring) == ("", "", Ring.COMPLAINT)


PLACES = (
    '\n[[brands.corner.notify]]\nname = "shop-floor"\nkind = "slack"\ngets = ["alerts"]\nexcerpt = true\n'
    '\n[[brands.corner.notify]]\nname = "office"\nkind = "email"\nto = "a@b.example"\nfrom = "n@b.example"\n'
)


def with_places(text: str) -> dict[str, object]:
    return parse_settings(EXAMPLE + text.encode())


def test_places_are_read_from_the_settings() -> None:
    assert list(shape_problems(with_places(PLACES))) == []
    assert list(team_problems(with_places(PLACES))) == []
    slack, office = build_settings(with_places(PLACES), FakeCalendars()).team
    assert (slack.name, slack.kind, slack.brand, slack.gets, slack.excerpt) == (
        *("shop-floor", "slack", "corner", frozenset({Gets.ALERTS})),
        True,
    )
    assert (office.to, office.sender, office.excerpt) == ("a@b.example", "n@b.example", False)
    assert office.gets == frozenset(Gets)


@pytest.mark.parametrize(
    ("was", "became", "place"),
    [
        ('"slack"', '"irc"', "brands.corner.notify[1].kind"),
        ('["alerts"]', '["alarm"]', "brands.corner.notify[1].gets[1]"),
        ('["alerts"]', "[]", "brands.corner.notify[1].gets"),
        ('"shop-floor"', '"../meta/app_secret"', "brands.corner.notify[1].name"),
        ('"a@b.example"', '"a@b.example, c@d.example"', "brands.corner.notify[2].to"),
        ('"n@b.example"', '"n@b.example\\r\\nBcc: x@y.example"', "brands.corner.notify[2].from"),
        ("excerpt = true", 'url = "https://hooks.slack.com/services/T/B/x"', "brands.corner.notify[1]"),
    ],
)
def test_a_place_in_a_wrong_shape_is_refused_at_its_place(was: str, became: str, place: str) -> None:
    [problem] = shape_problems(with_places(PLACES.replace(was, became)))
    assert problem.place.startswith(place)
    assert problem.remedy


def test_a_mail_without_addresses_a_chat_with_one_and_a_name_twice_are_told() -> None:
    text = PLACES.replace('to = "a@b.example"\n', "").replace('"office"', '"shop-floor"')
    text = text.replace("excerpt = true", 'to = "a@b.example"')
    found = {problem.place: problem.remedy for problem in team_problems(with_places(text))}
    assert set(found) == {"brands.corner.notify[1].to", "brands.corner.notify[2].name", "brands.corner.notify[2]"}
    assert "nightbell secrets set notify shop-floor" in found["brands.corner.notify[1].to"]


def test_an_excerpt_needs_the_brands_preview() -> None:
    text = EXAMPLE.replace(b"preview = true", b"preview = false") + PLACES.encode()
    [problem] = team_problems(parse_settings(text))
    assert problem.place == "brands.corner.notify[1].excerpt"


class Tell:
    """Keeps what is told, under its names."""

    def __init__(self) -> None:
        self.told: dict[str, Bulletin] = {}
        self.ends: dict[str, set[datetime]] = {}
        self.asked = 0

    def places(self, brand: str | None, gets: Gets) -> list[str]:
        return [f"{brand} {gets}"]

    def __call__(self, brand: str, gets: Gets, name: str, bulletin: Bulletin, *, until: datetime) -> None:
        assert (brand, gets) == ("corner", Gets.DIGEST)
        assert until >= MONDAY_NINE + timedelta(hours=3)
        self.asked += 1
        self.told.setdefault(name, bulletin)
        self.ends.setdefault(name, set()).add(until)


def desk(store: Store) -> Desk:
    return Desk(store, DeskRows(SETTINGS, CHANNELS, SENDERS), "https://desk.example.com")


def test_a_morning_owes_one_digest_whenever_it_is_looked_at_and_reads_the_list_once() -> None:
    store, tell, clock = Store(), Tell(), FakeClock(MONDAY_NINE - timedelta(minutes=5))
    store.wait(MONDAY_NINE - timedelta(hours=12), count=3)
    owe = OweDigests(desk(store), tell, clock)  # type: ignore[arg-type]
    for _ in range(240):
        owe()
        clock.advance(60)
    assert tell.asked == 1
    assert store.read == 3
    [(name, made)] = tell.told.items()
    assert name == "digest.2026-11-23"
    assert made.title == "Corner Shop: 3 conversations wait"
    assert made.sections[0].lines[0].link.startswith("https://desk.example.com/C%23messenger")


def test_an_override_that_moves_the_opening_makes_no_second_digest_on_that_day() -> None:
    """What is told is one thing under one name and one end."""
    tell, clock = Tell(), FakeClock(MONDAY_NINE)
    OweDigests(desk(Store()), tell, clock)()  # type: ignore[arg-type]
    clock.advance(3600)
    closed = Forced(is_open=False, since=MONDAY_NINE - timedelta(hours=1), until=clock.now())
    later = replace(CORNER, hours=OverriddenHours(CORNER.hours, [closed]))
    moved = Desk(Store(), DeskRows(replace(SETTINGS, brands={"corner": later}), CHANNELS, SENDERS), "")
    OweDigests(moved, tell, clock)()  # type: ignore[arg-type]
    assert tell.asked == 2
    assert [len(ends) for ends in tell.ends.values()] == [1]


def test_what_somebody_wants_to_see_later_is_not_in_the_digest() -> None:
    store, clock = Store(), FakeClock(MONDAY_NINE)
    store.wait(TEN - timedelta(hours=12), snoozed_until=TEN + timedelta(hours=1), snoozed_seq=1)
    tell = Tell()
    OweDigests(desk(store), tell, clock)()  # type: ignore[arg-type]
    assert tell.told["digest.2026-11-23"].title == "Corner Shop: nothing waits"


class Written:
    """Keeps the alerts that are owed."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []

    def tells(self, brand: str) -> bool:
        return brand == "corner"

    def __call__(self, alert: Alert, clock: FakeClock) -> None:  # noqa: ARG002 - as the service has it
        self.alerts.append(alert)


def test_a_broken_promise_rings_once_and_only_while_the_shop_is_open() -> None:
    store, written, clock = Store(), Written(), FakeClock(TEN + timedelta(minutes=85))
    store.wait(TEN, count=2)
    owe = OweBrokenPromises(desk(store), written, clock)  # type: ignore[arg-type]
    owe()
    assert written.alerts == []
    for _ in range(60):
        clock.advance(60)
        owe()
    assert [each.ring for each in written.alerts] == [Ring.BROKEN_PROMISE] * 2
    night = FakeClock(TEN + timedelta(hours=15))
    OweBrokenPromises(desk(store), written, night)()  # type: ignore[arg-type]
    assert len(written.alerts) == 2


def test_an_entry_tells_what_a_digest_sorts_by() -> None:
    store = Store()
    store.wait(TEN)
    [standing] = store.talks.values()
    found = desk(store).entry(standing)
    assert (found.channel, found.since, found.is_complaint, found.wish) == ("messenger", TEN, False, "")
    assert found.promised == TEN + timedelta(minutes=90)
    assert standing.conversation.kind is Kind.QUESTION
