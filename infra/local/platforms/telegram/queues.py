"""Delivers each chat's updates in their order: the next one waits until the one before it was accepted.

Source: Telegram's server, ``WebhookActor``: 2xx accepts; else again after a second, then twice as long each time up
to one to two minutes, for about a day. The first pauses here are as long as the real ones.
"""

import threading
from collections import defaultdict, deque

from infra.local.platforms.courier import Attempt, Courier, Delivery

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


class ChatQueues:
    """The waiting updates of one bot."""

    def __init__(self, courier: Courier) -> None:
        """Deliver by a courier, which repeats nothing by itself here."""
        self._courier = courier
        self._lock = threading.RLock()
        self._waiting: dict[str, deque[Delivery]] = defaultdict(deque)
        self._timers: set[threading.Timer] = set()
        self._stopped = False

    def post(self, chat: str, delivery: Delivery) -> Attempt | None:
        """Deliver now and wait for the answer.

        Returns:
            ``None`` where it waits behind another one.
        """
        with self._lock:
            waiting = self._waiting[chat]
            waiting.append(delivery)
            if len(waiting) == 1:
                self._drain(chat)
            return delivery.attempts[0] if delivery.attempts else None

    @property
    def pending(self) -> int:
        """How many were not accepted yet."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    def stop(self) -> None:
        """Drop what waits."""
        with self._lock:
            self._stopped = True
            for timer in self._timers:
                timer.cancel()

    def _drain(self, chat: str) -> None:
        with self._lock:
            waiting = self._waiting[chat]
            while waiting and not self._stopped:
                self._courier.deliver(waiting[0], retry=False)
                if not is_accepted(waiting[0]):
                    self._later(chat, len(waiting[0].attempts))
                    return
                waiting.popleft()

    def _later(self, chat: str, tried: int) -> None:
        timer = threading.Timer(min(FIRST_PAUSE_S * 2 ** (tried - 1), LONGEST_PAUSE_S), self._drain, (chat,))
        timer.daemon = True
        self._timers = {one for one in self._timers if one.is_alive()} | {timer}
        timer.start()


def is_accepted(delivery: Delivery) -> bool:
    """Tell whether an update is done with."""
    status = delivery.attempts[-1].status if delivery.attempts else None
    return status is not None and 200 <= status < 300  # noqa: PLR2004 - that is what 2xx means
