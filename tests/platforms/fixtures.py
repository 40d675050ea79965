"""Recorded deliveries of our own making: one JSON file each, named after the event."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.registry import PLATFORMS

HERE = Path(__file__).parent
RECEIVED_AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)

NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One file.

    Attributes:
        name: Without the folder and the ending; begins with the channel, or the platform where all share it.
        expect: Some fields of each event in order, or ``NOT_UNDERSTOOD``.
        path: What follows the platform in the address.
    """

    platform: str
    folder: str
    name: str
    headers: Mapping[str, str]
    secret: str
    body: bytes
    expect: list[dict[str, object]] | str
    path: str = ""

    def delivery(self, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Delivery:
        return Delivery(
            platform=self.platform,
            path=self.path,
            method="POST",
            headers=self.headers if headers is None else headers,
            query={},
            body=self.body if body is None else body,
            received_at=RECEIVED_AT,
        )

    def __str__(self) -> str:
        return f"{self.platform}-{self.name}"


def read_fixtures(folder: str, platform: str = "*") -> Iterator[Fixture]:
    """Read those of one platform, or of all that are registered."""
    for path in sorted(HERE.glob(f"{platform}/{folder}/*.json")):
        if platform == "*" and path.parts[-3] not in PLATFORMS:
            continue
        recorded = json.loads(path.read_text())
        yield Fixture(
            platform=path.parts[-3],
            folder=folder,
            name=path.stem,
            headers=recorded["headers"],
            secret=recorded["secret"],
            body=base64.b64decode(recorded["body_base64"]) if "body_base64" in recorded else recorded["body"].encode(),
            expect=recorded["expect"],
            path=recorded.get("path", ""),
        )


def plain(value: object) -> object:
    """Turn an event into what JSON can say, so that it compares with a fixture."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def differences(events: list[Event], expected: list[dict[str, object]]) -> list[str]:
    """List what a fixture expects and the events do not have."""
    if len(events) != len(expected):
        return [f"{len(events)} events instead of {len(expected)}: {[event.kind for event in events]}"]
    return [
        f"event {number} has {name}={got!r} instead of {want!r}"
        for number, (event, wanted) in enumerate(zip(events, expected, strict=True))
        for name, want in wanted.items()
        if not _matches(got := type(event).__name__ if name == "type" else plain(getattr(event, name, None)), want)
    ]


def _matches(got: object, want: object) -> bool:
    if isinstance(want, dict) and set(want) == {"contains"}:
        return isinstance(got, str) and want["contains"] in got
    if isinstance(want, dict) and isinstance(got, dict):
        return all(name in got and _matches(got[name], each) for name, each in want.items())
    return got == want
