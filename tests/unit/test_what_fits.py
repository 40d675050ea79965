"""A text that turned out too long is cut to what each channel takes, between two characters that a reader sees."""

import pytest

from nightbell.domain.acknowledgement import Composed, fitted
from nightbell.domain.business import TextId
from nightbell.platforms.registry import SENDERS

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
"""One character for a reader, eighteen bytes."""
LIMITS = {
    "instagram_direct": lambda text: len(text.encode()) <= 1000,
    "instagram_private_reply": lambda text: len(text.encode()) <= 1000,
    "messenger": lambda text: len(text) <= 2000,
    "facebook_private_reply": lambda text: len(text) <= 2000,
    "whatsapp": lambda text: len(text) <= 4096,
}


@pytest.mark.parametrize("sender", LIMITS)
@pytest.mark.parametrize("character", ["a", "é", "語", FAMILY], ids=["ascii", "accent", "ideograph", "family"])
def test_what_leaves_fits_and_ends_where_a_character_does(sender: str, character: str) -> None:
    whole = character * 9000
    text = fitted(Composed(text_id=TextId.RECEIPT, text=whole), SENDERS[sender].form).text
    assert LIMITS[sender](text)
    kept = text.removesuffix("…")
    assert text != kept
    assert len(kept) % len(character) == 0
    assert kept == character * (len(kept) // len(character))


def test_instagram_uses_the_thousand_bytes_that_it_has() -> None:
    text = fitted(Composed(text_id=TextId.RECEIPT, text="é" * 600), SENDERS["instagram_direct"].form).text
    assert len(text.encode()) == 999
