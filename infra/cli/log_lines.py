"""Ask the functions' logs: CloudWatch Logs Insights, in AWS and in the local cloud alike."""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.cli.outcome import CliError

MOST = 1000
WAIT_S, LONGEST_S = 0.5, 60
API = "HttpApi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a function, or of the API's access log.

    Attributes:
        function: The resource that wrote it, as the template names it.
        name: What happened.
        fields: What else the line says.
    """

    at: datetime
    function: str
    level: str
    name: str
    fields: Mapping[str, str]


class Logs:
    """The log groups of one stack."""

    def __init__(self, client: Any, groups: Mapping[str, str], begins: datetime, ends: datetime) -> None:  # noqa: ANN401 - botocore makes its clients at run time
        """Look between two times; ``groups`` are the resources by the names of their groups."""
        self._client, self._groups, self._begins, self._ends = client, groups, begins, ends

    def find(self, names: Collection[str]) -> list[Line]:
        """Find the lines that name any of these, which consist of letters, digits, ``=``, ``_`` and ``-``.

        Source: CloudWatch Logs, "StartQuery" and "CloudWatch Logs Insights query syntax".

        Raises:
            CliError: There are more than a query gives, or the query does not end.
        """
        wanted = "|".join(sorted(names))
        query = (
            f"fields @timestamp, @log, @message | filter @message like /{wanted}/ | sort @timestamp asc | limit {MOST}"
        )
        started = self._client.start_query(
            logGroupNames=sorted(self._groups),
            startTime=int(self._begins.timestamp()),
            endTime=int(self._ends.timestamp()) + 1,
            queryString=query,
        )
        rows = self._results(started["queryId"])
        if len(rows) >= MOST:
            raise CliError(f"More than {MOST} lines name it. Look at a shorter time, with --since.")
        return [line for row in rows if (line := self._line({each["field"]: each["value"] for each in row}))]

    def _results(self, query_id: str) -> Sequence[Any]:
        for _ in range(int(LONGEST_S / WAIT_S)):
            answer = self._client.get_query_results(queryId=query_id)
            if answer["status"] not in {"Scheduled", "Running"}:
                found: Sequence[Any] = answer["results"]
                return found
            time.sleep(WAIT_S)
        raise CliError("The logs did not answer within a minute. Look at a shorter time, with --since.")

    def _line(self, row: Mapping[str, str]) -> Line | None:
        """Read one line; ``None`` for one that only carries metrics, or is none of ours."""
        try:
            said = json.loads(row["@message"])
        except ValueError:
            return None
        if not isinstance(said, dict) or "_aws" in said:
            return None
        at = datetime.fromisoformat(row["@timestamp"]).replace(tzinfo=UTC)
        # The group's name, in AWS after the account's id.
        function = self._groups.get(row["@log"].rpartition(":")[2], row["@log"])
        if function == API:
            return Line(at=at, function=API, level="INFO", name=f"{said.get('status')}", fields=dict(_texts(said)))
        own = dict(_texts(said))
        return Line(
            at=at, function=function, level=own.pop("level", "INFO"), name=own.pop("message", ""), fields=_told(own)
        )


_EVERY_LINE = {"location", "timestamp", "service", "xray_trace_id", "sampling_rate"}


def _told(fields: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in fields.items() if name not in _EVERY_LINE}


def _texts(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in said.items() if value is not None)
