"""What a mail costs: found by its id later, carrying a code, answered below its own subject."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.contract.faults import Faults
from tests.contract.test_linking import ANA, MAIL, Post, code
from tests.contract.test_write_units import KILOBYTE, Meter, metered
from tests.contract.world import CLOSED, World
from tests.fakes import READABLE

MakeWorld = Callable[..., World]
MID = "CAHk" + "Ab3-_" * 12 + "@mail.b.example"
ABOUT = {"id": MID, "subject": "¿Dónde está mi pedido?", "refs": f"1{MID} 2{MID}"}
LONG = {"id": MID, "subject": "¿Dónde está mi pedido? " * 5, "refs": " ".join(f"{n}{MID}" for n in range(5))}


@pytest.fixture
def post(make_world: MakeWorld) -> Post:
    post = Post(make_world(READABLE, now=CLOSED))
    mail = post.world.channels[MAIL]
    post.world.channels[MAIL] = replace(mail, form=replace(mail.form, writes_choices=True, carries_code=True))
    post.world.build(Faults())
    return post


def measured(post: Post, *, told: str = "", mid: str = MID, about: Mapping[str, str] = ABOUT) -> tuple[Meter, int]:
    """Let a mail come and be worked on; returns what that cost, and what receiving it did."""
    meter = metered(post.world)
    named = (code(told),) if told else ()
    post.world.deliver(post.mail(*named, message_id=mid, known_as=mid, about=about))
    received = meter.units
    post.world.work()
    print(f"received {received}, in all {meter.units}, largest {meter.largest} bytes")
    return meter, received


def test_a_mail_that_is_acknowledged_costs_four_more_than_a_message(post: Post) -> None:
    meter, received = measured(post)
    assert [to for to, _, _ in post.world.api.seen] == [ANA]
    assert (received, meter.units) == (12, 15)
    assert meter.largest <= KILOBYTE


def test_the_longest_thread_makes_the_unit_a_kilobyte_larger_and_no_more(post: Post) -> None:
    meter, received = measured(post, about=LONG)
    assert (received, meter.units) == (12, 17)
    assert meter.largest <= 2 * KILOBYTE


def test_a_further_mail_costs_two_more_than_a_message(post: Post) -> None:
    measured(post)
    meter, _ = measured(post, mid=f"2{MID}")
    assert meter.units == 6


def test_a_mail_that_goes_on_elsewhere_costs_what_the_join_does(post: Post) -> None:
    """Three for the unit that tells the team once, two for the join and the list by which it is forgotten."""
    told = post.code()
    post.world.rest()
    meter, received = measured(post, told=told)
    assert received == 6 + 3 + 2
    assert meter.units == received + 2
    again, _ = measured(post, mid=f"2{MID}")
    assert again.units == 6
