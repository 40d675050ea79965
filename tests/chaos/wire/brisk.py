"""Lets the functions of a process give up sooner and start faster; what they do stays the same.

Every limit of theirs is shortened by one factor, so that what fits into what does not change: three silent tries of a
delivery still end before its own deadline. Nothing is proven by waiting longer.
"""

import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.loaders import JSONFileLoader
from botocore.retries.standard import ExponentialBackoff

from infra.build.dependencies import OPERATIONS
from nightbell.adapters import clock, platform_http
from nightbell.adapters.aws_clients import AwsClients, ClientLimits
from nightbell.adapters.business_file import read_business
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.one_shot_connection import Attempt
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import BusinessSettings

PACE = 0.4
SEND_TIMEOUT_S = 0.8
"""In place of 8 s, so that a silent platform does not take all day."""


def hurry() -> None:
    """Shorten all waiting, and let a clock that is moved show at once; before any handler is composed."""
    clock._REREAD_S = 0.0
    make, delay, load = AwsClients.make, ExponentialBackoff.delay_amount, cache(JSONFileLoader().load_file)

    def make_hasty(self: AwsClients, service: str, limits: ClientLimits) -> Any:
        connect_s, read_s = PACE * limits.connect_timeout_s, PACE * limits.read_timeout_s
        return make(self, service, replace(limits, connect_timeout_s=connect_s, read_timeout_s=read_s))

    def monotonic(_: SystemClock) -> float:
        return time.monotonic() / PACE

    def sleep(_: SystemClock, seconds: float) -> None:
        time.sleep(PACE * seconds)

    def hasty(seconds: float, *, public_only: bool) -> Attempt:
        return Attempt(min(seconds, SEND_TIMEOUT_S), public_only=public_only)

    setattr(platform_http, "Attempt", hasty)  # noqa: B010 - not its own
    setattr(SystemClock, "monotonic", monotonic)  # noqa: B010 - a method of the product, on purpose
    setattr(SystemClock, "sleep", sleep)  # noqa: B010 - as above
    AwsClients.make = make_hasty  # type: ignore[method-assign]
    ExponentialBackoff.delay_amount = lambda self, context: PACE * delay(self, context)
    # A new client reads the descriptions of its service from their files: the longest part of a cold start.
    JSONFileLoader.load_file = lambda _, path: load(path)


def read_descriptions() -> None:
    """Read what botocore's clients are made from, once for all processes that are forked from this one."""
    loader = botocore.session.get_session().get_component("data_loader")
    for service in OPERATIONS:
        for kind in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)
    for name in ("endpoints", "partitions", "sdk-default-configuration"):
        loader.load_data(name)


def settle_in(business: Path) -> BusinessSettings:
    """Read the settings once for all compositions of all handlers; the handlers are imported only now."""
    from nightbell.handlers import settings  # noqa: PLC0415 - what it logs with is made from the environment

    read = read_business(business, LibraryCalendars())
    settings.settings = lambda: read
    return read
