"""A signed request taken apart, so that it can be put together in another way."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from tests.chaos.forgery.target import Way
from tests.chaos.scheme import InForm, Scheme
from tests.chaos.sent import Sent
from tests.chaos.signing import from_url_safe, url_safe

ABSENT = object()


class Forms:
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
            changed = url_safe(json.dumps({k: v for k, v in told.items() if v is not ABSENT}).encode()).encode()
            value = self.signed(rng, changed) if resigned else f"{signature}.".encode() + changed
            return replace(sent, body=self.field(value))

        return way

    def holding(self, make: Callable[[Random], bytes]) -> Way:
        """Sign rightly what is no such object."""
        return lambda rng, sent: replace(sent, body=self.field(self.signed(rng, url_safe(make(rng)).encode())))
