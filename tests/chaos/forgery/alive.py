"""The proof proved: each known fault is put in, and must be found."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain, count
from random import Random
from typing import Any

from nightbell.domain.errors import NightbellError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Platform
from nightbell.services.receive_delivery import Received, ReceiveDelivery
from tests.chaos.forgery import verifier
from tests.chaos.forgery.broken import BrokenPlatform, Hasty, broken_verifiers
from tests.chaos.forgery.proof import Target, through_handler
from tests.chaos.listening import Listener
from tests.chaos.part import Run
from tests.chaos.schemes import Scheme
from tests.chaos.staged import KEYS, Staged, composed

SEED = 1
TRIES = 3_000
THROUGH_HANDLER = 120


def overlooked_verifiers(target: Target) -> Iterator[tuple[str, bool]]:
    """Break the verifier in every way; yields each fault and whether it was overlooked."""
    for name, broken in broken_verifiers(target.platform, target.scheme).items():
        yield name, not _is_found(broken, target)
    hasty = Hasty(target.platform, target.scheme)
    found = verifier.told_apart(hasty, target.scheme, target.genuine[0], target.secrets)
    yield "compares letter by letter", target.scheme.compares and not found


def _is_found(broken: Platform, target: Target) -> bool:
    tried = verifier.forgeries(broken, target.forger, target.secrets, Random(SEED), TRIES)
    without_key = verifier.accepted_without_key(broken, target.scheme, target.genuine[:5])
    return any(found for found in chain(without_key, (found for _, found in tried)))


def overlooked_handlers(target: Target, stage: Staged, words: set[str]) -> Iterator[tuple[str, bool]]:
    """Break what surrounds the verifier; yields each fault and whether it was overlooked."""
    few = Target(
        platform=target.platform,
        scheme=target.scheme,
        genuine=[sent for sent in target.genuine[:400:40] if sent.body.isascii()],
        forger=target.forger,
    )
    for name, fault in faults(target.platform, target.scheme).items():
        with fault():
            found = through_handler(few, stage, Run(seed=SEED, short=True), THROUGH_HANDLER, Listener(words))
        yield name, not found.violations


Fault = Callable[[], AbstractContextManager[None]]


def faults(platform: Platform, scheme: Scheme) -> Mapping[str, Fault]:
    """List faults around the verifier, each as what puts it in."""
    from nightbell.handlers import http_event, receive_webhook  # noqa: PLC0415 - composed only on the stage

    answer, turns = receive_webhook._answer, count()

    def with_platform(accepts: Callable[[Delivery, verifier.Secrets], object]) -> Fault:
        return lambda: composed({platform.name: BrokenPlatform(platform, accepts)})

    def unwrapping(spoil: Callable[[dict[str, Any], Delivery], Delivery | None]) -> Fault:
        def delivery_from(event: dict[str, Any], received_at: datetime) -> Delivery:
            delivery = http_event.delivery_from(event, received_at)
            return spoil(event, delivery) or delivery

        return lambda: composed(delivery_from=delivery_from)

    def signed(event: dict[str, Any], delivery: Delivery) -> Delivery | None:
        right = {scheme.header: scheme.sign(delivery.body, KEYS[0])}
        return replace(delivery, headers={**delivery.headers, **right}) if event["isBase64Encoded"] else None

    return {
        "skips the proof of what is in base64": unwrapping(signed),
        "takes base64 for the body": unwrapping(lambda event, d: replace(d, body=event["body"].encode())),
        "parses before it verifies": with_platform(lambda d, _: _parsed(platform, d)),
        "stores before it verifies": lambda: composed(ReceiveDelivery=_StoresFirst),
        "answers in two ways": lambda: composed(_answer=lambda s, b, *h: answer(s, b + "!" * (next(turns) % 2), *h)),
        "logs the body": unwrapping(lambda event, _: print(event["body"])),
        "logs the headers": unwrapping(lambda event, _: print(event["headers"])),
        "breaks on what is no ASCII": unwrapping(lambda _, d: _in_ascii(d)),
        "accepts everything": with_platform(lambda *_: True),
    }


def _in_ascii(delivery: Delivery) -> None:
    for value in delivery.headers.values():
        value.encode("ascii")


def _parsed(platform: Platform, delivery: Delivery) -> bool:
    with suppress(NightbellError):
        platform.parse(delivery)
    return False


class _StoresFirst(ReceiveDelivery):
    def __call__(self, delivery: Delivery) -> Received:
        if delivery.platform in self._platforms and delivery.body:
            self._store_delivery(delivery, platform_waits=False)
        return super().__call__(delivery)
