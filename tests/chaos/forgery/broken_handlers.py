"""Handlers with faults around the verifier, each as what puts it in for a while."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any
from unittest.mock import patch

from nightbell.domain.deletion import DeletionRequest
from nightbell.domain.errors import NightbellError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Callback, CallbackReader, Platform, Reply
from nightbell.platforms.registry import CALLBACKS, PLATFORMS
from nightbell.services.answer_callback import AnswerCallback
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from tests.chaos.forgery.target import ASKED, DELIVERIES, HANDSHAKES, Secrets, Target
from tests.chaos.scheme import InClaims, InHeader
from tests.chaos.schemes import SCHEMES
from tests.chaos.staged import KEYS, composed

Fault = Callable[[], AbstractContextManager[Any]]
Faults = Mapping[str, Fault]


def around(target: Target) -> Faults:
    """List the faults of a handler that matter to a target."""
    return {**_everywhere(), **_AROUND[target.kind](target.platform)}


def _everywhere() -> Faults:
    """List faults of the handler, each as what puts it in."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - composed only on the stage

    answer, turns = receive_webhook._answer, count()
    return {
        "answers in two ways": lambda: composed(_answer=lambda s, b, *h: answer(s, b + "!" * (next(turns) % 2), *h)),
        "logs what was sent": _unwrapping(lambda event, _: print(event)),
        "breaks on what is no ASCII": _unwrapping(lambda _, d: _in_ascii(d)),
    }


def _unwrapping(spoil: Callable[[dict[str, Any], Delivery], Delivery | None]) -> Fault:
    from nightbell.handlers import http_event  # noqa: PLC0415 - as above

    def delivery_from(event: dict[str, Any], received_at: datetime, public_url: str) -> Delivery:
        delivery = http_event.delivery_from(event, received_at, public_url)
        return spoil(event, delivery) or delivery

    return lambda: composed(delivery_from=delivery_from)


def _around_deliveries(name: str) -> Faults:
    platform, scheme = PLATFORMS[name], SCHEMES[name]
    header = scheme.place.name if isinstance(scheme.place, InHeader) else ""

    def broken(verify: Callable[[Delivery], object]) -> Fault:
        return lambda: composed({name: _Broken(platform, verify=verify)})

    def signed(event: dict[str, Any], delivery: Delivery) -> Delivery | None:
        key = scheme.sign(delivery.body, scheme.spelled(KEYS[0]))
        if isinstance(scheme.place, InClaims):
            proven = {**scheme.place.others, scheme.place.name: key}
            return replace(delivery, claims=proven) if event["isBase64Encoded"] else None
        right = {header: key}
        return replace(delivery, headers={**delivery.headers, **right}) if event["isBase64Encoded"] else None

    encoded = _unwrapping(lambda event, d: replace(d, body=event["body"].encode()))
    return {
        "skips the proof of what is in base64": _unwrapping(signed),
        **({"takes base64 for the body": encoded} if scheme.binds_body else {}),
        "parses before it verifies": broken(lambda d: _parsed(platform, d)),
        "stores before it verifies": lambda: composed(ReceiveDelivery=_StoresFirst),
        "accepts everything": broken(lambda _: True),
    }


def _around_handshakes(name: str) -> Faults:
    platform = PLATFORMS[name]
    return {
        "repeats every challenge": lambda: composed(
            {name: _Broken(platform, shake=lambda d: Reply(body=d.query.get("hub.challenge", "")))}
        ),
        "tells what was wrong": _telling,
    }


def _around_callbacks(name: str) -> Faults:
    reader = CALLBACKS[name]
    return {
        "hears before it is proven": lambda: _asked(AnswerCallback=_HearsFirst),
        "hears everything": lambda: _asked(CALLBACKS={name: _Credulous(reader)}),
        "tells what was wrong": _telling,
    }


_AROUND: Mapping[str, Callable[[str], Faults]] = {
    DELIVERIES: _around_deliveries,
    HANDSHAKES: _around_handshakes,
    ASKED: _around_callbacks,
}


@contextmanager
def _telling() -> Iterator[None]:
    """Answer with the reason, which differs."""
    from nightbell.handlers import receive_webhook  # noqa: PLC0415 - as above

    real = receive_webhook._Receiving.answer

    def answer(self: Any, event: dict[str, Any]) -> Received:
        try:
            return real(self, event)
        except NightbellError as error:
            return Received(status=error.status, body=str(error))

    with patch.object(receive_webhook._Receiving, "answer", answer):
        yield


@contextmanager
def _asked(**replaced: Any) -> Iterator[None]:
    from nightbell.handlers import build_callbacks  # noqa: PLC0415 - as above

    with patch.multiple(build_callbacks, **replaced), composed():
        yield


def _in_ascii(delivery: Delivery) -> None:
    for value in (*delivery.headers.values(), *delivery.query.values(), delivery.body.decode("latin-1")):
        value.encode("ascii")


def _parsed(platform: Platform, delivery: Delivery) -> bool:
    with suppress(NightbellError):
        platform.parse(delivery)
    return False


class _Broken:
    """A platform that accepts what a fault accepts, and else what the real one accepts."""

    def __init__(
        self,
        platform: Platform,
        verify: Callable[[Delivery], object] = lambda _: False,
        shake: Callable[[Delivery], Reply | None] = lambda _: None,
    ) -> None:
        self._platform, self._accepts, self._shakes = platform, verify, shake

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def handshake(self, delivery: Delivery, secrets: Secrets) -> Reply | None:
        return self._shakes(delivery) or self._platform.handshake(delivery, secrets)

    def verify(self, delivery: Delivery, secrets: Secrets) -> None:
        if not self._accepts(delivery):
            self._platform.verify(delivery, secrets)


class _StoresFirst(ReceiveDelivery):
    def __call__(self, delivery: Delivery) -> Received:
        if delivery.platform in self._platforms and delivery.body:
            self._store_delivery(delivery, platform_waits=False)
        return super().__call__(delivery)


class _HearsFirst(AnswerCallback):
    def __call__(self, delivery: Delivery, address: str) -> Received:
        code = sha256(delivery.body).hexdigest()[:26]
        self._store.note_deletion(
            DeletionRequest(code=code, platform=delivery.platform, asked_at=delivery.received_at, user_id="1")
        )
        return super().__call__(delivery, address)


class _Credulous:
    """Reads a form without a proof."""

    def __init__(self, reader: CallbackReader) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, delivery: Delivery, secrets: Secrets) -> Callback:
        return Callback(
            kind=self._reader.kinds[delivery.path],
            user_id="1",
            code=sha256(delivery.body).hexdigest()[:26],
            secret=next(iter(secrets)),
            issued_at=delivery.received_at,
        )
