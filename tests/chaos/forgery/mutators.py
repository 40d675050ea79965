"""Ways to forge: of a body, of a signature, of the key behind it and of the headers around it."""

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping
from random import Random

OfBody = Callable[[Random, bytes], bytes]
OfSignature = Callable[[Random, str], str]

_ACCOUNT = re.compile(rb"[0-9]{9,}")
_FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789abcdef"}
_ARABIC = {ord("0") + digit: 0x0660 + digit for digit in range(10)}


def _flip(rng: Random, body: bytes) -> bytes:
    at = rng.randrange(len(body))
    return body[:at] + bytes([body[at] ^ 1 << rng.randrange(8)]) + body[at + 1 :]


def _insert(rng: Random, body: bytes) -> bytes:
    at = rng.randrange(len(body) + 1)
    return body[:at] + rng.randbytes(rng.randint(1, 3)) + body[at:]


def _delete(rng: Random, body: bytes) -> bytes:
    at = rng.randrange(len(body))
    return body[:at] + body[at + rng.randint(1, 3) :]


def _exchange(rng: Random, body: bytes) -> bytes:
    one, other = sorted(rng.sample(range(len(body)), 2)) if len(body) > 1 else (0, 0)
    return body[:one] + body[other : other + 1] + body[one + 1 : other] + body[one : one + 1] + body[other + 1 :]


def _other_account(rng: Random, body: bytes) -> bytes:
    found = _ACCOUNT.findall(body)
    return body.replace(rng.choice(found), b"%d" % rng.randrange(10**14, 10**15)) if found else body + b" "


def _written_again(rng: Random, body: bytes) -> bytes:
    try:
        tree = json.loads(body.decode("utf-8-sig"))
    except ValueError:
        return body + b"\n"
    return json.dumps(tree, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1, 2])).encode(
        "utf-8", "surrogatepass"
    )


BODIES: Mapping[str, OfBody] = {
    "a bit flipped": _flip,
    "bytes inserted": _insert,
    "bytes left out": _delete,
    "two bytes exchanged": _exchange,
    "cut short": lambda rng, body: body[: rng.randrange(len(body))],
    "its beginning cut off": lambda rng, body: body[rng.randint(1, len(body)) :],
    "bytes appended": lambda rng, body: body + rng.randbytes(rng.randint(1, 40)),
    "a second document appended": lambda _, body: body + body,
    "white space appended": lambda rng, body: body + rng.choice([b" ", b"\n", b"\r\n", b"\t", b"\0"]),
    "white space before it": lambda rng, body: rng.choice([b" ", b"\n", b"\xef\xbb\xbf", b"\0"]) + body,
    "another account": _other_account,
    "written again from its meaning": _written_again,
    "in base64": lambda _, body: base64.b64encode(body),
    "compressed": lambda _, body: gzip.compress(body, 1, mtime=0),
    "in UTF-16": lambda _, body: body.decode("latin-1").encode("utf-16"),
    "slashes escaped another way": lambda _, body: (
        body.replace(b"\\/", b"/") if b"\\/" in body else body.replace(b"/", b"\\/")
    ),
    "escapes in capitals": lambda _, body: re.sub(rb"\\u[0-9a-f]{4}", lambda m: b"\\u" + m[0][2:].swapcase(), body),
    "line ends of another system": lambda _, body: body.replace(b"\r\n", b"\n"),
    "empty": lambda _rng, _body: b"",
}


def _at_random(change: Callable[[Random, str], str]) -> OfSignature:
    """Change one letter."""

    def changed(rng: Random, right: str) -> str:
        at = rng.randrange(len(right))
        return right[:at] + change(rng, right[at]) + right[at + 1 :]

    return changed


def _other_digit(rng: Random, right: str) -> str:
    # What is filled up ends in the sign that others have behind a name.
    begins = right.rstrip("=").find("=") + 1
    at = rng.randrange(begins, len(right))
    return right[:at] + rng.choice([digit for digit in "0123456789abcdef" if digit != right[at]]) + right[at + 1 :]


SIGNATURES: Mapping[str, OfSignature] = {
    "another digit": _other_digit,
    "another letter": _at_random(lambda rng, _: chr(rng.randrange(32, 127))),
    "a letter too many": _at_random(lambda rng, own: own + rng.choice("0123456789abcdef= ,;\0")),
    "a letter left out": _at_random(lambda _rng, _own: ""),
    "cut short": lambda rng, right: right[: rng.randrange(len(right))],
    "its beginning cut off": lambda rng, right: right[rng.randint(1, len(right)) :],
    "lengthened": lambda rng, right: right + rng.choice(["0", "00", right, "=", "\0"]),
    "in capitals": lambda _, right: right.upper(),
    "its name in capitals": lambda _, right: right.partition("=")[0].upper() + "=" + right.partition("=")[2],
    "its digits in capitals": lambda _, right: right.partition("=")[0] + "=" + right.partition("=")[2].upper(),
    "white space before it": lambda rng, right: rng.choice(" \t\n\r\x0b\x0c\xa0\u2003\ufeff") + right,
    "white space behind it": lambda rng, right: right + rng.choice(" \t\n\r\x0b\x0c\xa0\u2003\ufeff"),
    "white space in it": lambda rng, right: right.replace("=", rng.choice(["= ", " =", " = ", "=\t"]), 1),
    "twice": lambda rng, right: right + rng.choice([",", ", ", ";", " ", "\n"]) + right,
    "behind a wrong one": lambda _, right: f"{_wrong(right)}, {right}",
    "before a wrong one": lambda _, right: f"{right}, {_wrong(right)}",
    "its name twice": lambda _, right: right.partition("=")[0] + "=" + right,
    "without its name": lambda _, right: right.partition("=")[2],
    "its name alone": lambda rng, right: right.partition("=")[0] + rng.choice(["", "="]),
    "another name": lambda rng, right: (
        rng.choice(["sha1", "sha512", "sha-256", "hmac", "v1", "none", "md5", "SHA256", ""])
        + "="
        + right.partition("=")[2]
    ),
    "in full-width digits": lambda _, right: (
        right.partition("=")[0] + "=" + right.partition("=")[2].translate(_FULL_WIDTH)
    ),
    "in Arabic digits": lambda _, right: right.partition("=")[0] + "=" + right.partition("=")[2].translate(_ARABIC),
    "no ASCII": lambda rng, right: right[:-1] + rng.choice("éß\u0131\u212a\U0001f514\udcff\ud800"),
    "nothing but no ASCII": lambda rng, _: rng.choice(["é", "\udcff", "\U0001f514" * 16, "sha256=" + "é" * 64]),
    "quoted": lambda rng, right: rng.choice(['"{}"', "'{}'", "<{}>", "{{{}}}", "[{}]"]).format(right),
    "its digits in base64": lambda _, right: (
        right.partition("=")[0] + "=" + base64.b64encode(right.partition("=")[2].encode()).decode()
    ),
    "hex read as bytes, in base64": lambda _, right: right.partition("=")[0] + "=" + _based(right.partition("=")[2]),
    "escaped as in an address": lambda _, right: right.replace("=", "%3D"),
    "zeros": lambda _, right: _wrong(right),
    "a word": lambda rng, _: rng.choice(["null", "none", "true", "undefined", "*", "sha256=*", "0", "sha256=None"]),
    "a pattern": lambda rng, _: rng.choice([".*", "sha256=.{64}", "sha256=[0-9a-f]+", "%", "sha256=%"]),
    "very long": lambda _, right: right * 200,
    "empty": lambda _rng, _right: "",
}


def _wrong(right: str) -> str:
    name, _, digits = right.partition("=")
    return f"{name}={'0' * len(digits)}"


def _based(digits: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(digits)).decode()
    except ValueError:
        return ""
