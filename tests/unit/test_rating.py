"""What a contact thought of it: how we know a rating from everything else that people write."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.adapters.business_file import read_business
from nightbell.domain.acknowledgement import compose, fitted
from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Attachment, Contact, Message, MessageRole
from nightbell.domain.phrases import Kind
from nightbell.domain.policy import Decision, decide
from nightbell.domain.policy_public import Surface
from nightbell.domain.rating import ASKED, SCALE, asks_after, may_be_rated, payload, rating_in
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.registry import CHANNELS
from tests.unit.calendars import FakeCalendars

EXAMPLE = Path(__file__).parent / "business_example.toml"
ACCOUNT = read_business(EXAMPLE, FakeCalendars()).accounts["messenger", "100"]
RATED = replace(ACCOUNT, brand=replace(ACCOUNT.brand, rating=True))
NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
PK = "C#messenger.100.7"
ANSWERED = Conversation(
    last_seq=3, seen_seq=3, episode=2, episode_at=NOW, asked=ASKED, language="en", brand="corner", address="7"
)


def message(text: str = "", **more: object) -> Message:
    said = Message(
        kind="messenger.message",
        channel="messenger",
        account_id="100",
        contact=Contact(contact_id="7", address="7"),
        message_id="mid.1",
        sent_at=NOW,
        text=text,
    )
    return replace(said, **more)  # type: ignore[arg-type]


def decided(said: Message, before: Conversation = ANSWERED) -> Decision:
    return decide(said, before, RATED, pk=PK, reply_window=None, now=NOW)


@pytest.mark.parametrize("points", SCALE)
@pytest.mark.parametrize(
    "form",
    ["{}", " {} ", "{}!", "{}.", "({})", "{}/10", "{} / 10", "{} out of 10", "{} de 10", "{} 👍", "*{}*", "{},0"],
)
def test_a_number_of_the_scale_is_a_rating_however_it_is_dressed(points: int, form: str) -> None:
    assert rating_in(message(form.format(points)), ANSWERED) == points


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("7\ufe0f\u20e3", 7),
        ("\U0001f51f", 10),
        ("\uff17", 7),
        ("٩", 9),
        ("७", 7),
        ("7.5", 8),
        ("7,4", 7),
        ("9,5", 10),
        ("05", 5),
    ],
)
def test_digits_of_other_scripts_and_half_points_count(text: str, points: int) -> None:
    assert rating_in(message(text), ANSWERED) == points


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11",
        "100",
        "-3",
        "+34",
        "10,5",
        "7 cakes",
        "8 or 9",
        "8-9",
        "10:30",
        "ten",
        "👍",
        "7?no",
        "1 2",
        "9 9",
        "7/11",
        "1e1",
    ],
)
def test_anything_else_is_what_it_says(text: str) -> None:
    assert rating_in(message(text), ANSWERED) is None
    assert decided(message(text)).conversation.is_waiting


def test_a_number_that_nobody_waits_for_is_a_message() -> None:
    before = replace(ANSWERED, asked=None)
    assert rating_in(message("7"), before) is None
    assert decided(message("7"), before).conversation.is_waiting
    assert rating_in(message("7"), replace(ANSWERED, asked="phone")) is None


@pytest.mark.parametrize("points", SCALE)
def test_a_tap_is_a_rating_at_any_time(points: int) -> None:
    for before in (ANSWERED, replace(ANSWERED, asked=None), replace(ANSWERED, last_seq=5)):
        assert rating_in(message(choice=payload(points)), before) == points


@pytest.mark.parametrize(
    "choice", ["nightbell.rating.11", "nightbell.rating.", "nightbell.rating.7x", "7", "nightbell.choice.here"]
)
def test_no_other_tap_is_one(choice: str) -> None:
    assert rating_in(message("7", choice=choice), ANSWERED) is None


def test_neither_a_picture_nor_a_change_is_one() -> None:
    assert rating_in(message("7", attachments=(Attachment(kind="image"),)), ANSWERED) is None
    assert rating_in(message("7", role=MessageRole.CHANGE), ANSWERED) is None


def test_words_that_come_with_a_tap_are_for_the_team() -> None:
    assert rating_in(message("7", choice=payload(7)), Conversation()) == 7
    assert rating_in(message("My cake burns!", choice=payload(7)), Conversation()) is None


@pytest.mark.parametrize("said", [message("9"), message(choice=payload(9))])
def test_a_rating_opens_nothing_again(said: Message) -> None:
    found = decided(said)
    assert (found.rating, found.unit, found.conversation.is_waiting) == (9, None, False)
    assert found.conversation == replace(ANSWERED, last_seq=4, seen_seq=4, asked=None, newest_at=NOW, contact_at=NOW)


def test_a_rating_closes_nothing_that_waits() -> None:
    waiting = replace(ANSWERED, last_seq=5, asked=None)
    found = decided(message(choice=payload(2)), waiting)
    assert (found.rating, found.unit) == (2, None)
    assert (found.conversation.seen_seq, found.conversation.waiting_count) == (3, 3)


def test_words_after_the_question_are_a_message_and_end_the_waiting_for_a_number() -> None:
    found = decided(message("Actually, do you deliver?"))
    assert found.unit is not None
    assert (found.unit.kind, found.conversation.asked, found.rating) == (UnitKind.ACKNOWLEDGEMENT, None, None)
    assert decided(message("7"), found.conversation).rating is None


def test_in_public_a_number_is_a_comment() -> None:
    surface = Surface(private_reply=None, reply_window=None)
    found = decide(message("7"), ANSWERED, RATED, pk=PK, reply_window=None, now=NOW, surface=surface)
    assert found.rating is None


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({}, True),
        ({"opted_out": True}, False),
        ({"kind": Kind.COMPLAINT}, False),
        ({"kind": Kind.PRAISE}, True),
    ],
)
def test_who_is_asked(change: dict[str, object], asked: bool) -> None:  # noqa: FBT001 - what is expected
    conversation = replace(ANSWERED, **change)  # type: ignore[arg-type]
    assert may_be_rated(conversation, RATED, "Yes, in blue.") is asked
    assert not may_be_rated(conversation, ACCOUNT, "Yes, in blue.")


def test_whoever_complained_is_asked_where_the_brand_wants_it() -> None:
    brand = replace(RATED.brand, rating_of_complaints=True)
    assert may_be_rated(replace(ANSWERED, kind=Kind.COMPLAINT), replace(RATED, brand=brand), "We are sorry.")


@pytest.mark.parametrize("text", ["Which size?", "¿Qué talla", "サイズは\uff1f", "كم؟"])
def test_an_answer_that_asks_back_is_not_asked_about(text: str) -> None:
    assert not may_be_rated(ANSWERED, RATED, text)


ANSWER = Unit(
    pk=PK, seq=3, desk=4, kind=UnitKind.PERSON_ANSWER, state=UnitState.SENT, by="ana", via="messenger", created_at=NOW
)


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_the_question_has_eleven_buttons_where_they_fit_and_none_elsewhere(channel: object) -> None:
    form = channel.form  # type: ignore[attr-defined]
    unit = asks_after(ANSWER, 5)
    whole = compose(unit, TextId.RATING, ANSWERED, RATED, NOW)
    found = fitted(whole, form)
    assert found.text == "How was it, 0 to 10? This is automatic."
    titles = [button.title for button in found.buttons]
    assert titles == ([str(points) for points in SCALE] if form.max_choices >= len(SCALE) else [])
    assert [rating_in(message(choice=button.payload), ANSWERED) for button in found.buttons] in ([], list(SCALE))


@given(st.text(), st.sampled_from([ASKED, None, "phone", "email"]))
def test_whatever_is_written_is_a_number_of_the_scale_or_no_rating(text: str, asked: str | None) -> None:
    found = rating_in(message(text), replace(ANSWERED, asked=asked))
    assert found is None or (asked == ASKED and found in SCALE)
