"""Whatever dies or fails at any one call, everything comes to rest as promised.

Each case is driven through once without a fault to count its calls, then once for every call and every
way in which that call can fail. The table is the emulator; the sweep and the platform's redelivery are
all that makes good.
"""

from collections.abc import Callable

import pytest

from nightbell.domain.events import Outcome
from tests.contract.faults import Faults, How
from tests.contract.world import World
from tests.fakes import BARE, ECHOING, KEYED, LOST_SENT, LOST_UNSENT, READABLE, WELL, Behaviour, FakeChannel

MakeWorld = Callable[..., World]
# Dying before a call is dying after the one before it.
ONE_FAULT = (How.CRASH_AFTER, How.FAILED, How.LOST, How.REPEATED)
FURTHER = (How.CRASH_AFTER, How.LOST)


def drive(world: World, echo: str, behaviour: Behaviour) -> None:
    """One message, from the platform's delivery to rest."""
    world.api.next = [behaviour]
    if echo == "before our own write":
        world.api.on_executed = lambda tag: [world.deliver(world.settlement(tag))]
    world.write()
    world.work()
    if echo == "after it":
        for tag in world.visible():
            world.deliver(world.settlement(tag))
    world.rest()


def broken(world: World) -> list[str]:
    found = world.faults_at_rest()
    if not world.visible() and world.last_word() not in {"uncertain", "refused", "undelivered", "suppressed"}:
        found.append("a zero that nobody is told of")
    if [unit.seq for unit in world.units_of()] != [1]:
        found.append("more or fewer units than one")
    return found


def explore(  # noqa: PLR0913 - what one case is
    make: MakeWorld, channel: FakeChannel, echo: str, behaviour: Behaviour, *, ways: tuple[How, ...], first: str = ""
) -> int:
    """Place every fault at every call, from the first of a name on; returns how many runs that took."""
    plain = make(channel)
    drive(plain, echo, behaviour)
    assert broken(plain) == []
    sites = plain.faults.sites
    problems = []
    start = sites.index(first) if first else 0
    cases = [(at, how) for at in range(start, len(sites)) for how in ways if not is_idle(sites[at], how)]
    for at, how in cases:
        world = make(channel)
        world.build(Faults(at + 1, how))
        drive(world, echo, behaviour)
        if found := broken(world):
            problems.append((at + 1, sites[at], how.value, found))
    assert problems == []
    return len(cases)


@pytest.mark.parametrize("outcome", [Outcome.SEEN, Outcome.FAILED])
def test_news_after_all_was_at_rest_survives_any_one_fault(make_world: MakeWorld, outcome: Outcome) -> None:
    def drive_late(at: int, how: How) -> World:
        world = make_world(ECHOING)
        world.api.next = [LOST_SENT]
        world.write()
        world.rest()
        world.build(Faults(at, how))
        world.deliver(world.settlement(world.unit(1).tag, outcome))
        world.rest()
        return world

    sites = drive_late(0, How.LOST).faults.sites
    for at, site in enumerate(sites, start=1):
        for how in [how for how in ONE_FAULT if not is_idle(site, how)]:
            world = drive_late(at, how)
            assert world.faults_at_rest() == [], (site, how)
            assert world.last_word() == ("acknowledged" if outcome is Outcome.SEEN else "undelivered"), (site, how)


def test_a_complaint_while_the_acknowledgement_is_on_its_way_survives_any_one_fault(make_world: MakeWorld) -> None:
    def drive_two(at: int, how: How) -> World:
        world = make_world(READABLE)
        world.api.next = [LOST_SENT]
        world.build(Faults(at, how))
        world.write()
        world.work()
        world.write("It came broken and I am not happy")
        world.work()
        world.rest()
        return world

    sites = drive_two(0, How.LOST).faults.sites
    for at, site in enumerate(sites[sites.index("POST") :], start=sites.index("POST") + 1):
        for how in [how for how in FURTHER if not is_idle(site, how)]:
            world = drive_two(at, how)
            assert world.faults_at_rest() == [], (at, site, how)
            word = world.human_queue.last_word(world.pk())
            assert word is not None
            assert (word["waiting_count"], word["kind"]) == (2, "complaint"), (at, site, how)


def is_idle(site: str, how: How) -> bool:
    """Tell what would be another case again: a lost reading is a failed one, and reading twice is reading."""
    return site.startswith(("get_item", "query")) and how in {How.LOST, How.REPEATED}


CASES = [(READABLE, "never"), (READABLE, "before our own write"), (READABLE, "after it")]
CASES += [(ECHOING, "never"), (ECHOING, "after it")]
CASES += [(BARE, "never"), (KEYED, "never")]


@pytest.mark.parametrize(("channel", "echo"), CASES, ids=lambda v: getattr(v, "name", v))
def test_one_message_survives_any_one_fault(make_world: MakeWorld, channel: FakeChannel, echo: str) -> None:
    runs = explore(make_world, channel, echo, WELL, ways=ONE_FAULT)
    print(f"{channel.name}, echo {echo}: {runs} runs")
    assert runs >= 30


@pytest.mark.parametrize(
    ("channel", "behaviour"),
    [
        (READABLE, LOST_SENT),
        (READABLE, LOST_UNSENT),
        (ECHOING, LOST_SENT),
        (BARE, LOST_UNSENT),
        (KEYED, LOST_SENT),
        (KEYED, LOST_UNSENT),
    ],
    ids=lambda value: getattr(value, "name", None) or ("sent" if value is LOST_SENT else "not sent"),
)
def test_an_unanswered_send_survives_any_further_fault(
    make_world: MakeWorld, channel: FakeChannel, behaviour: Behaviour
) -> None:
    runs = explore(make_world, channel, "never", behaviour, ways=FURTHER, first="POST")
    print(f"{channel.name}: {runs} runs")
    assert runs >= 10
