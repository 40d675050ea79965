"""Delivers signed webhooks, and delivers again what was not accepted.

Source of Meta's ways: "Webhooks for Messenger Platform" (retries for an hour), Graph API "Webhooks: Getting started"
(posts and comments: ever less often for 36 hours) and WhatsApp "Create a webhook endpoint" (for 7
days). Nobody publishes the spacing; ours is an assumption, and runs faster than the real one, so that
a person can watch it.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

RETRY_AFTER_S = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Waited before each further attempt; about a thirtieth of what an hour of retries would take."""
PATIENT_RETRY_AFTER_S = (*RETRY_AFTER_S, 120.0, 240.0, 480.0, 960.0, 1920.0)
"""The same for posts and comments: about a thirtieth of 36 hours."""
TIMEOUT_S = 20.0
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP attempt.

    Attributes:
        status: ``None`` when no answer came.
        ms: Until the whole answer was there.
        content_type: Of the answer.
        at: When it ended, on the machine's monotonic clock.
    """

    status: int | None
    ms: int
    body: str = ""
    content_type: str = ""
    at: float = field(default_factory=time.monotonic, compare=False)


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One body with its headers, and what became of it.

    Attributes:
        path: Below the callback URL; mostly empty.
        query: Of the address, as it is sent, without the question mark.
        patient: Delivered again for longer, as what is public.
    """

    what: str
    body: bytes
    headers: Mapping[str, str]
    path: str = ""
    query: str = ""
    method: str = "POST"
    patient: bool = False
    attempts: list[Attempt] = field(default_factory=list)
    given_up: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the receiver took it."""
        return bool(self.attempts) and self.attempts[-1].status == OK

    def address(self, url: str) -> str:
        """Write where it goes, below the callback URL."""
        whole = f"{url}/{self.path}" if self.path else url
        return f"{whole}?{self.query}" if self.query else whole


class Courier:
    """Delivers to one callback URL, now or later, from threads of its own."""

    def __init__(
        self,
        url: str = "",
        *,
        retry_after_s: tuple[float, ...] | None = None,
        accepted: Callable[[int], bool] = lambda status: status == OK,
    ) -> None:
        """Take where to, how often again if not as Meta, and which answers end that if not 200 alone.

        Without a URL deliveries are only written down.
        """
        self.url = url
        self.log: list[Delivery] = []
        self.is_heard: Callable[[bytes], bool] = lambda _: True
        self._retry_after_s = retry_after_s
        self._accepted = accepted
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="courier")
        threading.Thread(target=self._run, daemon=True, name="courier").start()

    def deliver(self, delivery: Delivery, *, retry: bool = True) -> Attempt:
        """Deliver now and wait for the answer; further attempts follow in the background.

        What nobody is subscribed to is never sent.
        """
        if not self.is_heard(delivery.body):
            delivery.given_up = True
            return Attempt(status=None, ms=0, body="nobody is subscribed")
        with self._changed:
            if not delivery.attempts:
                self.log.append(delivery)
        attempt = self._post(delivery)
        delivery.attempts.append(attempt)
        if retry and not (attempt.status and self._accepted(attempt.status)):
            self._again(delivery)
        return attempt

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        """Deliver in the background."""
        with self._changed:
            heapq.heappush(self._waiting, (time.monotonic() + after_s, next(self._order), delivery))
            self._changed.notify()

    def ask(self, query: Mapping[str, str]) -> Attempt:
        """Ask the receiver something by a GET, as vendors do when a callback URL is registered."""
        return _timed(lambda: requests.get(self.url, params=query, timeout=TIMEOUT_S))

    def stop(self) -> None:
        """Drop what waits, and end the threads."""
        with self._changed:
            self._stopped = True
            self._waiting.clear()
            self._changed.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _post(self, delivery: Delivery) -> Attempt:
        if not self.url:
            return Attempt(status=OK, ms=0)
        headers, url = dict(delivery.headers), delivery.address(self.url)
        return _timed(
            lambda: requests.request(delivery.method, url, data=delivery.body, headers=headers, timeout=TIMEOUT_S)
        )

    def _again(self, delivery: Delivery) -> None:
        spacing = self._retry_after_s or (PATIENT_RETRY_AFTER_S if delivery.patient else RETRY_AFTER_S)
        tried = len(delivery.attempts)
        if tried > len(spacing):
            delivery.given_up = True
            return
        self.deliver_later(delivery, spacing[tried - 1])

    def _run(self) -> None:
        while not self._stopped:
            with self._changed:
                due = self._waiting[0][0] if self._waiting else None
                if due is None or due > time.monotonic():
                    self._changed.wait(None if due is None else max(0.0, due - time.monotonic()))
                    continue
                delivery = heapq.heappop(self._waiting)[2]
                self._pool.submit(self.deliver, delivery)


def _timed(call: Callable[[], requests.Response]) -> Attempt:
    began = time.monotonic()
    try:
        answer = call()
    except requests.RequestException as error:
        return Attempt(status=None, ms=_since(began), body=type(error).__name__)
    content_type = answer.headers.get("content-type", "")
    return Attempt(status=answer.status_code, ms=_since(began), body=answer.text, content_type=content_type)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
