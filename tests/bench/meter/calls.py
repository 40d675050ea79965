"""Stands between the functions and AWS, and writes down every call with what it is billed for."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.local.loopback_server import LoopbackServer, Reply, Request
from tests.bench.meter.dynamodb import Item, read_units, write_units

_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_PASSED = {"content-type", "x-amz-target", "authorization", "x-amz-date", "x-amz-security-token"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a function.

    Attributes:
        sent, answered: Bytes of the bodies.
        told: Write units as the emulator counts them, where it does.
    """

    function: str
    service: str
    operation: str
    sent: int
    answered: int
    write_units: int = 0
    read_units: float = 0.0
    told: float | None = None


@dataclass(slots=True)
class Ledger:
    """Everything that was called.

    Attributes:
        function: Who is running; calls are one after the other.
    """

    function: str = ""
    calls: list[Call] = field(default_factory=list)


class Proxy:
    """Passes each call on to the emulator, and looks at the items of the table before and after it."""

    def __init__(self, endpoint: str, dynamodb: Any, ledger: Ledger) -> None:
        """Begin to serve; ``url`` is where. Items are looked at through ``dynamodb``, past the ledger."""
        self._endpoint = endpoint
        self._dynamodb = dynamodb
        self._ledger = ledger
        self._lock = threading.Lock()
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            service, operation = named(request)
            if service != "dynamodb":
                return self._pass(request, service, operation)
            return self._metered(request, operation)

    def _pass(self, request: Request, service: str, operation: str) -> Reply:
        reply = _forward(self._endpoint, request, request.body)
        self._note(service, operation, request, reply)
        return reply

    def _metered(self, request: Request, operation: str) -> Reply:
        asked = json.loads(request.body)
        keys = written_keys(operation, asked)
        before = [self._read(*key) for key in keys]
        more = json.dumps({**asked, "ReturnConsumedCapacity": "INDEXES"}).encode()
        reply = _forward(self._endpoint, request, more)
        after = [self._read(*key) for key in keys]
        answer = json.loads(reply.body)
        doubled = operation == "TransactWriteItems"
        writes = sum(write_units(*pair, in_transaction=doubled) for pair in zip(before, after, strict=True))
        reads = 0.0 if keys else units_read(operation, asked, answer)
        self._note("dynamodb", operation, request, reply, writes=writes, reads=reads, told=_told(answer))
        return reply

    def _note(  # noqa: PLR0913 - what a call is billed for
        self,
        service: str,
        operation: str,
        request: Request,
        reply: Reply,
        *,
        writes: int = 0,
        reads: float = 0.0,
        told: float | None = None,
    ) -> None:
        self._ledger.calls.append(
            Call(
                function=self._ledger.function,
                service=service,
                operation=operation,
                sent=len(request.body),
                answered=len(reply.body),
                write_units=writes,
                read_units=reads,
                told=told,
            )
        )

    def _read(self, table: str, key: Item) -> Item:
        found: Item = self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return found


def named(request: Request) -> tuple[str, str]:
    """Tell which operation of which service a request is, by the header that all of these protocols have."""
    prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
    service = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AmazonSSM": "ssm"}.get(prefix, prefix)
    return service or "unknown", operation


def written_keys(operation: str, asked: Mapping[str, Any]) -> Sequence[tuple[str, Item]]:
    """Name the items that a request writes, by their tables."""
    if operation == "TransactWriteItems":
        parts = [next(iter(part.values())) for part in asked["TransactItems"]]
    else:
        parts = [asked] if operation in _WRITES else []
    return [
        (part["TableName"], part.get("Key") or {name: part["Item"][name] for name in ("pk", "sk")}) for part in parts
    ]


def units_read(operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Price what was read; a projection saves nothing, and the answer must not have one for this to be right."""
    if operation == "GetItem":
        found = [answer["Item"]] if answer.get("Item") else []
        return read_units(found, consistent=bool(asked.get("ConsistentRead")), together=False)
    if operation == "BatchGetItem":
        ((table, wanted),) = asked["RequestItems"].items()
        found = answer.get("Responses", {}).get(table, [])
        missing: list[Item] = [{}] * (len(wanted["Keys"]) - len(found))
        return read_units([*found, *missing], consistent=bool(wanted.get("ConsistentRead")), together=False)
    if operation == "Query":
        return read_units(answer.get("Items", []), consistent=bool(asked.get("ConsistentRead")), together=True)
    return 0.0


def _told(answer: Mapping[str, Any]) -> float | None:
    told = answer.get("ConsumedCapacity")
    if not told:
        return None
    return float(sum(each["CapacityUnits"] for each in (told if isinstance(told, list) else [told])))


def _forward(endpoint: str, request: Request, body: bytes) -> Reply:
    headers = {name: value for name, value in request.headers.items() if name in _PASSED}
    asked = urllib.request.Request(f"{endpoint}{request.path}", data=body, headers=headers, method=request.method)  # noqa: S310 - the emulator
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - as above
            return Reply(status=answer.status, body=answer.read(), content_type=answer.headers["content-type"])
    except urllib.error.HTTPError as error:
        return Reply(status=error.code, body=error.read(), content_type=error.headers["content-type"])
