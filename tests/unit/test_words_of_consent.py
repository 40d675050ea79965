"""A consent is kept with the very words that asked for it, whatever language the answer is in."""

from datetime import timedelta

import pytest

from nightbell.domain.business import Choice
from nightbell.domain.unit import UnitKind
from tests.unit.talk import MONDAY_NIGHT, Talk, bakery

FIRST = {"en": "Hello, when do you open tomorrow, please?", "es": "Hola, ¿a qué hora abrís mañana, por favor?"}
GIVES = {
    Choice.EMAIL_ME: {"en": "Sure, it is ana@example.com, thank you", "es": "Claro, es ana@example.com, gracias"},
    Choice.CALL_ME: {"en": "Sure, it is 600 555 001, thank you", "es": "Claro, es el 600 555 001, gracias"},
}
ADDRESS = {Choice.EMAIL_ME: ("email", "ana@example.com"), Choice.CALL_ME: ("phone", "600 555 001")}


@pytest.mark.parametrize("channel", ["messenger", "whatsapp"])
@pytest.mark.parametrize("choice", GIVES)
@pytest.mark.parametrize("spoken", FIRST)
@pytest.mark.parametrize("answered", FIRST)
def test_the_words_that_were_read_are_the_words_that_are_kept(
    channel: str, choice: Choice, spoken: str, answered: str
) -> None:
    talk = Talk(MONDAY_NIGHT, account=bakery(channel))
    talk.says(FIRST[spoken])
    assert talk.conversation.language == spoken
    title = talk.account.brand.titles[spoken][choice]
    asked = talk.sent(talk.wait(minutes=1).says(title)).text
    given = talk.wait(minutes=1).says(GIVES[choice][answered])
    consent = given.consent
    assert consent is not None
    assert consent.wording == asked
    assert (consent.channel, consent.address) == ADDRESS[choice]
    assert (consent.given_at, consent.seq) == (MONDAY_NIGHT + timedelta(minutes=2), 3)
    assert given.unit is not None
    assert given.unit.kind is UnitKind.ANSWER
    assert talk.conversation.consent == consent
    assert talk.conversation.asked is None


def test_the_two_languages_ask_in_different_words() -> None:
    wordings = set()
    for spoken, first in FIRST.items():
        talk = Talk(MONDAY_NIGHT)
        talk.says(first)
        for choice, answers in GIVES.items():
            talk.taps(choice)
            given = talk.says(answers[spoken])
            assert given.consent is not None
            wordings.add(given.consent.wording)
    assert len(wordings) == 4
