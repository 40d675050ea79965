"""What a caller hears and may do."""

from xml.etree import ElementTree as ET

import pytest

from nightbell.platforms.channel import Reply
from nightbell.platforms.twilio.voice import Voice

HOOK = "https://webhooks.example.test/webhooks/twilio"
AGAIN = "#rc=2&rp=all"
VOICE = Voice(
    hook=HOOK,
    language="es",
    wants_words=True,
    ask_code="Your code?",
    code_ok="Thank you.",
    code_unknown="We do not know it.",
    record="Speak after the tone.",
    thanks="We call you back.",
    nothing="We heard nothing.",
)


def steps(reply: Reply) -> list[ET.Element]:
    assert reply.content_type.startswith("text/xml")
    response = ET.fromstring(reply.body.encode())  # noqa: S314 - our own
    assert response.tag == "Response"
    return list(response)


def names(reply: Reply) -> list[str]:
    return [step.tag for step in steps(reply)]


def test_a_caller_hears_the_greeting_may_type_a_code_and_speaks() -> None:
    said, gather, prompt, record, nothing, hang_up = steps(VOICE.greet('Cats & dogs <are> "closed".'))
    assert (said.tag, said.text, said.get("language")) == ("Say", 'Cats & dogs <are> "closed".', "es-ES")
    assert gather.tag == "Gather"
    assert {name: gather.get(name) for name in ("numDigits", "finishOnKey", "method", "action")} == {
        "numDigits": "8",
        "finishOnKey": "#",
        "method": "POST",
        "action": f"{HOOK}/voice/code?try=1{AGAIN}",
    }
    assert [step.text for step in gather] == ["Your code?"]
    assert (prompt.text, nothing.text, hang_up.tag) == ("Speak after the tone.", "We heard nothing.", "Hangup")
    assert record.attrib == {
        "action": f"{HOOK}/voice/done{AGAIN}",
        "method": "POST",
        "maxLength": "119",
        "timeout": "5",
        "finishOnKey": "#",
        "playBeep": "true",
        "recordingStatusCallback": f"{HOOK}/voice/recording{AGAIN}",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed absent",
        "transcribe": "true",
        "transcribeCallback": f"{HOOK}/voice/transcript{AGAIN}",
    }


def test_without_words_nothing_is_transcribed() -> None:
    quiet = Voice(**{name: getattr(VOICE, name) for name in VOICE.__slots__} | {"wants_words": False})
    record = steps(quiet.greet("Hello"))[3]
    assert "transcribe" not in record.attrib
    assert "transcribeCallback" not in record.attrib
    assert record.get("maxLength") == "180"


def test_a_wrong_code_may_be_typed_once_more_and_then_the_caller_speaks_all_the_same() -> None:
    right = VOICE.after_code(is_known=True, tries=1)
    assert names(right) == ["Say", "Say", "Record", "Say", "Hangup"]
    assert steps(right)[0].text == "Thank you."
    first = VOICE.after_code(is_known=False, tries=1)
    assert names(first) == ["Say", "Gather", "Say", "Record", "Say", "Hangup"]
    assert steps(first)[1].get("action") == f"{HOOK}/voice/code?try=2{AGAIN}"
    assert names(VOICE.after_code(is_known=False, tries=2)) == ["Say", "Say", "Record", "Say", "Hangup"]


def test_it_says_good_bye() -> None:
    assert [step.text for step in steps(VOICE.end(is_recorded=True))] == ["We call you back.", None]
    assert [step.text for step in steps(VOICE.end(is_recorded=False))] == ["We heard nothing.", None]


@pytest.mark.parametrize(
    ("language", "tag"),
    [("es", "es-ES"), ("en-US", "en-GB"), ("EN", "en-GB"), ("pt", "pt-PT"), ("tlh", None), ("", None)],
)
def test_a_language_that_twilio_does_not_speak_is_not_named(language: str, tag: str | None) -> None:
    voice = Voice(**{name: getattr(VOICE, name) for name in VOICE.__slots__} | {"language": language})
    assert steps(voice.end(is_recorded=True))[0].get("language") == tag
