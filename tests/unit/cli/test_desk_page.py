"""What an agent reads about a conversation says no more and no less than is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.cli.desk_meaning import BECAME, Told, describe
from infra.cli.desk_page import page
from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.services.ports import Page, StoredMessage

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
PK = "C#whatsapp.2.7"


def unit(state: UnitState, kind: UnitKind = UnitKind.ACKNOWLEDGEMENT) -> Unit:
    return Unit(
        pk=PK,
        seq=1,
        kind=kind,
        state=state,
        text_id=TextId.RECEIPT,
        text="We got it.",
        promised_by=AT + timedelta(hours=1),
        created_at=AT,
        reason="error 10",
    )


def message(seq: int) -> StoredMessage:
    return StoredMessage(seq=seq, kind="whatsapp.text", text=f"text {seq}", sent_at=AT)


def shown(conversation: Conversation, *numbers: int, told: Told | None = None) -> str:
    held = replace(conversation, agent_id="marta", agent_until=AT + timedelta(minutes=30))
    seen = Page(conversation=held, messages=[message(number) for number in numbers])
    return "\n".join(page(describe(PK, seen, told or Told(sent=None, newest=None), None)))


def test_answered_messages_are_left_out() -> None:
    out = shown(Conversation(last_seq=3, seen_seq=2), 1, 2, 3)
    assert "text 3" in out
    assert "text 2" not in out


def test_a_gap_in_what_is_shown_is_said_because_closing_stops_there() -> None:
    hint = "take the conversation again in a moment"
    assert hint in shown(Conversation(last_seq=3), 1, 3)
    assert hint in shown(Conversation(last_seq=3), 1, 2)
    assert hint not in shown(Conversation(last_seq=3), 1, 2, 3)


@pytest.mark.parametrize("state", list(UnitState))
def test_every_outcome_is_told_in_words(state: UnitState) -> None:
    out = shown(Conversation(last_seq=1, ack_seq=1), 1, told=Told(sent=unit(state), newest=None))
    assert f"The customer was told: {BECAME[state]} (error 10)" in out


@pytest.mark.parametrize("state", [UnitState.REFUSED, UnitState.UNDELIVERED, UnitState.SUPPRESSED, UnitState.READY])
def test_a_text_that_reached_nobody_is_not_taken_for_one_that_did(state: UnitState) -> None:
    out = shown(Conversation(last_seq=1, ack_seq=1), 1, told=Told(sent=unit(state), newest=None))
    assert "It would read:\n  | We got it." in out
    assert "promised by" not in out


def test_an_uncertain_text_counts_as_a_promise() -> None:
    out = shown(Conversation(last_seq=1, ack_seq=1), 1, told=Told(sent=unit(UnitState.UNCERTAIN), newest=None))
    assert "nobody can tell whether it arrived" in out
    assert "  | We got it.\n  promised by Sun 22 Nov 2026 09:00" in out


def test_where_nothing_was_sent_the_reason_is_told() -> None:
    newest = unit(UnitState.SUPPRESSED, UnitKind.HAND_OFF)
    assert "The customer was told: nothing (error 10)" in shown(
        Conversation(last_seq=1, unit_seq=1), 1, told=Told(sent=None, newest=newest)
    )


def test_why_it_is_urgent_is_told_in_sentences() -> None:
    assert "  ! It is a complaint." in shown(Conversation(last_seq=1, reasons=(PriorityReason.COMPLAINT,)), 1)


def test_without_settings_times_are_in_utc() -> None:
    assert "times are in UTC" in shown(Conversation(last_seq=1, brand="gone"), 1)


def test_until_when_the_platform_lets_us_answer_is_told() -> None:
    assert "lets us answer until Mon 23 Nov 2026 07:55" in shown(Conversation(last_seq=1, contact_at=AT), 1)


def test_nobody_writes_to_a_contact_who_did_not_allow_it() -> None:
    assert "Nobody may mail or call" in shown(Conversation(last_seq=1, opted_out=True), 1)
    assert "wants no automatic messages" in shown(Conversation(last_seq=1, opted_out=True), 1)


@pytest.mark.parametrize(("via", "by"), [("email", "mail"), ("sms", "text message")])
def test_who_wrote_by_mail_is_answered_by_mail_without_a_permission(via: str, by: str) -> None:
    there = Conversation(last_seq=1, via=via, via_account="hola@shop.example")
    assert f"Answer by {by}" in shown(there, 1)
    assert "Nobody may mail or call:" not in shown(there, 1)
    assert f"now on {via} to hola@shop.example" in shown(there, 1)


def lined(state: UnitState, line: UnitState, line_text: str = "Thank you!") -> Unit:
    """A unit that has gone on from its line in public to the private reply."""
    return replace(unit(state), public_state=line, public_text=line_text, public_reason="" if line_text else "error 33")


def test_what_everybody_can_read_is_shown_beside_what_was_told_in_private() -> None:
    both = lined(UnitState.SENT, UnitState.CONFIRMED)
    out = shown(Conversation(last_seq=1, ack_seq=1, lined=1), 1, told=Told(sent=both, newest=None, lined=both))
    assert "  | We got it." in out
    assert "Everybody can read: sent, and confirmed by the platform\n  | Thank you!" in out


def test_a_line_that_stands_is_shown_although_the_private_reply_was_refused() -> None:
    both = lined(UnitState.REFUSED, UnitState.SENT)
    out = shown(Conversation(last_seq=1, ack_seq=1, lined=1), 1, told=Told(sent=both, newest=None, lined=both))
    assert "The customer was told: nothing: the platform refused it" in out
    assert "Everybody can read: sent\n  | Thank you!" in out


def test_a_line_that_does_not_stand_says_why() -> None:
    both = lined(UnitState.SENT, UnitState.REFUSED, "")
    out = shown(Conversation(last_seq=1, ack_seq=1, lined=1), 1, told=Told(sent=both, newest=None, lined=both))
    assert "Everybody can read: nothing: the platform refused it (error 33)" in out


def test_a_line_that_is_all_that_was_said_is_shown_once() -> None:
    only = replace(unit(UnitState.SENT), text_id=TextId.PUBLIC_PRAISE)
    out = shown(Conversation(last_seq=1, ack_seq=1, lined=1), 1, told=Told(sent=only, newest=None, lined=only))
    assert out.count("We got it.") == 1
    assert "Everybody can read it." in out


def test_where_the_contact_went_on_is_told_to_whoever_answers() -> None:
    assert "7 on whatsapp, now on messenger; 2" in shown(Conversation(last_seq=1, via="messenger"), 1)
    assert "7 on whatsapp; 2" in shown(Conversation(last_seq=1), 1)
