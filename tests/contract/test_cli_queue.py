"""The human queue from the command line: looking costs nobody anything, and the next conversation is really taken."""

import json
import threading
from collections import Counter
from typing import Any

import pytest

from infra.cli.desk_tools import open_desk
from infra.cli.queue_next import HELD_FOR, next_in_queue
from infra.cli.stack import find_deployment
from nightbell.domain.errors import UnavailableError
from nightbell.services.desk_acting import LEASE
from tests.contract.cli_stage import Customer, Run, deploy, runner
from tests.contract.conftest import ClientMaker


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    return runner(capsys, monkeypatch, "queue")


@pytest.fixture
def queue(aws: ClientMaker, outputs: dict[str, str]) -> "Watched":
    """Empty it: each test has it for itself."""
    aws("sqs").purge_queue(QueueUrl=outputs["HumanQueueUrl"])
    return Watched(aws("sqs"), outputs["HumanQueueUrl"])


@pytest.fixture
def outputs(aws: ClientMaker) -> dict[str, str]:
    return deploy(aws, "queue")


@pytest.fixture
def told(aws: ClientMaker, outputs: dict[str, str], queue: "Watched", request: pytest.FixtureRequest) -> Any:
    """Have customers write, be acknowledged, and be told to the queue."""
    assert queue.counts() == (0, 0)
    made: list[Customer] = []

    def one() -> Customer:
        customer = Customer(aws, outputs, f"{request.node.name}.{len(made)}")
        customer.write("Hello")
        customer.is_told("Marta will answer you.")
        made.append(customer)
        return customer

    yield one
    for customer in made:
        _close(aws, outputs, customer)


def _close(aws: ClientMaker, outputs: dict[str, str], customer: Customer) -> None:
    aws("dynamodb").update_item(
        TableName=outputs["ConversationTableName"],
        Key={"pk": {"S": customer.pk}, "sk": {"S": "META"}},
        UpdateExpression="SET seen_seq = last_seq REMOVE waiting_pk, waiting_at, agent_id, agent_until",
    )


class Watched:
    """The queue, as another reader sees it."""

    def __init__(self, sqs: Any, url: str) -> None:
        self.sqs, self.url = sqs, url

    def receive(self, most: int = 1, hidden_s: int = 900) -> list[dict[str, Any]]:
        found = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=hidden_s,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return list(found.get("Messages", []))

    def counts(self) -> tuple[int, int]:
        """Messages in sight, and out of it."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])


def about(message: dict[str, Any]) -> str:
    return str(json.loads(message["Body"])["conversation_id"])


def receives(message: dict[str, Any]) -> int:
    return int(message["Attributes"]["ApproximateReceiveCount"])


def take_next(run: Run, agent: str = "marta") -> str:
    code, out, err = run("desk", "next", "--agent", agent, "--json")
    assert code == 0, err
    return str(json.loads(out)["conversation_id"])


# next


def test_the_next_conversation_is_taken_and_its_message_stays_out_of_sight(run: Run, told: Any, queue: Watched) -> None:
    ada = told()
    assert take_next(run) == ada.pk
    assert ada.receipts.read_conversation(ada.pk).agent_id == "marta"
    assert queue.counts() == (0, 1)


def test_what_no_longer_waits_is_deleted(
    run: Run, told: Any, queue: Watched, aws: ClientMaker, outputs: dict[str, str]
) -> None:
    _close(aws, outputs, told())
    ada = told()
    assert take_next(run) == ada.pk
    assert queue.counts() == (0, 1)


def test_what_somebody_holds_comes_back_and_is_not_taken(run: Run, told: Any, queue: Watched) -> None:
    held, free = told(), told()
    run("desk", "take", held.pk, "--agent", "luis")
    assert take_next(run) == free.pk
    assert held.receipts.read_conversation(held.pk).agent_id == "luis"
    # Both are out of sight, and none is gone.
    assert queue.counts() == (0, 2)


def test_what_one_holds_oneself_is_not_the_next(run: Run, told: Any) -> None:
    mine, free = told(), told()
    run("desk", "take", mine.pk, "--agent", "marta")
    assert take_next(run, "marta") == free.pk


def test_whoever_takes_the_next_gets_another_one_each_time(run: Run, told: Any) -> None:
    both = {told().pk, told().pk}
    assert {take_next(run), take_next(run)} == both


def test_what_nobody_wants_to_see_yet_is_not_taken(run: Run, told: Any, queue: Watched) -> None:
    ada = told()
    run("desk", "take", ada.pk, "--agent", "luis")
    run("desk", "snooze", ada.pk, "2h", "--agent", "luis")
    code, _, err = run("desk", "next", "--agent", "marta")
    assert (code, "Nothing waits that nobody holds." in err) == (1, True)
    assert queue.counts() == (0, 1)


def test_a_message_that_is_none_of_ours_is_left_alone(run: Run, told: Any, queue: Watched) -> None:
    for body in ("{}", "no JSON", '{"conversation_id": 7}'):
        queue.sqs.send_message(QueueUrl=queue.url, MessageBody=body)
    ada = told()
    assert take_next(run) == ada.pk
    assert queue.counts() == (0, 4)


def test_what_another_reader_looks_at_is_found_in_the_list(run: Run, told: Any, queue: Watched) -> None:
    ada = told()
    (theirs,) = queue.receive()
    assert about(theirs) == ada.pk
    code, _, err = run("desk", "next", "--agent", "marta")
    assert code == 0
    assert "The queue had nothing in sight" in err
    assert ada.receipts.read_conversation(ada.pk).agent_id == "marta"


def test_nothing_is_received_that_is_not_needed(run: Run, told: Any, queue: Watched) -> None:
    """Another reader's own messages cost it one receive each, however many agents look for work."""
    everybody = [told() for _ in range(4)]
    (theirs,) = queue.receive()
    taken = [take_next(run, agent) for agent in ("marta", "luis")]
    assert about(theirs) not in taken
    # One is left, and nobody has received it before.
    left = queue.receive(10)
    assert [receives(message) for message in left] == [1]
    assert {about(theirs), *taken, *map(about, left)} == {customer.pk for customer in everybody}
    queue.sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=theirs["ReceiptHandle"], VisibilityTimeout=0)
    (again,) = queue.receive()
    assert (about(again), receives(again)) == (about(theirs), 2)


def test_what_is_put_back_for_a_failure_comes_at_once_for_others(
    run: Run, told: Any, queue: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    told()
    monkeypatch.setattr("nightbell.services.desk.Desk.take", _broken)
    assert run("desk", "next", "--agent", "marta")[0] == 1
    assert [receives(message) for message in queue.receive()] == [2]


def _broken(*_: object) -> None:
    raise UnavailableError("the table does not answer")


def test_agents_and_another_reader_together_lose_nothing_and_share_nothing(
    run: Run, told: Any, queue: Watched, aws: ClientMaker
) -> None:
    """Six agents look for work while a tool reads the queue in its own way: each conversation has one owner."""
    waiting = {told().pk for _ in range(6)}
    stop, taken = threading.Event(), Counter[str]()

    def another_reader() -> None:
        sqs = Watched(aws("sqs"), queue.url)
        while not stop.is_set():
            for message in sqs.receive(hidden_s=1):
                # It only looks; a conversation that waits comes back to it.
                assert about(message) in waiting

    reader = threading.Thread(target=another_reader)
    reader.start()
    deployment = find_deployment("queue")
    agents = [threading.Thread(target=_work, args=(deployment, name, taken)) for name in "abcdef"]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    stop.set()
    reader.join()
    assert taken == Counter(waiting)
    assert run("desk", "next", "--agent", "g")[0] == 1
    assert sum(queue.counts()) == 6


def _work(deployment: Any, name: str, taken: "Counter[str]") -> None:
    taken[next_in_queue(deployment, open_desk(deployment), name)] += 1


def test_a_held_message_is_offered_again_before_the_lease_is_over() -> None:
    """Whoever holds a conversation may let go; of a thousand receives it must cost few."""
    assert LEASE / HELD_FOR < 1000 / 24


# peek and count


def test_a_peek_lists_what_waits_and_leaves_the_queue_as_it_was(run: Run, told: Any) -> None:
    ada = told()
    first, second = (run("queue", "peek", "--json")[1] for _ in range(2))
    mine = [found for found in json.loads(first) if found["conversation_id"] == ada.pk]
    assert [(found["waiting_count"], found["held_by"]) for found in mine] == [(1, None)]
    assert first == second


def test_a_peek_tells_where_the_contact_went_on_since_the_queue_was_told(
    run: Run, told: Any, aws: ClientMaker, outputs: dict[str, str]
) -> None:
    """A second message of an episode is told by the table alone."""
    aws("dynamodb").update_item(
        TableName=outputs["ConversationTableName"],
        Key={"pk": {"S": told().pk}, "sk": {"S": "META"}},
        UpdateExpression="SET via = :via",
        ExpressionAttributeValues={":via": {"S": "instagram_direct"}},
    )
    assert "on messenger, now on instagram_direct: question" in run("queue", "peek")[1]


def test_a_peek_leaves_out_what_is_answered(run: Run, told: Any) -> None:
    ada = told()
    run("desk", "take", ada.pk, "--agent", "marta")
    assert ada.pk in run("queue", "peek")[1]
    run("desk", "close", ada.pk, "--agent", "marta")
    assert ada.pk not in run("queue", "peek")[1]


def test_a_count_tells_what_the_queue_holds_and_what_really_waits(
    run: Run, told: Any, aws: ClientMaker, outputs: dict[str, str]
) -> None:
    _close(aws, outputs, told())
    run("desk", "take", told().pk, "--agent", "marta")
    code, out, _ = run("queue", "count", "--json")
    assert (code, json.loads(out)) == (
        0,
        {
            "queue": {"in_sight": 2, "out_of_sight": 0, "delayed": 0},
            "table": {
                "conversations": 1,
                "messages": 1,
                "held": 1,
                "snoozed": 0,
                "promise_broken": 0,
                "more_than_listed": 0,
            },
        },
    )
    assert "1 conversations wait, with 1 messages\n  1 held" in run("queue", "count")[1]
