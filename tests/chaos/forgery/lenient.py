"""A reader that proves in the scheme's way whatever a fault takes for a signed request."""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qsl

from nightbell.domain.events import Delivery
from tests.chaos.forgery.broken import Accepts
from tests.chaos.forgery.target import Secrets
from tests.chaos.scheme import InForm, Scheme
from tests.chaos.signing import from_url_safe


class Lenient:
    """Proves in the scheme's way, or in another, what a fault takes for a signed request."""

    def __init__(self, scheme: Scheme, sign: Callable[[bytes, str], str] | None = None) -> None:
        self.scheme, self.sign = scheme, sign or scheme.sign
        self.name = scheme.place.name if isinstance(scheme.place, InForm) else ""

    def keys(self, secrets: Secrets) -> list[str]:
        return [value for name in self.scheme.secrets for value in secrets.get(name, ())]

    def right(self, text: str, secrets: Secrets) -> list[str]:
        return [self.sign(text.encode("latin-1", "replace"), key) for key in self.keys(secrets)]

    def is_proven(self, value: str, secrets: Secrets) -> bool:
        signature, _, text = value.partition(".")
        return signature in self.right(text, secrets)

    def accepts(self, values: Callable[[list[str]], list[str]]) -> Accepts:
        """Accept the first or last, or a changed one, of the fields that are there."""
        return lambda d, s: any(self.is_proven(value, s) for value in values(self.fields(d)))

    def fields(self, delivery: Delivery) -> list[str]:
        return [value for name, value in self.pairs(delivery) if name == self.name]

    def pairs(self, delivery: Delivery) -> list[tuple[str, str]]:
        return parse_qsl(delivery.body.decode("latin-1"), keep_blank_values=True)


def only(values: list[str]) -> list[str]:
    return values if len(values) == 1 else []


def each_of(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda values: [change(value) for value in only(values)]


def is_same(lenient: Lenient, value: str, secrets: Secrets) -> bool:
    signature, _, text = value.partition(".")
    with suppress(ValueError):
        return from_url_safe(signature) in [from_url_safe(one) for one in lenient.right(text, secrets)]
    return False
