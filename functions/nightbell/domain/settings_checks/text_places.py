"""Which texts a brand needs, and where in the settings file they stand."""

from collections.abc import Mapping
from typing import Any

from nightbell.domain.business import Brand, Choice, TextId
from nightbell.domain.public_line import LINES

Table = Mapping[str, Any]

ONLY_WITH = {
    TextId.CHOICE_HERE: Choice.HERE,
    TextId.CHOICE_EMAIL_US: Choice.EMAIL_US,
    TextId.CHOICE_VOICEMAIL: Choice.VOICEMAIL,
    TextId.ASK_EMAIL: Choice.EMAIL_ME,
    TextId.CONSENT_EMAIL: Choice.EMAIL_ME,
    TextId.ASK_PHONE: Choice.CALL_ME,
    TextId.CONSENT_CALL: Choice.CALL_ME,
}
"""Texts that a brand needs only if it offers a choice."""

NEEDED_IN_PUBLIC = frozenset(lines[0] for lines in LINES.values())


def needed_texts(brand: Brand, *, in_public: bool = False, on_telephone: bool = False) -> list[TextId]:
    """List the texts that a brand may have to send; some only where everybody reads an account, or calls it."""
    return [
        text_id
        for text_id in TextId
        if (not text_id.is_public or (in_public and text_id in NEEDED_IN_PUBLIC))
        and (not text_id.is_spoken or on_telephone)
        and (text_id not in ONLY_WITH or ONLY_WITH[text_id] in brand.choices)
        and (text_id is not TextId.ASK_FACT or brand.fact is not None)
        and (text_id is not TextId.MENU or brand.choices)
        and (text_id is not TextId.RATING or brand.rating)
    ]


def spoken_texts() -> list[TextId]:
    """List the texts that a number says to its callers."""
    return [text_id for text_id in TextId if text_id.is_spoken]


def place_of_text(document: Table, brand: Brand, language: str, channel: str, text_id: TextId) -> str:
    """Find where the text stands that a brand sends; most specific first, as when they are built."""
    own = f"brands.{brand.key}."
    for place in (f"{own}channel_texts.{channel}", f"{own}texts", f"channel_texts.{channel}", "texts"):
        table: Any = document
        for part in (*place.split("."), language):
            table = table.get(part, {})
        if text_id in table:
            return f"{place}.{language}.{text_id}"
    return f"texts.{language}.{text_id}"
