"""Ways to forge a signed request: of its two halves, of what it says, and of the form around it."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote

from tests.chaos.forgery.mutators import OfSignature
from tests.chaos.forgery.target import Way
from tests.chaos.schemes import InForm, Scheme, from_url_safe, url_safe
from tests.chaos.sent import Sent

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # pragma: allowlist secret
_FULL_WIDTH = {ord(letter): ord(letter) + 0xFEE0 for letter in _LETTERS[:62]}
_SPACE = " \t\n\r\x0b\x0c\x00\xa0\u2003\ufeff"


def _other_letter(rng: Random, right: str) -> str:
    at = rng.randrange(len(right))
    return right[:at] + rng.choice([letter for letter in _LETTERS if letter != right[at]]) + right[at + 1 :]


def _left_out(rng: Random, right: str) -> str:
    at = rng.randrange(len(right))
    return right[:at] + right[at + 1 :]


def _spelled_differently(_: Random, right: str) -> str:
    """Change two bits that mean nothing: what it decodes to stays the same."""
    return right[:-1] + _LETTERS[_LETTERS.index(right[-1]) ^ 1]


def _bytes(change: Callable[[Random, bytes], bytes]) -> OfSignature:
    return lambda rng, right: url_safe(change(rng, from_url_safe(right)))


def _standard(right: str) -> str:
    return right.replace("-", "+").replace("_", "/")


SIGNATURES: Mapping[str, OfSignature] = {
    "another letter": _other_letter,
    "another spelling of the same bytes": _spelled_differently,
    "a letter left out": _left_out,
    "a letter too many": lambda rng, right: right + rng.choice(_LETTERS),
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


class _Forms:
    """What the ways need in common."""

    def __init__(self, scheme: Scheme, genuine: Sequence[Sent], keys: Sequence[str], at: datetime) -> None:
        self.scheme, self.form = scheme, scheme.place
        self.payloads = [scheme.place.take(sent)[0] for sent in genuine]
        self.keys, self.at = keys, at

    def value(self, sent: Sent) -> bytes:
        text, signature = self.form.take(sent)
        return f"{signature}.".encode() + text

    def field(self, value: bytes) -> bytes:
        return self.form.written(value) if isinstance(self.form, InForm) else b""

    def signed(self, rng: Random, text: bytes) -> bytes:
        return self.scheme.sign(text, rng.choice(self.keys)).encode() + b"." + text

    def of_value(self, change: Callable[[Random, bytes], bytes]) -> Way:
        """Change what the field holds."""
        return lambda rng, sent: replace(sent, body=self.field(change(rng, self.value(sent))))

    def of_body(self, change: Callable[[Random, bytes], bytes]) -> Way:
        """Change how the field travels."""
        return lambda rng, sent: replace(sent, body=change(rng, self.value(sent)))

    def saying(self, change: Callable[[Random], Mapping[str, Any]], *, resigned: bool) -> Way:
        """Change what it says; ``resigned`` as only the platform could, which never does."""

        def way(rng: Random, sent: Sent) -> Sent:
            text, signature = self.form.take(sent)
            told = {**json.loads(from_url_safe(text.decode()).decode("utf-8-sig")), **change(rng)}
            changed = url_safe(json.dumps({k: v for k, v in told.items() if v is not _ABSENT}).encode()).encode()
            value = self.signed(rng, changed) if resigned else f"{signature}.".encode() + changed
            return replace(sent, body=self.field(value))

        return way

    def holding(self, make: Callable[[Random], bytes]) -> Way:
        """Sign rightly what is no such object."""
        return lambda rng, sent: replace(sent, body=self.field(self.signed(rng, url_safe(make(rng)).encode())))


_ABSENT = object()
_ALGORITHMS = ("none", "None", "", "HMAC-SHA1", "HMAC-SHA512", "SHA256", "HS256", "HMAC-MD5", "plain", "HMAC_SHA256")
_NO_ALGORITHMS = (*_ALGORITHMS, None, True, 0, 256, ["HMAC-SHA256"], {"HMAC-SHA256": 1}, _ABSENT, " HMAC-SHA256")
_NOBODY: Sequence[object] = (
    "",
    None,
    True,
    False,
    1.5,
    [],
    ["1"],
    {"id": "1"},
    "<b>1</b>",
    "1" * 129,
    "a b",
    "1\n",
    "\x00",
    "é",
    _ABSENT,
)
_NO_TIMES: Sequence[object] = ("1790000000", None, True, 0, -1, 1.5e9, 10**11, 10**30, [], _ABSENT, "now")
_NO_OBJECTS = (b"[]", b"1", b"null", b'"x"', b"{", b"\xff", b"[" * 1000, b"{}", b"", b" ", b"\x00")


def form_ways(scheme: Scheme, genuine: Sequence[Sent], keys: Sequence[str], at: datetime) -> Mapping[str, Way]:
    """List them."""
    forms = _Forms(scheme, genuine, keys, at)
    return {
        **{f"halves: {name}": forms.of_value(change) for name, change in _halves(forms).items()},
        **{f"form: {name}": forms.of_body(change) for name, change in _bodies(forms).items()},
        **_places(forms),
        **_contents(forms),
    }


def _halves(forms: _Forms) -> Mapping[str, Callable[[Random, bytes], bytes]]:
    def parts(value: bytes) -> tuple[bytes, bytes]:
        signature, _, text = value.partition(b".")
        return signature, text

    def swapped(_: Random, value: bytes) -> bytes:
        return b".".join(parts(value)[::-1])

    def respelled(_: Random, value: bytes) -> bytes:
        return value[:-1] + _LETTERS[_LETTERS.index(chr(value[-1])) ^ 1].encode()

    return {
        "exchanged": swapped,
        "the text filled up": lambda rng, value: value + b"=" * rng.randint(1, 4),
        "the text in base64 for files": lambda _, value: value.replace(b"-", b"+").replace(b"_", b"/") + b"=",
        "the text spelled differently": respelled,
        "the text decoded": lambda _, value: parts(value)[0] + b"." + from_url_safe(parts(value)[1].decode()),
        "the text of another one": lambda rng, value: parts(value)[0] + b"." + rng.choice(forms.payloads),
        "the text twice": lambda _, value: value + parts(value)[1],
        "the text alone": lambda _, value: parts(value)[1],
        "the signature alone": lambda rng, value: parts(value)[0] + rng.choice([b"", b"."]),
        "no dot": lambda rng, value: value.replace(b".", rng.choice([b"", b",", b":", b"..", b"\x00"])),
        "a part behind it": lambda rng, value: value + rng.choice([b".", b".x", b"..", b"." + value, b".e30"]),
        "a part before it": lambda rng, value: rng.choice([b".", b"e30.", b"x.", value + b"."]) + value,
        "white space around it": lambda rng, value: rng.choice([b" %b", b"%b\n", b"\t%b", b"%b\0", b"%b\r\n"]) % value,
        "a token of another kind": lambda rng, value: (
            b"eyJhbGciOiJub25lIn0." + parts(value)[1] + rng.choice([b"", b"."])
        ),
        "signed as a token of another kind": lambda rng, value: (
            (head := b"eyJhbGciOiJIUzI1NiJ9." + parts(value)[1])
            + b"."
            + forms.scheme.sign(head, rng.choice(forms.keys)).encode()
        ),
    }


def _bodies(forms: _Forms) -> Mapping[str, Callable[[Random, bytes], bytes]]:
    field = forms.field

    def wrong(value: bytes) -> bytes:
        return field(b"A" * 43 + b"." + value.partition(b".")[2])

    def as_json(rng: Random, value: bytes) -> bytes:
        return json.dumps({"signed_request": value.decode()}, indent=rng.choice([None, 1])).encode()

    def in_parts(_: Random, value: bytes) -> bytes:
        return b'--x\r\nContent-Disposition: form-data; name="signed_request"\r\n\r\n' + value + b"\r\n--x--\r\n"

    names: tuple[bytes, ...] = (
        b"SIGNED_REQUEST",
        b"signed_request[]",
        b"signedRequest",
        b"signed-request",
        b" signed_request",
    )
    names += (b"signed_request%00", b"signed_request%20", b"x.signed_request", b"", b"signed%255Frequest")
    return {
        "two fields": lambda _, value: field(value) + b"&" + field(value),
        "a wrong one before it": lambda _, value: wrong(value) + b"&" + field(value),
        "a wrong one behind it": lambda _, value: field(value) + b"&" + wrong(value),
        "an empty one beside it": lambda rng, value: b"&".join(
            rng.sample([field(value), rng.choice([b"signed_request=", b"signed_request"])], 2)
        ),
        "another name": lambda rng, value: rng.choice(names) + b"=" + value,
        "no name": lambda _, value: value,
        "another separator": lambda rng, value: b"a=1" + rng.choice([b";", b",", b"\n", b"%26"]) + field(value),
        "escaped twice": lambda _, value: b"signed_request=" + quote(value, safe="").replace(".", "%252E").encode(),
        "JSON": as_json,
        "JSON in the field": lambda rng, value: field(as_json(rng, value)),
        "in parts": in_parts,
        "after a byte order mark": lambda _, value: b"\xef\xbb\xbf" + field(value),
        "far too many fields": lambda rng, value: b"a=1&" * rng.choice([16, 17, 200]) + wrong(value),
        "very large": lambda rng, value: wrong(value) + b"A" * rng.choice([4_096, 8_192]),
    }


def _places(forms: _Forms) -> Mapping[str, Way]:
    def in_query(rng: Random, sent: Sent) -> Sent:
        query = {"signed_request": forms.value(sent).decode()}
        return replace(sent, query=query, body=rng.choice([b"", b"a=1", b"signed_request=", b"signed_request=A.e30"]))

    def in_header(rng: Random, sent: Sent) -> Sent:
        value = forms.value(sent).decode("latin-1")
        name = rng.choice(["signed_request", "cookie", "authorization", "x-hub-signature-256"])
        return replace(sent, headers={**sent.headers, name: value}, body=rng.choice([b"", b"a=1"]))

    def as_delivery(rng: Random, sent: Sent) -> Sent:
        body = forms.field(b"A" * 43 + b"." + rng.choice(forms.payloads))
        mac = from_url_safe(forms.scheme.sign(body, rng.choice(forms.keys))).hex()
        return replace(sent, headers={**sent.headers, "x-hub-signature-256": f"sha256={mac}"}, body=body)

    return {
        "place: in the query instead": in_query,
        "place: in a header instead": in_header,
        "place: signed as a delivery": as_delivery,
    }


def _contents(forms: _Forms) -> Mapping[str, Way]:
    def another_person(rng: Random) -> Mapping[str, Any]:
        return {"user_id": str(rng.randrange(10**9, 10**15))}

    def another_algorithm(rng: Random) -> Mapping[str, Any]:
        return {"algorithm": rng.choice(_NO_ALGORITHMS)}

    def another_time(rng: Random) -> Mapping[str, Any]:
        wrong = (timedelta(days=-8), timedelta(days=-400), timedelta(minutes=11), timedelta(days=3))
        far = [int((forms.at + each).timestamp()) for each in wrong]
        return {"issued_at": rng.choice([*far, *_NO_TIMES, int(forms.at.timestamp() * 1000)])}

    def nobody(rng: Random) -> Mapping[str, Any]:
        return {"user_id": rng.choice(_NOBODY)}

    def telling(rng: Random, sent: Sent, algorithm: str, signature: Callable[[bytes], str]) -> Sent:
        changed = forms.saying(lambda _: {"algorithm": algorithm, **another_person(rng)}, resigned=False)(rng, sent)
        text, _ = forms.form.take(changed)
        return replace(sent, body=forms.field(signature(text).encode() + b"." + text))

    def sha1(rng: Random, sent: Sent) -> Sent:
        make = forms.scheme.wrong[rng.choice(["sha1", "sha1 made longer"])]
        return telling(rng, sent, "HMAC-SHA1", lambda text: make(text, rng.choice(forms.keys)))

    return {
        "says another person": forms.saying(another_person, resigned=False),
        "says another algorithm": forms.saying(another_algorithm, resigned=False),
        "says another time": forms.saying(another_time, resigned=False),
        "says no algorithm, and is not signed": lambda rng, sent: telling(
            rng, sent, rng.choice(["none", "NONE", ""]), lambda _: rng.choice(["", "A" * 43, "none"])
        ),
        "says SHA-1, and is signed so": sha1,
        "says another algorithm, signed": forms.saying(another_algorithm, resigned=True),
        "says a time long ago or to come, signed": forms.saying(another_time, resigned=True),
        "names nobody, signed": forms.saying(nobody, resigned=True),
        "says nothing, signed": forms.holding(lambda rng: rng.choice(_NO_OBJECTS)),
    }
