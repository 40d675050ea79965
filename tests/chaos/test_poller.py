"""The poller keeps to what AWS documents, on the emulator's queues and on those in memory."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.chaos.poller import StrictPoller, failures
from tests.chaos.town.faults import Died
from tests.chaos.town.memory_sqs import MemorySqs
from tests.contract.conftest import ClientMaker
from tests.contract.conftest import aws as aws
from tests.contract.conftest import clients_at as clients_at
from tests.contract.conftest import ministack as ministack
from tests.contract.fake_clock import FakeClock

VISIBLE_AFTER = timedelta(minutes=3)
MOST_RECEIVES = 3


class Stand:
    """A queue with dead letters, and a handler that a test writes."""

    def __init__(self, sqs: Any, name: str, clock: FakeClock) -> None:
        self.clock = clock
        self.sqs = sqs
        self.dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":{MOST_RECEIVES}}}'
        self.url = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": redrive})["QueueUrl"]
        self.batches: list[list[str]] = []
        self.counts: list[str] = []
        self.answer: Callable[[list[dict[str, Any]]], object] = lambda _: None
        self.poller = StrictPoller(
            sqs=sqs, queue_url=self.url, handler=self.handle, clock=clock, visible_after=VISIBLE_AFTER, batch_size=10
        )

    def handle(self, event: dict[str, Any]) -> object:
        self.batches.append([record["body"] for record in event["Records"]])
        self.counts += [record["attributes"]["ApproximateReceiveCount"] for record in event["Records"]]
        return self.answer(event["Records"])

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def later(self) -> None:
        self.clock.advance(VISIBLE_AFTER.total_seconds())
        self.poller.drain()


@pytest.fixture(params=["memory", "emulator"])
def stand(request: pytest.FixtureRequest) -> Stand:
    clock = FakeClock()
    if request.param == "memory":
        return Stand(MemorySqs(clock), "queue", clock)
    aws: ClientMaker = request.getfixturevalue("aws")
    return Stand(aws("sqs"), f"queue-{random.getrandbits(40)}", clock)


def test_what_is_done_is_gone(stand: Stand) -> None:
    stand.send("a", "b")
    stand.poller.drain()
    stand.later()
    assert sorted(body for batch in stand.batches for body in batch) == ["a", "b"]


def test_only_what_failed_comes_again_and_not_before_its_time(stand: Stand) -> None:
    stand.send("a", "b", "c")
    stand.answer = lambda records: {
        "batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in records if each["body"] == "b"]
    }
    stand.poller.drain()
    stand.clock.advance(VISIBLE_AFTER.total_seconds() - 1)
    assert not stand.poller.poll()
    assert len([body for batch in stand.batches for body in batch]) == 3
    stand.clock.advance(1)
    stand.poller.drain()
    assert stand.batches[-1] == ["b"]
    assert stand.counts[-1] == "2"


def dies(_: list[dict[str, Any]]) -> object:
    raise Died


def raises(_: list[dict[str, Any]]) -> object:
    raise ValueError


@pytest.mark.parametrize("how", [dies, raises], ids=["it dies", "it raises"])
def test_a_function_that_fails_fails_its_whole_batch(
    stand: Stand, how: Callable[[list[dict[str, Any]]], object]
) -> None:
    stand.send("a")
    stand.answer = how
    stand.poller.drain()
    stand.answer = lambda _: None
    stand.later()
    assert stand.batches == [["a"], ["a"]]


def test_after_its_last_receive_a_message_lies_among_the_dead_letters(stand: Stand) -> None:
    stand.send("a")
    stand.answer = raises
    stand.poller.drain()
    for _ in range(MOST_RECEIVES + 2):
        stand.later()
    assert stand.counts == ["1", "2", "3"]
    (dead,) = stand.sqs.receive_message(QueueUrl=stand.dead)["Messages"]
    assert dead["Body"] == "a"


def test_a_message_may_come_again_although_it_was_done(stand: Stand) -> None:
    stand.send("a", "b")
    stand.poller.repeat = 1.0
    stand.poller.drain()
    assert sorted(body for batch in stand.batches for body in batch) == ["a", "a", "b", "b"]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_answer_that_names_nothing_is_a_success(answer: object) -> None:
    assert failures(answer, ["1", "2"]) == set()


@pytest.mark.parametrize(
    "answer",
    [
        "a text",
        [],
        7,
        {"batchItemFailures": {"itemIdentifier": "1"}},
        {"batchItemFailures": ["1"]},
        {"batchItemFailures": [{"itemIdentifier": "3"}]},
        {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "3"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"messageId": "1"}]},
    ],
)
def test_a_malformed_answer_fails_all_of_the_batch(answer: object) -> None:
    assert failures(answer, ["1", "2"]) == {"1", "2"}


def test_a_well_formed_answer_fails_just_what_it_names() -> None:
    assert failures({"batchItemFailures": [{"itemIdentifier": "2"}]}, ["1", "2"]) == {"2"}
