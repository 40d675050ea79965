"""What the logs say of a message: enough to follow it, and nothing of whoever wrote it."""

import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger, Metrics

from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.trace_ids import trace_id
from nightbell.handlers import acknowledge, receive_webhook, replay_delivery, report
from nightbell.handlers.batch import each_record
from tests.contract.faults import Faults, How
from tests.contract.world import World
from tests.fakes import FakeSpillQueue

NUMBER, WORDS, MESSAGE = "34600111222", "canary-words", "wamid.canary34600111222"
REQUEST = "JKJaXmPLvHcESHA="
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Read what was logged, by the logger that ships."""
    stream = io.StringIO()
    # One of the same name would go on writing where the first one wrote.
    monkeypatch.setattr(report, "logger", Logger(service=f"nightbell {uuid4()}", level="INFO", stream=stream))
    monkeypatch.setattr(report, "_metrics", Metrics(namespace="Nightbell/test", service="nightbell"))

    def read() -> list[dict[str, Any]]:
        written = stream.getvalue() + capsys.readouterr().out
        stream.seek(0)
        stream.truncate()
        for canary in (NUMBER, WORDS, MESSAGE):
            assert canary not in written
        return [found for line in written.splitlines() if "_aws" not in (found := json.loads(line))]

    return read


def received(world: World) -> dict[str, Any]:
    """Hand one delivery to the handler, with the service of this world."""
    delivery = world.platform.holding([world.message(WORDS, by=NUMBER, mid=MESSAGE)], world.clock.now())
    receiving = SimpleNamespace(answer=lambda _: world.receive(delivery), secrets=SimpleNamespace(stale={}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receive_webhook, "_receiving", lambda: receiving)
        return receive_webhook.handler({"requestContext": {"requestId": REQUEST}}, None)


def records(*bodies: object) -> dict[str, Any]:
    return {"Records": [{"messageId": str(at), "body": json.dumps(body)} for at, body in enumerate(bodies)]}


def test_each_function_names_the_conversation_and_none_the_contact(world: World, lines: Lines) -> None:
    conversation = trace_id(world.pk(NUMBER))
    assert received(world)["statusCode"] == 200
    [stored] = lines()
    assert (stored["message"], stored["delivery"], stored["conversation"]) == ("messages_stored", REQUEST, conversation)
    assert stored["messages"] == trace_id(MESSAGE)
    [(pk, sk)] = world.hints.waiting
    each_record(
        records({"pk": pk, "sk": sk}),
        lambda hint: world.acknowledge(hint["pk"], hint["sk"], world.run()),
        names=acknowledge._names,
    )
    found = lines()
    assert {line["message"] for line in found} >= {"sends_sent", "hand_offs"}
    assert {(line["conversation"], line["unit"]) for line in found} == {(conversation, sk)}


def test_what_sweep_moves_is_named(world: World, lines: Lines) -> None:
    world.write(WORDS, by=NUMBER, mid=MESSAGE)
    world.hints.waiting.clear()
    world.pass_by(minutes=2)
    world.sweep()
    report.report(world.facts)
    assert {line["conversation"] for line in lines()} == {trace_id(world.pk(NUMBER))}


def test_what_the_platform_says_of_a_send_is_named(world: World, lines: Lines) -> None:
    world.write(WORDS, by=NUMBER, mid=MESSAGE)
    world.work()
    world.facts.clear()
    world.deliver(world.settlement(world.unit(1, NUMBER).tag, by=NUMBER))
    report.report(world.facts)
    assert [(line["message"], line["conversation"]) for line in lines()] == [
        ("acks_confirmed", trace_id(world.pk(NUMBER)))
    ]


def test_a_spilled_delivery_leads_to_its_replay(world: World, lines: Lines) -> None:
    spill = FakeSpillQueue()
    world.build(Faults(at=1, how=How.FAILED), spill)
    received(world)
    [spilled] = lines()
    assert (spilled["message"], spilled["delivery"]) == ("deliveries_spilled", REQUEST)
    world.build(Faults())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay_delivery, "_service", lambda: world.replay)
        replay_delivery.handler(records(*spill.parts), None)
    found = {line["message"]: line for line in lines()}
    assert {line["spill"] for line in (spilled, *found.values())} == {spill.parts[0]["id"]}
    assert found["messages_stored"]["conversation"] == trace_id(world.pk(NUMBER))


def test_one_records_names_are_not_anothers(lines: Lines) -> None:
    def act(hint: Any) -> list[Fact]:
        if hint["pk"] == "C#b":
            raise UnavailableError("no table")
        return [Fact(name="acted")]

    each_record(records(*({"pk": f"C#{name}", "sk": "A#1"} for name in "abc")), act, names=acknowledge._names)
    report.report([Fact(name="afterwards")])
    found = [(line["message"], line.get("conversation")) for line in lines()]
    named = [("acted", trace_id("C#a")), ("crashes", trace_id("C#b")), ("acted", trace_id("C#c"))]
    assert found == [*named, ("afterwards", None)]


def test_a_record_that_cannot_be_read_is_a_crash_and_no_more(lines: Lines) -> None:
    answer = each_record({"Records": [{"messageId": "7", "body": WORDS}]}, lambda _: [], names=acknowledge._names)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert [line["message"] for line in lines()] == ["crashes"]
