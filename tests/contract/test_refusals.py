"""What is refused before anything is read or stored: here the platform is strict, and the table must stay empty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from nightbell.domain.errors import (
    EncodingError,
    MisconfiguredError,
    RejectedError,
    SignatureError,
    TooLargeError,
    UnavailableError,
)
from nightbell.domain.events import Delivery
from nightbell.services.receive_delivery import ReceiveDelivery
from tests.contract.world import World
from tests.fakes import FakeSecrets

SIGNED = "a secret of twenty-four characters"


@pytest.fixture
def strict(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Make a world whose platform signs by repeating its secret, and sends 100 bytes at most."""

    def verify(delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        if delivery.headers.get("signed") not in secrets["app_secret"]:
            raise SignatureError("the signature does not match")

    monkeypatch.setattr(world.platform, "needed", ("app_secret",), raising=False)
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


class _Sometimes(FakeSecrets):
    """Optional ones are there, were never set, or cannot be read."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error = error

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        if name != "further":
            return super().get(platform, name)
        if self.error:
            raise self.error
        return ("another secret of the platform",)


@pytest.fixture
def with_further(strict: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], ReceiveDelivery]:
    """Make a receiver whose platform may sign with a second secret, too."""

    def verify(delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        if delivery.headers.get("signed") not in (*secrets["app_secret"], *secrets.get("further", ())):
            raise SignatureError("the signature does not match")

    monkeypatch.setattr(strict.platform, "optional", ("further",), raising=False)
    monkeypatch.setattr(strict.platform, "verify", verify)

    def receiver(error: Exception | None) -> ReceiveDelivery:
        monkeypatch.setattr(strict.receive, "_secrets", _Sometimes(error))
        return strict.receive

    return receiver


FURTHER = {"signed": "another secret of the platform"}


def test_what_an_optional_secret_signed_is_stored(
    strict: World, with_further: Callable[[Exception | None], ReceiveDelivery]
) -> None:
    with_further(None)(delivery_of(strict, headers=FURTHER))
    assert strict.numbers() == [1]


@pytest.mark.parametrize("error", [MisconfiguredError("never set"), UnavailableError("down")], ids=["unset", "down"])
def test_without_an_optional_secret_the_others_are_enough(
    strict: World, with_further: Callable[[Exception | None], ReceiveDelivery], error: Exception
) -> None:
    with_further(error)(delivery_of(strict))
    assert strict.numbers() == [1]


@pytest.mark.parametrize(
    ("error", "told"),
    [(MisconfiguredError("never set"), SignatureError), (UnavailableError("down"), UnavailableError)],
    ids=["unset", "down"],
)
def test_what_may_be_signed_with_a_secret_that_could_not_be_read_is_to_come_again(
    strict: World,
    with_further: Callable[[Exception | None], ReceiveDelivery],
    error: Exception,
    told: type[Exception],
) -> None:
    with pytest.raises(told):
        with_further(error)(delivery_of(strict, headers=FURTHER))
    assert strict.stored() == []


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
