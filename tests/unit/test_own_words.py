"""What we said ourselves is known by the sentence that no person says."""

from dataclasses import replace
from pathlib import Path

import pytest

from nightbell.adapters.business_file import read_business
from nightbell.domain.business import TextId
from nightbell.domain.own_words import is_automatic
from tests.unit.calendars import FakeCalendars

SHOP = read_business(Path(__file__).parent / "business_example.toml", FakeCalendars()).brands["corner"]
OTHERS = replace(
    SHOP,
    texts={"en": {TextId.AUTOMATIC: "This is an automatic\nmessage of {brand}."}},
    channel_texts={"en": {"whatsapp": {TextId.AUTOMATIC: "Beep."}, "messenger": {}}},
    languages=("en", "es"),
)


@pytest.mark.parametrize(
    ("said", "is_ours"),
    [
        (f"Thanks. This is an automatic message of {SHOP.name}. Marta answers today at 11:00.", True),
        (f"Thanks. This is an  automatic\nmessage of {SHOP.name}.", True),
        ("Sorry for the trouble. Beep. We open on Monday.", True),
        ("This is an automatic message of another shop.", False),
        ("Marta here: it left this morning.", False),
        ("", False),
    ],
)
def test_what_holds_the_sentence_is_ours_whatever_stands_around_it(said: str, *, is_ours: bool) -> None:
    assert is_automatic(said, OTHERS) is is_ours


def test_a_brand_without_the_sentence_has_said_nothing() -> None:
    assert not is_automatic("Thanks.", replace(SHOP, texts={}, channel_texts={}))
