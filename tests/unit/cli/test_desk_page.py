"""What an agent reads about a conversation says no more and no less than is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.cli.desk_page import BEFORE, page, what_is_new
from nightbell.domain.business import BusinessSettings, TextId
from nightbell.domain.conversation import Consent, Conversation, PriorityReason
from nightbell.domain.desk_state import DeskState
from nightbell.domain.told import BECAME
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk_ports import Did
from nightbell.services.desk_reading import Act, DeskReading, Parts, Standing
from nightbell.services.desk_rows import DeskRows
from nightbell.services.desk_story import Story
from nightbell.services.ports import StoredMessage
from tests.contract.fake_clock import FakeClock

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
PK = "C#whatsapp.2.7"


class OneConversation:
    """Implements :class:`nightbell.services.desk_reading.DeskReading`, for somebody who wrote here alone."""

    def brands(self) -> list[str]:
        return []

    def waiting(self, brand: str, most: int) -> list[str]:  # noqa: ARG002
        return []

    def standings(self, pks: Any) -> list[Standing]:  # noqa: ARG002
        return []

    def parts(self, pk: str) -> Parts:
        return Parts(pk=pk, conversation=Conversation(), state=DeskState(), messages=[], units=[], acts=[])

    def said_in_public(self, account_id: str, author_id: str, most: int) -> list[str]:  # noqa: ARG002
        return []


def unit(state: UnitState, kind: UnitKind = UnitKind.ACKNOWLEDGEMENT, **more: Any) -> Unit:
    return Unit(
        pk=PK,
        seq=1,
        kind=kind,
        state=state,
        created_at=AT,
        **{"text_id": TextId.RECEIPT, "text": "We got it.", "promised_by": AT + timedelta(hours=1), **more},
    )


def message(seq: int) -> StoredMessage:
    return StoredMessage(seq=seq, kind="whatsapp.text", text=f"text {seq}", sent_at=AT)


def told(conversation: Conversation, *numbers: int, units: Any = (), acts: Any = (), consents: Any = ()) -> Any:
    """Tell the story."""
    settings = BusinessSettings(brands={}, accounts={})
    parts = Parts(
        pk=PK,
        conversation=conversation,
        state=DeskState(),
        messages=[message(number) for number in numbers],
        units=units,
        acts=acts,
        consents=consents,
    )
    reading: DeskReading = OneConversation()
    return Story(reading, DeskRows(settings, CHANNELS, SENDERS), FakeClock(AT)).of(parts)


def shown(conversation: Conversation, *numbers: int, **more: Any) -> str:
    return "\n".join(page(told(conversation, *numbers, **more)))


def test_whoever_takes_it_is_shown_what_waits_and_a_little_of_what_was_before() -> None:
    out = "\n".join(what_is_new(told(Conversation(last_seq=12, seen_seq=10), *range(1, 13))))
    assert "text 12" in out
    assert "  | text 4\n" not in out
    assert f"  | text {11 - BEFORE}\n" in out
    assert f"{10 - BEFORE} earlier: nightbell desk show '{PK}'" in out
    assert "  | text 4\n" in shown(Conversation(last_seq=12, seen_seq=10), *range(1, 13))


def test_what_a_comment_stands_below_is_told() -> None:
    story = told(Conversation(last_seq=1), 1)
    assert "\n  below " not in "\n".join(page(story))
    below = {"post": "5_\x1b6", "url": None}
    assert "\n  below 5_<U+001B>6\n" in "\n".join(page({**story, "post_context": below}))
    assert "\n  below https://x.example/6\n" in "\n".join(
        page({**story, "post_context": {**below, "url": "https://x.example/6"}})
    )


def test_a_gap_in_what_is_shown_is_said_because_closing_stops_there() -> None:
    hint = "take the conversation again in a moment"
    assert hint in shown(Conversation(last_seq=3), 1, 3)
    assert hint in shown(Conversation(last_seq=3), 1, 2)
    assert hint not in shown(Conversation(last_seq=3), 1, 2, 3)


@pytest.mark.parametrize("state", list(UnitState))
def test_every_outcome_is_told_in_words(state: UnitState) -> None:
    out = shown(Conversation(last_seq=1, ack_seq=1), 1, units=[unit(state, reason="error 10")])
    assert f"automatic, receipt: {BECAME[state]} (error 10)" in out


@pytest.mark.parametrize("state", [UnitState.REFUSED, UnitState.UNDELIVERED, UnitState.SUPPRESSED, UnitState.READY])
def test_a_text_that_reached_nobody_is_not_taken_for_one_that_did(state: UnitState) -> None:
    out = shown(Conversation(last_seq=1, ack_seq=1), 1, units=[unit(state)])
    assert "It would read:\n  | We got it." in out
    assert "promised by" not in out


def test_an_uncertain_text_counts_as_a_promise() -> None:
    out = shown(Conversation(last_seq=1, ack_seq=1), 1, units=[unit(UnitState.UNCERTAIN)])
    assert "nobody can tell whether it arrived\n  | We got it.\n  promised by Sun 22 Nov 2026 09:00" in out
    assert "  promised by Sun 22 Nov 2026 09:00\n\n" in out


def test_where_nothing_was_sent_the_reason_is_told() -> None:
    newest = unit(UnitState.SUPPRESSED, UnitKind.HAND_OFF, text="", reason="a program wrote it")
    out = shown(Conversation(last_seq=1, unit_seq=1), 1, units=[newest])
    assert "automatic, hand_off: nothing (a program wrote it)" in out


def test_an_agents_own_words_are_under_their_name() -> None:
    own = unit(UnitState.SENT, UnitKind.PERSON_ANSWER, desk=2, by="mar\x1bta", text_id=None, text="At eight.")
    assert "mar<U+001B>ta, person_answer: sent\n  | At eight." in shown(Conversation(last_seq=1), 1, units=[own])


@pytest.mark.parametrize(
    ("did", "what", "said"),
    [
        (Did.NOTE, "Her \u202edaughter\ncalled", "marta noted: Her <U+202E>daughter\n  | called"),
        (Did.HAND_OVER, "luis", "marta handed it over to luis"),
        (Did.SNOOZE, "2026-11-23T09:00:00Z", "marta put it off until Mon 23 Nov 2026 09:00"),
        (Did.PROMISE, "2026-11-23T09:00:00Z", "marta promised to answer by Mon 23 Nov 2026 09:00"),
        (Did.PROMISE, "", "marta promised to answer by\n"),
        (Did.NOTE, "2026-11-23", "marta noted: 2026-11-23"),
        (Did.TAKE, "", "marta took it\n"),
    ],
)
def test_what_somebody_did_is_told_with_who_and_when(did: Did, what: str, said: str) -> None:
    act = Act(number=1, at=AT, by="marta", did=did.value, what=what)
    assert f"*  Sun 22 Nov 2026 08:00  {said}" in shown(Conversation(last_seq=1), 1, acts=[act])


@pytest.mark.parametrize("did", list(Did))
def test_every_act_has_its_words(did: Did) -> None:
    act = Act(number=1, at=AT, by="marta", did=did.value, what="")
    line = next(line for line in shown(Conversation(last_seq=1), 1, acts=[act]).splitlines() if line.startswith("*"))
    assert not line.endswith(f"marta {did.value}")


def test_why_it_is_urgent_is_told_in_sentences() -> None:
    assert "  ! It is a complaint." in shown(Conversation(last_seq=1, reasons=(PriorityReason.COMPLAINT,)), 1)


def test_without_settings_times_are_in_utc() -> None:
    assert "times are in UTC" in shown(Conversation(last_seq=1, brand="gone"), 1)


def test_who_holds_it_is_told() -> None:
    held = Conversation(last_seq=1, agent_id="marta", agent_until=AT + timedelta(minutes=30))
    assert "; marta holds it until Sun 22 Nov 2026 08:30" in shown(held, 1)


def test_where_nobody_can_answer_any_more_it_is_said() -> None:
    assert "Nobody can answer here any more" in shown(Conversation(last_seq=1), 1)


def test_nobody_writes_to_a_contact_who_did_not_allow_it() -> None:
    assert "Nobody may mail or call" in shown(Conversation(last_seq=1, opted_out=True), 1)
    assert "wants no automatic messages" in shown(Conversation(last_seq=1, opted_out=True), 1)


def test_what_was_allowed_is_shown_with_the_words_that_asked() -> None:
    consent = Consent(channel="email", address="a@b.example", given_at=AT, wording="At which address?", seq=1)
    out = shown(Conversation(last_seq=1, consent=consent), 1, consents=[consent])
    assert "You may mail a@b.example\n  given on Sun 22 Nov 2026 08:00 to\n  | At which address?" in out
    assert "Nobody may mail" not in out


@pytest.mark.parametrize(("via", "by"), [("email", "mail"), ("sms", "text message")])
def test_who_wrote_by_mail_is_answered_by_mail_without_a_permission(via: str, by: str) -> None:
    there = Conversation(last_seq=1, via=via, via_account="hola@shop.example")
    assert f"Answer by {by}" in shown(there, 1)
    assert "Nobody may mail or call:" not in shown(there, 1)
    assert f"now on {via} to hola@shop.example" in shown(there, 1)


def test_what_everybody_can_read_is_shown_beside_what_was_told_in_private() -> None:
    both = replace(unit(UnitState.REFUSED), public_state=UnitState.CONFIRMED, public_text="Thank you!")
    out = shown(Conversation(last_seq=1, ack_seq=1, lined=1), 1, units=[both])
    assert "public_line, in public: sent, and confirmed by the platform\n  | Thank you!" in out
    assert "receipt: nothing: the platform refused it\n  It would read:" in out


def test_where_the_contact_went_on_is_told_to_whoever_answers() -> None:
    assert "7 on whatsapp, now on messenger; 2" in shown(Conversation(last_seq=1, via="messenger"), 1)
    assert "7 on whatsapp; 2" in shown(Conversation(last_seq=1), 1)
