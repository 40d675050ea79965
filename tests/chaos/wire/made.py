"""The calls that functions make, told apart by what they are about and not by whom."""

import json
import re
from dataclasses import dataclass
from typing import Any

from infra.local.loopback_server import Request

PLATFORM = "platform"
_ID = re.compile(r"\d[\d_]*|me")
_TWILIOS = re.compile(r"\b([A-Z]{2})[0-9a-f]{32}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One kind of call by one function.

    Attributes:
        service: Of AWS, or ``platform``.
        operation: Of AWS, or method and edge of a platform's call.
        shape: What tells it from other calls of the operation.
        body: Of the first such call, to compare it with what is declared.
    """

    function: str
    service: str
    operation: str
    shape: str
    body: str = ""


def made_of_aws(function: str, event_name: str, raw: bytes) -> Made:
    """Read a call off botocore's ``before-send.dynamodb.GetItem`` and its body."""
    _, service, operation = event_name.split(".")
    body = json.loads(raw)
    return Made(
        function=function, service=service, operation=operation, shape=_shape(operation, body), body=raw.decode()
    )


def made_of_platform(function: str, request: Request) -> Made:
    """Read a call off what reached the platform."""
    edge = _TWILIOS.sub(r"\1", request.path.partition("/(")[0].rpartition("/")[2])
    if _ID.fullmatch(edge):
        edge = "mentioned_comment" if "mentioned_" in request.query.get("fields", "") else "comment"
    return Made(function=function, service=PLATFORM, operation=f"{request.method} {edge}", shape="")


def _shape(operation: str, body: dict[str, Any]) -> str:
    match operation:
        case "GetItem":
            return f"{_kind(body['Key']['pk'])} {_kind(body['Key']['sk'])}"
        case "PutItem":
            return f"{_kind(body['Item']['pk'])} {_kind(body['Item']['sk'])}"
        case "UpdateItem":
            return f"{_kind(body['Key']['pk'])} {body['UpdateExpression']}"
        case "Query":
            partition = body["ExpressionAttributeValues"].get(":pk")
            return _kind(partition) if partition else str(body["IndexName"])
        case "SendMessage":
            return re.sub(r"-\d+$", "", str(body["QueueUrl"]).rpartition("/")[2])
        case _:
            return re.sub(r"\d+", "", str(body.get("Name", "")))


def _kind(key: dict[str, str]) -> str:
    """Take the part of a key that names what it is: ``C`` of a conversation, and nothing of a number."""
    name = key["S"].partition("#")[0]
    return "" if name.isdigit() else name
