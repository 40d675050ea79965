"""Read the lines that the report is counted from, out of CloudWatch Logs: all of them, each once, in small pieces.

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

READ_LOGS = ClientLimits(connect_timeout_s=2.0, read_timeout_s=30.0, tries=6)
"""Nobody waits, a page takes up to seconds, and the account's calls a second are few."""
A_PIECE = timedelta(hours=1)
_NAMES = ("messages_stored", "sends_*", "acks_suppressed", "acks_undelivered", "first_answer", "answered_outside")
PATTERN = "{ " + " || ".join(f'($.message = "{name}")' for name in (*_NAMES, "ratings")) + " }"


class LogReader:
    """Implements :class:`nightbell.services.weekly_report.LogSource`."""

    def __init__(self, client: Any, groups: Sequence[str]) -> None:  # noqa: ANN401 - botocore makes its clients at run time
        """Read these log groups."""
        self._client, self._groups = client, groups

    def lines(self, begins: datetime, ends: datetime) -> Iterator[LogLine]:
        """Read from one time to another, the end left out, an hour at a time.

        Raises:
            UnavailableError: The logs do not answer; nothing that was read counts.
        """
        at = begins
        while at < ends:
            until = min(at + A_PIECE, ends)
            for group in self._groups:
                # A line that a page or the service repeats has the same time and the same words, with ids among them.
                seen: set[tuple[int, str]] = set()
                for found in self._found(group, at, until):
                    if found not in seen:
                        seen.add(found)
                        yield from _read(*found)
            at = until

    def _found(self, group: str, begins: datetime, ends: datetime) -> Iterator[tuple[int, str]]:
        request: dict[str, Any] = {
            "logGroupName": group,
            "startTime": to_ms(begins),
            "endTime": to_ms(ends) - 1,
            "filterPattern": PATTERN,
        }
        while True:
            try:
                answer = self._client.filter_log_events(**request)
            except (BotoCoreError, ClientError) as error:
                raise UnavailableError(f"the logs did not answer: {type(error).__name__}") from error
            yield from ((each["timestamp"], each["message"]) for each in answer.get("events", ()))
            if not answer.get("nextToken"):
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
