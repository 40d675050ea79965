"""What holds after any sequence of things that a contact, a person and time do."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import nightbell.schemas
from nightbell.domain.business import Choice, TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Contact
from nightbell.domain.manners import PLAIN
from nightbell.domain.phrases import Kind
from nightbell.domain.policy import Decision
from nightbell.domain.suppression import LOOP_ACKS
from nightbell.domain.unit import UnitKind, UnitState
from tests.unit.talk import MONDAY_NOON, Talk, bakery

CANARY = "qzxkanarienvogel"
SCHEMA = Path(next(iter(nightbell.schemas.__path__))) / "human_queue_message.v1.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_bytes()))

SAID = [
    f"Where is my order? {CANARY}",
    f"The cake was broken {CANARY}",
    f"I have an idea {CANARY}",
    f"Delicious {CANARY}",
    f"It is an emergency {CANARY}",
    f"¿Dónde está mi pedido HB-12345? {CANARY}",
    f"{CANARY}@example.com",
    f"{CANARY} +34 600 555 001",
    "stop",
    "start",
    "Call me",
    "",
    "\ud800 {brand} {code} %s <b>",
]


@dataclass
class Step:
    name: str
    act: Callable[[Talk], Decision | None] = field(repr=False)


def quietly(change: Callable[[Talk], object]) -> Callable[[Talk], None]:
    def act(talk: Talk) -> None:
        change(talk)

    return act


def close_partly(talk: Talk) -> None:
    talk.changes(seen_seq=(talk.conversation.seen_seq + talk.conversation.last_seq) // 2)


def said(text: str) -> Step:
    contact = Contact(contact_id="4711", address="4711", name=CANARY)
    return Step(f"says {text!r}", lambda talk: talk.says(text, contact=contact))


def tapped(choice: Choice) -> Step:
    return Step(f"taps {choice}", lambda talk: talk.taps(choice))


def late(hours: int) -> Step:
    return Step(f"{hours} h late", lambda talk: talk.says(CANARY, sent_at=talk.now - timedelta(hours=hours)))


STEPS = st.one_of(
    st.sampled_from([said(text) for text in SAID]),
    st.sampled_from([tapped(choice) for choice in Choice]),
    st.sampled_from(
        [
            Step("edits", lambda talk: talk.edits(f"{CANARY} emergency")),
            Step("edits to stop", lambda talk: talk.edits("stop")),
            Step("unsends", lambda talk: talk.unsends()),
            Step("standby", lambda talk: talk.says(CANARY, standby=True)),
            Step("gives", lambda talk: talk.says("x", given_email="a@b.example", given_phone="+34600555001")),
            late(1),
            late(30),
            Step("a person closes", quietly(lambda talk: talk.is_closed_by_a_person())),
            Step("a person closes partly", quietly(close_partly)),
            Step(
                "an agent takes it",
                quietly(lambda talk: talk.changes(agent_id="marta", agent_until=talk.now + timedelta(minutes=30))),
            ),
            Step("a person writes", quietly(lambda talk: talk.changes(human_at=talk.now))),
            Step(
                "another app writes", quietly(lambda talk: talk.changes(other_app_until=talk.now + timedelta(hours=1)))
            ),
        ]
    ),
    st.sampled_from([0, 1, 15, 60, 5 * 60, 13 * 60, 3 * 24 * 60, 8 * 24 * 60]).map(
        lambda minutes: Step(f"{minutes} min", quietly(lambda talk: talk.wait(minutes=minutes)))
    ),
)


@given(steps=st.lists(STEPS, max_size=40), with_window=st.booleans())
@settings(max_examples=150, deadline=None)
@example(steps=[said("stop"), said("start")] * 4, with_window=True)
@example(steps=[said(text) for text in SAID] * 2, with_window=True)
def test_whatever_happens_the_rules_hold(steps: list[Step], with_window: bool) -> None:  # noqa: FBT001
    talk = Talk(MONDAY_NOON, window=timedelta(hours=24) if with_window else None)
    told: Counter[tuple[int, str]] = Counter()
    acks_at: list[Any] = []
    for step in steps:
        before = talk.conversation
        decision = step.act(talk)
        if decision is not None:
            _check_numbers(before, decision)
            _check_unit(talk, decision)
            _count(talk, decision, told, acks_at)
    assert all(count == 1 for count in told.values())
    assert [unit.seq for unit in talk.units] == sorted({unit.seq for unit in talk.units})


def _check_numbers(before: Conversation, decision: Decision) -> None:
    after = decision.conversation
    assert after.last_seq == before.last_seq + 1
    assert before.seen_seq <= after.seen_seq <= after.last_seq
    assert after.is_waiting is (after.last_seq > after.seen_seq)
    assert after.waiting_count == after.last_seq - after.seen_seq
    assert max(after.episode, after.unit_seq, after.ack_seq) <= after.last_seq
    new = not before.is_waiting or (after.lapsed and after.episode != before.episode)
    assert (after.episode == after.last_seq) is new
    # Who is waited for is always told about at once, and asked only while a choice stands.
    if new and after.is_waiting:
        assert decision.unit is not None
    assert after.asked is None or after.follow_up in {"email_me", "call_me"}
    assert after.consent is None or after.follow_up in {"email_me", "call_me"}
    assert (decision.consent is not None) is (after.consent is not None and after.consent != before.consent)


def _check_unit(talk: Talk, decision: Decision) -> None:
    unit = decision.unit
    sends = unit is not None and unit.kind.sends
    # Something is sent, or the reason is told why not; only what closes itself needs none.
    assert sends or decision.held_back or not decision.conversation.is_waiting
    if unit is None:
        return
    assert unit.seq == decision.conversation.last_seq == decision.conversation.unit_seq
    assert (unit.text_id is not None) is sends
    if sends:
        assert not decision.conversation.opted_out or unit.text_id is TextId.OPTED_OUT
        assert not decision.conversation.is_held(talk.now)
        assert talk.dropped(decision) is None
        _check_text(talk, decision)
    for state in UnitState:
        VALIDATOR.validate(talk.handed_off(decision, state, text="what was sent"))


def _check_text(talk: Talk, decision: Decision) -> None:
    sent = talk.sent(decision)
    assert CANARY not in sent.text.lower()
    assert "600 555 001" not in sent.text
    assert sent.promised_by is None or sent.promised_by > talk.now
    if talk.conversation.kind in {Kind.IDEA, Kind.PRAISE} and str(sent.text_id).startswith("re"):
        assert sent.promised_by is None


def _count(talk: Talk, decision: Decision, told: Counter[tuple[int, str]], acks_at: list[Any]) -> None:
    unit = decision.unit
    if unit is None or unit.kind is not UnitKind.ACKNOWLEDGEMENT:
        return
    stretch = talk.account.hours.stretch_at(talk.now).key
    told[decision.conversation.episode, "emergency" if unit.text_id is TextId.EMERGENCY else stretch] += 1
    acks_at.append(talk.now)
    assert sum(talk.now - at < PLAIN.acks_within for at in acks_at) <= LOOP_ACKS


def test_the_preview_is_the_only_place_for_the_contacts_words_and_only_where_it_is_switched_on() -> None:
    account = bakery()
    for preview in (False, True):
        talk = Talk(account=replace(account, brand=replace(account.brand, preview=preview)))
        message = json.dumps(talk.handed_off(talk.says(f"{CANARY} " + "x" * 500)))
        assert (CANARY in message) is preview
        assert "x" * 81 not in message


@pytest.mark.parametrize("text", ["{brand}", "{promised_by}", "{code}"])
def test_a_contact_cannot_have_placeholders_filled(text: str) -> None:
    talk = Talk()
    assert text not in talk.sent(talk.says(text)).text
