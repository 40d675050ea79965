"""Messages to our queues: small, ASCII, tried again when the queue throttles, translated errors.

A queue message is never the only record of anything but a spilled delivery, so every failure is an
``UnavailableError`` and the service decides what it costs.
"""

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from botocore.exceptions import ClientError

from nightbell.domain.errors import UnavailableError
from nightbell.services.ports import Clock

MAX_MESSAGE_BYTES = 1_048_576
"""SQS quota of one message (AWS "Amazon SQS message quotas")."""

THROTTLES = frozenset(
    {"RequestThrottled", "ThrottlingException", "Throttling", "OverLimit", "TooManyRequestsException"}
)
FIRST_WAIT_S = 0.05


class SqsClient(Protocol):
    """The part of the client that we use."""

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Mapping[str, Any]:  # noqa: N803 - AWS's own words
        """Send one message."""


class _Queue:
    """One queue, by single sends."""

    def __init__(self, client: SqsClient, url: str, clock: Clock, patience_s: float) -> None:
        """Wait out throttles for at most ``patience_s`` a call; other retries are the client's."""
        self._client = client
        self._url = url
        self._clock = clock
        self._patience_s = patience_s

    def put(self, messages: Iterable[Mapping[str, object]]) -> None:
        """Send one after the other, each again while throttled.

        Raises:
            UnavailableError: The one that failed may be in the queue or not; later ones are not.
        """
        ends = self._clock.monotonic() + self._patience_s
        for body in map(_write, messages):
            wait_s = FIRST_WAIT_S
            while self._is_throttled(body, last=self._clock.monotonic() + wait_s > ends):
                self._clock.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
                wait_s *= 2

    def _is_throttled(self, body: str, *, last: bool) -> bool:
        try:
            # An answer without an id is none.
            self._client.send_message(QueueUrl=self._url, MessageBody=body)["MessageId"]
        except ClientError as error:
            # SQS says it bare or behind a prefix, and botocore knows only some of the forms.
            code = str(error.response.get("Error", {}).get("Code", "")).rpartition(".")[2]
            if code in THROTTLES and not last:
                return True
            raise UnavailableError(f"the queue refused a message: {code}") from error
        except Exception as error:  # a corrupted answer raises what it likes
            raise UnavailableError(f"the queue did not answer: {type(error).__name__}") from error
        return False


def _write(message: Mapping[str, object]) -> str:
    # ASCII, because SQS refuses characters that XML 1.0 does not know.
    body = json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    if len(body) > MAX_MESSAGE_BYTES:
        raise UnavailableError(f"a message of {len(body)} bytes fits no queue")
    return body


class AckQueue:
    """Hints that a unit can move now."""

    def __init__(self, client: SqsClient, url: str, clock: Clock, patience_s: float = 0.2) -> None:
        """Give up soon: the sweep finds a unit whose hint was lost."""
        self._queue = _Queue(client, url, clock, patience_s)

    def hint(self, pk: str, sk: str) -> None:
        """Name the unit.

        Raises:
            UnavailableError: It may be in the queue or not.
        """
        self._queue.put([{"v": 1, "pk": pk, "sk": sk}])


class HumanQueue:
    """Hand-offs for the human team."""

    def __init__(self, client: SqsClient, url: str, clock: Clock, patience_s: float = 3.0) -> None:
        """Try for a while: the unit stays due until the team was told."""
        self._queue = _Queue(client, url, clock, patience_s)

    def send(self, message: Mapping[str, object]) -> None:
        """Send one hand-off, which its schema allows.

        Raises:
            UnavailableError: It may be in the queue or not; the same one again does no harm.
        """
        self._queue.put([message])


class SpillQueue:
    """Deliveries that the table could not take."""

    def __init__(self, client: SqsClient, url: str, clock: Clock, patience_s: float = 1.0) -> None:
        """Try for a moment: afterwards the platform is told to deliver again."""
        self._queue = _Queue(client, url, clock, patience_s)

    def send(self, parts: Iterable[Mapping[str, object]]) -> None:
        """Send every part; a delivery counts as spilled only when this returns.

        Raises:
            UnavailableError: Some parts may be in the queue; the same parts again do no harm.
        """
        self._queue.put(parts)


class CallQueue:
    """Hints that there is something new of a call."""

    def __init__(self, client: SqsClient, url: str, clock: Clock, patience_s: float = 0.2) -> None:
        """Give up soon: somebody listens, and the sweep finds a call whose hint was lost."""
        self._queue = _Queue(client, url, clock, patience_s)

    def hint(self, call_id: str) -> None:
        """Name the call.

        Raises:
            UnavailableError: It may be in the queue or not.
        """
        self._queue.put([{"v": 1, "call_id": call_id}])
