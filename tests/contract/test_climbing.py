"""A8 and joins on the real table: what is written when a step is over, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation, Join
from nightbell.domain.unit import Unit, UnitState, next_step
from tests.contract.conversation_table import empty, make_table
from tests.contract.test_table_expressions import DUE, LEASE, ME, NOW, PK, TEXT, Bench

S = UnitState
STEPS = {"ladder": ("reply",), "next_text_id": TextId.REDIRECT.value, "address": "c1"}


@pytest.fixture(scope="module")
def module_table(dynamodb: Any) -> str:
    return make_table(dynamodb)


@pytest.fixture
def bench(dynamodb: Any, module_table: str) -> Bench:
    empty(dynamodb, module_table)
    return Bench(dynamodb, module_table)


def line_sent(bench: Bench, **more: object) -> Unit:
    """Be the worker that has sent the line, and has had its answer."""
    started = bench.units.start(bench.put_unit(S.READY, **STEPS, **more), ME, TEXT)
    assert started is not None
    return started


def test_a_climb_keeps_what_the_step_came_to_and_clears_what_was_only_its_own(bench: Bench) -> None:
    before = line_sent(bench, told=True, reason="the platform asked us to wait", not_before=NOW)
    after = bench.units.climb(before, S.REFUSED, reason="not today", message_id="c2")
    assert after is not None
    assert (after.state, after.via, after.ladder) == (S.READY, "reply", ())
    assert (after.text_id, after.next_text_id, after.address) == (TextId.REDIRECT, None, "c1")
    assert (after.public_state, after.public_id, after.public_reason) == (S.REFUSED, "c2", "not today")
    assert (after.public_text, after.public_promised_by) == (TEXT.text, TEXT.promised_by)
    assert (after.text, after.promised_by, after.platform_message_id, after.reason) == ("", None, None, "")
    assert (after.told, after.not_before, after.sent_from, after.lease) == (False, None, None, None)
    assert (after.due_at, after.revision) == (DUE, before.revision + 1)
    assert bench.unit()["ack_key"] == after.ack_key == next_step(before).ack_key != before.ack_key
    assert bench.is_due()


def test_a_climb_whose_answer_was_lost_is_known_for_our_own(bench: Bench) -> None:
    before = line_sent(bench)
    first = bench.units.climb(before, S.SENT)
    assert bench.units.climb(before, S.SENT) == first
    assert bench.unit()["rev"] == before.revision + 1


@pytest.mark.parametrize("changed", [{"worker": "another"}, {"epoch": 1}])
def test_nobody_else_climbs(bench: Bench, changed: dict[str, Any]) -> None:
    before = line_sent(bench)
    assert bench.units.climb(replace(before, **changed), S.SENT) is None
    assert bench.unit()["st"] == "SENDING"


def test_what_was_put_off_is_not_taken_for_a_climb(bench: Bench) -> None:
    before = line_sent(bench)
    assert bench.units.not_now(before, LEASE, told=True) is not None
    assert bench.units.climb(before, S.SENT) is None
    assert "via" not in bench.unit()


def test_a_late_start_of_the_line_does_not_begin_the_reply(bench: Bench) -> None:
    read = bench.put_unit(S.READY, **STEPS)
    started = bench.units.start(read, ME, TEXT)
    assert started is not None
    assert bench.units.climb(started, S.SENT) is not None
    assert bench.units.start(read, ME, TEXT) is None
    assert bench.unit()["st"] == "READY"


def test_the_reply_starts_under_its_own_key_and_leaves_the_line_as_it_was(bench: Bench) -> None:
    after = bench.units.climb(line_sent(bench), S.SENT)
    assert after is not None
    started = bench.units.start(after, ME, replace(TEXT, text_id="redirect", text="Hello.", promised_by=None))
    assert started is not None
    assert (started.state, started.text, started.promised_by) == (S.SENDING, "Hello.", None)
    assert (started.public_state, started.public_text) == (S.SENT, TEXT.text)
    done = bench.units.finish(started, S.SENT, message_id="m2")
    assert done is not None
    assert (done.platform_message_id, done.has_said("m2", ""), done.has_lined("m2", "")) == ("m2", True, False)
    assert (done.has_lined("", TEXT.text), done.has_said("", TEXT.text)) == (True, False)


def test_neither_seen_nor_failed_news_of_the_line_touches_the_reply(bench: Bench) -> None:
    line = line_sent(bench)
    assert bench.units.climb(line, S.SENT) is not None
    assert not bench.receipts.settle_seen(line, NOW)
    assert not bench.receipts.settle_failed(line, "gone", NOW)
    assert bench.unit()["st"] == "READY"


def test_a_join_may_come_before_any_message_and_takes_no_place_of_one(bench: Bench) -> None:
    first = Join(since=NOW, pk="C#public.1.post%2F7")
    assert bench.units.join(PK, Conversation(), first)
    read = bench.units.read_conversation(PK)
    assert (read.joins, read.exists) == ((first,), False)
    assert set(bench.meta()) == {"pk", "sk", "joins"}


def test_a_join_that_was_overtaken_is_refused_and_then_comes_after_the_other(bench: Bench) -> None:
    bench.put_conversation()
    read = bench.units.read_conversation(PK)
    joins = [Join(since=NOW + timedelta(minutes=minute), pk=f"C#{minute}") for minute in range(2)]
    assert bench.units.join(PK, read, joins[0])
    assert not bench.units.join(PK, read, joins[1])
    assert bench.units.join(PK, bench.units.read_conversation(PK), joins[1])
    assert bench.units.read_conversation(PK) == replace(read, joins=tuple(joins))
