"""The words a customer reads: which text, in which language, with what filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from nightbell.domain.business import Brand, Choice, TextId
from nightbell.domain.gsm import segments
from nightbell.domain.moments import moment, some_time
from nightbell.domain.weighted_length import weighted_length

MAX_CODE = 12
"""Longest reference code that the texts are measured with."""

BRAND_PLACEHOLDERS = frozenset({"brand", "agent", "email", "voicemail", "emergency_phone", "fact"})
"""Filled from the settings alone."""

PLACEHOLDERS = BRAND_PLACEHOLDERS | {"automatic", "promised_by", "opens_at", "code"}

PUBLIC_PLACEHOLDERS = frozenset({"brand", "agent", "promised_by", "opens_at"})
"""What may stand where everybody reads it."""

CALL_BACK = "call_back"
"""What only a greeting on the telephone may hold."""

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Unit(StrEnum):
    """How a platform counts the length of a text."""

    CHARACTERS = "characters"
    UTF8_BYTES = "utf8_bytes"
    UTF16 = "utf16"
    X_WEIGHTED = "x_weighted"
    SMS_SEGMENTS = "sms_segments"

    @property
    def adds_up(self) -> bool:
        """Whether a text is as long as its graphemes are together."""
        return self not in {Unit.X_WEIGHTED, Unit.SMS_SEGMENTS}


class FormLimits(Protocol):
    """What fits one message of a channel."""

    @property
    def unit(self) -> str:
        """How the channel counts: a :class:`Unit`."""

    @property
    def max_text(self) -> int:
        """Longest text without choices."""

    @property
    def max_text_with_choices(self) -> int:
        """Longest text beside choices."""

    @property
    def max_choices(self) -> int:
        """Most choices in one message."""

    @property
    def max_title(self) -> int:
        """Longest title of a choice."""

    @property
    def writes_choices(self) -> bool:
        """Whether choices stand in the text, because there are no buttons."""


def measure(text: str, unit: str) -> int:
    """Count a text as the platform does; characters are Unicode code points."""
    match Unit(unit):
        case Unit.CHARACTERS:
            return len(text)
        case Unit.UTF8_BYTES:
            return len(text.encode())
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.X_WEIGHTED:
            return weighted_length(text)
        case Unit.SMS_SEGMENTS:
            return segments(text)


def text_for(brand: Brand, text_id: TextId, language: str, channel: str) -> str:
    """Find a text with its placeholders: the channel's own, the language's, or the default language's."""
    for known in (language, brand.default_language):
        own = brand.channel_texts.get(known, {}).get(channel, {})
        text = own.get(text_id) or brand.texts.get(known, {}).get(text_id)
        if text:
            return text
    raise KeyError(text_id)


def is_written(brand: Brand, text_id: TextId, language: str, channel: str) -> bool:
    """Tell whether the language has a text of its own, without the default language's help."""
    own = brand.channel_texts.get(language, {}).get(channel, {})
    return bool(own.get(text_id) or brand.texts.get(language, {}).get(text_id))


def choice_title(brand: Brand, choice: Choice, language: str) -> str:
    """Find what the button of a choice says; settings are refused unless it fits every channel."""
    return brand.titles.get(language, brand.titles[brand.default_language])[choice]


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill the placeholders of a text.

    Raises:
        KeyError: A placeholder has no value.
    """
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def with_fact(text: str, ask: str) -> str:
    """Put the sentence that asks for the required fact after a text."""
    return f"{text} {ask}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a text is sent about; told as it reads at ``now``.

    Attributes:
        promised_by: When a person will have answered; ``None`` reads as "as soon as we can".
        opens_at: ``None`` reads the same way.
        code: The conversation's short reference, at most :data:`MAX_CODE` characters.
    """

    now: datetime
    promised_by: datetime | None = None
    opens_at: datetime | None = None
    code: str = ""


def values_for(brand: Brand, language: str, channel: str, occasion: Occasion) -> dict[str, str]:
    """Gather what fills every placeholder."""
    values = brand_values(brand, language)
    values["automatic"] = render(text_for(brand, TextId.AUTOMATIC, language, channel), values)
    values["promised_by"] = _when(occasion.promised_by, occasion.now, brand, language)
    values["opens_at"] = _when(occasion.opens_at, occasion.now, brand, language)
    values["code"] = occasion.code
    return values


def brand_values(brand: Brand, language: str) -> dict[str, str]:
    """Gather the placeholders whose values stand in the settings; absent ones are empty."""
    names = brand.fact.names if brand.fact else {}
    return {
        "brand": brand.name,
        "agent": brand.agent_name or "",
        "email": brand.email or "",
        "voicemail": brand.voicemail or "",
        "emergency_phone": brand.emergency_phone or "",
        "fact": names.get(language, names.get(brand.default_language, "")),
    }


def _when(at: datetime | None, now: datetime, brand: Brand, language: str) -> str:
    return moment(at, now, brand.zone, language) if at else some_time(language)
