"""The choices a contact can tap, and what they give us by choosing."""

import re

from nightbell.domain.business import Brand, Choice, TextId
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

CONFIRMATIONS = {"email": TextId.CONSENT_EMAIL, "phone": TextId.CONSENT_CALL}

NEEDS_REFERENCE = frozenset({Choice.EMAIL_US, Choice.VOICEMAIL})
"""Choices that lead away from the platform, and back here only by the code."""

_EMAIL = re.compile(r"[^\s<>@,;:\"()]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24}")
_PHONE = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){5,16}")


def payload(choice: Choice) -> str:
    """Name a choice in a button, so that its tap is known as ours when it comes back."""
    return PAYLOAD_PREFIX + choice.value


def chosen(message: Message, brand: Brand, language: str) -> Choice | None:
    """Tell which choice a message makes: a tap, or the button's title typed as the whole message."""
    if message.choice is not None:
        named = message.choice.removeprefix(PAYLOAD_PREFIX)
        known = message.choice.startswith(PAYLOAD_PREFIX) and named in set(Choice)
        return Choice(named) if known else None
    words = plain_words(message.text)
    titles = brand.titles.get(language, {})
    return next((c for c in brand.choices if c in titles and plain_words(titles[c]) == words), None)


def given_address(message: Message, asked: str) -> str | None:
    """Find the e-mail address or telephone number that a contact gives when asked for it."""
    given = message.given_email if asked == "email" else message.given_phone
    if given:
        return given
    found = (_EMAIL if asked == "email" else _PHONE).search(message.text)
    return found[0].strip() if found else None
