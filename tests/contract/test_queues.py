"""What goes into a queue comes out again, or the failure is told in time."""

import base64
import hashlib
import json
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from nightbell.adapters.aws_clients import ClientLimits
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.queues import MAX_MESSAGE_BYTES, AckQueue, HumanQueue, SpillQueue
from nightbell.domain.errors import UnavailableError
from nightbell.domain.spill import cut, join
from tests.contract.aws_stub import Reply, answering, failure
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock
from tests.unit.test_spill import DELIVERY

ONE_TRY = ClientLimits(connect_timeout_s=0.5, read_timeout_s=0.8, tries=1)
THROTTLED = failure("RequestThrottled", 403)
URL = "http://queue.example/000000000000/Some"
HINT = ("C#messenger.1.2", "A#000001")
HINT_BODY = '{"v":1,"pk":"C#messenger.1.2","sk":"A#000001"}'


@pytest.fixture
def queue_url(aws: ClientMaker) -> str:
    return str(aws("sqs").create_queue(QueueName=f"test-{uuid.uuid4()}")["QueueUrl"])


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def accepted(body: str) -> Reply:
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    return Reply(body=json.dumps({"MessageId": "m", "MD5OfMessageBody": digest}).encode())


def received(aws: ClientMaker, url: str, count: int) -> list[str]:
    bodies: list[str] = []
    while len(bodies) < count:
        found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        assert found, f"only {len(bodies)} of {count} arrived"
        bodies += [str(message["Body"]) for message in found]
    return bodies


# On the emulator


def test_hint_names_the_unit_and_nothing_else(aws: ClientMaker, queue_url: str, clock: FakeClock) -> None:
    AckQueue(aws("sqs"), queue_url, clock).hint(*HINT)
    assert received(aws, queue_url, 1) == [HINT_BODY]


def test_characters_that_a_queue_refuses_arrive_escaped(aws: ClientMaker, queue_url: str, clock: FakeClock) -> None:
    message = {"name": "Grüße \x0b \ufffe \ud800 🔔", "n": 1, "none": None}
    HumanQueue(aws("sqs"), queue_url, clock).send(message)
    (body,) = received(aws, queue_url, 1)
    assert body.isascii()
    assert json.loads(body) == message


def test_spilled_delivery_of_three_megabytes_comes_back_whole(
    aws: ClientMaker, queue_url: str, clock: FakeClock
) -> None:
    delivery = replace(DELIVERY, headers={}, body=random.Random(3).randbytes(3_000_000))
    SpillQueue(aws("sqs"), queue_url, clock).send(cut(delivery))
    assert join(json.loads(body) for body in received(aws, queue_url, 12)) == delivery


def test_queue_that_does_not_exist_is_unavailable(aws: ClientMaker, queue_url: str, clock: FakeClock) -> None:
    with pytest.raises(UnavailableError, match="NonExistent"):
        AckQueue(aws("sqs"), queue_url + "-gone", clock).hint(*HINT)


# Failures, from a server that answers like AWS


@pytest.mark.parametrize(
    "throttle",
    [
        THROTTLED,
        failure("AWS.SimpleQueueService.RequestThrottled", 403),
        failure("com.amazonaws.sqs#RequestThrottled", 403),
        failure("ThrottlingException"),
        failure("OverLimit", 403),
        replace(THROTTLED, headers={"x-amzn-query-error": "RequestThrottled;Sender"}),
    ],
)
def test_throttle_is_waited_out(clients_at: Callable[[str], ClientMaker], clock: FakeClock, throttle: Reply) -> None:
    with answering(throttle, throttle, accepted(HINT_BODY)) as stub:
        AckQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, clock, patience_s=1).hint(*HINT)
    assert len(stub.calls) == 3
    assert 0.07 < sum(clock.sleeps) < 0.16


def test_lasting_throttle_ends_within_the_patience(clients_at: Callable[[str], ClientMaker], clock: FakeClock) -> None:
    with answering(THROTTLED) as stub:
        queue = HumanQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, clock, patience_s=2)
        with pytest.raises(UnavailableError, match="RequestThrottled"):
            queue.send({})
    assert 4 <= len(stub.calls) <= 7
    assert sum(clock.sleeps) <= 2


def test_waits_are_real_time_with_the_real_clock(clients_at: Callable[[str], ClientMaker]) -> None:
    with answering(THROTTLED) as stub:
        queue = AckQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, SystemClock(), patience_s=0.3)
        started = time.monotonic()
        with pytest.raises(UnavailableError):
            queue.hint(*HINT)
        # A machine that is busy with other work makes it longer, never endless.
        assert 0.05 < time.monotonic() - started < 10


def test_patience_is_shared_by_all_parts_of_a_delivery(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock
) -> None:
    parts = [{"part": 1}, {"part": 2}, {"part": 3}]
    replies = [reply for part in parts for reply in (THROTTLED, THROTTLED, accepted(json.dumps(part).replace(" ", "")))]
    with answering(*replies) as stub:
        queue = SpillQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, clock, patience_s=0.2)
        with pytest.raises(UnavailableError):
            queue.send(parts)
    assert sum(clock.sleeps) <= 0.2


def test_part_that_fails_fails_the_delivery(clients_at: Callable[[str], ClientMaker], clock: FakeClock) -> None:
    with answering(accepted('{"part":1}'), failure("AccessDenied", 403)) as stub:
        queue = SpillQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, clock)
        with pytest.raises(UnavailableError):
            queue.send([{"part": 1}, {"part": 2}, {"part": 3}])
    assert len(stub.calls) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(lost=True),
        Reply(body=b"\xff\xfe\x00"),
        Reply(body=b"[]"),
        Reply(body=b"{}"),
        Reply(status=500, body=b"\xf0\x28"),
        Reply(status=503, body=b"<html>"),
        failure("AccessDeniedException", 403),
        failure("ExpiredToken", 403),
        failure("InvalidMessageContents"),
        failure(""),
    ],
)
def test_any_other_failure_is_unavailable_and_told_at_once(
    clients_at: Callable[[str], ClientMaker], clock: FakeClock, reply: Reply
) -> None:
    with answering(reply) as stub:
        queue = HumanQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, clock)
        with pytest.raises(UnavailableError) as caught:
            queue.send({"name": "canary"})
    assert len(stub.calls) == 1
    assert caught.value.__cause__ is not None
    assert "canary" not in str(caught.value)


def test_nobody_listening_is_unavailable(clients_at: Callable[[str], ClientMaker], clock: FakeClock) -> None:
    with answering() as stub:
        url = stub.url
    with pytest.raises(UnavailableError):
        AckQueue(clients_at(url)("sqs", ONE_TRY), URL, clock).hint(*HINT)


def test_message_that_fits_no_queue_is_never_sent(clients_at: Callable[[str], ClientMaker], clock: FakeClock) -> None:
    with answering(accepted("")) as stub:
        queue = HumanQueue(clients_at(stub.url)("sqs", ONE_TRY), URL, clock)
        with pytest.raises(UnavailableError):
            queue.send({"blob": base64.b64encode(bytes(MAX_MESSAGE_BYTES)).decode()})
    assert stub.calls == []
