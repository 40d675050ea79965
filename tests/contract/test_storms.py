"""What leaves in a storm and what waits, on the real table: one line below a post, whatever dies."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.replay.table import Table
from nightbell.adapters.storm_table import StormTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import values
from nightbell.domain.business import StormSettings, TextId
from nightbell.domain.reason_codes import CODES
from nightbell.domain.storm import Storm
from nightbell.domain.suppression import HELD_TOO_LONG, STORM
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import VerdictKind
from nightbell.services.start_unit import ITS_TURN
from tests.contract.faults import Faults, How
from tests.contract.test_crashes import ONE_FAULT, is_idle
from tests.contract.test_ladder import Page, refused
from tests.contract.world import CLOSED, CONTACT, SHARDS
from tests.fakes import LOST_SENT, LOST_UNSENT, WELL, Behaviour, says

LINE = "So many of you write."
ANA, BEN, CYD = "post/ana", "post/ben", "post/cyd"
BROKEN = "It arrived broken!"
S = UnitState


class Stormy(Page):
    """A page on which a storm can be made."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        super().__init__(dynamodb, table)
        brand = self.account.brand
        self.in_force(texts={name: {**texts, TextId.PUBLIC_STORM: LINE} for name, texts in brand.texts.items()})
        self.storms = StormTable(TableClient(dynamodb, table, Deadline(self.clock)), SHARDS)

    def in_force(self, **changed: Any) -> None:
        self.set_account(brand=replace(self.account.brand, **changed))
        self.build(Faults())

    def storm(self, minutes: float = 5) -> None:
        now = self.clock.now()
        until = now + timedelta(minutes=minutes)
        storm = Storm(since=now, until=until, people=40, peak=40, threshold=30, told_at=now)
        self.storms.write_storm((self.channel.name, self.account.account_id), storm)

    def state(self, by: str) -> tuple[UnitState, str]:
        unit = self.unit(1, by)
        return unit.state, unit.reason


class InMemory(Stormy):
    """The same on a table in memory, quick enough for every call to fail in turn."""

    def __init__(self) -> None:
        self.memory = Table()
        super().__init__(self.memory, "table")

    def stored(self, by: str = CONTACT) -> list[dict[str, Any]]:
        return [values(item) for (pk, _), item in self.memory.items.items() if pk == self.pk(by)]


@pytest.fixture
def page(dynamodb: Any, table: str) -> Stormy:
    return Stormy(dynamodb, table)


def test_the_first_below_a_post_says_the_line_and_the_others_are_handed_over(page: Stormy) -> None:
    page.storm()
    for by in (ANA, BEN, CYD):
        page.comments(by=by)
        page.work()
    assert page.lines() == [LINE]
    assert page.unit(1, ANA).public_state is S.SENT
    assert [page.state(by) for by in (BEN, CYD)] == [(S.SUPPRESSED, STORM)] * 2
    word = page.word(BEN)["acknowledgement"]
    assert (word["state"], word["reason"], CODES[STORM]) == ("suppressed", STORM, "storm")


def test_every_post_has_a_line_of_its_own_and_only_one_for_ever(page: Stormy) -> None:
    page.storm()
    for by in (ANA, "other/ana", BEN):
        page.comments(by=by)
        page.work()
    page.pass_by(hours=2)
    page.storm()
    page.comments(by=CYD)
    page.work()
    assert page.lines() == [LINE, LINE]


def test_complaints_and_contacts_who_matter_get_their_own_line_and_their_private_reply(page: Stormy) -> None:
    page.in_force(important_contacts=frozenset({BEN}))
    page.storm()
    page.comments(by=CYD)
    page.comments(BROKEN, by=ANA)
    page.comments(by=BEN)
    page.work()
    assert sorted(page.lines()) == sorted([LINE, page.unit(1, ANA).public_text, page.unit(1, BEN).public_text])
    assert LINE not in {page.unit(1, ANA).public_text, page.unit(1, BEN).public_text}
    assert len(page.api.replies) == 3


def test_private_messages_are_acknowledged_as_ever(page: Stormy) -> None:
    page.storm()
    page.writes_privately()
    page.work()
    assert len(page.lines()) == 1
    assert page.lines()[0] != LINE


def test_what_was_planned_before_the_storm_is_decided_in_it_and_the_reverse(page: Stormy) -> None:
    page.comments(by=ANA)
    page.comments(by=BEN)
    page.storm(minutes=2)
    page.work()
    page.pass_by(minutes=3)
    page.comments(by=CYD)
    page.work()
    assert page.lines()[0] == LINE
    assert page.state(BEN) == (S.SUPPRESSED, STORM)
    assert page.unit(1, CYD).public_text not in {LINE, ""}


def test_without_its_text_or_switched_off_a_storm_says_none(page: Stormy) -> None:
    texts = {
        name: {key: text for key, text in each.items() if key is not TextId.PUBLIC_STORM}
        for name, each in page.account.brand.texts.items()
    }
    page.in_force(texts=texts)
    page.storm()
    page.comments(by=ANA)
    page.work()
    assert (page.lines(), page.state(ANA)) == ([], (S.SUPPRESSED, STORM))
    page.in_force(storm=StormSettings(on=False))
    page.comments(by=BEN)
    page.work()
    assert len(page.lines()) == 1


@pytest.mark.parametrize("behaviour", [WELL, LOST_SENT, LOST_UNSENT], ids=["well", "arrived", "lost"])
def test_whatever_dies_one_line_stands_below_the_post(behaviour: Behaviour) -> None:
    plain = InMemory()
    drive(plain, behaviour)
    sites = plain.faults.sites
    for at, how in ((at, how) for at in range(len(sites)) for how in ONE_FAULT if not is_idle(sites[at], how)):
        page = InMemory()
        page.build(Faults(at + 1, how))
        drive(page, behaviour)
        states = [page.unit(1, by).public_state or page.unit(1, by).state for by in (ANA, BEN)]
        # Only where the platform could not be asked nobody knows, and the team is told so.
        assert S.UNCERTAIN in states or page.lines().count(LINE) == 1, (sites[at], how)
        assert page.lines().count(LINE) <= 1, (sites[at], how)
        assert S.UNCERTAIN not in states or sites[at] == "GET", (sites[at], how)
        assert states.count(S.SUPPRESSED) == 1, (sites[at], how)
        assert all(page.human_queue.last_word(page.pk(by)) for by in (ANA, BEN)), (sites[at], how)


def drive(page: Stormy, behaviour: Behaviour) -> None:
    page.storm(minutes=60)
    page.api.next = [behaviour]
    page.comments(by=ANA)
    page.work()
    page.comments(by=BEN)
    page.rest()


def test_lines_are_held_to_the_settings_and_leave_when_it_is_their_turn(page: Stormy) -> None:
    page.in_force(storm=StormSettings(lines_a_minute=4))
    page.storm(minutes=60)
    people = [f"post/{name}" for name in "abcd"]
    for by in people:
        page.comments(BROKEN, by=by)
    page.work()
    assert (len(page.lines()), page.counted("sends_held")) == (2, 2)
    page.comments(by=CYD)
    page.work()
    # The line that speaks to all goes before the complaints that wait.
    assert page.lines()[2:] == [LINE]
    page.rest()
    assert len(page.lines()) == 5
    assert page.word(people[-1])["acknowledgement"]["state"] == "acknowledged"


def test_when_the_storm_is_over_what_was_held_is_no_flood_of_its_own(page: Stormy) -> None:
    page.in_force(storm=StormSettings(lines_a_minute=2))
    page.storm()
    people = [f"post/customer-{number}" for number in range(40)]
    for by in people:
        page.comments(BROKEN, by=by)
    page.work()
    page.storms.write_storm((page.channel.name, page.account.account_id), None)
    page.rest()
    late = [by for by in people if page.state(by) == (S.SUPPRESSED, HELD_TOO_LONG)]
    assert len(page.lines()) + len(late) == 40
    assert 1 < len(page.lines()) <= 2 * 10 + 2
    assert page.word(late[0])["acknowledgement"]["reason"] == HELD_TOO_LONG


def test_a_pause_that_the_platform_wants_makes_no_line_pointless(page: Stormy) -> None:
    page.storm(minutes=60)
    page.comments(BROKEN, by=ANA)
    page.units.ease((page.channel.name, page.account.account_id), page.clock.now() + timedelta(minutes=30))
    page.rest()
    assert len(page.lines()) == 1


def test_in_calm_everybody_is_told_however_long_the_platform_was_away(page: Stormy) -> None:
    people = [f"post/customer-{number}" for number in range(20)]
    for by in people:
        page.comments(by=by)
    page.units.ease((page.channel.name, page.account.account_id), page.clock.now() + timedelta(minutes=30))
    page.rest()
    assert [page.state(by) for by in people if page.state(by)[0] is S.SUPPRESSED] == []
    assert len(page.lines()) == 20


def test_too_much_holds_back_the_whole_account_each_time_for_longer(page: Stormy) -> None:
    too_much = refused(VerdictKind.NOT_SENT, retry_after_s=120)
    page.api.next = [too_much]
    page.comments(by=ANA)
    page.comments(by=BEN)
    page.work()
    assert (len(page.api.tokens), page.lines()) == (1, [])
    first = page.unit(1, ANA).not_before or page.unit(1, BEN).not_before
    assert first == page.clock.now() + timedelta(minutes=2)
    page.api.next = [too_much]
    for _ in range(8):
        page.pass_by(minutes=1)
        page.sweep()
        page.work()
        if page.breaker()["slowed"] > 1:
            break
    nothing_for_ms = page.breaker()["full_at"] - int(page.clock.now().timestamp() * 1000)
    assert nothing_for_ms >= 4 * 60_000
    page.rest()
    assert len(page.lines()) == 2
    assert "slowed" not in page.breaker()


def test_who_may_not_be_answered_leaves_the_line_to_the_next(page: Stormy) -> None:
    """As another Page, or somebody whose comment is gone before it was answered."""
    page.storm(minutes=60)
    page.api.next_answers = [says(VerdictKind.REFUSED, reason="it may be another page")]
    for by in (ANA, BEN, CYD):
        page.comments(by=by)
        page.work()
    assert page.state(ANA) == (S.SUPPRESSED, "it may be another page")
    assert page.lines() == [LINE]
    assert page.state(CYD) == (S.SUPPRESSED, STORM)


def test_a_line_that_was_held_too_long_is_left_to_who_comes_later(page: Stormy) -> None:
    page.in_force(storm=StormSettings(lines_a_minute=2))
    page.storm(minutes=60)
    people = [f"post-{number}/ana" for number in range(3)]
    for by in people:
        page.comments(by=by)
    page.work()
    page.pass_by(minutes=11)
    now = page.clock.now()
    page.units.draw((page.channel.name, page.account.account_id), timedelta(seconds=45), now, now)
    page.sweep()
    page.work()
    [late] = [by.partition("/")[0] for by in people if page.state(by) == (S.SUPPRESSED, HELD_TOO_LONG)]
    page.pass_by(minutes=2)
    page.comments(by=f"{late}/ben")
    page.work()
    assert page.lines() == [LINE] * 3


def test_another_environment_hears_within_a_minute_that_a_line_was_left(page: Stormy) -> None:
    page.storm(minutes=60)
    page.units.say_line((page.channel.name, page.account.account_id), "post", "a unit", page.clock.now())
    page.comments(by=ANA)
    page.work()
    page.units.leave_line((page.channel.name, page.account.account_id), "post", "another unit")
    page.pass_by(minutes=2)
    page.comments(by=BEN)
    page.work()
    page.units.leave_line((page.channel.name, page.account.account_id), "post", "a unit")
    page.pass_by(minutes=2)
    page.comments(by=CYD)
    page.work()
    assert [page.state(by) for by in (ANA, BEN)] == [(S.SUPPRESSED, STORM)] * 2
    assert page.lines() == [LINE]


def test_whatever_dies_a_line_that_was_left_is_said_by_the_next() -> None:
    plain = InMemory()
    drive_past_a_no(plain)
    sites = plain.faults.sites
    for at, how in ((at, how) for at in range(len(sites)) for how in ONE_FAULT if not is_idle(sites[at], how)):
        page = InMemory()
        page.build(Faults(at + 1, how))
        drive_past_a_no(page)
        assert page.lines() == [LINE], (sites[at], how)
        assert all(page.human_queue.last_word(page.pk(by)) for by in (ANA, BEN)), (sites[at], how)


def drive_past_a_no(page: Stormy) -> None:
    page.storm(minutes=60)
    page.api.next_answers = [says(VerdictKind.REFUSED)]
    page.comments(by=ANA)
    page.rest()
    page.comments(by=BEN)
    page.rest()


def test_the_line_is_still_its_own_for_a_unit_that_died_on_the_way(page: Stormy) -> None:
    """The environment is a new one, which remembers nothing."""
    page.storm(minutes=60)
    page.build(Faults(1, How.CRASH_AFTER, of="update_item LI"))
    page.comments(by=ANA)
    page.work()
    page.build(Faults())
    page.comments(by=BEN)
    page.rest()
    assert page.lines() == [LINE]
    assert page.unit(1, ANA).public_state is S.SENT
    assert page.state(BEN) == (S.SUPPRESSED, STORM)


def test_who_is_written_to_too_often_holds_up_nobody_else(page: Stormy) -> None:
    page.api.next = [Behaviour(executed=False, outcome=says(VerdictKind.NOT_SENT, retry_after_s=60, of_contact=True))]
    page.comments(by=ANA)
    page.comments(by=BEN)
    page.work()
    assert len(page.lines()) == 1
    assert "slowed" not in page.breaker()


def test_an_account_that_has_used_most_of_its_allowance_pauses_before_it_is_too_much(page: Stormy) -> None:
    page.api.next = [Behaviour(executed=True, outcome=says(VerdictKind.SENT, id="1", usage=91))]
    for by in (ANA, BEN):
        page.comments(by=by)
        page.work()
    assert len(page.lines()) == 1
    page.rest()
    assert len(page.lines()) == 2


def test_what_is_held_for_long_is_told_to_the_team_before_it_leaves(page: Stormy) -> None:
    page.units.ease((page.channel.name, page.account.account_id), page.clock.now() + timedelta(minutes=30))
    page.comments(by=ANA)
    page.work()
    word = page.word(ANA)["acknowledgement"]
    assert (word["state"], word["reason"]) == ("pending", ITS_TURN)
    page.rest()
    assert len(page.lines()) == 1


def test_in_calm_the_breakers_item_is_not_even_made(page: Stormy) -> None:
    page.comments(by=ANA)
    page.work()
    assert page.breaker() == {}


def test_a_person_answers_whoever_else_waits(page: Stormy) -> None:
    """Also at night: the storm's line and the hand-off do not depend on the hours."""
    page.clock.advance((CLOSED - page.clock.now()).total_seconds())
    page.storm()
    page.comments(by=ANA)
    page.comments(by=BEN)
    page.work()
    assert page.lines() == [LINE]
    assert page.state(BEN) == (S.SUPPRESSED, STORM)
