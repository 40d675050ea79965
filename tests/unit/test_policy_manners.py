"""What a channel and its settings leave to decide, and why a message gets no answer whatever the policy would do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nightbell.domain.business import Choice, TextId
from nightbell.domain.conversation import PriorityReason
from nightbell.domain.events import Silent
from nightbell.domain.manners import Manners
from nightbell.domain.policy_public import Surface
from nightbell.domain.suppression import ANSWERED_BY_PLATFORM, LOOP, OFF, OPTED_OUT, SILENT, STANDBY
from nightbell.domain.unit import UnitKind
from tests.unit.talk import MONDAY_NIGHT, Talk, always, bakery

SURFACE = Surface(private_reply=None, reply_window=None)


@pytest.mark.parametrize("surface", [None, SURFACE], ids=["in private", "in public"])
def test_where_nothing_is_automatic_a_person_is_told_of_everything(surface: Surface | None) -> None:
    talk = Talk(manners=Manners(automatic=False), surface=surface)
    decision = talk.says("My order is broken")
    assert decision.unit is not None
    assert (decision.unit.kind, decision.unit.text_id, decision.held_back) == (UnitKind.HAND_OFF, None, OFF)
    assert PriorityReason.COMPLAINT in decision.conversation.reasons
    assert (decision.conversation.ack_seq, decision.conversation.acks_at) == (0, ())


def test_where_nothing_is_automatic_an_opt_out_counts_all_the_same() -> None:
    decision = Talk(manners=Manners(automatic=False)).says("STOP")
    assert decision.conversation.opted_out
    assert decision.held_back == OFF


@pytest.mark.parametrize("silent", Silent)
@pytest.mark.parametrize("surface", [None, SURFACE], ids=["in private", "in public"])
def test_what_must_stay_unanswered_is_handed_over_with_its_reason(silent: Silent, surface: Surface | None) -> None:
    decision = Talk(MONDAY_NIGHT, surface=surface).says("Do you have bread?", silent=silent)
    assert decision.unit is not None
    assert (decision.unit.kind, decision.unit.reason) == (UnitKind.HAND_OFF, SILENT[silent])


def test_no_two_reasons_for_silence_read_alike() -> None:
    assert len(set(SILENT.values())) == len(Silent)


def test_the_reason_for_silence_goes_before_all_others() -> None:
    talk = Talk(manners=Manners(automatic=False))
    assert talk.says("Hello", silent=Silent.BOUNCE, standby=True).held_back == SILENT[Silent.BOUNCE]
    assert talk.is_closed_by_a_person().says("Hello", standby=True).held_back == STANDBY


def test_the_message_after_one_that_stays_unanswered_is_answered() -> None:
    talk = Talk()
    talk.says("Out of office", silent=Silent.AUTOMATIC_MAIL)
    decision = talk.says("Do you have bread?")
    assert decision.unit is not None
    assert decision.unit.text_id is TextId.RECEIPT


def test_a_stop_that_the_platform_answers_counts_without_a_word() -> None:
    talk = Talk()
    decision = talk.says("STOP", answered_by_platform=True)
    assert decision.unit is not None
    assert (decision.unit.kind, decision.unit.reason) == (UnitKind.HAND_OFF, ANSWERED_BY_PLATFORM)
    assert decision.conversation.opted_out
    assert talk.says("Do you have bread?").held_back == OPTED_OUT


@pytest.mark.parametrize("word", ["cancel", "End", "QUIT", "stopall", "revoke", "OptOut", "unsubscribe"])
def test_what_carriers_take_for_stop_counts_only_where_they_answer_it(word: str) -> None:
    assert Talk().says(word, answered_by_platform=True).conversation.opted_out
    assert not Talk().says(f"{word} please the other order", answered_by_platform=True).conversation.opted_out


@pytest.mark.parametrize("word", ["cancel", "revoke"])
def test_the_carriers_words_are_just_words_elsewhere(word: str) -> None:
    assert not Talk().says(word).conversation.opted_out


@pytest.mark.parametrize("word", ["START", "unstop"])
def test_a_start_that_the_platform_answers_counts_without_a_word(word: str) -> None:
    talk = Talk()
    talk.says("STOP", answered_by_platform=True)
    decision = talk.says(word, answered_by_platform=True)
    assert not decision.conversation.opted_out
    assert (decision.unit, decision.held_back) == (None, ANSWERED_BY_PLATFORM)


def test_help_that_the_platform_answers_is_handed_over() -> None:
    decision = Talk().says("HELP", answered_by_platform=True)
    assert decision.unit is not None
    assert (decision.unit.kind, decision.unit.reason) == (UnitKind.HAND_OFF, ANSWERED_BY_PLATFORM)


def test_a_digit_chooses_after_a_redirect_in_numbered_lines() -> None:
    talk = Talk(MONDAY_NIGHT, manners=Manners(writes_choices=True))
    talk.says("Hello")
    decision = talk.says("2")
    assert decision.unit is not None
    assert decision.conversation.follow_up == talk.account.brand.choices[1] == Choice.EMAIL_US


def test_a_digit_after_a_receipt_is_only_a_digit() -> None:
    talk = Talk(account=always(bakery(), is_open=True), manners=Manners(writes_choices=True))
    talk.says("Hello")
    assert talk.says("2").conversation.follow_up is None


def test_a_digit_is_only_a_digit_where_there_are_buttons() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Hello")
    assert talk.says("2").conversation.follow_up is None


def test_no_words_stand_outside_a_message_that_is_blanked_in_time() -> None:
    account = replace(bakery(), brand=replace(bakery().brand, preview=True))
    talk = Talk(manners=Manners(quotes=False), account=account)
    assert talk.says("Do you have bread?").conversation.preview is None
    talk.manners = Manners()
    assert talk.says("Do you have bread?").conversation.preview == "Do you have bread?"


@pytest.mark.parametrize(("within", "loops"), [(timedelta(hours=24), True), (timedelta(hours=1), False)])
def test_three_acknowledgements_are_the_most_within_the_channels_own_time(within: timedelta, *, loops: bool) -> None:
    talk = Talk(account=always(bakery(), is_open=True), manners=Manners(acks_within=within))
    for _ in range(3):
        assert talk.says("I wrote to you").unit
        talk.is_closed_by_a_person().wait(hours=2)
    assert (talk.says("I wrote to you").held_back == LOOP) == loops
