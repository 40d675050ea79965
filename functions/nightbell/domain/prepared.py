"""Texts that agents begin with: the brand's prepared answers, and the words of a promise."""

from dataclasses import dataclass
from datetime import datetime

from nightbell.domain.business import Account, Brand, TextId
from nightbell.domain.texts import Occasion, brand_values, render, text_for, values_for


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedText:
    """A text as an agent finds it, with everything filled in.

    Attributes:
        name: What it is called in the list.
    """

    name: str
    text: str


def prepared_texts(brand: Brand, language: str) -> tuple[PreparedText, ...]:
    """List the prepared answers in the owner's order; in the default language where the brand speaks no other."""
    spoken = language if language in brand.languages else brand.default_language
    values = brand_values(brand, spoken)
    return tuple(PreparedText(name=each.name, text=render(each.text, values)) for each in brand.answers.get(spoken, ()))


def promise_words(account: Account, language: str, at: datetime, now: datetime) -> str:
    """Say by when an agent answers, where they have written no words of their own.

    Args:
        account: Whose brand and channel speak.
        language: The conversation's; of one the brand does not answer in, its default's.
        at: What is promised, aware.
        now: When it is said.
    """
    brand = account.brand
    spoken = language if language in brand.languages else brand.default_language
    values = values_for(brand, spoken, account.channel, Occasion(now=now, promised_by=at))
    return render(text_for(brand, TextId.PROMISE, spoken, account.channel), values)
