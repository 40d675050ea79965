"""Eight clients that keep their connections and deliver at a rate, whatever the answers take."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from infra.local.platforms.courier import Delivery

CLIENTS = 8
TIMEOUT_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One delivery.

    Attributes:
        at_s: When it was due, from the start.
        late_ms: From then to its answer, so that waiting for a free client counts.
        took_ms: From when it left.
        status: 0 where no answer came.
    """

    at_s: float
    late_ms: float
    took_ms: float
    status: int


@dataclass(slots=True)
class Volley:
    """Everything that was delivered."""

    shots: list[Shot] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return percentile([shot.late_ms for shot in self.shots], share)

    @property
    def failed(self) -> int:
        return sum(shot.status != 200 for shot in self.shots)

    @property
    def rate(self) -> float:
        """Answers a second."""
        ends = max((shot.at_s + shot.late_ms / 1000 for shot in self.shots), default=1.0)
        return sum(shot.status == 200 for shot in self.shots) / ends

    def holds(self, rate: float, most_ms: float) -> bool:
        return self.failed == 0 and self.rate >= 0.97 * rate and self.percentile(0.99) <= most_ms

    def over_time(self, share: float, bucket_s: float) -> list[tuple[float, float]]:
        buckets = itertools.groupby(sorted(self.shots, key=lambda shot: shot.at_s), lambda shot: shot.at_s // bucket_s)
        return [(place * bucket_s, percentile([shot.late_ms for shot in shots], share)) for place, shots in buckets]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def fire(url: str, make: Callable[[int], Delivery], rate: float, seconds: float) -> Volley:
    """Deliver at this rate; a client that is late makes up for it as fast as it can."""
    volley, numbers, began = Volley(), iter(range(int(rate * seconds))), time.monotonic()
    lock = threading.Lock()
    parts = urlsplit(url)

    def client() -> None:
        connection = HTTPConnection(str(parts.hostname), parts.port, timeout=TIMEOUT_S)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                connection.close()
                return
            at_s = number / rate
            time.sleep(max(began + at_s - time.monotonic(), 0))
            volley.shots.append(_shoot(connection, parts.path, make(number), at_s, began))

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return volley


def _shoot(connection: HTTPConnection, path: str, delivery: Delivery, at_s: float, began: float) -> Shot:
    left = time.monotonic()
    try:
        connection.request("POST", path, body=delivery.body, headers=dict(delivery.headers))
        answer = connection.getresponse()
        answer.read()
        status = answer.status
    except (OSError, HTTPException):
        connection.close()
        status = 0
    now = time.monotonic()
    return Shot(at_s=at_s, late_ms=(now - began - at_s) * 1000, took_ms=(now - left) * 1000, status=status)
