"""A promise that is about to break: the contact hears of it once, in opening time, with a new time."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import TextId
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Author, OutsideAnswer
from nightbell.domain.holding import LEAD
from nightbell.domain.keys import DESK
from nightbell.domain.told import iso
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.channel import VerdictKind
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Saying
from tests.contract.faults import Faults, How
from tests.contract.world import CONTACT, OPEN, World
from tests.fakes import Behaviour, says

PROMISE = timedelta(minutes=90)
SATURDAY, SUNDAY = datetime(2026, 11, 21, 23, 30, tzinfo=UTC), datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
"""At both the shop is closed until Monday at nine, local time: eight by UTC."""
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AGENT = "marta"
WHY = "it is a test of promises"


@pytest.fixture
def holding(world: World) -> World:
    """A world that looks for promises in every sweep, and whose brand is no other world's."""
    _own_brand(world)
    world.holds = True
    world.build(Faults())
    return world


def _own_brand(world: World) -> None:
    brand, redirect = world.account.brand, "We open {opens_at}; {agent} answers {promised_by}. {automatic}"
    texts = {language: {**texts, TextId.REDIRECT: redirect} for language, texts in brand.texts.items()}
    brand = replace(brand, key=f"own{world.account.account_id}", texts=texts)
    world.account = replace(world.account, brand=brand)
    world.accounts[world.account.channel, world.account.account_id] = world.account


def until(world: World, at: datetime) -> None:
    """Let time pass until an instant, and sweep there once; all that is hinted at is done at once."""
    world.clock.advance((at - world.clock.now()).total_seconds())
    world.sweep()
    world.work()


def asked(world: World, at: datetime = OPEN, text: str = "Do you have size 42?") -> World:
    world.clock.advance((at - world.clock.now()).total_seconds())
    world.write(text)
    world.work()
    return world


def said(world: World, by: str = CONTACT) -> list[Unit]:
    return [unit for unit in world.desk_units_of(by) if unit.kind is UnitKind.HOLDING]


def say(world: World, **more: Any) -> Unit:
    page = world.desk.take(world.pk(), AGENT)
    texts = (Spoken(via=world.channel.name, text="Let me look."),)
    saying = Saying(request="1", texts=texts, up_to=page.conversation.last_seq, override=WHY, **more)
    [unit] = world.desk.say(world.pk(), AGENT, saying).units
    return unit


def test_the_contact_hears_of_it_ten_minutes_before_and_never_again(holding: World) -> None:
    asked(holding)
    for minute in range(77, 80):
        until(holding, OPEN + timedelta(minutes=minute))
        assert said(holding) == []
    until(holding, OPEN + PROMISE - LEAD)
    [unit] = said(holding)
    assert (unit.text_id, unit.by, unit.closes, unit.state) == (TextId.HOLDING, "", 0, UnitState.SENT)
    # Half of ninety minutes from now on: half past eleven here, a quarter past twelve at the shop.
    assert unit.promise_at == unit.promised_by == OPEN + PROMISE - LEAD + PROMISE / 2
    assert unit.text == "It takes longer. This is automatic. Ana answers today at 12:15."
    assert unit.tag in holding.visible()
    for minute in (81, 90, 116, 125, 126, 170):
        until(holding, OPEN + timedelta(minutes=minute))
    assert len(said(holding)) == 1
    assert holding.counted("promises_held") == 1


def test_the_desk_shows_the_new_time_once_the_contact_has_it(holding: World) -> None:
    asked(holding)
    until(holding, OPEN + PROMISE - LEAD)
    state = holding.truth.read_desk(holding.pk())
    assert iso(state.promised_in(1)) == "2026-11-23T11:15:00Z"
    assert (state.promise_by, state.held_episode) == ("", 1)


def test_after_a_weekend_it_is_said_on_monday_morning_in_opening_time(holding: World) -> None:
    asked(holding, SUNDAY)
    assert iso(holding.unit(1).promised_by) == "2026-11-23T09:30:00Z"
    for at in (SUNDAY + timedelta(hours=9), MONDAY, MONDAY + PROMISE - LEAD - timedelta(minutes=1)):
        until(holding, at)
        assert said(holding) == []
    until(holding, MONDAY + PROMISE - LEAD)
    assert len(said(holding)) == 1


def test_what_the_platforms_window_no_longer_allows_is_not_even_tried(holding: World) -> None:
    """A day and a half has passed since the contact wrote."""
    asked(holding, SATURDAY)
    assert iso(holding.unit(1).promised_by) == "2026-11-23T09:30:00Z"
    for minutes in (80, 85):
        until(holding, MONDAY + timedelta(minutes=minutes))
    assert said(holding) == []


def test_across_a_break_the_closed_hours_do_not_count(holding: World) -> None:
    """Written at 13:20 at the shop, which closes at 14:00 and opens at 16:00: promised for 16:50."""
    asked(holding, datetime(2026, 11, 23, 12, 20, tzinfo=UTC))
    for hour, minute in ((12, 50), (13, 40), (15, 0), (15, 39)):
        until(holding, datetime(2026, 11, 23, hour, minute, tzinfo=UTC))
        assert said(holding) == []
    until(holding, datetime(2026, 11, 23, 15, 40, tzinfo=UTC))
    [unit] = said(holding)
    assert iso(unit.promised_by) == "2026-11-23T16:25:00Z"


def test_nothing_is_said_while_closed_and_it_is_made_up_for_at_opening(holding: World) -> None:
    """Written at 12:35 and promised for 16:05: ten minutes before that nobody is in."""
    asked(holding, datetime(2026, 11, 23, 11, 35, tzinfo=UTC))
    for minute in (55, 59):
        until(holding, datetime(2026, 11, 23, 14, minute, tzinfo=UTC))
        assert said(holding) == []
    until(holding, datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    [unit] = said(holding)
    assert iso(unit.promised_by) == "2026-11-23T15:45:00Z"


def test_who_was_answered_just_before_hears_nothing(holding: World) -> None:
    asked(holding)
    holding.pass_by(minutes=79)
    say(holding)
    holding.work()
    until(holding, OPEN + PROMISE - LEAD)
    until(holding, OPEN + PROMISE - timedelta(minutes=1))
    assert said(holding) == []


def test_who_is_being_answered_at_this_moment_hears_nothing(holding: World) -> None:
    """The answer has not left yet: the platform is out of reach."""
    asked(holding)
    holding.pass_by(minutes=79)
    say(holding)
    holding.hints.waiting.clear()
    holding.clock.advance(60)
    holding.hold(lambda: True)
    assert said(holding) == []


def test_who_was_answered_in_the_platforms_own_inbox_hears_nothing(holding: World) -> None:
    asked(holding)
    holding.pass_by(minutes=30)
    holding.deliver(
        OutsideAnswer(
            kind="fake.outside",
            channel=holding.channel.name,
            account_id=holding.account.account_id,
            contact_ids=(CONTACT,),
            author=Author.PERSON,
            sent_at=holding.clock.now(),
        )
    )
    holding.write("And in blue?")
    holding.work()
    until(holding, OPEN + PROMISE - LEAD)
    assert said(holding) == []


def test_who_holds_it_has_not_answered_it(holding: World) -> None:
    asked(holding)
    holding.pass_by(minutes=70)
    holding.desk.take(holding.pk(), AGENT)
    until(holding, OPEN + PROMISE - LEAD)
    assert [unit.state for unit in said(holding)] == [UnitState.SENT]


def test_a_message_that_comes_meanwhile_puts_nothing_off_and_nothing_is_said_twice(holding: World) -> None:
    asked(holding)
    holding.pass_by(minutes=60)
    holding.write("Hello?")
    holding.work()
    until(holding, OPEN + PROMISE - LEAD)
    assert len(said(holding)) == 1
    holding.write("Anybody there?")
    holding.work()
    until(holding, OPEN + PROMISE - timedelta(minutes=5))
    assert len(said(holding)) == 1


def test_a_new_matter_gets_a_promise_and_a_word_of_its_own(holding: World) -> None:
    asked(holding)
    until(holding, OPEN + PROMISE - LEAD)
    holding.pass_by(minutes=5)
    say(holding)
    holding.work()
    later = holding.clock.now() + timedelta(minutes=15)
    asked(holding, later, "One more thing")
    until(holding, later + timedelta(minutes=79))
    assert len(said(holding)) == 1
    # Closing time at 14:00 cuts it short: what is left is promised from 16:00 on.
    promised = holding.unit(2).promised_by
    assert promised is not None
    until(holding, promised - LEAD)
    assert len(said(holding)) == 2


def test_who_wants_no_automatic_messages_gets_none(holding: World) -> None:
    asked(holding)
    holding.write("stop")
    holding.work()
    until(holding, OPEN + PROMISE - LEAD)
    assert said(holding) == []


def test_praise_was_promised_nothing(holding: World) -> None:
    asked(holding, text="delicious")
    for minutes in (45, 80, 85, 89):
        until(holding, OPEN + timedelta(minutes=minutes))
    assert said(holding) == []


def test_who_is_being_told_another_time_at_this_moment_hears_nothing(holding: World) -> None:
    """An agent's promise has not left yet; what was told before is about to break."""
    asked(holding)
    holding.pass_by(minutes=79)
    say(holding, promise=OPEN + timedelta(hours=4))
    holding.hints.waiting.clear()
    holding.clock.advance(60)
    holding.hold(lambda: True)
    assert said(holding) == []
    until(holding, OPEN + timedelta(minutes=81))
    assert holding.truth.read_desk(holding.pk()).promise_at == OPEN + timedelta(hours=4)
    until(holding, OPEN + PROMISE - timedelta(minutes=1))
    assert said(holding) == []


def test_who_was_not_reached_by_an_answer_is_told_after_all(holding: World) -> None:
    asked(holding)
    holding.pass_by(minutes=80)
    say(holding)
    holding.hold(lambda: True)
    holding.api.next = [Behaviour(executed=False, outcome=says(VerdictKind.REFUSED))]
    until(holding, OPEN + timedelta(minutes=81))
    assert [unit.state for unit in holding.desk_units_of()] == [UnitState.REFUSED]
    until(holding, OPEN + timedelta(minutes=83))
    assert len(said(holding)) == 1


def test_what_an_agent_promised_sooner_is_looked_after_as_well(holding: World) -> None:
    asked(holding)
    holding.pass_by(minutes=10)
    at = holding.clock.now() + timedelta(minutes=40)
    say(holding, promise=at)
    holding.work()
    assert holding.truth.read_desk(holding.pk()).promise_at == at
    until(holding, at - LEAD - timedelta(minutes=1))
    assert said(holding) == []
    until(holding, at - LEAD)
    [unit] = said(holding)
    assert unit.promised_by == at - LEAD + PROMISE / 2
    assert [item["sk"] for item in holding.stored() if "due_at" in item] == []


def test_what_an_agent_promised_later_stands_over_what_the_text_said(holding: World) -> None:
    asked(holding)
    at = OPEN + timedelta(hours=2, minutes=30)
    holding.pass_by(minutes=10)
    say(holding, promise=at)
    holding.work()
    until(holding, OPEN + PROMISE - LEAD)
    assert said(holding) == []
    until(holding, at - LEAD)
    assert len(said(holding)) == 1


def test_an_agents_promise_that_was_kept_leaves_nothing_behind(holding: World) -> None:
    asked(holding)
    at = OPEN + timedelta(minutes=60)
    say(holding, promise=at)
    holding.work()
    holding.pass_by(minutes=20)
    page = holding.desk.take(holding.pk(), AGENT)
    texts = (Spoken(via=holding.channel.name, text="Yes, in blue."),)
    holding.desk.say(
        holding.pk(), AGENT, Saying(request="2", texts=texts, up_to=page.conversation.last_seq, override=WHY)
    )
    holding.work()
    until(holding, at - LEAD)
    assert said(holding) == []
    assert [item["sk"] for item in holding.stored() if "due_at" in item] == []


def test_a_promise_for_a_moment_ahead_is_not_put_off_in_its_first_half(holding: World) -> None:
    asked(holding)
    at = OPEN + timedelta(minutes=12)
    say(holding, promise=at)
    holding.work()
    until(holding, OPEN + timedelta(minutes=5))
    assert said(holding) == []
    until(holding, OPEN + timedelta(minutes=6))
    assert len(said(holding)) == 1


def test_two_sweeps_at_once_say_it_once(holding: World) -> None:
    """The second has read the conversation before the first wrote."""
    asked(holding)
    holding.clock.advance((PROMISE - LEAD).total_seconds())
    first = holding.hold
    before = first._store.parts(holding.pk())
    assert [fact.name for fact in first(lambda: True)] == ["promises_held"]
    found, unit = first._say(before, holding.clock.now())
    assert (unit, found.look_at) == (None, holding.clock.now())
    assert len(said(holding)) == 1


def test_another_execution_environment_knows_from_the_table(holding: World) -> None:
    asked(holding)
    until(holding, OPEN + PROMISE - LEAD)
    # Both before the first promise and before the one that was named in its place.
    for minutes in (81, 115, 116):
        holding.build(Faults())
        until(holding, OPEN + timedelta(minutes=minutes))
        assert len(said(holding)) == 1


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.FAILED, How.LOST])
def test_whatever_call_fails_it_is_said_once(holding: World, how: How) -> None:
    """A sweep dies or loses an answer at each of its calls in turn; the next minutes make it good."""
    by, most = CONTACT, 30
    for number in range(1, most):
        contact = f"{by}{number}"
        holding.build(Faults())
        holding.write(by=contact)
        holding.work()
        holding.clock.advance((PROMISE - LEAD).total_seconds())
        faults = Faults(number, how)
        holding.build(faults)
        holding.sweep()
        holding.build(Faults())
        holding.work()
        for _ in range(3):
            holding.clock.advance(60)
            holding.sweep()
            holding.work()
        found = said(holding, contact)
        assert [unit.state for unit in found] == [UnitState.SENT], (number, faults.sites)
        assert Counter(holding.visible(contact))[found[0].tag] == 1
        holding.desk.take(holding.pk(contact), AGENT)
        holding.desk.close(holding.pk(contact), AGENT)
        if number > len(faults.sites):
            return
        holding.clock.advance((OPEN + timedelta(days=7 * number) - holding.clock.now()).total_seconds())
    raise AssertionError(f"a sweep makes more than {most} calls")


def test_a_conversation_that_cannot_be_read_hides_no_other(holding: World) -> None:
    asked(holding)
    holding.write(by="8")
    holding.work()
    holding.clock.advance((PROMISE - LEAD).total_seconds())
    key = {"pk": {"S": holding.pk()}, "sk": {"S": DESK}}
    broken = {**key, "acts": {"N": "3"}, "held_episode": {"N": "0"}, "answered": {"M": {"nonsense": {"N": "1"}}}}
    holding.dynamodb.put_item(TableName=holding.table, Item=broken)
    holding.sweep()
    holding.work()
    assert len(said(holding, "8")) == 1
    assert [fact.alarm for fact in holding.facts if fact.name == "holding_failed"] == [True]


def test_when_the_list_cannot_be_read_everything_else_is_swept(holding: World) -> None:
    asked(holding)
    holding.hints.waiting.clear()
    holding.write("Late", by="8")
    holding.hints.waiting.clear()
    holding.clock.advance((PROMISE - LEAD).total_seconds())
    whole = holding.hold._store.waiting_between

    def fails(*_: object) -> None:
        raise UnavailableError("no")

    holding.hold._store.waiting_between = fails  # type: ignore[method-assign,assignment]
    holding.sweep()
    assert holding.hints.waiting == [(holding.pk("8"), holding.unit(1, "8").sk)]
    assert "sweeps_failed" in [fact.name for fact in holding.facts]
    holding.hold._store.waiting_between = whole  # type: ignore[method-assign]


def test_a_word_that_was_said_once_is_not_said_again_for_an_agents_next_promise(holding: World) -> None:
    asked(holding)
    until(holding, OPEN + PROMISE - LEAD)
    say(holding, promise=OPEN + timedelta(minutes=120))
    holding.work()
    for minutes in (110, 111, 119):
        until(holding, OPEN + timedelta(minutes=minutes))
    assert len(said(holding)) == 1
    assert [item["sk"] for item in holding.stored() if "due_at" in item] == []


def test_an_agents_promise_for_a_time_when_nobody_is_in_waits_for_opening(holding: World) -> None:
    """By 16:05, ten minutes before which the shop is still closed."""
    asked(holding, datetime(2026, 11, 23, 12, 30, tzinfo=UTC))
    say(holding, promise=datetime(2026, 11, 23, 15, 5, tzinfo=UTC))
    holding.work()
    for minute in (55, 59):
        until(holding, datetime(2026, 11, 23, 14, minute, tzinfo=UTC))
        assert said(holding) == []
    until(holding, datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    assert len(said(holding)) == 1


def test_where_time_is_short_the_rest_is_left_to_the_next_minute(holding: World) -> None:
    for name in ("1", "2", "3"):
        holding.write(by=name)
    holding.work()
    holding.clock.advance((PROMISE - LEAD).total_seconds())
    left = iter([True, True, False, False, False, False])
    holding.hold(lambda: next(left))
    assert sum(len(said(holding, name)) for name in ("1", "2", "3")) == 1
    holding.hold(lambda: True)
    assert [len(said(holding, name)) for name in ("1", "2", "3")] == [1, 1, 1]
