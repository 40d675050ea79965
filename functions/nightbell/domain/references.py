"""The short code that leads from an e-mail or a voicemail back to a conversation: ``NB-1234-5678``.

Digits alone, because a caller types them on a telephone. The last one checks the others, so that a slip leads nowhere
rather than into somebody else's conversation.
"""

import re
from datetime import timedelta
from hashlib import sha256

PREFIX = "NB"
DIGITS = 8
REFERENCE_RENEWED_AFTER = timedelta(days=90)
"""Whoever is told a code may use it for as long again, at least."""
_DERIVED = DIGITS - 1
_BETWEEN = r"[\s.:#/\u2010-\u2015-]{0,3}"
_WRITTEN = re.compile(rf"(?<![^\W_]){PREFIX}{_BETWEEN}([0-9]{{4}}){_BETWEEN}([0-9]{{4}})(?![^\W_])", re.IGNORECASE)


def reference_code(pk: str, episode: int, salt: int) -> str:
    """Derive a code; another ``salt`` gives another one, after the first was found taken."""
    digest = sha256(f"{pk}/{episode}/{salt}".encode()).digest()
    derived = f"{int.from_bytes(digest[:8]) % 10**_DERIVED:0{_DERIVED}d}"
    return _spelled(derived + _check_digit(derived))


def code_of(digits: str) -> str | None:
    """Read a code typed on a telephone, or beside a name in an address; ``None`` where it cannot be one of ours."""
    bare = re.sub(r"[\s.-]", "", digits).upper().removeprefix(PREFIX)
    if not (bare.isascii() and bare.isdigit()) or len(bare) != DIGITS or _check_digit(bare[:-1]) != bare[-1]:
        return None
    return _spelled(bare)


def find_codes(text: str) -> tuple[str, ...]:
    """Find the codes in a text, each once, in their order; eight digits alone are none, but somebody's order."""
    found = (code_of(each[1] + each[2]) for each in _WRITTEN.finditer(text))
    return tuple(dict.fromkeys(code for code in found if code is not None))


def digits_of(code: str) -> str:
    """Take the digits out of a code, as they stand beside a name in an address."""
    return "".join(filter(str.isdigit, code))


def _spelled(digits: str) -> str:
    return f"{PREFIX}-{digits[:4]}-{digits[4:]}"


def _check_digit(digits: str) -> str:
    """Compute it so that one wrong digit, or two neighbours exchanged, shows (ISO/IEC 7812-1 annex B).

    Of neighbours only 0 and 9 can be exchanged unseen.
    """
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(digits)))
    return str(-sum(value - 9 * (value > 9) for value in doubled) % 10)  # noqa: PLR2004 - the digits of a two-digit value
