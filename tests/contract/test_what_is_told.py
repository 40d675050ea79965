"""What a hand-off tells of where a conversation is, of which unit it speaks, and above which other it stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.conversation import Conversation
from nightbell.domain.hand_off import REVISIONS_PER_UNIT, STEP, Place, hand_off, queue_revision
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.world import OPEN, World


def teller(world: World, **more: Any) -> TellHumanQueue:
    channels = {world.channel.name: world.channel}
    return TellHumanQueue(world.human_queue, world.units, world.accounts, channels, **more)


def told(world: World) -> dict[str, Any]:
    return dict(world.human_queue.messages[-1])


def test_a_hand_off_names_the_account_as_the_settings_do(world: World) -> None:
    world.write()
    unit = world.unit(1)
    assert teller(world, desk_url="https://desk.example")(unit, UnitState.READY, "because")
    message = told(world)
    assert message["account"] == {"id": world.account.account_id, "name": world.account.name}
    assert (message["channel"], message["contact"]["id"]) == (world.channel.name, "7")
    assert message["reply_window_closes_at"] == "2026-11-24T09:05:00Z"
    assert message["desk_link"] == "https://desk.example/" + world.pk().replace("#", "%23")
    assert message["acknowledgement"]["reason"] == "because"
    assert message["revision"] == REVISIONS_PER_UNIT


def test_without_a_desk_there_is_no_link_and_without_settings_no_name_or_window(world: World) -> None:
    world.write()
    TellHumanQueue(world.human_queue, world.units, {}, {})(world.unit(1), UnitState.READY)
    message = told(world)
    assert message["account"] == {"id": world.account.account_id, "name": None}
    assert (message["desk_link"], message["reply_window_closes_at"]) == (None, None)
    assert message["contact"]["id"] == "7"


def test_news_without_a_send_tells_of_what_was_sent_last(world: World) -> None:
    world.write()
    world.work()
    world.write("It came broken and I am not happy")
    world.work()
    message = told(world)
    assert message["acknowledgement"]["state"] == "acknowledged"
    assert message["acknowledgement"]["text"] == world.unit(1).text
    assert (message["kind"], message["waiting_count"]) == ("complaint", 2)
    assert message["revision"] == queue_revision(world.unit(2), world.unit(1), announced=False) - 1
    assert message["revision"] // REVISIONS_PER_UNIT == 2


def test_news_is_not_repeated_while_nothing_new_is_known_and_told_again_when_it_is(world: World) -> None:
    world.secrets.token = None
    world.write()
    world.work()
    world.write("It came broken and I am not happy")
    tell = teller(world)
    news = next(unit for unit in world.units_of() if unit.kind is UnitKind.HAND_OFF)
    before = len(world.human_queue.messages)
    assert not tell(news, UnitState.SUPPRESSED, "told before")
    assert len(world.human_queue.messages) == before + 1
    assert told(world)["acknowledgement"]["state"] == "pending"
    again = replace(news, told=True)
    assert not tell(again, UnitState.SUPPRESSED, "told before")
    assert len(world.human_queue.messages) == before + 1
    world.secrets.token = "set at last"
    world.pass_by(minutes=5)
    world.acknowledge(world.pk(), world.unit(1).sk, world.run())
    assert world.unit(1).state is UnitState.SENT
    assert tell(again, UnitState.SUPPRESSED, "told before")
    assert told(world)["acknowledgement"]["state"] == "acknowledged"


def test_news_that_comes_while_the_outcome_is_told_says_it_again(world: World) -> None:
    send = world.human_queue.send

    def send_late(message: Mapping[str, object]) -> None:
        world.human_queue.send = send  # type: ignore[method-assign]
        world.write("It came broken and I am not happy")
        world.work()
        assert told(world)["acknowledgement"]["state"] == "pending"
        send(message)

    world.human_queue.send = send_late  # type: ignore[method-assign]
    world.write()
    world.work()
    assert world.unit(1).state is UnitState.SENT
    news = world.unit(2)
    assert (news.state, news.told) == (UnitState.READY, True)
    world.rest()
    word = world.human_queue.last_word(world.pk())
    assert word is not None
    assert (world.last_word(), word["waiting_count"], word["kind"]) == ("acknowledged", 2, "complaint")
    assert world.faults_at_rest() == []


def test_a_reason_of_the_units_own_is_not_given_to_what_was_sent_before(world: World) -> None:
    world.write()
    world.work()
    world.write("It came broken and I am not happy")
    news = next(unit for unit in world.units_of() if unit.kind is UnitKind.HAND_OFF)
    assert teller(world)(news, UnitState.SUPPRESSED, "of this unit alone")
    assert told(world)["acknowledgement"]["reason"] is None


def test_an_announcement_stands_between_the_state_it_ends_and_the_next(world: World) -> None:
    world.write()
    unit = world.unit(1)
    tell = teller(world)
    revisions = []
    for outcome, known in [
        (UnitState.READY, unit),
        (UnitState.SENT, unit),
        (UnitState.SENT, replace(unit, state=UnitState.SENT, revision=1)),
    ]:
        tell(known, outcome)
        revisions.append(told(world)["revision"])
    assert revisions == [REVISIONS_PER_UNIT, REVISIONS_PER_UNIT + STEP, REVISIONS_PER_UNIT + 2 * STEP]


@pytest.mark.parametrize("revision", [499, 500, 5000])
def test_a_unit_that_changed_very_often_stays_below_the_next(revision: int) -> None:
    unit = Unit(pk="C#odd", seq=1, kind=UnitKind.HAND_OFF, created_at=OPEN, revision=revision)
    other = replace(unit, seq=2)
    assert queue_revision(unit, unit, announced=True) < 2 * REVISIONS_PER_UNIT
    assert queue_revision(other, unit, announced=True) < 3 * REVISIONS_PER_UNIT
    assert queue_revision(unit, unit, announced=True) == REVISIONS_PER_UNIT + STEP * (STEP - 1)


def test_news_of_an_episode_that_is_over_does_not_borrow_the_number_of_the_present_one(world: World) -> None:
    world.write()
    world.work()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.pass_by(minutes=30)
    world.write("Something else")
    world.work()
    earlier, later = world.units_of()
    tell = teller(world)
    tell(replace(earlier, state=UnitState.UNDELIVERED), UnitState.UNDELIVERED)
    assert told(world)["revision"] // REVISIONS_PER_UNIT == earlier.seq
    tell(later, UnitState.SENT)
    assert told(world)["revision"] // REVISIONS_PER_UNIT == later.seq


def test_the_name_of_a_conversation_can_be_taken_apart_again(world: World) -> None:
    contact = "7.8#ü/9"
    world.write(by=contact)
    assert world.pk(contact) == conversation_pk(world.channel.name, world.account.account_id, contact)
    teller(world)(world.unit(1, contact), UnitState.READY)
    assert told(world)["contact"]["id"] == contact
    assert told(world)["last_message_at"] == OPEN.isoformat().replace("+00:00", "Z")
    assert timedelta(0) == world.clock.now() - OPEN


def test_a_fresh_unit_has_said_nothing_and_is_told_without_a_reason() -> None:
    fresh = Unit(pk="C#readable.1.7", seq=1, kind=UnitKind.ACKNOWLEDGEMENT, created_at=OPEN)
    assert (fresh.text, fresh.public_text, fresh.reason, fresh.public_reason, fresh.language) == ("", "", "", "", "")
    assert (fresh.state, fresh.revision, fresh.epoch, fresh.sweeps, fresh.told) == (UnitState.READY, 0, 0, 0, False)
    place = Place(channel="readable", account_id="1", account_name=None, contact_id="7", reply_window=None)
    message: Any = hand_off(fresh, Conversation(), place, revision=1, outcome=UnitState.SENT)
    assert message["acknowledgement"] == {
        "kind": "acknowledgement",
        "state": "acknowledged",
        "text": None,
        "promised_by": None,
        "reason": None,
    }
    message = hand_off(
        replace(fresh, reason="of its own"), Conversation(), place, revision=1, outcome=UnitState.SENT, reason="newer"
    )
    assert message["acknowledgement"]["reason"] == "newer"
