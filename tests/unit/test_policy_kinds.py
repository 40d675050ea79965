"""What a message is, and how that shows in what the contact and the team read (point 5 of the policy)."""

import re
from datetime import datetime
from itertools import chain

import pytest

from nightbell.domain.business import TextId
from nightbell.domain.phrases import Kind
from nightbell.domain.unit import UnitKind
from tests.unit.talk import MONDAY_NIGHT, MONDAY_NOON, Talk, bakery, text_of

KINDS = [
    ("The cake arrived broken", Kind.COMPLAINT, "complaint"),
    ("La tarta llegó ROTA", Kind.COMPLAINT, "complaint"),
    ("I have an idea: a bell on the door", Kind.IDEA, "idea"),
    ("Os sugiero que abráis los domingos", Kind.IDEA, "idea"),
    ("Delicious, as ever", Kind.PRAISE, "praise"),
    ("¡Riquísimo!", Kind.PRAISE, "praise"),
]


@pytest.mark.parametrize(("text", "kind", "name"), KINDS)
def test_each_kind_has_its_wording_and_is_told_to_the_team(text: str, kind: Kind, name: str) -> None:
    for at, form in ((MONDAY_NOON, "receipt"), (MONDAY_NIGHT, "redirect")):
        talk = Talk(at)
        decision = talk.says(text)
        assert text_of(decision) is TextId(f"{form}_{name}")
        message = talk.handed_off(decision)
        assert message["kind"] == kind.value
        assert message["acknowledgement"]["kind"] == f"{form}_{name}"


@pytest.mark.parametrize(
    "text",
    [
        "I was hoping you could tell me when my order is ready",
        "I would like three loaves for Saturday, thank you so much",
        "Quería una tarta que ponga Felicidades Ana",
        "A cake with Congratulations Ben on it",
        "Podríais decirme cuándo está mi pedido, mil gracias",
        "What is the best time to come",
        "Is the bread still that delicious?",
        "My daughter would love it",
        "Hello",
        "",
        "👍",
    ],
)
def test_whoever_orders_or_asks_is_promised_an_answer(text: str) -> None:
    talk = Talk()
    decision = talk.says(text)
    assert decision.conversation.kind is Kind.QUESTION
    assert talk.sent(decision).promised_by is not None


@pytest.mark.parametrize(("text", "kind", "_"), [row for row in KINDS if row[1] in {Kind.IDEA, Kind.PRAISE}])
@pytest.mark.parametrize("at", [MONDAY_NOON, MONDAY_NIGHT])
def test_an_idea_or_praise_is_thanked_and_never_promised_an_answer(text: str, kind: Kind, _: str, at: datetime) -> None:
    talk = Talk(at)
    sent = talk.sent(talk.says(text))
    assert sent.promised_by is None
    assert not re.search(r"will answer|te responderá", sent.text)
    # Nobody has to choose how to go on where nothing goes on.
    assert sent.buttons == ()
    assert talk.conversation.kind is kind


@pytest.mark.parametrize("at", [MONDAY_NOON, MONDAY_NIGHT])
@pytest.mark.parametrize(
    ("text", "sorry"), [("It was broken", "we are sorry"), ("Llegó rota", "perdona las molestias")]
)
def test_a_complaint_gets_an_apology_without_facts_or_signs(text: str, sorry: str, at: datetime) -> None:
    talk = Talk(at)
    sent = talk.sent(talk.says(text))
    assert sorry in sent.text
    assert sent.promised_by is not None
    assert not re.search("our fault|mistake|culpa|error|!|\U0001f600", sent.text)


def test_a_complaint_stays_one_for_the_episode() -> None:
    talk = Talk()
    talk.says("My cake was broken")
    for text in ("Delicious apart from that", "I have an idea for the box", "When do you close?"):
        talk.says(text)
        assert talk.conversation.kind is Kind.COMPLAINT
    later = talk.until("2026-11-23 22:00").says("Hello?")
    assert text_of(later) is TextId.REDIRECT_COMPLAINT


def test_a_new_episode_starts_without_the_old_complaint() -> None:
    talk = Talk()
    talk.says("My cake was broken")
    talk.is_closed_by_a_person()
    assert text_of(talk.wait(hours=1).says("When do you close?")) is TextId.RECEIPT
    assert talk.conversation.reasons == ()


def test_a_complaint_after_a_question_is_told_to_the_team() -> None:
    talk = Talk()
    talk.says("When is my order ready?")
    decision = talk.says("Last time it was burnt")
    assert decision.unit is not None
    assert decision.unit.kind is UnitKind.HAND_OFF
    message = talk.handed_off(decision)
    assert message["kind"] == "complaint"
    assert message["priority"]["reasons"] == ["It is a complaint."]


@pytest.mark.parametrize("first", ["Delicious!", "I have an idea for you"])
def test_a_question_after_praise_or_an_idea_is_not_filed_away(first: str) -> None:
    talk = Talk()
    talk.says(first)
    decision = talk.says("Also, three loaves for tomorrow please")
    assert decision.unit is not None
    assert talk.handed_off(decision)["kind"] == "question"


@pytest.mark.parametrize("text", ["", "❤️", "!!"])
def test_a_picture_or_a_sign_after_praise_says_nothing_new(text: str) -> None:
    talk = Talk()
    talk.says("Delicious!")
    assert talk.says(text).unit is None
    assert talk.conversation.kind is Kind.PRAISE


@pytest.mark.parametrize(("at", "is_open"), [(MONDAY_NOON, True), (MONDAY_NIGHT, False)])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Help, my son has an allergic reaction!", ("112", "+34 600 555 199", "alerting a person right now")),
        ("Es una emergencia", ("112", "+34 600 555 199", "avisando a una persona ahora mismo")),
    ],
)
def test_an_emergency_is_told_at_any_hour_that_a_person_is_alerted(
    text: str,
    words: tuple[str, ...],
    at: datetime,
    is_open: bool,  # noqa: FBT001
) -> None:
    talk = Talk(at)
    assert talk.account.hours.stretch_at(talk.now).is_open is is_open
    decision = talk.says(text)
    sent = talk.sent(decision)
    assert text_of(decision) is TextId.EMERGENCY
    assert all(word in sent.text for word in words)
    assert sent.buttons == ()
    assert talk.handed_off(decision)["priority"]["reasons"] == ["The message contains an emergency phrase."]


def test_an_emergency_is_answered_once_in_an_episode_also_after_an_acknowledgement() -> None:
    talk = Talk()
    texts = [text_of(talk.says(text)) for text in ("Hello", "It is an emergency", "Please", "Emergency!")]
    assert texts == [TextId.RECEIPT, TextId.EMERGENCY, None, None]
    # Whatever is said afterwards, the team still reads of it.
    assert "emergency" in talk.says("Thank you").conversation.reasons
    talk.is_closed_by_a_person().wait(minutes=20)
    assert text_of(talk.says("Another emergency")) is TextId.EMERGENCY


def test_whoever_opted_out_gets_no_text_in_an_emergency_and_the_team_is_told() -> None:
    talk = Talk()
    talk.says("stop")
    decision = talk.says("It is an emergency")
    assert text_of(decision) is None
    assert decision.unit is not None
    assert "emergency" in talk.conversation.reasons


def test_an_emergency_that_came_by_an_edit_reaches_the_team() -> None:
    talk = Talk()
    talk.says("Hello")
    decision = talk.edits("It is an emergency")
    assert text_of(decision) is None
    assert decision.unit is not None


@pytest.mark.parametrize(
    "text", ["Do you have a glass in blue?", "a metal in between", "Your oven gloves are poison green"]
)
def test_an_emergency_phrase_is_not_found_where_there_is_none(text: str) -> None:
    assert text_of(Talk().says(text)) is TextId.RECEIPT


def test_every_phrase_of_the_lists_is_found_as_what_it_is() -> None:
    lists = bakery().brand.phrases
    for name in ("complaint", "idea", "praise"):
        for phrase in chain.from_iterable(getattr(each, name) for each in lists.values()):
            found = Talk().says(f"so: {phrase}.").conversation.kind
            # What stands in two lists counts as the more pressing one.
            assert found.value == name or found is Kind.COMPLAINT, phrase
    for phrase in chain.from_iterable(each.emergency for each in lists.values()):
        assert text_of(Talk().says(f"so: {phrase}.")) is TextId.EMERGENCY, phrase


def test_a_late_receipt_fits_what_the_contact_has_said_since() -> None:
    talk = Talk()
    first = talk.says("Delicious, the bread!")
    talk.says("But the cake was broken")
    assert talk.sent(first).text_id is TextId.RECEIPT_COMPLAINT


@pytest.mark.parametrize(
    ("text", "language"),
    [("Riquísimo", "es"), ("Asqueroso", "es"), ("Delicious", "en"), ("Horrible", "en"), ("ok", "en")],
)
def test_a_single_word_of_the_lists_shows_the_language(text: str, language: str) -> None:
    assert Talk().says(text).conversation.language == language
