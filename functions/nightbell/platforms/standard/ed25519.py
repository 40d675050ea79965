"""Verify Ed25519 signatures with the integers of the language.

Source: RFC 8032 §5.1, with the numbers of §5.1 and the formulas of §5.1.4. Only verification, and only of what the
sender knows as well: key, signature and text are public, so that uneven timing gives nothing away.
"""

from functools import lru_cache
from hashlib import sha512

KEY_LENGTH = 32
"""Bytes of a public key."""

SIGNATURE_LENGTH = 64
"""Bytes of a signature: a point and a number."""

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""Extended coordinates ``(X, Y, Z, T)``: x = X/Z, y = Y/Z, x·y = T/Z."""

_NEUTRAL: _Point = (0, 1, 1, 0)


def is_key(key: bytes) -> bool:
    """Tell whether these bytes may serve as a public key.

    A point of small order may not: signatures can be made for it that hold for many texts.
    """
    return _read_key(key) is not None


def verify(key: bytes, signature: bytes, text: bytes) -> bool:
    """Tell whether the holder of the key's other half signed exactly this text.

    Strict where readers differ: a number of the group's order or above, a point that is not written in its one
    canonical form, and a key of small order are refused. Costs a few milliseconds.
    """
    point = _read_key(key)
    if point is None or len(signature) != SIGNATURE_LENGTH:
        return False
    first, number = signature[:KEY_LENGTH], int.from_bytes(signature[KEY_LENGTH:], "little")
    if number >= _L:
        return False
    challenge = int.from_bytes(sha512(first + key + text).digest(), "little") % _L
    # Written again and compared as bytes, because then no other way to write the point passes.
    return _write(_sum_of_multiples(number, _BASE, challenge, _negative(point))) == first


@lru_cache(maxsize=64)
def _read_key(key: bytes) -> _Point | None:
    point = _read(key) if len(key) == KEY_LENGTH else None
    if point is None or _is_neutral(_double(_double(_double(point)))):
        return None
    return point


def _read(written: bytes) -> _Point | None:
    number = int.from_bytes(written, "little")
    is_odd, y = number >> 255, number & (1 << 255) - 1
    x = _find_x(y) if y < _P else None
    if x is None or (x == 0 and is_odd):
        return None
    if x & 1 != is_odd:
        x = _P - x
    return x, y, 1, x * y % _P


def _find_x(y: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    root = pow(square, (_P + 3) // 8, _P)
    if (root * root - square) % _P:
        root = root * _ROOT_OF_MINUS_ONE % _P
    return None if (root * root - square) % _P else root


def _write(point: _Point) -> bytes:
    x, y, z, _ = point
    by_z = pow(z, -1, _P)
    return (y * by_z % _P | (x * by_z % _P & 1) << 255).to_bytes(KEY_LENGTH, "little")


def _is_neutral(point: _Point) -> bool:
    x, y, z, _ = point
    return x % _P == 0 and (y - z) % _P == 0


def _negative(point: _Point) -> _Point:
    x, y, z, t = point
    return -x % _P, y, z, -t % _P


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * _D * one[3] * other[3] % _P
    d = 2 * one[2] * other[2] % _P
    return _assemble(b - a, d - c, d + c, b + a)


def _double(point: _Point) -> _Point:
    x, y, z, _ = point
    a, b, c = x * x % _P, y * y % _P, 2 * z * z % _P
    return _assemble(a + b - (x + y) ** 2, c + a - b, a - b, a + b)


def _assemble(e: int, f: int, g: int, h: int) -> _Point:
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _sum_of_multiples(times: int, point: _Point, other_times: int, other: _Point) -> _Point:
    """Add up ``times`` the one point and ``other_times`` the other, in one walk over the bits of both."""
    addends = (None, point, other, _add(point, other))
    total = _NEUTRAL
    for bit in reversed(range(max(times.bit_length(), other_times.bit_length()))):
        total = _double(total)
        addend = addends[(times >> bit & 1) + 2 * (other_times >> bit & 1)]
        if addend is not None:
            total = _add(total, addend)
    return total


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)
