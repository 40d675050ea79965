"""Genuine requests of every channel, in every form in which a platform may write them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice, product
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from nightbell.platforms.registry import CHANNELS
from tests.chaos.scheme import Scheme
from tests.chaos.sent import Sent
from tests.platforms.fixtures import NOT_UNDERSTOOD, read_fixtures

WORD = "CanaryText"
NAME = "CanaryName"
PER_CHANNEL = 500

TEXTS = (
    f"{WORD} plain",
    f"{WORD} \U0001f514\U0001f469\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    f"one\r\ntwo\n{WORD}\r",
    f"\ufeff{WORD}",
    f"nothing\x00between {WORD}",
    f"https://shop.example/a/b?c=1&d=<2>%20@you {WORD}",
    f"Grüße äöå ñ 不 ß {WORD}",
    f"\U0001d4b3\U00010348 {WORD}",
    f"\u202e\u2066{WORD}\u2069",
    f'"quoted" \\ {{[{WORD}]}} \\u0041',
    f"\u2028\u2029\u0085\x7f{WORD}",
    f"{WORD} " + "x" * 5000,
)
_LONG = f"{WORD} " + "\U0001f514" * 60_000


def _wire(tree: object) -> str:
    return json.dumps(tree, separators=(",", ":")).replace("/", "\\/")


def _more_escapes(tree: object) -> str:
    written = _wire(tree)
    for letter in "<>%@&'":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return written


STYLES: Sequence[Callable[[object], bytes]] = (
    lambda tree: _wire(tree).encode(),
    lambda tree: _more_escapes(tree).encode(),
    lambda tree: json.dumps(tree, ensure_ascii=False).encode(),
    lambda tree: json.dumps(tree, indent=2).replace("\n", "\r\n").encode(),
    lambda tree: b"\xef\xbb\xbf" + json.dumps(tree, ensure_ascii=False).encode(),
    lambda tree: b" \r\n" + json.dumps(tree).encode() + b"\n",
)
FORMS: Sequence[Callable[[object], bytes]] = (
    lambda tree: urlencode(_fields(tree)).encode(),
    lambda tree: _form(tree, quote_via=quote),
    lambda tree: _form(tree, quote_via=quote, safe="/:+@").replace(b"+", b"%2B"),
    lambda tree: _form(dict(reversed(list(_fields(tree).items())))),
    lambda tree: re.sub(rb"%[0-9A-F]{2}", lambda found: found[0].lower(), _form(tree)),
    lambda tree: _form({**_fields(tree), "LaterAdded": "", "Another": "1"}),
    lambda tree: _form(tree) + b"&AddOns=1&AddOns=1&AddOns=2",
    lambda tree: _form(tree) + b"&Empty=&Blank=+",
)


def _fields(tree: object) -> dict[str, Any]:
    return dict(tree) if isinstance(tree, Mapping) else {}


def _form(tree: object, **how: Any) -> bytes:
    return urlencode(_fields(tree), **how).encode()


_TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "application/octet-stream",
    "text/plain",
    "application/json;charset=UTF-8",
)
NAMES: Sequence[Callable[[str], str]] = (str.lower, str.upper, str.title)
IN_BASE64 = (False, True, False, True, True, False, False)
"""Round and round, as all of these; no two of them in step."""

_PLACES = {
    **dict.fromkeys(("text", "body", "caption", "title", "message", "review_text", "Body"), ""),
    **dict.fromkeys(("name", "username", "reviewer_name", "first_name", "last_name", "ProfileName"), NAME),
}
"""Fields that people fill, and what is written there; what is empty here is written from the texts."""

BELOW = frozenset({"voicemail"})
"""Channels whose deliveries all go below the platform's address. These are signed like all others, so that their bodies
are tried at the address itself."""


def corpus(scheme: Scheme, channel: str, secrets: Sequence[str], many: int = PER_CHANNEL) -> list[Sent]:
    """Make genuine requests, spread evenly over all forms, each signed with one of the secrets in turn."""
    every = list(product(_trees(scheme, channel), _texts(scheme), FORMS if scheme.is_form else STYLES))
    step = max(1, len(every) // many)
    chosen = list(islice(every, 0, None, step))
    bodies = [(f"{channel} {n}", style(filled(tree, text))) for n, (tree, text, style) in enumerate(chosen)]
    turns = zip(cycle(secrets), cycle(scheme.types or _TYPES), cycle(NAMES), cycle(IN_BASE64), strict=False)
    return [
        genuine(scheme, body, secret, what=what, content_type=content_type, name=name, in_base64=in_base64)
        for (what, body), (secret, content_type, name, in_base64) in zip(bodies, turns, strict=False)
    ]


def oddities(scheme: Scheme, secret: str) -> list[Sent]:
    """Make genuine requests whose bodies are large, or nothing that anybody could read."""
    if scheme.is_form:
        return []
    trees = [next(_trees(scheme, channel)) for channel in _channels(scheme.platform)]
    large = [STYLES[n % 3](filled(tree, _LONG)) for n, tree in enumerate(trees)]
    bodies = [*large, b"\0", b"\xff\xfe\xfd", b" ", b"{}", b"x" * 100_000, b'{"a":"' + WORD.encode() + b"\xc3\x28"]
    return [genuine(scheme, body, secret, what=f"odd {n}", in_base64=True) for n, body in enumerate(bodies)]


def genuine(  # noqa: PLR0913 - each is one way in which requests differ
    scheme: Scheme,
    body: bytes,
    secret: str,
    *,
    what: str = "",
    content_type: str = "",
    name: Callable[[str], str] = str.lower,
    in_base64: bool = False,
) -> Sent:
    """Sign a body as the platform does."""
    sent = scheme.request(body, secret, what=what)
    told = content_type or (scheme.types or _TYPES)[0]
    written = {name(header): value for header, value in {**sent.headers, "content-type": told}.items()}
    return replace(sent, headers=written, in_base64=in_base64)


def _channels(platform: str) -> list[str]:
    return [name for name, channel in CHANNELS.items() if channel.platform == platform]


def _texts(scheme: Scheme) -> Sequence[str]:
    """Leave out what no form can say."""
    return [text for text in TEXTS if not scheme.is_form or "\x00" not in text]


def _trees(scheme: Scheme, channel: str) -> Iterator[object]:
    for fixture in read_fixtures("valid", scheme.platform):
        is_here = fixture.path in ("", scheme.path) or channel in BELOW
        is_own = fixture.name.startswith(f"{channel}_") and is_here
        if is_own and fixture.expect != NOT_UNDERSTOOD and not fixture.query:
            yield tree_of(fixture.body, is_form=scheme.is_form)


def tree_of(body: bytes, *, is_form: bool = False) -> Any:
    """Read a body as what it is made of."""
    if is_form:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    return json.loads(body.decode("utf-8-sig"))


def filled(tree: Any, text: str = WORD) -> Any:
    """Write words of ours into every field that people fill."""
    if isinstance(tree, list):
        return [filled(each, text) for each in tree]
    if not isinstance(tree, Mapping):
        return tree
    return {
        key: (_PLACES[key] or text) if key in _PLACES and isinstance(value, str) else filled(value, text)
        for key, value in tree.items()
    }
