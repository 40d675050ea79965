"""Cuts a delivery into parts that fit a queue message and a table item, and joins them again.

A delivery is spilled when the table cannot be reached. Its parts may arrive twice, in any order and
hours apart; what is joined is the very bytes that the platform signed, or an error.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Delivery

VERSION = 1
PIECE_BYTES = 256 * 1024
"""Of compressed body in a part. Base64 makes it 342 KiB: below the table's 400 KB for an item and the queue's 1 MiB
for a message."""


def cut(delivery: Delivery, keep_headers: Collection[str] = ()) -> list[dict[str, object]]:
    """Cut a delivery into numbered parts, each fit for JSON.

    The same delivery gives the same parts, so that one that is spilled twice is replayed once.

    Args:
        delivery: Verified; its method is not carried along, because only a POST is ever spilled.
        keep_headers: Lower-case names of the headers that are needed to read it.
    """
    headers = {name: value for name, value in delivery.headers.items() if name in keep_headers}
    packed = gzip.compress(delivery.body, compresslevel=6, mtime=0)
    pieces = [packed[start : start + PIECE_BYTES] for start in range(0, len(packed), PIECE_BYTES)]
    shared: dict[str, object] = {
        "v": VERSION,
        "of": len(pieces),
        "platform": delivery.platform,
        "path": delivery.path,
        "received_at": delivery.received_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "headers": headers,
        "size": len(delivery.body),
        "sha256": sha256(delivery.body).hexdigest(),
    }
    if delivery.query:
        shared["query"] = dict(delivery.query)
    shared["id"] = str(UUID(bytes=sha256(json.dumps(shared, sort_keys=True).encode()).digest()[:16]))
    return [
        shared | {"part": number, "body": base64.b64encode(piece).decode("ascii")}
        for number, piece in enumerate(pieces, start=1)
    ]


def join(parts: Iterable[Mapping[str, object]]) -> Delivery:
    """Join all the parts of one delivery, in any order, repeated ones included.

    Headers, path and query may be absent where they are empty.

    Raises:
        NotUnderstoodError: A part is missing, damaged, or of another delivery.
    """
    try:
        by_number = {_whole(part["part"]): part for part in parts}
        first = by_number[1]
        ordered = [by_number[number] for number in range(1, _whole(first["of"]) + 1)]
        body = _unpack(b"".join(_piece(part, first) for part in ordered), _whole(first["size"]))
        return _delivery(first, body)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise NotUnderstoodError(f"spilled parts do not fit together: {type(error).__name__}") from error


def _piece(part: Mapping[str, object], first: Mapping[str, object]) -> bytes:
    if (part["v"], part["id"]) != (VERSION, first["id"]):
        raise ValueError("part of another delivery")
    return base64.b64decode(_text(part["body"]), validate=True)


def _unpack(packed: bytes, size: int) -> bytes:
    # Bounded: whatever claims to be small and is not, ends one byte past what it claimed.
    body = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(packed, size + 1)
    if len(body) != size:
        raise ValueError("another size than was spilled")
    return body


def _delivery(first: Mapping[str, object], body: bytes) -> Delivery:
    if sha256(body).hexdigest() != first["sha256"]:
        raise ValueError("other bytes than were spilled")
    received_at = datetime.fromisoformat(_text(first["received_at"]))
    if received_at.tzinfo is None:
        raise ValueError("a time without its zone")
    return Delivery(
        platform=_text(first["platform"]),
        path=_text(first.get("path", "")),
        method="POST",
        headers=_texts(first.get("headers", {})),
        query=_texts(first.get("query", {})),
        body=body,
        received_at=received_at,
    )


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError("not named texts")
    return {_text(name): _text(text) for name, text in value.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("not a whole number")
    return value
