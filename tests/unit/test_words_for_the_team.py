"""The words and weights that a person at the desk goes by: whoever changes one changes it here, too, and on purpose."""

from datetime import timedelta

import pytest

from nightbell.domain import policy, suppression
from nightbell.domain.business import Choice
from nightbell.domain.choices import given_address
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.events import Contact, Message
from nightbell.domain.policy import decide
from nightbell.domain.priority import SENTENCES, UNTOLD, WEIGHTS, score
from nightbell.domain.references import reference_code
from nightbell.domain.unit import UnitState, back_off, read_tag
from nightbell.services import recover_unit, send_once, start_unit
from nightbell.services.guard_account import SENTENCES as CAUSES
from nightbell.services.guard_account import Cause
from tests.unit.talk import MONDAY_NIGHT, PK, Talk

WORDS = {
    suppression.EDITED: "the contact changed an earlier message",
    suppression.TAKEN_BACK: "the contact took an earlier message back",
    suppression.NOT_A_MESSAGE: "only a person can tell what the contact sent",
    suppression.STANDBY: "another app has this conversation",
    suppression.OWN_WORDS: "it says what we say in public, word for word, so it may be our own",
    suppression.OTHER_APP: "another app is active in this conversation",
    suppression.INBOX: "a person is answering from the platform's own inbox",
    suppression.ANSWERED: "a person answered first",
    suppression.HELD: "an agent has taken the conversation",
    suppression.OPTED_OUT: "the contact asked for no automatic messages",
    suppression.STALE: "the message arrived after the platform's reply window had closed",
    suppression.WINDOW_CLOSED: "the platform's reply window has closed",
    suppression.LOOP: "too many messages too fast: possibly another automatic sender; held until a person acts",
    suppression.TOLD_BEFORE: "the choice was answered before",
    suppression.TOLD_ALREADY: "the contact was acknowledged already in this stretch of opening time",
    suppression.OPTED_IN_AGAIN: "the contact has asked for automatic messages again",
    suppression.REPLACED: "a newer acknowledgement tells the contact what is true now",
    policy.NOT_IN_SETTINGS: "the account is not in the business settings",
    policy.NOT_DECIDED: "the policy failed on this message",
    recover_unit.UNREADABLE: "the platform gave no proof whether the message arrived",
    start_unit.TEXT_GONE: "its text was taken out of the settings while it waited",
    send_once.PLATFORM_NOT_REACHED: "the platform could not be reached yet",
    CAUSES[Cause.TOKEN]: "the platform refuses the account's access token",
    CAUSES[Cause.NO_TOKEN]: "no access token is set for the account",
    CAUSES[Cause.PERMISSION]: "the account's access token lacks a permission",
    CAUSES[Cause.BLOCKED]: "the platform has blocked the account for a while",
    CAUSES[Cause.FAILURES]: "the platform's API has failed several times in a row",
    SENTENCES[PriorityReason.EMERGENCY]: "The message contains an emergency phrase.",
    SENTENCES[PriorityReason.COMPLAINT]: "It is a complaint.",
    SENTENCES[PriorityReason.IMPORTANT_CONTACT]: "The contact is on the brand's own list.",
    SENTENCES[PriorityReason.WINDOW]: "The platform's reply window closes before we would answer.",
    SENTENCES[PriorityReason.THIRD_MESSAGE]: "Three messages or more wait for an answer.",
    SENTENCES[PriorityReason.LAPSED]: "An earlier message was never answered and is more than seven days old.",
    SENTENCES[PriorityReason.LOOP]: "Automatic messages are held back: too many messages too fast: possibly another "
    "automatic sender; held until a person acts.",
    UNTOLD[UnitState.UNCERTAIN]: "It is uncertain whether the acknowledgement reached the contact.",
    UNTOLD[UnitState.REFUSED]: "The platform refused the acknowledgement, so the contact was told nothing.",
    UNTOLD[UnitState.UNDELIVERED]: "The platform could not deliver the acknowledgement, so the contact was told "
    "nothing.",
}


def test_reasons_are_said_in_these_words() -> None:
    assert list(WORDS) == list(WORDS.values())


@pytest.mark.parametrize(
    ("reason", "weight"),
    [
        (PriorityReason.EMERGENCY, 100),
        (PriorityReason.COMPLAINT, 40),
        (PriorityReason.IMPORTANT_CONTACT, 30),
        (PriorityReason.WINDOW, 25),
        (PriorityReason.THIRD_MESSAGE, 20),
        (PriorityReason.LAPSED, 20),
        (PriorityReason.LOOP, 5),
    ],
)
def test_a_reason_weighs_this_much(reason: PriorityReason, weight: int) -> None:
    assert WEIGHTS[reason] == weight
    assert score([reason], UnitState.SENT) == weight
    assert score([reason], UnitState.REFUSED) == weight + 35


def test_reasons_are_told_in_the_order_of_their_weights() -> None:
    assert list(WEIGHTS.values()) == sorted(WEIGHTS.values(), reverse=True)


@pytest.mark.parametrize(
    ("digits", "is_one"), [("12345", False), ("123456", True), ("1" * 15, True), ("1" * 16, False)]
)
def test_a_telephone_number_has_six_to_fifteen_digits(digits: str, *, is_one: bool) -> None:
    message = Message(
        kind="fake.message",
        channel="fake",
        account_id="1",
        contact=Contact(contact_id="2", address="2"),
        message_id="m",
        sent_at=MONDAY_NIGHT,
        text=f"call {digits}",
    )
    assert given_address(message, "phone") == (digits if is_one else None)


def test_the_first_code_that_is_tried_needs_no_salt() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Hello")
    talk.wait(minutes=1).taps(Choice.EMAIL_US)
    assert talk.conversation.reference == reference_code(PK, 1, 0)


def test_each_further_salt_tries_another_code() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Hello")
    message = Message(
        kind="messenger.message",
        channel=talk.account.channel,
        account_id=talk.account.account_id,
        contact=Contact(contact_id="4711", address="4711"),
        message_id="m2",
        sent_at=talk.now,
        choice="nightbell.choice.voicemail",
    )
    for salt in range(3):
        decision = decide(message, talk.conversation, talk.account, pk=PK, reply_window=None, now=talk.now, salt=salt)
        assert decision.conversation.reference == reference_code(PK, 1, salt)


@pytest.mark.parametrize(
    ("tag", "read"),
    [
        ("nightbell.1.12.key", ("A#000000000012", "key")),
        ("nightbell.1.12.key.more", ("A#000000000012", "key.more")),
        ("nightbell.1." + "9" * 12 + ".k", ("A#" + "9" * 12, "k")),
        ("nightbell.1." + "1" * 13 + ".k", None),
        ("nightbell.1.٣.k", None),
        ("nightbell.1.².k", None),
        ("nightbell.1.-1.k", None),
        ("nightbell.1..k", None),
        ("nightbell.1.d12.key", ("D#000000000012", "key")),
        ("nightbell.1.d" + "1" * 13 + ".k", None),
        ("nightbell.1.d.k", None),
        ("nightbell.1.dd1.k", None),
        ("nightbell.1.D1.k", None),
        ("nightbell.1.12.", None),
        ("nightbell.1.12", None),
        ("nightbell.2.12.key", None),
        ("xnightbell.1.12.key", None),
        ("", None),
    ],
)
def test_a_tag_is_read_only_in_our_own_form(tag: str, read: tuple[str, str] | None) -> None:
    assert read_tag(tag) == read


def test_waiting_doubles_from_a_minute_to_an_hour() -> None:
    assert [back_off(n) // timedelta(minutes=1) for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 99)] == [
        1,
        1,
        2,
        4,
        8,
        16,
        32,
        60,
        60,
        60,
    ]


def test_messages_are_counted_by_the_minute_of_the_clock() -> None:
    talk = Talk(MONDAY_NIGHT + timedelta(seconds=59, microseconds=999_999))
    talk.says("Hello")
    assert (talk.conversation.minute_at, talk.conversation.minute_count) == (MONDAY_NIGHT, 1)
    talk.says("Hello?")
    assert (talk.conversation.minute_at, talk.conversation.minute_count) == (MONDAY_NIGHT, 2)
