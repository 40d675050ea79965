"""The choices a contact can tap, and what they give us by choosing."""

import re
from collections.abc import Iterator

from nightbell.domain.business import Brand, Choice, RequiredFact, TextId
from nightbell.domain.choice_list import numbered
from nightbell.domain.conversation import Consent
from nightbell.domain.events import Message
from nightbell.domain.phrases import plain_words

PAYLOAD_PREFIX = "nightbell.choice."

ANSWERS = {
    Choice.HERE: TextId.CHOICE_HERE,
    Choice.EMAIL_US: TextId.CHOICE_EMAIL_US,
    Choice.VOICEMAIL: TextId.CHOICE_VOICEMAIL,
    Choice.EMAIL_ME: TextId.ASK_EMAIL,
    Choice.CALL_ME: TextId.ASK_PHONE,
}
"""Which text answers which tap."""

ASKS = {Choice.EMAIL_ME: "email", Choice.CALL_ME: "phone"}
"""What the contact must give before we may use it."""

OFFERS = {asked: choice for choice, asked in ASKS.items()}
"""The choice by which a contact would have given it."""

ASKED_BY = {ANSWERS[choice]: asked for choice, asked in ASKS.items()}
"""The same, by the text that asks."""

CONFIRMATIONS = {"email": TextId.CONSENT_EMAIL, "phone": TextId.CONSENT_CALL}

NEEDS_REFERENCE = frozenset({Choice.EMAIL_US, Choice.VOICEMAIL})
"""Choices that lead away from the platform, and back here only by the code."""

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W_](?:[\w-]{0,61}[^\W_])(?![\w@])")
_AROUND = ".!#$%&'*+/=?^`{|}~-"
"""Stands about an address in a text rather than at its ends: a bold ``*ana@shop.example*``."""
_DIGITS = re.compile(r"(?<!\w)\+?\(?\d(?:[^\S\r\n]{0,3}[().\-/]{0,2}[^\S\r\n]{0,3}\d){3,40}(?!\w)")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
FEWEST_DIGITS = 6
MOST_DIGITS = 15
"""With the country code and without the prefix dialled before it (ITU-T E.164 §6.1); a card has sixteen."""


def payload(choice: Choice) -> str:
    """Name a choice in a button, so that its tap is known as ours when it comes back."""
    return PAYLOAD_PREFIX + choice.value


def chosen(message: Message, brand: Brand, *, offered: bool, numbers: bool = False) -> Choice | None:
    """Tell which of the brand's choices a message makes: a tap, or a title typed as the whole message.

    Args:
        message: What the contact did.
        brand: A button that it no longer offers chooses nothing: there may be no answer to it.
        offered: Whether the contact has been told of choices; before that, words are just words.
        numbers: Whether they were told in numbered lines; then a digit chooses, too.
    """
    if message.choice is not None:
        return next((choice for choice in brand.choices if payload(choice) == message.choice), None)
    words = plain_words(message.text)
    if not offered or not words.strip():
        return None
    if numbers and (by_number := numbered(message.text, brand, message.channel)):
        return by_number
    titles = ((choice, each.get(choice, "")) for each in brand.titles.values() for choice in brand.choices)
    return next((choice for choice, title in titles if plain_words(title) == words), None)


def recorded_by(message: Message, seq: int) -> tuple[Consent, ...]:
    """Make records of the permissions that a form brought along, each with its own words; of one kind the first."""
    first = {each.way: each for each in reversed(message.consents)}
    return tuple(
        Consent(channel=each.way, address=each.address, given_at=each.given_at, wording=each.wording, seq=seq)
        for each in (first[way] for way in OFFERS if way in first)
    )


def given_address(message: Message, asked: str, fact: RequiredFact | None = None) -> str | None:
    """Find the e-mail address or telephone number that a contact gives when asked for it.

    Nothing is better than a wrong one: whoever has that number would be called. So dates, card
    numbers and the brand's own ``fact`` are no telephone numbers.
    """
    given = message.given_email if asked == "email" else message.given_phone
    if given:
        return given
    if asked == "email":
        return _email_in(message.text)
    return _phone_in(fact.pattern.sub(" ", message.text) if fact else message.text)


def _email_in(text: str) -> str | None:
    return next(every_email(text), None)


def _phone_in(text: str) -> str | None:
    return next(every_number(text), None)


def every_email(text: str) -> Iterator[str]:
    """Find the mail addresses in a text."""
    return (found[0].strip(_AROUND) for found in _EMAIL.finditer(text))


def every_number(text: str) -> Iterator[str]:
    """Find what may be a telephone number in a text; a date is none, and neither is a card's."""
    for found in _DIGITS.finditer(text):
        digits = "".join(filter(str.isdigit, found[0])).removeprefix("00")
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and not _DATE.fullmatch(found[0]):
            yield found[0]
