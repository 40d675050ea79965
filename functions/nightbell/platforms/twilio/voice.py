"""What a caller hears and may do, as instructions to Twilio.

Sources: Twilio "TwiML Voice": <Say>, <Gather>, <Record>, <Hangup>. Whatever stands behind a <Record> is only reached
when nothing was recorded, and whatever stands behind a <Gather> when nothing was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from nightbell.domain.references import DIGITS
from nightbell.platforms.channel import Reply

CODE, DONE, RECORDING, TRANSCRIPT = "voice/code", "voice/done", "voice/recording", "voice/transcript"
"""Paths below the platform's name that a call goes through."""
TRY = "try"

AGAIN = "#rc=2&rp=all"
"""Behind an address: try it twice more whatever went wrong. It is not part of what is asked for or signed.

Source: Twilio "Webhooks (HTTP callbacks): Connection Overrides".
"""

MOST_TRIES = 2
LONGEST_S = 180
LONGEST_WITH_WORDS_S = 119
"""Source: Twilio "Error and Warning Dictionary", 13617: what lasts 120 seconds or more is not transcribed."""

# Source: Twilio "TwiML Voice: <Say>" §language. A tag that Twilio does not know would make it say nothing at all.
_SPOKEN = {
    "ca": "ca-ES",
    "da": "da-DK",
    "de": "de-DE",
    "en": "en-GB",
    "es": "es-ES",
    "fi": "fi-FI",
    "fr": "fr-FR",
    "it": "it-IT",
    "nb": "nb-NO",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "pt": "pt-PT",
    "sv": "sv-SE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How the voicemail of one number speaks.

    Attributes:
        hook: Our own address for Twilio, without a slash at its end.
        language: IETF tag.
        wants_words: Whether a recording is transcribed.
        say: What is said, by :data:`SAID`.
    """

    hook: str
    language: str
    wants_words: bool
    ask_code: str
    code_ok: str
    code_unknown: str
    record: str
    thanks: str
    nothing: str

    def greet(self, greeting: str) -> Reply:
        """Say the greeting, offer to take a code, and record."""
        return _response(self._say(greeting), self._gather(1), self._record())

    def after_code(self, *, is_known: bool, tries: int) -> Reply:
        """Go on after a code was typed; a wrong one may be typed once more."""
        if is_known:
            return _response(self._say(self.code_ok), self._record())
        again = (self._gather(tries + 1),) if tries < MOST_TRIES else ()
        return _response(self._say(self.code_unknown), *again, self._record())

    def end(self, *, is_recorded: bool) -> Reply:
        """Say good-bye."""
        return _response(self._say(self.thanks if is_recorded else self.nothing), "<Hangup/>")

    def _gather(self, tries: int) -> str:
        action = f"{self.hook}/{CODE}?{urlencode({TRY: tries})}{AGAIN}"
        given = {"numDigits": str(DIGITS), "finishOnKey": "#", "timeout": "6", "action": action, "method": "POST"}
        return f"<Gather{_attributes(given)}>{self._say(self.ask_code)}</Gather>"

    def _record(self) -> str:
        """Record, and end the call where nothing was said: without an action Twilio would ask for this again."""
        given = {
            "action": f"{self.hook}/{DONE}{AGAIN}",
            "method": "POST",
            "maxLength": str(LONGEST_WITH_WORDS_S if self.wants_words else LONGEST_S),
            "timeout": "5",
            "finishOnKey": "#",
            "playBeep": "true",
            "recordingStatusCallback": f"{self.hook}/{RECORDING}{AGAIN}",
            "recordingStatusCallbackMethod": "POST",
            "recordingStatusCallbackEvent": "completed absent",
        }
        told = f"{self.hook}/{TRANSCRIPT}{AGAIN}"
        words = {"transcribe": "true", "transcribeCallback": told} if self.wants_words else {}
        begin, end = self._say(self.record), self._say(self.nothing)
        return f"{begin}<Record{_attributes(given | words)}/>{end}<Hangup/>"

    def _say(self, words: str) -> str:
        tag = _SPOKEN.get(self.language.partition("-")[0].lower())
        spoken = {"language": tag} if tag else {}
        return f"<Say{_attributes(spoken)}>{escape(words)}</Say>"


def _response(*parts: str) -> Reply:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(parts)}</Response>'
    return Reply(body=body, content_type="text/xml; charset=utf-8")


NOBODY_THERE = _response("<Hangup/>")
"""To a call of a number that the settings do not name."""


def _attributes(given: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in given.items())
