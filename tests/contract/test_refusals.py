"""What is refused before anything is read or stored: here the platform is strict, and the table must stay empty."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from nightbell.domain.errors import EncodingError, RejectedError, SignatureError, TooLargeError
from nightbell.domain.events import Delivery
from tests.contract.world import World

SIGNED = "a secret of twenty-four characters"


@pytest.fixture
def strict(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Make a world whose platform signs by repeating its secret, and sends 100 bytes at most."""

    def verify(delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        if delivery.headers.get("signed") not in secrets["app_secret"]:
            raise SignatureError("the signature does not match")

    monkeypatch.setattr(world.platform, "webhook_secrets", ("app_secret",), raising=False)
    monkeypatch.setattr(world.platform, "max_body", 100, raising=False)
    monkeypatch.setattr(world.platform, "verify", verify)
    return world


def delivery_of(world: World, **changed: Any) -> Delivery:
    made = replace(world.platform.holding([world.message()], world.clock.now()), headers={"signed": SIGNED})
    return replace(made, **changed)


def test_what_is_signed_is_stored(strict: World) -> None:
    strict.receive(delivery_of(strict))
    assert strict.numbers() == [1]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"headers": {}}, SignatureError),
        ({"headers": {"signed": "another"}}, SignatureError),
        ({"body": b"x" * 101}, TooLargeError),
        ({"headers": {"signed": SIGNED, "content-encoding": "gzip"}}, EncodingError),
    ],
    ids=["not signed", "signed with another secret", "too large", "compressed"],
)
def test_what_is_refused_leaves_no_trace(strict: World, changed: dict[str, Any], error: type[RejectedError]) -> None:
    with pytest.raises(error):
        strict.receive(delivery_of(strict, **changed))
    assert strict.stored() == []
    assert strict.hints.waiting == []


def test_the_largest_body_is_taken(strict: World) -> None:
    delivery = delivery_of(strict)
    body = delivery.body.ljust(100)
    strict.platform.events[body] = strict.platform.events[delivery.body]
    assert strict.receive(replace(delivery, body=body)).status == 200
    assert strict.numbers() == [1]


def test_a_tag_with_the_number_of_a_unit_and_another_key_settles_nothing(world: World) -> None:
    world.write()
    world.rest()
    before = world.unit(1)
    number, _, _ = before.tag.rpartition(".")
    world.deliver(world.settlement(f"{number}.00000000-0000-0000-0000-000000000000"))
    assert world.unit(1) == before
