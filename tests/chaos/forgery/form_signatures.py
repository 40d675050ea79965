"""Ways to spoil the signature in a signed request."""

import base64
from collections.abc import Callable, Mapping
from random import Random

from tests.chaos.forgery.mutators import OfSignature
from tests.chaos.signing import from_url_safe, url_safe

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # pragma: allowlist secret
_FULL_WIDTH = {ord(letter): ord(letter) + 0xFEE0 for letter in LETTERS[:62]}
_SPACE = " \t\n\r\x0b\x0c\x00\xa0\u2003\ufeff"


def _other_letter(rng: Random, right: str) -> str:
    at = rng.randrange(len(right))
    return right[:at] + rng.choice([letter for letter in LETTERS if letter != right[at]]) + right[at + 1 :]


def _left_out(rng: Random, right: str) -> str:
    at = rng.randrange(len(right))
    return right[:at] + right[at + 1 :]


def _spelled_differently(_: Random, right: str) -> str:
    """Change two bits that mean nothing: what it decodes to stays the same."""
    return right[:-1] + LETTERS[LETTERS.index(right[-1]) ^ 1]


def _bytes(change: Callable[[Random, bytes], bytes]) -> OfSignature:
    return lambda rng, right: url_safe(change(rng, from_url_safe(right)))


def _standard(right: str) -> str:
    return right.replace("-", "+").replace("_", "/")


SIGNATURES: Mapping[str, OfSignature] = {
    "another letter": _other_letter,
    "another spelling of the same bytes": _spelled_differently,
    "a letter left out": _left_out,
    "a letter too many": lambda rng, right: right + rng.choice(LETTERS),
    "cut short": lambda rng, right: right[: rng.randrange(len(right))],
    "cut after whole bytes": _bytes(lambda rng, raw: raw[: rng.choice([1, 4, 8, 16, 20, 31])]),
    "its beginning cut off": lambda rng, right: right[rng.randint(1, len(right)) :],
    "zeros behind it": _bytes(lambda rng, raw: raw + bytes(rng.randint(1, 32))),
    "twice": lambda _, right: right * 2,
    "two with a comma": lambda _, right: f"{right},{right}",
    "filled up": lambda rng, right: right + "=" * rng.randint(1, 4),
    "filled up in the middle": lambda rng, right: right[:20] + rng.choice("=\n +") + right[20:],
    "in base64 for files": lambda _, right: _standard(right),
    "in base64 for files, filled up": lambda _, right: _standard(right) + "=",
    "in base32": lambda _, right: base64.b32encode(from_url_safe(right)).decode().rstrip("="),
    "in hex": lambda _, right: from_url_safe(right).hex(),
    "in base64 twice": lambda _, right: url_safe(right.encode()),
    "in capitals": lambda _, right: right.upper(),
    "capitals exchanged": lambda _, right: right.swapcase(),
    "white space before it": lambda rng, right: rng.choice(_SPACE) + right,
    "white space behind it": lambda rng, right: right + rng.choice(_SPACE),
    "quoted": lambda rng, right: rng.choice(['"{}"', "'{}'", "<{}>", "[{}]"]).format(right),
    "escaped twice": lambda _, right: "%" + format(ord(right[0]), "02X") + right[1:],
    "in full-width letters": lambda _, right: right.translate(_FULL_WIDTH),
    "no ASCII": lambda rng, right: right[:-1] + rng.choice("éß\u0131\u212a\U0001f514\udcff\ud800"),
    "with its name": lambda rng, right: rng.choice(["sha256=", "HMAC-SHA256 ", "v1,"]) + right,
    "zeros": lambda _, right: "A" * len(right),
    "a word": lambda rng, _: rng.choice(["null", "none", "true", "*", "0", "A", "None"]),
    "very long": lambda _, right: right * 90,
    "empty": lambda _rng, _right: "",
}
