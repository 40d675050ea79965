"""Ways to forge what a signed request says, with the old signature or as only the platform could sign it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.chaos.forgery.forms import ABSENT, Forms
from tests.chaos.forgery.target import Way
from tests.chaos.sent import Sent

_ALGORITHMS = ("none", "None", "", "HMAC-SHA1", "HMAC-SHA512", "SHA256", "HS256", "HMAC-MD5", "plain", "HMAC_SHA256")
_NO_ALGORITHMS = (*_ALGORITHMS, None, True, 0, 256, ["HMAC-SHA256"], {"HMAC-SHA256": 1}, ABSENT, " HMAC-SHA256")
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
    ABSENT,
)
_NO_TIMES: Sequence[object] = ("1790000000", None, True, 0, -1, 1.5e9, 10**11, 10**30, [], ABSENT, "now")
_NO_OBJECTS = (b"[]", b"1", b"null", b'"x"', b"{", b"\xff", b"[" * 1000, b"{}", b"", b" ", b"\x00")


def contents(forms: Forms) -> Mapping[str, Way]:
    """List them."""

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
