"""Recognise what we said ourselves by the sentence that no person says: that it is automatic."""

from collections.abc import Iterator

from nightbell.domain.business import Brand, TextId
from nightbell.domain.texts import brand_values, render


def is_automatic(said: str, brand: Brand) -> bool:
    """Tell whether a text holds the brand's own sentence that it is automatic, in any language and for any channel."""
    words = " ".join(said.split())
    return any(sentence in words for sentence in _sentences(brand))


def _sentences(brand: Brand) -> Iterator[str]:
    for language in brand.languages:
        of_channels = brand.channel_texts.get(language, {}).values()
        for texts in (brand.texts.get(language, {}), *of_channels):
            if TextId.AUTOMATIC in texts:
                yield " ".join(render(texts[TextId.AUTOMATIC], brand_values(brand, language)).split())
