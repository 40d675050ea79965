"""The shape of an HTTP API event (payload format 2.0), known only here."""

import base64
from datetime import datetime
from typing import Any

from nightbell.domain.events import Delivery


def delivery_from(event: dict[str, Any], received_at: datetime) -> Delivery:
    """Unwrap one event; the body becomes the bytes that were sent.

    Source: Amazon API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0:
    header names in lower case, a repeated header joined by a comma, non-text bodies in base64.
    """
    parameters = event.get("pathParameters") or {}
    body = event.get("body") or ""
    return Delivery(
        platform=parameters.get("platform", ""),
        path=(parameters.get("proxy") or "").strip("/"),
        method=event["requestContext"]["http"]["method"].upper(),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        query=event.get("queryStringParameters") or {},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass"),
        received_at=received_at,
    )


def address_of(event: dict[str, Any]) -> str:
    """Tell the address that was called, without its query, as it works from outside."""
    return f"https://{event['requestContext']['domainName']}{event['rawPath']}"
