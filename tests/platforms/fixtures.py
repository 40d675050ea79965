"""Recorded deliveries of our own making: one JSON file each, named after the event."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from nightbell.domain.business import Account
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.registry import CHANNELS, PLATFORMS

HERE = Path(__file__).parent
RECEIVED_AT = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)

NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One file.

    Attributes:
        name: Without the folder and the ending; begins with the channel, or the platform where all share it.
        secret: What signed it; by name, where the name is of the account and not of the path.
        expect: Some fields of each event in order, or ``NOT_UNDERSTOOD``.
        path: What follows the platform in the address.
        url: The address that was signed along, where a platform does that.
        claims: What the gateway has proven, where it does.
    """

    platform: str
    folder: str
    name: str
    headers: Mapping[str, str]
    secret: str | Mapping[str, str]
    body: bytes
    expect: list[dict[str, object]] | str
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"

    def delivery(
        self,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        url: str | None = None,
        claims: Mapping[str, str] | None = None,
        received_at: datetime = RECEIVED_AT,
    ) -> Delivery:
        return Delivery(
            platform=self.platform,
            path=self.path,
            method=self.method,
            headers=self.headers if headers is None else headers,
            query=self.query,
            body=self.body if body is None else body,
            received_at=received_at,
            url=self.url if url is None else url,
            claims=self.claims if claims is None else claims,
        )

    @property
    def accounts(self) -> list[Account]:
        """Name our accounts that the delivery may be for: the path's, and whose a named secret is, on any channel."""
        named = () if isinstance(self.secret, str) else [name.rpartition("/")[2] for name in self.secret]
        ids = dict.fromkeys((self.path or ANY_ACCOUNT, *named))
        return [account for account_id in ids for account in ours(self.platform, account_id)]

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Name what the delivery is verified with."""
        names = PLATFORMS[self.platform].secret_names(self.delivery(), self.accounts)
        return (*names.needed, *names.optional)

    @property
    def secrets(self) -> Mapping[str, list[str]]:
        """Give every name the secret that signed it."""
        if isinstance(self.secret, str):
            return {name: [self.secret] for name in self.secret_names}
        return {name: [value] for name, value in self.secret.items()}

    @property
    def is_form(self) -> bool:
        return "form" in self.headers.get("content-type", "")

    def written_again(self) -> bytes:
        """Write the same meaning, or nearly, in other bytes: a form in another order is the same to some who sign."""
        if self.is_form:
            name, _, value = self.body.rpartition(b"=")
            return name + b"=" + value.swapcase() if value.swapcase() != value else self.body.swapcase()
        return json.dumps(json.loads(self.body)).encode()

    def padded(self, size: int) -> bytes:
        """Make the body so long without saying more."""
        more = size - len(self.body)
        if self.is_form:
            return self.body + b"&Padding=" + b"x" * (more - len(b"&Padding="))
        return self.body + b" " * more

    def __str__(self) -> str:
        return f"{self.platform}-{self.name}"


ANY_ACCOUNT = "77"


def ours(platform: str, account_id: str) -> list[Account]:
    """Make an account of ours on each channel of a platform; nobody asks for its brand."""
    nobody: Any = None
    names = [name for name, each in CHANNELS.items() if each.platform == platform] or [platform]
    return [
        Account(channel=name, account_id=account_id, business_account_id=account_id, brand=nobody, hours=nobody)
        for name in names
    ]


def read_fixtures(folder: str, platform: str = "*") -> Iterator[Fixture]:
    """Read those of one platform, or of all that are registered."""
    for path in sorted(HERE.glob(f"{platform}/{folder}/*.json")):
        if platform == "*" and path.parts[-3] not in PLATFORMS:
            continue
        recorded = json.loads(path.read_text())
        given = {name: recorded[name] for name in ("path", "query", "url", "claims", "method") if name in recorded}
        yield Fixture(
            platform=path.parts[-3],
            folder=folder,
            name=path.stem,
            headers=recorded["headers"],
            secret=recorded.get("secret", {}),
            body=base64.b64decode(recorded["body_base64"]) if "body_base64" in recorded else recorded["body"].encode(),
            expect=recorded["expect"],
            **given,
        )


def plain(value: object) -> object:
    """Turn an event into what JSON can say, so that it compares with a fixture."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
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
