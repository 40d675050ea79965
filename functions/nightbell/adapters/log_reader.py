"""Read the lines that the report is counted from, out of CloudWatch Logs: all of them, each once.

Source: Amazon CloudWatch Logs API Reference, "FilterLogEvents": a page holds up to 1 MB or 10,000 events, may be empty
and still name a next one, and both ends of the time are looked at.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from nightbell.adapters.aws_clients import ClientLimits
from nightbell.adapters.table_items import to_ms
from nightbell.domain.errors import UnavailableError
from nightbell.domain.weekly_report.tally import LogLine
from nightbell.services.ports import Clock

READ_LOGS = ClientLimits(connect_timeout_s=2.0, read_timeout_s=30.0, tries=6)
"""Nobody waits, and a page takes up to seconds."""
PAUSE_S = 0.1
"""After each page, which takes as long itself: an account may ask for five a second, a figure that is never raised, and
what is refused all the same is asked for again. Source: AWS re:Post, "How do I determine throttling in my CloudWatch
logs?"."""
MOST = 10_000
"""Events of a page."""
A_MOMENT = timedelta(seconds=1)
_NAMES = ("messages_stored", "sends_*", "acks_suppressed", "acks_undelivered", "first_answer", "answered_outside")
PATTERN = "{ " + " || ".join(f'($.message = "{name}")' for name in (*_NAMES, "ratings")) + " }"
"""Source: Amazon CloudWatch Logs User Guide, "Using filter patterns to match terms in JSON log events"."""


class LogReader:
    """Implements :class:`nightbell.services.weekly_report.LogSource`."""

    def __init__(self, client: Any, groups: Sequence[str], clock: Clock) -> None:  # noqa: ANN401 - botocore makes its clients at run time
        """Read these log groups, no faster than the account may."""
        self._client, self._groups, self._clock = client, groups, clock

    def lines(self, begins: datetime, ends: datetime) -> Iterator[LogLine]:
        """Read from one time to another, the end left out.

        Raises:
            UnavailableError: The logs do not answer; nothing that was read counts.
        """
        for group in self._groups:
            # A line that a page or the service repeats has the same time and the same words, with ids among them.
            seen: set[int] = set()
            for found in self._found(group, begins, ends):
                if (mark := hash(found)) not in seen:
                    seen.add(mark)
                    yield from _read(*found)

    def _found(self, group: str, begins: datetime, ends: datetime) -> Iterator[tuple[int, str]]:
        """List what a group holds; the local cloud gives one page and never says that there are more."""
        pages = self._pages(group, begins, ends)
        first, is_last = next(pages)
        if is_last and len(first) >= MOST and ends - begins > A_MOMENT:
            middle = begins + (ends - begins) / 2
            middle -= timedelta(microseconds=middle.microsecond % 1000)
            yield from self._found(group, begins, middle)
            yield from self._found(group, middle, ends)
            return
        yield from first
        for page, _ in pages:
            yield from page

    def _pages(self, group: str, begins: datetime, ends: datetime) -> Iterator[tuple[list[tuple[int, str]], bool]]:
        request: dict[str, Any] = {
            "logGroupName": group,
            "startTime": to_ms(begins),
            "endTime": to_ms(ends) - 1,
            "filterPattern": PATTERN,
        }
        while True:
            try:
                answer = self._client.filter_log_events(**request)
            except ClientError as error:
                raise UnavailableError(f"the logs refused: {error.response['Error']['Code']}") from error
            except BotoCoreError as error:
                raise UnavailableError(f"the logs did not answer: {type(error).__name__}") from error
            is_last = not answer.get("nextToken")
            yield [(each["timestamp"], each["message"]) for each in answer.get("events", ())], is_last
            self._clock.sleep(PAUSE_S)
            if is_last:
                return
            request["nextToken"] = answer["nextToken"]


def _read(timestamp: int, message: str) -> Iterator[LogLine]:
    """Read one line; nothing of one that only carries metrics, or is none of ours."""
    try:
        said = json.loads(message)
    except ValueError:
        return
    if isinstance(said, dict) and "_aws" not in said:
        yield LogLine(at=datetime.fromtimestamp(timestamp / 1000, UTC), said=said)
