"""When the contact gets nothing, why, and who hears of it (point 7 of the policy)."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.table_items import message_item
from nightbell.domain import suppression as s
from nightbell.domain.business import Choice, TextId
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.events import Attachment, Contact, Message, MessageRole
from nightbell.domain.policy import Decision, undecided
from nightbell.domain.suppression import LOOP_MESSAGES_A_MINUTE
from nightbell.domain.unit import UnitKind, UnitState
from nightbell.platforms.registry import CHANNELS
from nightbell.services.ports import StoreRequest
from nightbell.services.store_messages import StoreMessages
from tests.unit.talk import DAY, MONDAY_NIGHT, MONDAY_NOON, PK, Talk, bakery, text_of

SOON = timedelta(minutes=5)


def is_told(talk: Talk, decision: Decision, reason: str) -> None:
    """Nothing is sent, and the human queue reads why."""
    assert text_of(decision) is None
    assert decision.held_back == reason
    assert decision.unit is not None
    assert decision.unit.kind is UnitKind.HAND_OFF
    told = talk.handed_off(decision, UnitState.SUPPRESSED)["acknowledgement"]
    assert told == {"kind": "hand_off", "state": "suppressed", "text": None, "promised_by": None, "reason": reason}


@pytest.mark.parametrize(
    ("known", "said", "reason"),
    [
        ({"agent_id": "marta", "agent_until": MONDAY_NOON + SOON}, {}, s.HELD),
        ({"human_at": MONDAY_NOON - SOON}, {}, s.INBOX),
        ({"human_at": MONDAY_NOON - timedelta(hours=1)}, {"sent_at": MONDAY_NOON - timedelta(hours=2)}, s.INBOX),
        ({"other_app_until": MONDAY_NOON + SOON}, {}, s.OTHER_APP),
        ({"opted_out": True}, {}, s.OPTED_OUT),
        ({}, {"standby": True}, s.STANDBY),
        ({}, {"sent_at": MONDAY_NOON - DAY}, s.STALE),
        ({}, {"sent_at": MONDAY_NOON - DAY + SOON}, s.STALE),
        ({"loop_seen_seq": 0}, {}, s.LOOP),
    ],
)
def test_a_message_that_is_held_back_reaches_the_team_with_the_reason(
    known: dict[str, Any], said: dict[str, Any], reason: str
) -> None:
    talk = Talk().changes(**known)
    is_told(talk, talk.says("When do you open?", **said), reason)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"agent_id": "marta", "agent_until": MONDAY_NOON}, {}),
        ({"human_at": MONDAY_NOON - timedelta(minutes=10)}, {}),
        ({"other_app_until": MONDAY_NOON}, {}),
        ({}, {"sent_at": MONDAY_NOON - DAY + timedelta(minutes=6)}),
        ({"loop_seen_seq": 0, "seen_seq": 1, "last_seq": 1}, {}),
    ],
)
def test_what_is_over_holds_nothing_back(known: dict[str, Any], said: dict[str, Any]) -> None:
    assert text_of(Talk().changes(**known).says("When do you open?", **said)) is TextId.RECEIPT


def test_without_a_window_nothing_is_stale() -> None:
    talk = Talk(window=None)
    assert text_of(talk.says("Hello", sent_at=talk.now - timedelta(days=6))) is TextId.RECEIPT


def test_who_was_held_back_is_acknowledged_once_that_is_over() -> None:
    talk = Talk().changes(human_at=MONDAY_NOON - SOON)
    talk.says("Hello")
    assert text_of(talk.wait(minutes=20).says("Anybody?")) is TextId.RECEIPT


# Edits and unsends


@pytest.mark.parametrize(
    ("attachments", "reason"),
    [
        ((Attachment(kind="edit_of", reference="m0"),), s.EDITED),
        ((Attachment(kind="unsend_of", reference="m0"),), s.TAKEN_BACK),
        ((Attachment(kind="call_permission", detail="accept"),), s.NOT_A_MESSAGE),
        ((), s.NOT_A_MESSAGE),
    ],
)
def test_a_change_is_never_acknowledged_and_opens_an_episode_for_the_team(
    attachments: tuple[Attachment, ...], reason: str
) -> None:
    talk = Talk()
    is_told(talk, talk.says("Hullo", role=MessageRole.CHANGE, attachments=attachments), reason)


def test_a_change_within_an_episode_waits_with_the_rest() -> None:
    talk = Talk()
    talk.says("Hello")
    assert talk.edits("Hullo").unit is None
    assert talk.unsends().unit is None
    assert talk.conversation.waiting_count == 3


def test_what_is_taken_back_after_all_was_answered_closes_itself() -> None:
    talk = Talk()
    talk.says("Hello")
    talk.is_closed_by_a_person()
    assert talk.unsends().unit is None
    assert not talk.conversation.is_waiting
    assert talk.conversation.last_seq == 2


def test_an_edit_after_all_was_answered_is_seen_by_a_person() -> None:
    talk = Talk()
    talk.says("Hello")
    talk.is_closed_by_a_person()
    assert talk.edits("I meant tomorrow").unit is not None
    assert talk.conversation.is_waiting


def test_a_change_does_not_open_the_reply_window_again() -> None:
    talk = Talk()
    talk.says("Hello")
    first = talk.conversation.contact_at
    talk.wait(hours=5).edits("Hullo")
    assert talk.conversation.contact_at == first


# Opt-out


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Stop!", "unsubscribe", "Baja", "no más mensajes"])
def test_an_opt_out_is_confirmed_once(text: str) -> None:
    talk = Talk()
    assert text_of(talk.says(text)) is TextId.OPTED_OUT
    assert talk.conversation.opted_out
    assert text_of(talk.says(text)) is None
    is_told(talk.is_closed_by_a_person(), talk.says(text), s.OPTED_OUT)


@pytest.mark.parametrize(
    "text", ["Stop by on Monday?", "Please don't stop", "the end", "Do I start on Monday", "una baja médica"]
)
def test_only_the_whole_message_opts_out(text: str) -> None:
    talk = Talk()
    assert text_of(talk.says(text)) is TextId.RECEIPT
    assert not talk.conversation.opted_out


@pytest.mark.parametrize(("text", "again"), [("stop", "START"), ("baja", "Alta"), ("stop", "darme de alta")])
def test_start_restores(text: str, again: str) -> None:
    talk = Talk()
    talk.says(text)
    assert text_of(talk.says(again)) is TextId.OPTED_IN
    assert not talk.conversation.opted_out
    talk.is_closed_by_a_person().wait(minutes=20)
    assert text_of(talk.says("Hello")) is TextId.RECEIPT


def test_start_means_nothing_to_who_never_stopped() -> None:
    assert text_of(Talk().says("start")) is TextId.RECEIPT


def test_who_opted_out_is_still_queued_and_gets_no_text_of_any_kind() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Hello")
    talk.says("stop")
    talk.is_closed_by_a_person()
    is_told(talk, talk.wait(hours=1).says("The cake was broken"), s.OPTED_OUT)
    for choice in Choice:
        decision = talk.taps(choice)
        assert decision.held_back == s.OPTED_OUT
        # The choice itself is news to the team.
        assert decision.unit is not None


def test_the_opt_out_is_checked_again_before_every_send() -> None:
    talk = Talk()
    receipt = talk.says("Hello")
    assert talk.dropped(receipt) is None
    confirmation = talk.says("stop")
    assert talk.dropped(receipt) == s.OPTED_OUT
    assert talk.dropped(confirmation) is None


def test_a_confirmation_that_is_overtaken_by_a_change_of_mind_does_not_leave() -> None:
    talk = Talk()
    out = talk.says("stop")
    back = talk.says("start")
    assert talk.dropped(out) == s.OPTED_IN_AGAIN
    assert talk.dropped(back) is None
    talk.says("stop")
    assert talk.dropped(back) == s.OPTED_OUT


def test_a_message_edited_into_an_opt_out_counts_without_a_word() -> None:
    talk = Talk()
    talk.says("Stp")
    decision = talk.edits("Stop")
    assert text_of(decision) is None
    assert talk.conversation.opted_out


def test_a_tapped_or_edited_start_restores_nothing_by_accident() -> None:
    talk = Talk()
    talk.says("stop")
    talk.edits("start")
    assert talk.conversation.opted_out


# Loops


def test_twenty_messages_in_a_minute_trip_the_breaker_until_a_person_acts() -> None:
    talk = Talk()
    decisions = [talk.says("beep") for _ in range(LOOP_MESSAGES_A_MINUTE)]
    assert PriorityReason.LOOP not in decisions[-2].conversation.reasons
    assert decisions[-1].unit is not None
    assert PriorityReason.LOOP in talk.conversation.reasons
    assert talk.dropped(decisions[0]) == s.LOOP
    assert text_of(talk.until("2026-11-23 22:00").says("beep")) is None
    assert text_of(talk.until("2026-11-24 12:00").says("beep")) is None
    talk.is_closed_by_a_person()
    assert text_of(talk.wait(hours=1).says("Hello")) is TextId.RECEIPT
    assert PriorityReason.LOOP not in talk.conversation.reasons


def test_nineteen_messages_in_a_minute_and_one_in_the_next_do_not() -> None:
    talk = Talk()
    for _ in range(LOOP_MESSAGES_A_MINUTE - 1):
        talk.says("beep")
    talk.wait(minutes=1).says("beep")
    assert talk.conversation.loop_seen_seq is None


def test_three_acknowledgements_in_ten_minutes_are_allowed_and_a_fourth_is_told_as_a_loop() -> None:
    talk = Talk()
    for _ in range(3):
        assert text_of(talk.says("Hello")) is TextId.RECEIPT
        talk.is_closed_by_a_person().wait(minutes=3)
    decision = talk.says("Hello")
    is_told(talk, decision, s.LOOP)
    assert PriorityReason.LOOP in talk.conversation.reasons
    talk.is_closed_by_a_person().wait(minutes=10)
    assert text_of(talk.says("Hello")) is TextId.RECEIPT


def test_a_loop_that_trips_within_an_episode_is_told() -> None:
    talk = Talk()
    for text in ("Hello", "stop", "start"):
        talk.says(text)
    decision = talk.says("stop")
    assert decision.held_back == s.LOOP
    assert decision.unit is not None
    assert talk.conversation.opted_out


def test_a_person_who_taps_through_every_choice_is_no_loop() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Hello")
    assert all(text_of(talk.taps(choice)) is not None for choice in Choice)
    assert text_of(talk.says("600 555 001")) is TextId.CONSENT_CALL
    assert talk.conversation.loop_seen_seq is None


def test_whoever_was_asked_for_a_number_may_give_it_whatever_was_sent_before() -> None:
    talk = Talk(MONDAY_NIGHT)
    for text in ("Hello", "stop", "start"):
        talk.says(text)
    talk.taps(Choice.CALL_ME)
    assert text_of(talk.says("600 555 001")) is TextId.CONSENT_CALL


# Again, just before sending


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"seen_seq": 1}, s.ANSWERED),
        ({"agent_id": "marta", "agent_until": MONDAY_NOON + SOON}, s.HELD),
        ({"agent_id": "marta", "agent_until": MONDAY_NOON}, None),
        ({"human_at": MONDAY_NOON}, s.INBOX),
        ({"human_at": MONDAY_NOON - timedelta(minutes=10)}, None),
        ({"other_app_until": MONDAY_NOON + SOON}, s.OTHER_APP),
        ({"opted_out": True}, s.OPTED_OUT),
        ({"loop_seen_seq": 0}, s.LOOP),
    ],
)
def test_what_has_happened_since_keeps_a_text_from_leaving(changes: dict[str, Any], reason: str | None) -> None:
    talk = Talk()
    decision = talk.says("Hello")
    assert talk.changes(**changes).dropped(decision) == reason


def test_a_text_does_not_leave_after_the_window_has_closed() -> None:
    talk = Talk()
    decision = talk.says("Hello")
    assert talk.wait(hours=23, minutes=54).dropped(decision) is None
    assert talk.wait(minutes=1).dropped(decision) == s.WINDOW_CLOSED


def test_of_two_acknowledgements_that_wait_only_the_newer_one_leaves() -> None:
    talk = Talk(MONDAY_NIGHT)
    redirect = talk.says("Hello")
    receipt = talk.until("2026-11-24 08:30").says("Anybody?")
    assert talk.dropped(redirect) == s.REPLACED
    assert talk.dropped(receipt) is None


def test_an_answer_or_an_emergency_replaces_no_acknowledgement() -> None:
    talk = Talk(MONDAY_NIGHT)
    redirect = talk.says("Hello")
    emergency = talk.says("It is an emergency")
    tapped = talk.taps(Choice.HERE)
    assert [talk.dropped(each) for each in (redirect, emergency, tapped)] == [None, None, None]
    talk.until("2026-11-24 08:30").says("Anybody?")
    assert talk.dropped(emergency) is None


def test_changed_hours_replace_no_acknowledgement() -> None:
    talk = Talk(MONDAY_NIGHT)
    redirect = talk.says("Hello")
    assert talk.changes(unit_stretch="closed:2026-11-22T13:00:00Z").dropped(redirect) is None


# The reason is stored


@dataclass
class FirstMessages:
    """A table in which nothing is stored yet, and which remembers what should be."""

    requests: list[StoreRequest] = field(default_factory=list)

    def read_conversation(self, _: str) -> Conversation:
        return Conversation()

    def store(self, request: StoreRequest) -> None:
        self.requests.append(request)


def test_every_message_is_stored_with_the_reason_why_nothing_was_sent() -> None:
    account, table = bakery(), FirstMessages()
    accounts = {(account.channel, account.account_id): account}
    said = [replace(_message(Talk()), account_id=account.account_id, message_id=name) for name in ("m1", "m2")]
    StoreMessages(table, accounts, CHANNELS)(PK, said, MONDAY_NOON)  # type: ignore[arg-type]
    (request,) = table.requests
    stored = [message_item(PK, numbered, MONDAY_NOON) for numbered in request.messages]
    assert [item.get("held_back") for item in stored] == [None, {"S": s.TOLD_ALREADY}]


# Not decided


def test_what_cannot_be_decided_is_handed_over() -> None:
    talk = Talk()
    decision = talk.says("Hello")
    message = _message(talk)
    first = undecided(message, talk.is_closed_by_a_person().conversation, pk=PK, reason="why", now=talk.now)
    assert first.unit is not None
    assert (first.unit.kind, first.unit.reason, first.unit.seq) == (UnitKind.UNDECIDED, "why", 2)
    assert first.conversation.is_waiting
    more = undecided(message, first.conversation, pk=PK, reason="why", now=talk.now)
    assert more.unit is None
    assert more.conversation.contact_at == talk.now
    assert decision.unit is not None


def _message(talk: Talk) -> Message:
    contact = Contact(contact_id="4711", address="4711")
    return Message(
        kind="k", channel="messenger", account_id="1", contact=contact, message_id="m", sent_at=talk.now, text="Hello"
    )


def test_three_acknowledgements_without_a_persons_answer_are_enough() -> None:
    talk = Talk(MONDAY_NOON)
    told = [
        text_of(talk.until(at).says("Is anybody there?"))
        for at in ("2026-11-23 12:00", "2026-11-23 15:00", "2026-11-23 17:00")
    ]
    assert told == [TextId.RECEIPT, TextId.REDIRECT, TextId.RECEIPT]
    fourth = talk.until("2026-11-23 22:00").says("Hello?")
    assert (text_of(fourth), fourth.held_back) == (None, s.TOLD_ENOUGH)
    assert text_of(talk.says("The oven is on fire!")) is TextId.EMERGENCY
    assert text_of(talk.is_closed_by_a_person().until("2026-11-24 09:00").says("Thanks. And tomorrow?")) is not None
