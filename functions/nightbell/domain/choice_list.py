"""Choices where there are no buttons: numbered lines below the text, and a digit that chooses."""

from collections.abc import Mapping, Sequence

from nightbell.domain.business import Brand, Choice, TextId

WITH_CHOICES = frozenset({TextId.REDIRECT, TextId.REDIRECT_COMPLAINT})
"""Ideas and praise are not answered, so nobody has to choose how."""
_POINTLESS: Mapping[str, frozenset[Choice]] = {
    "email": frozenset({Choice.EMAIL_US, Choice.EMAIL_ME}),
    "voicemail": frozenset(Choice),
}
"""Whoever writes a mail need not be told to; and a recording offers nothing."""


def offered_choices(brand: Brand, channel: str) -> tuple[Choice, ...]:
    """List what a brand offers on a channel, in its order."""
    pointless = _POINTLESS.get(channel, frozenset())
    return tuple(choice for choice in brand.choices if choice not in pointless)


def listed(menu: str, titles: Sequence[str]) -> str:
    """Write choices as they stand below a text."""
    return "\n".join(["", "", f"{menu}:", *(f"{number} {title}" for number, title in enumerate(titles, start=1))])


def numbered(text: str, brand: Brand, channel: str) -> Choice | None:
    """Tell which choice a message makes that is one digit and nothing else."""
    digit = text.strip().strip(".)(#").strip()
    if not (digit.isascii() and digit.isdigit()):
        return None
    choices = offered_choices(brand, channel)
    return choices[int(digit) - 1] if len(digit) == 1 and 1 <= int(digit) <= len(choices) else None
