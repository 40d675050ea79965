"""The contact chooses where it goes on, and gives permission or does not (point 3 of the policy)."""

import re
from dataclasses import replace

import pytest

from nightbell.domain.business import Choice, TextId
from nightbell.domain.choices import ANSWERS, PAYLOAD_PREFIX, given_address
from nightbell.domain.events import Contact, Message
from nightbell.domain.policy import Decision
from nightbell.domain.references import find_codes, reference_code
from nightbell.domain.suppression import HELD, OPTED_OUT, TOLD_BEFORE
from nightbell.domain.unit import UnitKind
from tests.unit.talk import MONDAY_NIGHT, PK, Talk, bakery, text_of


def at_night(first: str = "When is my order ready, please?") -> Talk:
    """Start with a redirect, which offers the choices."""
    talk = Talk(MONDAY_NIGHT)
    talk.says(first)
    return talk.wait(minutes=1)


def follow_up(talk: Talk, decision: Decision) -> object:
    return talk.handed_off(decision)["follow_up"]


@pytest.mark.parametrize("choice", Choice)
def test_a_tap_is_answered_once(choice: Choice) -> None:
    talk = at_night()
    tapped, again = talk.taps(choice), talk.taps(choice)
    assert text_of(tapped) is ANSWERS[choice]
    assert tapped.unit is not None
    assert tapped.unit.kind is UnitKind.ANSWER
    assert again.unit is None
    assert again.held_back == TOLD_BEFORE


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_title_typed_is_as_good_as_a_tap(choice: Choice, language: str) -> None:
    talk = at_night()
    title = talk.account.brand.titles[language][choice]
    assert text_of(talk.says(f" {title.upper()}! ")) is ANSWERS[choice]
    assert talk.says(title).held_back == TOLD_BEFORE
    assert talk.taps(choice).held_back == TOLD_BEFORE


def test_a_title_within_a_sentence_chooses_nothing() -> None:
    talk = at_night()
    talk.says("Please do not call me at work")
    assert talk.conversation.follow_up is None


def test_a_title_means_nothing_before_anything_was_offered() -> None:
    talk = Talk()
    decision = talk.says("Call me")
    assert text_of(decision) is TextId.RECEIPT
    assert talk.conversation.follow_up is None


def test_a_picture_is_no_title_made_of_signs() -> None:
    account = bakery()
    titles = {"en": {**account.brand.titles["en"], Choice.HERE: "👋"}, "es": account.brand.titles["es"]}
    talk = Talk(MONDAY_NIGHT, account=replace(account, brand=replace(account.brand, titles=titles)))
    talk.says("Hello")
    talk.says("")
    assert talk.conversation.follow_up is None


def test_a_button_of_another_app_is_an_ordinary_message() -> None:
    talk = Talk()
    for payload in ("GET_STARTED", "call_me", PAYLOAD_PREFIX, f"{PAYLOAD_PREFIX}fly", ""):
        assert text_of(talk.says("Get started", choice=payload)) is TextId.RECEIPT, payload
        talk.is_closed_by_a_person().wait(minutes=20)
    assert talk.conversation.follow_up is None


def test_a_choice_that_the_brand_no_longer_offers_is_an_ordinary_message() -> None:
    account = bakery()
    without = replace(account, brand=replace(account.brand, choices=(Choice.HERE,), voicemail=None))
    talk = Talk(MONDAY_NIGHT, account=without)
    decision = talk.taps(Choice.VOICEMAIL)
    assert text_of(decision) is TextId.REDIRECT
    assert [button.title for button in talk.sent(decision).buttons] == ["I'll wait here"]


def test_changing_ones_mind_is_answered_each_time() -> None:
    talk = at_night()
    chosen = [Choice.EMAIL_ME, Choice.CALL_ME, Choice.EMAIL_ME, Choice.HERE]
    assert [text_of(talk.taps(choice)) for choice in chosen] == [ANSWERS[choice] for choice in chosen]
    assert talk.conversation.follow_up == "here"
    assert talk.conversation.asked is None


def test_a_new_choice_takes_back_what_an_earlier_one_allowed() -> None:
    talk = at_night()
    talk.taps(Choice.EMAIL_ME)
    talk.says("ana@example.com")
    changed = talk.taps(Choice.HERE)
    assert follow_up(talk, changed) == {"choice": "here", "reference": None, "consent": None}


def test_a_tap_on_an_old_button_opens_an_episode_and_is_answered() -> None:
    talk = at_night()
    talk.taps(Choice.HERE)
    talk.is_closed_by_a_person()
    decision = talk.wait(hours=1).taps(Choice.HERE)
    assert text_of(decision) is TextId.CHOICE_HERE
    assert decision.conversation.episode == decision.conversation.last_seq
    assert talk.handed_off(decision)["follow_up"]["choice"] == "here"


@pytest.mark.parametrize("choice", [Choice.EMAIL_US, Choice.VOICEMAIL])
def test_a_choice_that_leads_away_gives_a_code_that_leads_back(choice: Choice) -> None:
    talk = at_night()
    decision = talk.taps(choice)
    code = talk.conversation.reference
    assert code is not None
    assert find_codes(talk.sent(decision).text) == (code,)
    assert talk.handed_off(decision)["follow_up"]["reference"] == code


def test_the_code_stays_the_same_for_the_conversation() -> None:
    talk = at_night()
    talk.taps(Choice.EMAIL_US)
    code = talk.conversation.reference
    talk.taps(Choice.VOICEMAIL)
    assert talk.conversation.reference == code


ADDRESSES = [
    ("email", "ana@example.com", "ana@example.com"),
    ("email", "Sure: Ana.Ruiz+bread@mail.example.co.uk, thanks", "Ana.Ruiz+bread@mail.example.co.uk"),
    ("email", "It's <o'neil@example.com>.", "o'neil@example.com"),
    ("email", "*ana@example.com*", "ana@example.com"),
    ("email", "mailto:ana@example.com", "ana@example.com"),
    ("email", "ana@panadería.example", "ana@panadería.example"),
    ("email", "ana@example.com\n600 555 001", "ana@example.com"),
    ("email", "_ana@example.com_", None),
    ("email", "ana@example", None),
    ("email", "ana @ example.com", None),
    ("email", "@ana", None),
    ("email", "600 555 001", None),
    ("email", "no thanks", None),
    ("phone", "+34 600 555 001", "+34 600 555 001"),
    ("phone", "+34600555001", "+34600555001"),
    ("phone", "0034 600 555 001", "0034 600 555 001"),
    ("phone", "00 352 123 456 789 012", "00 352 123 456 789 012"),
    ("phone", "600.555.001", "600.555.001"),
    ("phone", "600-55-50-01", "600-55-50-01"),
    ("phone", "(971) 555 001", "(971) 555 001"),
    ("phone", "+44 (0)20 7946 0018", "+44 (0)20 7946 0018"),
    ("phone", "030/1234567", "030/1234567"),
    ("phone", "+1 (212) 555-0100.", "+1 (212) 555-0100"),
    ("phone", "Tel.600555001", "600555001"),
    ("phone", "Call 600 555 001 after 17:00 please", "600 555 001"),
    ("phone", "+376 312345", "+376 312345"),
    ("phone", "600 555 001\n971 555 001", "600 555 001"),
    ("phone", "+34\u00a0600\u00a0555\u00a0001", "+34\u00a0600\u00a0555\u00a0001"),
    # Whoever has a wrong number would be called.
    ("phone", "my order is HB-12345", None),
    ("phone", "HB 1234567", "1234567"),
    ("phone", "HB1234567", None),
    ("phone", "it was on 24/11/2026", None),
    ("phone", "it was on 24.11.2026", None),
    ("phone", "2026-11-24", None),
    ("phone", "4111 1111 1111 1111", None),
    ("phone", "ES91 2100 0418 4502 0005 1332", None),
    ("phone", "at 17:50 or 18:30", None),
    ("phone", "12345", None),
    ("phone", "no thanks", None),
    ("phone", "", None),
]


@pytest.mark.parametrize(("asked", "text", "address"), ADDRESSES)
def test_an_address_is_found_as_people_write_it(asked: str, text: str, address: str | None) -> None:
    message = Message(
        kind="k",
        channel="messenger",
        account_id="1",
        contact=Contact(contact_id="4711", address="4711"),
        message_id="m",
        sent_at=MONDAY_NIGHT,
        text=text,
    )
    assert given_address(message, asked, bakery().brand.fact) == address


def test_an_order_number_is_no_telephone_number() -> None:
    account = bakery()
    assert account.brand.fact is not None
    fact = replace(account.brand.fact, pattern=re.compile(r"\b\d{8}\b"))
    talk = Talk(MONDAY_NIGHT, account=replace(account, brand=replace(account.brand, fact=fact)))
    talk.taps(Choice.CALL_ME)
    assert talk.says("It is about 12345678").consent is None
    consent = talk.says("About 12345678, call 600 555 001").consent
    assert consent is not None
    assert consent.address == "600 555 001"


@pytest.mark.parametrize(
    ("choice", "channel", "text", "address", "confirmation"),
    [
        (Choice.EMAIL_ME, "email", "ana@example.com", "ana@example.com", TextId.CONSENT_EMAIL),
        (Choice.CALL_ME, "phone", "It is +34 600 555 001", "+34 600 555 001", TextId.CONSENT_CALL),
    ],
)
def test_consent_is_what_was_asked_for_and_given_with_time_and_wording(
    choice: Choice, channel: str, text: str, address: str, confirmation: TextId
) -> None:
    talk = at_night()
    asked = talk.sent(talk.taps(choice))
    assert asked.ask == channel
    decision = talk.wait(minutes=2).says(text)
    assert text_of(decision) is confirmation
    consent = decision.consent
    assert consent is not None
    assert (consent.channel, consent.address, consent.given_at) == (channel, address, talk.now)
    assert consent.wording == asked.text
    assert consent.seq == decision.conversation.last_seq
    assert follow_up(talk, decision) == {
        "choice": choice.value,
        "reference": None,
        "consent": {
            "channel": channel,
            "address": address,
            "given_at": "2026-11-23T21:03:00Z",
            "wording": asked.text,
        },
    }


@pytest.mark.parametrize(
    ("choice", "given"),
    [(Choice.EMAIL_ME, {"given_email": "ana@example.com"}), (Choice.CALL_ME, {"given_phone": "+34600555001"})],
)
def test_a_button_that_hands_the_address_over_gives_consent_when_asked(choice: Choice, given: dict[str, str]) -> None:
    talk = at_night()
    unasked = talk.says("here", **given)
    assert unasked.consent is None
    talk.taps(choice)
    consent = talk.says("here", **given).consent
    assert consent is not None
    assert consent.address in given.values()


def test_an_address_given_without_being_asked_is_no_consent() -> None:
    talk = at_night()
    decision = talk.says("You can reach me at ana@example.com or +34 600 555 001")
    assert decision.consent is None
    assert talk.conversation.consent is None


def test_a_number_is_no_consent_to_be_mailed() -> None:
    talk = at_night()
    talk.taps(Choice.EMAIL_ME)
    assert talk.says("+34 600 555 001").consent is None
    assert talk.says("ana@example.com").consent is not None


def test_consent_is_asked_for_once_and_given_once() -> None:
    talk = at_night()
    talk.taps(Choice.EMAIL_ME)
    talk.says("ana@example.com")
    other = talk.says("or bea@example.com")
    assert other.consent is None
    assert talk.conversation.consent is not None
    assert talk.conversation.consent.address == "ana@example.com"


def test_the_wording_is_kept_in_the_language_of_the_question() -> None:
    talk = at_night()
    asked = talk.sent(talk.taps(Choice.EMAIL_ME))
    decision = talk.says("Hola, es el correo de mi madre: ana@example.com")
    assert talk.conversation.language == "es"
    assert decision.consent is not None
    assert decision.consent.wording == asked.text


def test_consent_ends_with_the_matter_it_was_given_for() -> None:
    talk = at_night()
    talk.taps(Choice.EMAIL_ME)
    talk.says("ana@example.com")
    talk.is_closed_by_a_person()
    tapped = talk.wait(hours=1).taps(Choice.CALL_ME)
    assert talk.handed_off(tapped)["follow_up"]["consent"] is None


def test_a_new_matter_knows_nothing_of_the_consent_for_the_one_before() -> None:
    talk = at_night()
    talk.taps(Choice.EMAIL_ME)
    assert talk.says("ana@example.com").consent is not None
    talk.is_closed_by_a_person()
    talk.wait(hours=1).says("Do you sell belts?")
    assert talk.conversation.consent is None


def test_a_question_that_was_held_back_cannot_be_answered() -> None:
    talk = at_night().changes(agent_id="marta", agent_until=MONDAY_NIGHT.replace(hour=23))
    tapped = talk.taps(Choice.CALL_ME)
    assert tapped.held_back == HELD
    assert talk.handed_off(tapped)["follow_up"]["choice"] == "call_me"
    assert talk.says("+34 600 555 001").consent is None


def test_a_question_that_was_held_back_is_asked_when_it_is_chosen_again() -> None:
    talk = at_night().changes(agent_id="marta", agent_until=MONDAY_NIGHT.replace(hour=23))
    talk.taps(Choice.CALL_ME)
    assert text_of(talk.wait(hours=3).taps(Choice.CALL_ME)) is TextId.ASK_PHONE


def test_consent_given_while_an_agent_is_active_is_told_without_a_word_to_the_contact() -> None:
    talk = at_night()
    talk.taps(Choice.CALL_ME)
    talk.changes(agent_id="marta", agent_until=MONDAY_NIGHT.replace(hour=23))
    decision = talk.says("+34 600 555 001")
    assert text_of(decision) is None
    assert talk.handed_off(decision)["follow_up"]["consent"]["address"] == "+34 600 555 001"


def test_an_opt_out_takes_back_the_question() -> None:
    talk = at_night()
    talk.taps(Choice.CALL_ME)
    talk.says("stop")
    decision = talk.says("600 555 001")
    assert decision.consent is None
    assert decision.held_back in {OPTED_OUT, "the contact was acknowledged already in this stretch of opening time"}


def test_an_emergency_goes_before_the_confirmation_and_consent_is_kept() -> None:
    talk = at_night()
    talk.taps(Choice.CALL_ME)
    decision = talk.says("Emergency! Call +34 600 555 001")
    assert text_of(decision) is TextId.EMERGENCY
    assert decision.consent is not None


def test_an_edit_chooses_nothing_and_gives_nothing() -> None:
    talk = at_night()
    talk.edits("Call me")
    assert talk.conversation.follow_up is None
    talk.taps(Choice.EMAIL_ME)
    assert talk.edits("ana@example.com").consent is None


def test_codes_differ_by_conversation_episode_and_try() -> None:
    codes = {reference_code(pk, episode, salt) for pk in (PK, "C#other") for episode in (1, 2) for salt in (0, 1)}
    assert len(codes) == 8
