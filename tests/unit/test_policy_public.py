"""What a comment gets that everybody can read: one line for ever, then one private reply (point 4 of the policy)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.acknowledgement import compose
from nightbell.domain.business import Account, Choice, TextId
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.events import Contact
from nightbell.domain.phrases import Kind
from nightbell.domain.policy import Decision
from nightbell.domain.policy_public import LINED, NOT_FOR_ALL, SWITCHED_OFF, Surface
from nightbell.domain.suppression import (
    ANSWERED,
    EDITED,
    LOOP,
    MENTIONED,
    OPTED_IN_AGAIN,
    OPTED_OUT,
    OWN_ACCOUNT,
    OWN_WORDS,
    REPLACED,
    STALE,
    STANDBY,
    TOLD_ALREADY,
    UNNAMED,
    WINDOW_CLOSED,
)
from nightbell.domain.unit import Unit, UnitKind, next_step
from tests.unit.talk import MONDAY_NIGHT, MONDAY_NOON, Talk, bakery, in_madrid

PAGE, POST, ANA = "100000000000001", "100000000000001_77", "5001"
PK = f"C#facebook_comments.{PAGE}.{POST}%2F{ANA}"
REPLY = "facebook_private_reply"
WEEK = timedelta(days=7)
SURFACE = Surface(private_reply=REPLY, reply_window=WEEK, own_ids=frozenset({PAGE, "8800"}))
QUESTION, COMPLAINT, PRAISE, IDEA = "Do you have rye?", "I want a refund", "Delicious!", "You should sell rye"
EMERGENCY = "There was a piece of glass in my bread"

Steps = tuple[TextId | None, str, tuple[str, ...], TextId | None]


def page(**changed: Any) -> Account:
    return replace(bakery(), channel="facebook_comments", **changed)


def comments(at: Any = MONDAY_NOON, *, account: Account | None = None, surface: Surface = SURFACE) -> Talk:
    return Talk(at, account=account or page(), window=None, surface=surface, pk=PK)


def comment(talk: Talk, text: str, author: str = ANA, **more: Any) -> Decision:
    seq = talk.conversation.last_seq + 1
    contact = Contact(contact_id=f"{POST}/{author}", address=f"c{seq}")
    return talk.says(text, contact=contact, **{"kind": "facebook_comments.comment", **more})


def steps(decision: Decision) -> Steps | str:
    """Name what is sent, by whom, and what follows; or why nothing is."""
    unit = decision.unit
    if unit is None or not unit.kind.sends:
        return decision.held_back
    return unit.text_id, unit.via, unit.ladder, unit.next_text_id


def line(text: TextId) -> Steps:
    return text, "", (), None


def both(text: TextId, then: TextId) -> Steps:
    return text, "", (REPLY,), then


def reply(text: TextId) -> Steps:
    return text, REPLY, (), None


T = TextId


@pytest.mark.parametrize(
    ("text", "on", "without_line", "without_reply", "without_both"),
    [
        (QUESTION, both(T.PUBLIC_LINE, T.RECEIPT), reply(T.RECEIPT), line(T.PUBLIC_LINE), SWITCHED_OFF),
        (
            COMPLAINT,
            both(T.PUBLIC_COMPLAINT, T.RECEIPT_COMPLAINT),
            reply(T.RECEIPT_COMPLAINT),
            line(T.PUBLIC_COMPLAINT),
            SWITCHED_OFF,
        ),
        (PRAISE, line(T.PUBLIC_PRAISE), SWITCHED_OFF, line(T.PUBLIC_PRAISE), SWITCHED_OFF),
        (IDEA, line(T.PUBLIC_PRAISE), SWITCHED_OFF, line(T.PUBLIC_PRAISE), SWITCHED_OFF),
        (EMERGENCY, reply(T.EMERGENCY), reply(T.EMERGENCY), NOT_FOR_ALL, NOT_FOR_ALL),
    ],
)
def test_a_first_comment_gets_what_its_kind_and_the_account_allow(
    text: str, on: Any, without_line: Any, without_reply: Any, without_both: Any
) -> None:
    accounts = (
        page(),
        page(public_line=False),
        page(private_reply=False),
        page(public_line=False, private_reply=False),
    )
    got = [steps(comment(comments(account=account), text)) for account in accounts]
    assert got == [on, without_line, without_reply, without_both]


def test_while_we_are_closed_the_private_reply_is_a_redirect() -> None:
    assert steps(comment(comments(MONDAY_NIGHT), QUESTION)) == both(T.PUBLIC_LINE, T.REDIRECT)


def test_where_the_platform_has_no_private_reply_the_line_stands_alone() -> None:
    alone = Surface(private_reply=None, reply_window=None)
    assert steps(comment(comments(surface=alone), QUESTION)) == line(T.PUBLIC_LINE)


def test_a_second_comment_in_the_same_stretch_gets_nothing_more() -> None:
    talk = comments()
    comment(talk, QUESTION)
    assert steps(comment(talk.wait(minutes=1), "And spelt?")) == TOLD_ALREADY


def test_the_line_is_said_once_for_ever_and_each_stretch_has_its_private_reply() -> None:
    talk = comments(in_madrid("2026-11-23 13:50"))
    comment(talk, QUESTION)
    assert talk.conversation.lined == 1
    assert steps(comment(talk.until("2026-11-23 14:10"), "Hello?")) == reply(T.REDIRECT)
    talk.is_closed_by_a_person()
    assert steps(comment(talk.until("2026-11-24 10:00"), "And today?")) == reply(T.RECEIPT)
    assert talk.conversation.lined == 1


def test_praise_after_the_line_gets_nothing() -> None:
    talk = comments()
    comment(talk, QUESTION)
    talk.is_closed_by_a_person()
    assert steps(comment(talk.until("2026-11-24 10:00"), PRAISE)) == LINED


def test_an_emergency_leaves_the_line_for_later_and_comes_before_what_was_said() -> None:
    talk = comments()
    comment(talk, QUESTION)
    decision = comment(talk.wait(minutes=1), EMERGENCY)
    assert steps(decision) == reply(T.EMERGENCY)
    assert PriorityReason.EMERGENCY in talk.conversation.reasons
    fresh = comments()
    comment(fresh, EMERGENCY)
    assert fresh.conversation.lined == 0


@pytest.mark.parametrize(
    ("more", "author", "reason"),
    [
        ({"unnamed": True}, "c1", UNNAMED),
        ({"standby": True}, ANA, STANDBY),
        ({"kind": "facebook_comments.mention"}, ANA, MENTIONED),
        ({"kind": "instagram_comments.mention", "unnamed": True}, "c1", MENTIONED),
        ({}, "8800", OWN_ACCOUNT),
        ({"sent_at": MONDAY_NOON - WEEK}, ANA, STALE),
    ],
)
def test_what_nobody_may_answer_automatically_is_handed_over_with_the_reason(
    more: dict[str, Any], author: str, reason: str
) -> None:
    talk = comments()
    decision = comment(talk, QUESTION, author, **more)
    assert steps(decision) == reason
    assert decision.unit is not None
    assert (decision.unit.kind, decision.unit.reason) == (UnitKind.HAND_OFF, reason)
    assert (talk.conversation.lined, talk.conversation.unit_stretch) == (0, "")


def test_opting_out_in_public_is_noted_without_a_word() -> None:
    talk = comments()
    assert steps(comment(talk, "stop")) == OPTED_OUT
    assert talk.conversation.opted_out
    assert steps(comment(talk.wait(minutes=1), QUESTION)) == OPTED_OUT
    assert steps(comment(talk.wait(minutes=1), "start")) == OPTED_IN_AGAIN
    assert not talk.conversation.opted_out


@pytest.mark.parametrize("choice", list(Choice))
def test_a_choice_is_not_taken_in_public(choice: Choice) -> None:
    talk = comments(MONDAY_NIGHT)
    comment(talk, QUESTION)
    assert steps(comment(talk.wait(minutes=1), talk.account.brand.titles["en"][choice])) == TOLD_ALREADY
    assert (talk.conversation.follow_up, talk.conversation.asked) == (None, None)


def test_an_address_in_public_is_no_permission_to_write_to_it() -> None:
    talk = comments()
    comment(talk, QUESTION)
    talk.changes(asked="email")
    decision = comment(talk.wait(minutes=1), "it is ana@example.com")
    assert decision.consent is None
    assert steps(decision) == TOLD_ALREADY


def test_an_edit_in_public_is_told_and_not_answered() -> None:
    talk = comments()
    assert talk.edits("Do you have spelt?").held_back == EDITED


def test_a_loop_in_public_is_held_back_as_elsewhere() -> None:
    talk = comments()
    for _ in range(3):
        comment(talk.wait(seconds=10), QUESTION)
        talk.is_closed_by_a_person()
    assert steps(comment(talk.wait(seconds=10), QUESTION)) == LOOP


def unit_of(talk: Talk, text: str) -> Unit:
    unit = comment(talk, text).unit
    assert unit is not None
    return unit


def test_a_unit_is_bound_to_the_comment_that_it_answers() -> None:
    talk = comments()
    unit = unit_of(talk, QUESTION)
    comment(talk.wait(minutes=1), "And spelt?")
    assert (unit.address, unit.said_at) == ("c1", MONDAY_NOON)
    assert talk.conversation.address == "c2"


def test_each_step_has_a_key_of_its_own_that_every_try_shares() -> None:
    unit = unit_of(comments(), QUESTION)
    after = next_step(unit)
    assert (after.via, after.ladder, after.text_id, after.next_text_id) == (REPLY, (), T.RECEIPT, None)
    assert unit.ack_key != after.ack_key
    assert after.ack_key == replace(after, epoch=4, revision=9).ack_key
    assert replace(unit, ladder=(), next_text_id=None).ack_key == unit.ack_key


@pytest.mark.parametrize(
    ("text", "lines", "private"),
    [
        (QUESTION, {T.PUBLIC_LINE, T.PUBLIC_LINE_2, T.PUBLIC_LINE_3}, T.RECEIPT),
        (COMPLAINT, {T.PUBLIC_COMPLAINT, T.PUBLIC_COMPLAINT_2}, T.RECEIPT_COMPLAINT),
    ],
)
def test_the_line_says_nothing_personal_and_the_private_reply_the_rest(
    text: str, lines: set[TextId], private: TextId
) -> None:
    talk = comments()
    unit = unit_of(talk, text)
    assert unit.text_id is not None
    said = compose(unit, unit.text_id, talk.conversation, talk.account, talk.now)
    assert said.text_id in lines
    assert (said.buttons, said.ask) == ((), None)
    assert talk.account.brand.fact is not None
    assert "order number" not in said.text
    after = next_step(unit)
    told = compose(after, private, talk.conversation, talk.account, talk.now)
    assert told.text_id is private
    assert "order number" in told.text
    assert "automatic" in told.text


def test_a_line_that_leaves_late_fits_the_complaint_that_came_meanwhile() -> None:
    talk = comments()
    unit = unit_of(talk, QUESTION)
    comment(talk.wait(minutes=1), COMPLAINT)
    assert talk.conversation.kind is Kind.COMPLAINT
    said = compose(unit, T.PUBLIC_LINE, talk.conversation, talk.account, talk.now)
    assert said.text_id in {T.PUBLIC_COMPLAINT, T.PUBLIC_COMPLAINT_2}


def test_the_private_replys_window_is_counted_from_its_comment() -> None:
    talk = comments()
    unit = unit_of(talk, QUESTION)
    comment(talk.wait(days=6, hours=23), "Hello?")
    talk.wait(minutes=59)
    assert talk.dropped_now(unit, None) is None
    assert talk.dropped_now(next_step(unit), WEEK) == WINDOW_CLOSED


def test_a_line_is_not_given_up_because_we_closed_but_the_reply_is() -> None:
    talk = comments(in_madrid("2026-11-23 13:59"))
    unit = unit_of(talk, QUESTION)
    comment(talk.until("2026-11-23 14:05"), "Hello?")
    assert talk.dropped_now(unit, None) is None
    assert talk.dropped_now(next_step(unit), WEEK) == REPLACED


def test_no_step_leaves_after_a_person_has_answered() -> None:
    talk = comments()
    unit = unit_of(talk, QUESTION)
    talk.is_closed_by_a_person()
    assert talk.dropped_now(unit, None) == ANSWERED
    assert talk.dropped_now(next_step(unit), WEEK) == ANSWERED


def test_the_answer_to_a_private_reply_goes_on_in_private() -> None:
    talk = comments(MONDAY_NIGHT)
    comment(talk, QUESTION)
    private = Talk(MONDAY_NIGHT, pk=PK)
    private.conversation = talk.conversation
    decision = private.wait(minutes=9).taps(Choice.EMAIL_US)
    assert decision.unit is not None
    assert (decision.unit.via, decision.unit.address) == ("messenger", "4711")
    assert decision.unit.text_id is T.CHOICE_EMAIL_US
    assert (private.conversation.via, private.conversation.lined) == ("messenger", 1)
    assert private.dropped_now(decision.unit, timedelta(hours=24)) is None
    private.wait(hours=24)
    assert private.dropped_now(decision.unit, timedelta(hours=24)) == WINDOW_CLOSED


# Our own line comes back like anybody's comment, and not every delivery says that it is ours.


def own_line(account: Account) -> str:
    wording = account.brand.texts["en"][T.PUBLIC_LINE_2]
    return wording.replace("{agent}", "Marta").replace("{promised_by}", "today at 18:00").replace("{brand}", "us")


def test_our_own_line_by_an_id_that_we_do_not_know_is_not_answered() -> None:
    talk = comments()
    decision = comment(talk, own_line(page()), author="another id of ours")
    assert steps(decision) == OWN_WORDS
    assert decision.unit is not None
    assert decision.unit.reason == OWN_WORDS


def test_our_own_line_by_nobody_who_is_named_calls_no_person() -> None:
    talk = comments()
    decision = comment(talk, own_line(page()), author="c1", unnamed=True)
    assert decision.unit is None
    assert not decision.conversation.is_waiting


def test_what_nobody_who_is_named_says_beside_our_line_is_handed_over() -> None:
    assert steps(comment(comments(), f"{own_line(page())} Really?", author="c1", unnamed=True)) == UNNAMED


def test_while_somebody_waits_our_own_words_close_nothing() -> None:
    talk = comments()
    comment(talk, QUESTION, author="c1", unnamed=True)
    assert comment(talk, own_line(page()), author="c1", unnamed=True).conversation.is_waiting
