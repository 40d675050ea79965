"""What a caller meets: the verbs of an answer, read as strictly as Twilio reads them.

Source: Twilio "TwiML for Programmable Voice", "<Say>", "<Gather>", "<Record>", "<Hangup>".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree as ET

from infra.local.platforms.courier import Attempt

_ANY_KEY = "1234567890*#"
_HOUR_S = 3600


class NoInstructionsError(Exception):
    """An answer that Twilio cannot follow; it says so to the caller, and hangs up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The caller hears this."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """The caller hears this and may type.

    Attributes:
        action: Where what was typed goes; whole.
        digits: How many end it; ``None`` for any number.
        ends_with: The key that ends it.
    """

    said: str
    action: str
    digits: int | None
    ends_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The caller speaks.

    Attributes:
        action: Where the call goes on; whole.
        ends_with: Keys that end it.
        tells: Where it is told what became of the recording; whole, or empty.
        events: Of which of ``completed`` and ``absent`` it is told there.
        transcript: Where its words go; whole, or empty where nobody wants them.
    """

    action: str
    longest_s: int
    ends_with: str
    tells: str
    events: frozenset[str]
    transcript: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """The call ends."""


Verb = Say | Gather | Record | Hangup


def read_instructions(attempt: Attempt, here: str) -> tuple[Verb, ...]:
    """Read the verbs of an answer; ``here`` is the address that gave it.

    Raises:
        NoInstructionsError: It failed, is no XML, or has a verb that is none.
    """
    if attempt.status is None or attempt.status >= 300 or "xml" not in attempt.content_type:  # noqa: PLR2004 - an answer's
        raise NoInstructionsError(f"11200: the answer is {attempt.status}, as {attempt.content_type or 'nothing'}")
    try:
        root = ET.fromstring(attempt.body.encode())  # noqa: S314 - our own functions' answer  # nosec B314
    except ET.ParseError as error:
        raise NoInstructionsError(f"12100: {error}") from error
    if root.tag != "Response" or not {verb.tag for verb in root} <= _READERS.keys():
        raise NoInstructionsError("12200: a verb that is none")
    return tuple(_READERS[verb.tag](verb, here) for verb in root)


def _say(verb: ET.Element, _: str) -> Say:
    return Say(text=(verb.text or "").strip())


def _gather(verb: ET.Element, here: str) -> Gather:
    digits = verb.get("numDigits")
    return Gather(
        said=" ".join(_say(one, here).text for one in verb.iter("Say")),
        action=_address(here, verb.get("action", "")),
        digits=int(digits) if digits else None,
        ends_with=verb.get("finishOnKey", "#"),
    )


def _record(verb: ET.Element, here: str) -> Record:
    tells, words = (verb.get(name, "") for name in ("recordingStatusCallback", "transcribeCallback"))
    return Record(
        action=_address(here, verb.get("action", "")),
        longest_s=int(verb.get("maxLength", _HOUR_S)),
        ends_with=verb.get("finishOnKey", _ANY_KEY),
        tells=_address(here, tells) if tells else "",
        events=frozenset(verb.get("recordingStatusCallbackEvent", "completed").split()),
        transcript=_address(here, words) if words and verb.get("transcribe") == "true" else "",
    )


def _address(here: str, told: str) -> str:
    """Make an address whole, without what only says how often it is tried."""
    return urldefrag(urljoin(here, told)).url


_READERS: Mapping[str, Callable[[ET.Element, str], Verb]] = {
    "Say": _say,
    "Gather": _gather,
    "Record": _record,
    "Hangup": lambda _, __: Hangup(),
}
