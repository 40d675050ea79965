"""What becomes of a platform's JSON over the years, and what an attacker would make of it."""

import copy
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any
from urllib.parse import urlencode

_NUMBER = re.compile(rb"(?<=:)[0-9]+|(?<=: )[0-9]+")
_TEXT = re.compile(rb':\s*"')
_KEY = re.compile(rb'"([a-z_]+)":')

ODD: Sequence[object] = (
    *(None, True, False, [], {}, "", " ", "\x00", "\n", [[]], [None], {"": ""}, {"id": None}),
    *(0, -1, 1, 1.5, -0.0, 1e308, 10**10, 10**11, 10**17, 10**18, 10**19, 10**20, 10**30, 2**31, 2**63, -(2**63)),
    *("0", "-1", "1e9", "1527459824", "253402300800000", "9" * 18, "9" * 19, "\u0661\u0662", "0x10", "1_000", "NaN"),
    *("#", ".", "!", "~", "%23", "../..", "C#messenger.1.2", "M#1!00000000", "null", "__proto__", "$ref", "{}", "[]"),
    *(
        "\ud800",
        "\udc00\ud800",
        "\U0001f514",
        "\u202e\u2066",
        "\ufeff",
        "\u2028",
        "\x1b[2J",
        "\x7f\x85",
        "\r\n",
        "a\u0301" * 9,
    ),
    *("x" * 300, "x" * 1500, "\U0001f514" * 400, "#" * 600, "é" * 1024, {"a": {"b": {"c": {}}}}, list(range(50))),
)
_IDS = {
    "id",
    "mid",
    "from",
    "wa_id",
    "user_id",
    "comment_id",
    "post_id",
    "parent_id",
    "media_id",
    "open_graph_story_id",
}
_TEXTS = {"text", "body", "title", "caption", "name", "email", "message", "review_text", "username"}
_WORDS = (
    "id",
    "text",
    "mid",
    "from",
    "messages",
    "messaging",
    "changes",
    "field",
    "value",
    "x",
    "",
    "\ud800",
    "is_echo",
    "standby",
    "item",
    "verb",
    "comment_id",
    "parent_id",
    "media",
    "pass_thread_control",
)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """List every place in a tree as (parent, key)."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        parent = waiting.pop()
        keys = parent if isinstance(parent, dict) else range(len(parent)) if isinstance(parent, list) else ()
        for key in keys:
            found.append((parent, key))
            waiting.append(parent[key])
    return found


def mutated(rng: Random, tree: Any, others: Sequence[Any]) -> Any:
    """Change a copy of a tree in one to four places."""
    root = [copy.deepcopy(tree)]
    for _ in range(rng.randint(1, 4)):
        found = places(root)
        parent, key = rng.choice(found)
        rng.choice(_CHANGES)(rng, parent, key, others)
        if not root:
            return None
    return root[0]


def lengthened(rng: Random, tree: Any, what: str) -> Any:
    """Make every id of a tree, or its first text, longer than a table takes, or end a text with half a letter."""
    root = [copy.deepcopy(tree)]
    names = _IDS if what == "ids" else _TEXTS
    found = [place for place in places(root) if isinstance(place[0], dict) and place[1] in names]
    texts = [(parent, key) for parent, key in found if isinstance(parent[key], str)]
    ids = ["#" * 2000, "x" * 5000, "\U0001f514" * 900]
    put = {"ids": rng.choice(ids), "text": rng.choice("xé") * 450_000, "half": rng.choice(["\ud83d", "\ude00"])}[what]
    for parent, key in texts[:1] if what == "text" else texts:
        parent[key] += put
    return root[0]


def _retyped(value: Any) -> Any:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 4000 else [value]
    if isinstance(value, bool | int | float):
        return str(value)
    return list(value.items()) if isinstance(value, dict) else dict(enumerate(value or ()))


def _replace(rng: Random, parent: Any, key: Any, _: Sequence[Any]) -> None:
    parent[key] = copy.deepcopy(rng.choice(ODD))


def _remove(_rng: Random, parent: Any, key: Any, _: Sequence[Any]) -> None:
    del parent[key]


def _rename(rng: Random, parent: Any, key: Any, _: Sequence[Any]) -> None:
    if isinstance(parent, dict):
        parent[rng.choice(_WORDS)] = parent.pop(key)


def _add(rng: Random, parent: Any, _: Any, others: Sequence[Any]) -> None:
    if isinstance(parent, dict):
        parent[rng.choice(_WORDS)] = _borrowed(rng, others)
    else:
        parent.append(_borrowed(rng, others))


def _retype(_rng: Random, parent: Any, key: Any, _: Sequence[Any]) -> None:
    parent[key] = _retyped(parent[key])


def _wrap(rng: Random, parent: Any, key: Any, _: Sequence[Any]) -> None:
    for _turn in range(rng.choice([1, 1, 1, 2, 8, 20, 33])):
        parent[key] = [parent[key]] if rng.random() < 0.5 else {"value": parent[key]}


def _repeat(rng: Random, parent: Any, key: Any, _: Sequence[Any]) -> None:
    if isinstance(parent, list):
        parent.extend(copy.deepcopy(parent[key]) for _turn in range(rng.choice([1, 1, 1, 2, 3, 70])))


def _borrow(rng: Random, parent: Any, key: Any, others: Sequence[Any]) -> None:
    parent[key] = _borrowed(rng, others)


def _borrowed(rng: Random, others: Sequence[Any]) -> Any:
    parent, key = rng.choice(places([rng.choice(others)]))
    return copy.deepcopy(parent[key])


_CHANGES: Sequence[Callable[[Random, Any, Any, Sequence[Any]], None]] = (
    *(_replace, _replace, _replace, _remove, _remove, _rename, _add, _retype, _retype, _wrap, _repeat, _borrow),
)


def written(rng: Random, tree: object) -> bytes:
    """Write a tree in one of the ways in which JSON is written."""
    text = json.dumps(tree, ensure_ascii=rng.random() < 0.8, indent=rng.choice([None, None, None, 1]))
    return (text.replace("/", "\\/") if rng.random() < 0.3 else text).encode("utf-8", "surrogatepass")


def form_of(tree: Any) -> bytes:
    """Write what a form can say of a tree: a list is a name that is given often."""
    fields = tree if isinstance(tree, Mapping) else {"Body": tree}
    several = [(str(name), value if isinstance(value, list) else [value]) for name, value in fields.items()]
    flat = [(name, each) for name, values in several for each in values]
    pairs = [(name, each if isinstance(each, str) else json.dumps(each)) for name, each in flat]
    return urlencode(pairs, errors="replace").encode()


def _twice(rng: Random, body: bytes) -> bytes:
    found = list(_KEY.finditer(body))
    if not found:
        return body
    place = rng.choice(found)
    return body[: place.start()] + place[0] + rng.choice([b"1,", b"null,", b'"x",']) + body[place.start() :]


def _number(rng: Random, body: bytes) -> bytes:
    odd = rng.choice([b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 5000, b"00", b"1.", b"0x1", b"+1"])
    return _NUMBER.sub(odd, body, count=1)


def _nested(rng: Random, body: bytes) -> bytes:
    depth = rng.choice([31, 33, 5000, 100_000])
    bomb = b"[" * depth + b"]" * depth if rng.random() < 0.5 else b'{"a":' * depth + b"1" + b"}" * depth
    return _NUMBER.sub(bomb, body, count=1) if rng.random() < 0.5 else bomb


def _in_text(rng: Random, body: bytes, put: bytes) -> bytes:
    ends = [found.end() for found in _TEXT.finditer(body)] or [0]
    at = rng.choice(ends)
    return body[:at] + put + body[at:]


def _inserted(rng: Random, body: bytes) -> bytes:
    at = rng.randrange(len(body))
    return body[:at] + rng.randbytes(3) + body[at:]


BYTES: Mapping[str, Callable[[Random, bytes], bytes]] = {
    "a key given twice": _twice,
    "a number that is none": _number,
    "nested deep": _nested,
    "cut short": lambda rng, body: body[: rng.randrange(1, len(body) + 1)],
    "bytes inserted": _inserted,
    "half a letter escaped": lambda rng, body: _in_text(rng, body, rng.choice([rb"\ud83d", rb"\uDE00"])),
    "half a letter in bytes": lambda rng, body: _in_text(rng, body, b"\xed\xa0\xbd"),
    "in UTF-16": lambda _, body: body.decode("latin-1").encode("utf-16"),
    "after a byte order mark": lambda _, body: b"\xef\xbb\xbf" + body,
    "before another document": lambda _, body: body + b"\n" + body,
    "bytes of chance": lambda rng, _: rng.randbytes(rng.randint(1, 200)),
    "a bare value": lambda rng, _: json.dumps(rng.choice(ODD)).encode(),
    # What is signed alike in another place: that it was signed does not make it a delivery.
    "as in a signed request": lambda _, body: urlsafe_b64encode(body).rstrip(b"="),
    "control characters in it": lambda rng, body: _in_text(rng, body, bytes([rng.randrange(32)])),
}
