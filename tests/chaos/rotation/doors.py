"""Where a request must prove itself, each with one of the secrets that open it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nightbell.domain.events import Delivery
from nightbell.platforms.registry import CALLBACKS, CHANNELS, PLATFORMS
from nightbell.services.answer_callback import AnswerCallback
from nightbell.services.ports import Secrets
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from tests.chaos.accounts import accounts_of
from tests.chaos.heard import heard
from tests.chaos.scheme import Scheme
from tests.chaos.schemes import CALLBACK_SCHEMES, SCHEMES
from tests.chaos.sent import RECEIVED_AT, Sent
from tests.chaos.signing import url_safe
from tests.chaos.staged import names_of
from tests.fakes import NoSpillQueue

Receive = Callable[[Delivery], Received]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One proof and one secret.

    Attributes:
        secret: The one that is replaced; all others of the platform stay as they are.
        is_needed: Without it nothing is accepted; else the others still open.
        text: Makes what is signed, another one for each number.
        function: Makes one running function.
        path: Below the platform's name.
    """

    scheme: Scheme
    secret: str
    is_needed: bool
    text: Callable[[int], bytes]
    function: Callable[[Secrets], Receive]
    path: str = ""

    def request(self, number: int, key: str) -> Sent:
        return self.scheme.request(self.text(number), self.scheme.spelled(key), path=self.path)

    @property
    def others(self) -> Sequence[str]:
        """Name the secrets that open it as well."""
        return [name for name in self.scheme.secrets if name != self.secret]

    def __str__(self) -> str:
        return f"{self.scheme.platform}/{self.path} by {self.secret}"


def doors() -> Iterator[Door]:
    """Make those of every registered platform and reader; one without a scheme raises ``KeyError``."""
    for name, platform in heard().items():
        for secret in SCHEMES[name].secrets:
            needed = secret in names_of(platform).needed
            yield Door(scheme=SCHEMES[name], secret=secret, is_needed=needed, text=_delivery, function=_receiving)
    for name, reader in CALLBACKS.items():
        for secret in reader.secrets:
            yield Door(
                scheme=CALLBACK_SCHEMES[name],
                secret=secret,
                is_needed=False,
                text=_asked,
                function=_answering,
                path=next(iter(reader.kinds)),
            )


def _delivery(number: int) -> bytes:
    return b'{"object":"page","entry":[],"n":%d}' % number


def _asked(number: int) -> bytes:
    told = {"algorithm": "HMAC-SHA256", "issued_at": int(RECEIVED_AT.timestamp()), "user_id": str(number)}
    return url_safe(json.dumps(told).encode()).encode()


def _receiving(secrets: Secrets) -> Receive:
    storing: Any = _takes_all
    return ReceiveDelivery(
        platforms=PLATFORMS,
        secrets=secrets,
        store_delivery=storing,
        spill=NoSpillQueue(),
        accounts={name: accounts_of(name) for name in heard()},
    )


def _takes_all(_: object, *, platform_waits: bool) -> list[Any]:
    """Stand in for storing: a rotation ends where the proof does."""
    del platform_waits
    return []


def _answering(secrets: Secrets) -> Receive:
    store: Any = _Remembers()
    answer = AnswerCallback(
        readers=CALLBACKS, secrets=secrets, store=store, breakers=store, accounts={}, channels=CHANNELS
    )
    return lambda delivery: answer(delivery, "https://webhooks.example/")


class _Remembers:
    """Stands in for the table, as above."""

    def note_deletion(self, _: object) -> bool:
        return True
