"""Dead letters are looked at without hiding them, and get another try only when somebody says so."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cli import dead_letters
from infra.cli.outcome import CliError
from infra.cli.queue import holds
from infra.cli.stack import Deployment
from tests.contract.cli_stage import Run, deploy, runner
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock

HAND_OFF = json.dumps({"conversation_id": "C#messenger.1.7", "preview": "secret words"})


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    return runner(capsys, monkeypatch, "dead")


@pytest.fixture
def outputs(aws: ClientMaker) -> dict[str, str]:
    found = deploy(aws, "dead")
    for name in ("HumanQueueUrl", "HumanDeadLettersUrl", "AckDeadLettersUrl", "SpillDeadLettersUrl"):
        aws("sqs").purge_queue(QueueUrl=found[name])
    return found


def put(aws: ClientMaker, url: str, *bodies: str) -> None:
    for body in bodies:
        aws("sqs").send_message(QueueUrl=url, MessageBody=body)


def counts(aws: ClientMaker, url: str) -> tuple[int, int]:
    found = holds(aws("sqs"), url)
    return found["in_sight"], found["out_of_sight"]


def test_a_list_names_what_lies_there_and_leaves_it_in_everybodys_sight(
    run: Run, aws: ClientMaker, outputs: dict[str, str]
) -> None:
    put(aws, outputs["HumanDeadLettersUrl"], HAND_OFF, "no JSON")
    put(aws, outputs["AckDeadLettersUrl"], json.dumps({"v": 1, "pk": "C#messenger.1.8", "sk": "A#000000000001"}))
    code, out, err = run("dlq", "list", "--json")
    found = {each["queue"]: each for each in json.loads(out)}
    assert (code, {name: each["about"] for name, each in found.items()}) == (0, {"ack": 1, "human": 2, "spill": 0})
    assert {each["tells_about"] for each in found["human"]["shown"]} == {"C#messenger.1.7", None}
    assert [each["tells_about"] for each in found["ack"]["shown"]] == ["C#messenger.1.8"]
    assert "nightbell dlq redrive human --stage dead" in err
    assert "spill --stage" not in err
    assert counts(aws, outputs["HumanDeadLettersUrl"]) == (2, 0)


def test_people_are_shown_pointers_and_nothing_that_anybody_wrote(
    run: Run, aws: ClientMaker, outputs: dict[str, str]
) -> None:
    put(aws, outputs["HumanDeadLettersUrl"], HAND_OFF, *["{}"] * 60)
    out = run("dlq", "list")[1]
    assert "  C#messenger.1.7  sent " in out
    assert "secret" not in out
    assert "human: about 61" in out
    assert "more" in out
    assert "spill: none" in out


def test_another_try_is_given_after_asking(run: Run, aws: ClientMaker, outputs: dict[str, str]) -> None:
    dead, alive = outputs["HumanDeadLettersUrl"], outputs["HumanQueueUrl"]
    put(aws, dead, *(HAND_OFF for _ in range(12)))
    for given, more in ({"stdin": "yes\n"}, "Say --yes"), ({"typed": "no"}, "Nothing was moved."):
        code, out, err = run("dlq", "redrive", "human", **given)
        assert (code, out) == (1, "")
        assert "About 12 messages go back" in err
        assert more in err
    assert counts(aws, dead) == (12, 0)
    assert run("dlq", "redrive", "human", typed="yes")[:2] == (0, "12 messages are back in the human queue.\n")
    assert (counts(aws, dead), counts(aws, alive)) == ((0, 0), (12, 0))
    assert json.loads(run("dlq", "redrive", "human", "--yes", "--json")[1]) == {"queue": "human", "moved": 0}


def test_what_breaks_off_between_two_queues_is_there_twice_and_never_gone(
    aws: ClientMaker, outputs: dict[str, str]
) -> None:
    dead, alive = outputs["HumanDeadLettersUrl"], outputs["HumanQueueUrl"]
    put(aws, dead, HAND_OFF)

    class Breaking:
        """Breaks off after the send."""

        def __getattr__(self, name: str) -> Any:
            return getattr(aws("sqs"), name)

        def delete_message(self, **_: Any) -> None:
            raise KeyboardInterrupt

    pair = dead_letters.Pair(name="human", url=alive, dead_url=dead, again="")
    with pytest.raises(KeyboardInterrupt):
        dead_letters.move(Breaking(), pair, FakeClock())
    assert (sum(counts(aws, dead)), sum(counts(aws, alive))) == (1, 1)


def test_mails_get_another_try_where_a_stage_receives_them(
    run: Run, aws: ClientMaker, outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alive, dead = (aws("sqs").create_queue(QueueName=name)["QueueUrl"] for name in ("dead-mail", "dead-mail-dead"))
    assert run("dlq", "redrive", "mail", "--yes")[0] == 1
    more = {**outputs, "MailQueueUrl": alive, "MailDeadLettersUrl": dead}
    monkeypatch.setattr(Deployment, "outputs", lambda _: more)
    put(aws, dead, json.dumps({"notificationType": "Received", "mail": {"messageId": "o3vrnil0e2ic", "source": "a@b"}}))
    _, out, _ = run("dlq", "list", "--json")
    shown = {each["queue"]: each["shown"] for each in json.loads(out)}
    assert [each["tells_about"] for each in shown["mail"]] == ["o3vrnil0e2ic"]
    assert run("dlq", "redrive", "mail", "--yes")[0] == 0
    assert (sum(counts(aws, dead)), sum(counts(aws, alive))) == (0, 1)


class Mover:
    """An SQS that moves messages by itself, as Amazon's does (API "StartMessageMoveTask")."""

    def __init__(self, *statuses: str, refused: str = "") -> None:
        self.statuses, self.refused, self.asked = list(statuses), refused, dict[str, str]()

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:  # noqa: ARG002, N803
        return {"Attributes": {"QueueArn": f"arn:{QueueUrl}"}}

    def start_message_move_task(self, **asked: str) -> Any:
        self.asked = asked
        if self.refused:
            raise ClientError({"Error": {"Code": self.refused, "Message": ""}}, "StartMessageMoveTask")
        return {"TaskHandle": "1"}

    def list_message_move_tasks(self, *, SourceArn: str, MaxResults: int) -> Any:  # noqa: N803
        assert (SourceArn, MaxResults) == ("arn:dead", 1)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {"Results": [{"Status": status, "ApproximateNumberOfMessagesMoved": 7, "FailureReason": "no right"}]}


PAIR = dead_letters.Pair(name="human", url="alive", dead_url="dead", again="")


def test_sqs_moves_them_itself_where_it_can() -> None:
    sqs, clock = Mover("RUNNING", "RUNNING", "COMPLETED"), FakeClock()
    assert dead_letters.move(sqs, PAIR, clock) == 7
    assert (sqs.asked, len(clock.sleeps)) == ({"SourceArn": "arn:dead", "DestinationArn": "arn:alive"}, 2)


def test_what_sqs_could_not_move_is_said() -> None:
    with pytest.raises(CliError, match="no right"):
        dead_letters.move(Mover("FAILED"), PAIR, FakeClock())
    with pytest.raises(CliError, match="goes on moving them by itself"):
        dead_letters.move(Mover("RUNNING"), PAIR, FakeClock())


def test_who_may_not_move_them_is_told_and_nothing_is_carried() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        dead_letters.move(Mover("COMPLETED", refused="AccessDenied"), PAIR, FakeClock())
