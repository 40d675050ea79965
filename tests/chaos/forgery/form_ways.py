"""Ways to forge a signed request: of its two halves, of the form around it, and of the place where it stands."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from urllib.parse import quote

from tests.chaos.forgery.form_contents import contents
from tests.chaos.forgery.form_signatures import LETTERS
from tests.chaos.forgery.forms import Forms
from tests.chaos.forgery.target import Way
from tests.chaos.scheme import Scheme
from tests.chaos.sent import Sent
from tests.chaos.signing import from_url_safe


def form_ways(scheme: Scheme, genuine: Sequence[Sent], keys: Sequence[str], at: datetime) -> Mapping[str, Way]:
    """List them."""
    forms = Forms(scheme, genuine, keys, at)
    return {
        **{f"halves: {name}": forms.of_value(change) for name, change in _halves(forms).items()},
        **{f"form: {name}": forms.of_body(change) for name, change in _bodies(forms).items()},
        **_places(forms),
        **contents(forms),
    }


def _halves(forms: Forms) -> Mapping[str, Callable[[Random, bytes], bytes]]:
    def parts(value: bytes) -> tuple[bytes, bytes]:
        signature, _, text = value.partition(b".")
        return signature, text

    def swapped(_: Random, value: bytes) -> bytes:
        return b".".join(parts(value)[::-1])

    def respelled(_: Random, value: bytes) -> bytes:
        return value[:-1] + LETTERS[LETTERS.index(chr(value[-1])) ^ 1].encode()

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


def _bodies(forms: Forms) -> Mapping[str, Callable[[Random, bytes], bytes]]:
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


def _places(forms: Forms) -> Mapping[str, Way]:
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
