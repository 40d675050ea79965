"""A contact who goes on by another channel or account is answered there, and stays who they are here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.business import Choice, TextId
from nightbell.domain.events import Contact, GivenConsent, Message
from nightbell.domain.hand_off import Place, hand_off
from nightbell.domain.policy import Decision, decide
from nightbell.domain.unit import UnitKind, UnitState, next_step
from tests.unit.talk import DAY, MONDAY_NOON, PK, Talk, bakery

MAIL = "hola@shop.example"
ANA = Contact(contact_id="ana@b.example", address="ana@b.example", name="Ana by Mail")


def chat() -> Talk:
    return Talk(account=bakery())


def mails(talk: Talk, text: str = "My order 4711", **more: Any) -> Message:
    return Message(
        kind="email.message",
        channel="email",
        account_id=MAIL,
        contact=ANA,
        message_id="<1@b.example>",
        sent_at=talk.now,
        text=text,
        **more,
    )


def by_mail(talk: Talk, **more: Any) -> Decision:
    account = replace(talk.account, channel="email", account_id=MAIL)
    decision = decide(mails(talk, **more), talk.conversation, account, pk=PK, reply_window=None, now=talk.now)
    talk.conversation = decision.conversation
    talk.units += [decision.unit] if decision.unit else []
    return decision


def test_an_answer_leaves_by_the_account_that_was_written_to() -> None:
    talk = chat()
    unit = by_mail(talk, about={"id": "1@b.example"}).unit
    assert unit is not None
    assert (unit.text_id, unit.via, unit.via_account, unit.address) == (TextId.RECEIPT, "email", MAIL, ANA.address)
    assert (talk.conversation.via, talk.conversation.via_account) == ("email", MAIL)


def test_a_mail_changes_nothing_about_the_contact_in_the_chat() -> None:
    talk = chat()
    talk.says("Hello", contact=Contact(contact_id="4711", address="4711", name="Ana"))
    by_mail(talk)
    read = talk.conversation
    assert (read.name, read.address, read.via_address) == ("Ana", "4711", ANA.address)
    talk.says("Hello again")
    read = talk.conversation
    assert (read.address, read.via, read.via_account, read.via_address) == ("4711", None, None, None)


def test_another_account_of_the_same_channel_is_elsewhere_too() -> None:
    talk = chat()
    message = replace(mails(talk), channel=talk.account.channel, account_id="999")
    decision = decide(message, talk.conversation, talk.account, pk=PK, reply_window=DAY, now=talk.now)
    assert (decision.conversation.via, decision.conversation.via_account) == (talk.account.channel, "999")


def test_the_team_hears_that_the_contact_has_moved_on_though_all_was_said() -> None:
    talk = chat()
    talk.says("Hello")
    moved = by_mail(talk).unit
    assert moved is not None
    assert (moved.kind, moved.text_id) == (UnitKind.HAND_OFF, None)


def test_whoever_stays_there_is_told_of_once() -> None:
    talk = chat()
    assert by_mail(talk).unit
    assert by_mail(talk).unit is None


def test_the_next_step_of_a_ladder_stays_with_the_account() -> None:
    unit = by_mail(chat()).unit
    assert unit is not None
    assert next_step(replace(unit, ladder=("reply",))).via == "reply"


def test_a_hand_off_names_the_account_only_where_it_is_another_one() -> None:
    talk = chat()
    unit = by_mail(talk).unit
    assert unit is not None
    place = Place(channel="messenger", account_id="1", account_name=None, contact_id="4711", reply_window=None)
    here = hand_off(unit, talk.conversation, place, revision=1, outcome=UnitState.SENT)
    assert "via_account" not in here
    there = replace(place, via="email", via_account=MAIL, via_account_name="Post box")
    told = hand_off(unit, talk.conversation, there, revision=1, outcome=UnitState.SENT)
    assert told["via_account"] == {"id": MAIL, "name": "Post box"}


FORM = GivenConsent(way="email", address="form@given.example", wording="Mail me.", given_at=MONDAY_NOON)
ACTS: dict[str, Callable[[Talk], Any]] = {
    "chat": lambda talk: talk.says("Where is my order?"),
    "mail": by_mail,
    "asks for a mail": lambda talk: talk.taps(Choice.EMAIL_ME),
    "asks for a call": lambda talk: talk.taps(Choice.CALL_ME),
    "an address": lambda talk: talk.says("other@given.example"),
    "a number": lambda talk: talk.says("+34 600 11 22 33"),
    "a form": lambda talk: talk.says("Hello", consents=(FORM,)),
    "is answered": Talk.is_closed_by_a_person,
    "a night": lambda talk: talk.wait(hours=9),
}


@given(acts=st.lists(st.sampled_from(list(ACTS)), max_size=12))
def test_nothing_is_ever_sent_to_an_address_that_was_only_given(acts: list[str]) -> None:
    """Permission to mail or to call is for people to use; we write where the contact themselves wrote from."""
    talk = chat()
    for act in acts:
        ACTS[act](talk)
        assert talk.conversation.address in {None, "4711"}
    addresses = {(unit.via, unit.address or "4711") for unit in talk.units if unit.kind.sends}
    assert addresses <= {("", "4711"), ("email", ANA.address)}


@given(acts=st.lists(st.sampled_from(list(ACTS)), max_size=12))
def test_nobody_is_said_to_have_given_what_they_did_not(acts: list[str]) -> None:
    talk = chat()
    for act in acts:
        ACTS[act](talk)
        consent = talk.conversation.consent
        assert consent is None or consent.address in {"other@given.example", "+34 600 11 22 33", FORM.address}
        assert consent is None or consent.wording
        assert consent is None or consent.seq >= talk.conversation.episode
