"""What a channel wants of those who write by it, as the services do it on the real table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.domain.events import Contact
from nightbell.domain.suppression import OFF
from tests.contract.world import CLOSED, World
from tests.fakes import KEYED

MakeWorld = Callable[..., World]
NAMED = Contact(contact_id="7", address="7", name="Ada Example")


def quiet(make_world: MakeWorld) -> World:
    return make_world(replace(KEYED, keeps_words=timedelta(hours=46)))


@pytest.mark.parametrize(
    ("usual", "setting", "answers"),
    [(True, None, True), (False, None, False), (True, False, False), (False, True, True)],
)
def test_the_settings_go_before_what_is_usual_on_a_channel(
    make_world: MakeWorld, *, usual: bool, setting: bool | None, answers: bool
) -> None:
    world = make_world(replace(KEYED, automatic=usual))
    world.accounts[world.channel.name, world.account.account_id] = replace(world.account, automatic=setting)
    world.write()
    world.rest()
    assert bool(world.api.seen) == answers
    told = world.human_queue.messages[-1]["acknowledgement"]
    assert isinstance(told, dict)
    assert (told["reason"] == OFF) != answers


@pytest.mark.parametrize("is_known", [True, False], ids=["in the settings", "not in the settings"])
def test_no_name_is_kept_where_the_platform_lends_it(make_world: MakeWorld, *, is_known: bool) -> None:
    world = quiet(make_world)
    if not is_known:
        world.accounts.clear()
    world.deliver(replace(world.message("Where is my order?"), contact=NAMED))
    world.rest()
    assert "Ada" not in str(world.stored())
    assert "Ada" not in str(world.human_queue.messages)


def test_a_name_is_kept_elsewhere(make_world: MakeWorld) -> None:
    world = make_world(KEYED)
    world.deliver(replace(world.message(), contact=NAMED))
    assert world.conversation().name == "Ada Example"


def test_choices_leave_as_numbered_lines_and_come_back_as_a_digit(make_world: MakeWorld) -> None:
    world = make_world(replace(KEYED, form=replace(KEYED.form, writes_choices=True)), now=CLOSED)
    world.write()
    world.rest()
    assert "\n2 I write\n" in world.api.seen[-1][1]
    world.write("2")
    assert world.conversation().follow_up == "email_us"
