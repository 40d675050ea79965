"""What happens when the platform, a queue or a secret fails."""

from collections.abc import Iterator

import pytest

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import delivery_body
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP
from infra.local.platforms.meta.wire import wire_form
from infra.local.platforms.meta.writing import event_for
from infra.local.waiting import wait_for
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)

SETTLED = 100
"""Seconds after which no echo is expected any more, and the due marker of a unit has come."""


def test_a_lost_answer_is_settled_by_the_echo(shop: Shop) -> None:
    somebody = shop.somebody()
    shop.cloud.meta.faults.add(Fault(kind=FaultKind.LOST_ANSWER, contact_id=somebody.contact_id))
    shop.write(somebody)
    shop.answer(somebody)
    assert wait_for(lambda: shop.unit_state(somebody) == "CONFIRMED" or None, SOON_S)
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.told(somebody, "acknowledged")
    assert len(shop.answers(somebody)) == 1


def test_a_lost_answer_without_echo_is_settled_by_reading_back(shop: Shop) -> None:
    somebody = shop.somebody()
    for kind in (FaultKind.LOST_ANSWER, FaultKind.NO_ECHO):
        shop.cloud.meta.faults.add(Fault(kind=kind, contact_id=somebody.contact_id))
    shop.write(somebody)
    shop.answer(somebody)
    shop.quiet()
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.told(somebody, "acknowledged")
    assert shop.unit_state(somebody) == "CONFIRMED"
    assert len(shop.answers(somebody)) == 1, "found there, so not sent again"


def test_a_send_that_never_arrived_is_proved_absent_and_sent_again(shop: Shop) -> None:
    somebody = shop.somebody()
    shop.cloud.meta.faults.add(Fault(kind=FaultKind.DROPPED, contact_id=somebody.contact_id))
    shop.write(somebody)
    assert wait_for(lambda: shop.cloud.meta.faults.all() == [] or None, SOON_S)
    shop.quiet()
    assert shop.answers(somebody) == []
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.answer(somebody)
    shop.told(somebody, "acknowledged")


def test_a_lost_answer_that_nothing_can_settle_is_told_as_uncertain(shop: Shop) -> None:
    """WhatsApp has no history to read."""
    somebody = shop.somebody(WHATSAPP)
    for kind in (FaultKind.LOST_ANSWER, FaultKind.NO_ECHO):
        shop.cloud.meta.faults.add(Fault(kind=kind, contact_id=somebody.contact_id))
    shop.write(somebody)
    shop.answer(somebody)
    shop.quiet()
    shop.later(seconds=SETTLED)
    shop.sweep()
    told = shop.told(somebody, "uncertain")
    assert told["priority"]["reasons"]
    assert len(shop.answers(somebody)) == 1, "never sent twice"


def test_a_rate_limit_only_delays(shop: Shop) -> None:
    somebody = shop.somebody(WHATSAPP)
    shop.cloud.meta.faults.add(Fault(kind=FaultKind.ERROR, contact_id=somebody.contact_id, code=131056))
    shop.write(somebody)
    assert wait_for(lambda: shop.cloud.meta.faults.all() == [] or None, SOON_S)
    shop.quiet()
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.answer(somebody)


def test_a_platform_that_refuses_connections_only_delays(shop: Shop) -> None:
    somebody = shop.somebody()
    shop.cloud.graph_server.close()
    try:
        shop.write(somebody)
        shop.told(somebody, "pending")
    finally:
        shop.cloud.graph_server.open()
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.answer(somebody)
    shop.told(somebody, "acknowledged")


@pytest.fixture
def no_hints(shop: Shop) -> Iterator[None]:
    """Nobody reads AckQueue, and what is in it is lost."""
    client = shop.cloud.handles.client("lambda")
    name = shop.cloud.handles.outputs["AcknowledgeName"]
    mapping = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]["UUID"]
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    yield
    client.update_event_source_mapping(UUID=mapping, Enabled=True)


@pytest.mark.usefixtures("no_hints")
def test_sweep_finds_a_unit_whose_hints_were_all_lost(shop: Shop) -> None:
    somebody = shop.somebody()
    shop.write(somebody)
    queue = shop.cloud.handles.client("sqs")
    for minutes in (1.1, 1.1, 2.1):
        shop.quiet()
        queue.purge_queue(QueueUrl=shop.cloud.handles.outputs["AckQueueUrl"])
        assert shop.answers(somebody) == []
        shop.later(minutes=minutes)
        shop.sweep()
    shop.answer(somebody)
    shop.told(somebody, "acknowledged")


def test_a_dead_token_holds_answers_back_but_no_hand_off(shop: Shop) -> None:
    shop.cloud.meta.faults.add(Fault(kind=FaultKind.ERROR, channel=MESSENGER, code=190, subcode=463, times=None))
    first, second = shop.somebody(), shop.somebody()
    shop.write(first)
    assert "token" in shop.told(first, "pending")["acknowledgement"]["reason"]
    shop.write(second)
    shop.told(second, "pending")
    breaker = shop.items(f"ACC#messenger.{first.account_id}", "BRK")
    assert breaker[0]["cause"] == "token"
    shop.cloud.meta.faults.clear()
    assert shop.answers(first) == shop.answers(second) == []
    for _ in range(3):
        shop.later(minutes=3)
        shop.sweep()
        shop.quiet()
    shop.answer(first)
    shop.answer(second)
    shop.told(first, "acknowledged")


def test_without_a_secret_nothing_is_ever_accepted(shop: Shop) -> None:
    """The function starts anew with a place for its secrets in which there are none."""
    client = shop.cloud.handles.client("lambda")
    name = shop.cloud.handles.outputs["ReceiveWebhookName"]
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    account = shop.cloud.meta.account(MESSENGER)
    somebody, now = shop.somebody(), shop.cloud.clock.now()
    event = event_for(account, somebody, Writing(text="hello", message_id="m_secret"), now)
    body = wire_form(delivery_body(account, [event], now))
    nowhere = {"Variables": {**variables, "SECRETS_PREFIX": "/nightbell/nowhere"}}
    client.update_function_configuration(FunctionName=name, Environment=nowhere)
    try:
        assert shop.deliver(body).status == 500
        assert shop.deliver(body, {"X-Hub-Signature-256": ""}).status == 500
        assert shop.cloud.meta.handshake("").status == 500
        assert shop.messages(somebody) == []
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    assert shop.deliver(body).status == 200
    assert len(shop.messages(somebody)) == 1
