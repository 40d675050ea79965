"""Choices on a channel without buttons: read as numbered lines, and made by a digit."""

from dataclasses import replace

import pytest

from nightbell.domain.acknowledgement import ChoiceButton, Composed, fitted
from nightbell.domain.business import Brand, Choice, TextId
from nightbell.domain.choice_list import listed, numbered, offered_choices
from nightbell.domain.choices import chosen
from nightbell.domain.events import Contact, Message
from nightbell.domain.texts import measure
from nightbell.platforms.channel import TextForm
from tests.unit.talk import MONDAY_NOON, bakery

FORM = TextForm(
    unit="sms_segments", max_text=2, max_text_with_choices=2, max_choices=9, max_title=60, writes_choices=True
)
BRAND = bakery().brand
REDIRECT = Composed(
    text_id=TextId.REDIRECT,
    text="We are closed.",
    buttons=(ChoiceButton(title="Wait here", payload="a"), ChoiceButton(title="Call me", payload="b")),
    menu="How to go on",
)


def said(text: str) -> Message:
    return Message(
        kind="sms.message",
        channel="sms",
        account_id="+34910000000",
        contact=Contact(contact_id="+34600000000", address="+34600000000"),
        message_id="SM1",
        sent_at=MONDAY_NOON,
        text=text,
    )


def test_choices_stand_below_the_text_where_there_are_no_buttons() -> None:
    sent = fitted(REDIRECT, FORM)
    assert sent.text == "We are closed.\n\nHow to go on:\n1 Wait here\n2 Call me"
    assert (sent.buttons, sent.menu) == ((), "")


def test_what_is_too_long_is_cut_above_its_choices() -> None:
    sent = fitted(replace(REDIRECT, text="We are closed. " * 40), FORM)
    assert sent.text.endswith("...\n\nHow to go on:\n1 Wait here\n2 Call me")
    assert measure(sent.text, "sms_segments") == 2


def test_a_channel_with_buttons_keeps_them() -> None:
    assert fitted(REDIRECT, replace(FORM, writes_choices=False)) == REDIRECT


def test_nobody_who_writes_a_mail_is_told_to_write_one() -> None:
    every: Brand = replace(BRAND, choices=tuple(Choice))
    assert offered_choices(every, "sms") == tuple(Choice)
    assert offered_choices(every, "email") == (Choice.HERE, Choice.VOICEMAIL, Choice.CALL_ME)
    assert offered_choices(every, "voicemail") == ()


@pytest.mark.parametrize("text", ["2", " 2 ", "2.", "(2)", "2)", "#2"])
def test_a_digit_chooses_the_line_of_that_number(text: str) -> None:
    assert numbered(text, BRAND, "sms") is BRAND.choices[1]
    assert chosen(said(text), BRAND, offered=True, numbers=True) is BRAND.choices[1]


@pytest.mark.parametrize("text", ["0", "9", "22", "two", "2 pizzas", "²", "٢", ""])
def test_no_other_number_chooses(text: str) -> None:
    assert chosen(said(text), BRAND, offered=True, numbers=True) is None


def test_a_digit_is_just_a_digit_where_nothing_was_numbered() -> None:
    assert chosen(said("2"), BRAND, offered=True) is None
    assert chosen(said("2"), BRAND, offered=False, numbers=True) is None


def test_each_channel_counts_its_own_lines() -> None:
    every = replace(BRAND, choices=(Choice.EMAIL_US, Choice.HERE))
    assert numbered("1", every, "sms") is Choice.EMAIL_US
    assert numbered("1", every, "email") is Choice.HERE


def test_a_list_names_what_is_chosen() -> None:
    assert listed("Choose", ["A", "B"]) == "\n\nChoose:\n1 A\n2 B"
