"""What a way to sign is, and where a request carries its signature."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, unquote_to_bytes

from tests.chaos.sent import Sent
from tests.chaos.signing import Signing


class Place(Protocol):
    """Where a request carries what is signed, and its signature."""

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        """Write both into a request."""

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        """Read both again; no signature where there is none, or more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InHeader:
    """The body is signed as it is, and the signature stands beside it, under a name in lower case."""

    name: str

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        kept = {name: value for name, value in sent.headers.items() if name.lower() != self.name}
        return replace(sent, body=text, headers={**kept, self.name: signature})

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        return sent.body, {name.lower(): value for name, value in sent.headers.items()}.get(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class InClaims:
    """The gateway has checked a token: one of its claims says who sends, and the others have to be as they are."""

    name: str
    others: Mapping[str, str]

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        return replace(sent, body=text, claims={**self.others, self.name: signature})

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        others = {name: value for name, value in sent.claims.items() if name != self.name}
        return sent.body, sent.claims.get(self.name) if others == self.others else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForm:
    """The one field of a form that has this name: the signature, a dot, and the text that is signed."""

    name: str

    def put(self, sent: Sent, text: bytes, signature: str) -> Sent:
        return replace(sent, body=self.written(signature.encode("utf-8", "surrogatepass") + b"." + text))

    def written(self, value: bytes) -> bytes:
        return f"{self.name}={quote(value)}".encode()

    def take(self, sent: Sent) -> tuple[bytes, str | None]:
        parts = [part.partition(b"=") for part in sent.body.split(b"&")]
        found = [_plain(value) for name, _, value in parts if _plain(name) == self.name.encode()]
        if len(found) != 1:
            return b"", None
        signature, _, text = found[0].partition(b".")
        return text, signature.decode("latin-1")


def _plain(escaped: bytes) -> bytes:
    return unquote_to_bytes(escaped.replace(b"+", b" "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One way in which a platform signs.

    Attributes:
        platform: Registry key.
        secrets: Names of the parameters that may sign; each belongs to another app.
        wrong: Ways to sign that resemble the right one; each must be refused.
        raw: The bytes behind a signature; their change makes a wrong one of the right form.
        written: A signature of such bytes.
        takes: Headers, beside the signature, that come along and prove nothing.
        compares: Whether a wrong signature must be found by a comparison in constant time.
        path: What follows the platform in the address.
        spelled: Writes a key of ours as the platform's secrets are.
        binds_body: Whether a signature is of the body; one that proves the sender alone goes with any.
        several: Signatures stand beside each other with a blank between them, and one that is right is enough.
        at: Makes the same for another moment, where the time is signed.
        is_form: The bodies are forms, and not JSON.
        types: What a delivery may say that its body is; any where none is named.
    """

    platform: str
    secrets: Sequence[str]
    place: Place
    sign: Signing
    wrong: Mapping[str, Signing]
    raw: Callable[[str], bytes]
    written: Callable[[bytes], str]
    takes: Callable[[bytes, str], Mapping[str, str]] = lambda _body, _secret: {}
    compares: bool = True
    path: str = ""
    spelled: Callable[[str], str] = str
    binds_body: bool = True
    several: bool = False
    at: "Callable[[datetime], Scheme] | None" = None
    is_form: bool = False
    types: Sequence[str] = ()

    def request(self, text: bytes, secret: str, *, what: str = "", path: str = "") -> Sent:
        """Make a request that carries a text and its signature."""
        told = {"content-type": self.types[0]} if self.types else {}
        headers = {**told, **self.takes(text, secret)}
        empty = Sent(what=what, platform=self.platform, body=b"", headers=headers, path=path or self.path)
        return self.place.put(empty, text, self.sign(text, secret))

    def signed_anew(self, sent: Sent, secret: str) -> Sent:
        """Sign what a request says with another secret."""
        text, _ = self.place.take(sent)
        return self.place.put(sent, text, self.sign(text, secret))

    def nearly(self, sent: Sent, secret: str) -> list[Sent]:
        """Make requests whose signature has the right form and is wrong in one byte."""
        text, _ = self.place.take(sent)
        right = self.raw(self.sign(text, secret))
        wrong = [right[:at] + bytes([right[at] ^ 0x11]) + right[at + 1 :] for at in range(len(right))]
        return [self.place.put(sent, text, self.written(each)) for each in wrong]


def hub(mark: str) -> Callable[[bytes], str]:
    """Write ``mark=<hex>``."""
    return lambda raw: f"{mark}={raw.hex()}"
