"""The shape of an HTTP API event (payload format 2.0), known only here."""

import base64
from datetime import datetime
from typing import Any

from nightbell.domain.events import Delivery
from nightbell.services.desk_api.asked import Asked, Given

_BEFORE = "/webhooks/"


def delivery_from(event: dict[str, Any], received_at: datetime, public_url: str = "") -> Delivery:
    """Unwrap one event; the body becomes the bytes that were sent.

    Source: Amazon API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0:
    header names in lower case, a repeated header joined by a comma, non-text bodies in base64.

    Args:
        event: Of the API.
        received_at: Aware, UTC.
        public_url: What platforms were told in place of the API's own address, without a slash at its end.
    """
    platform, path = _place(event)
    return Delivery(
        platform=platform,
        path=path,
        url=_url(event, public_url, platform, path),
        claims=_claims(event),
        method=event["requestContext"]["http"]["method"].upper(),
        headers=_headers(event),
        query=event.get("queryStringParameters") or {},
        body=_body(event),
        received_at=received_at,
    )


def _headers(event: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _body(event: dict[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")


def _place(event: dict[str, Any]) -> tuple[str, str]:
    """Find platform and path; a route of a platform's own, as ``POST /webhooks/google``, has no parameters."""
    parameters = event.get("pathParameters") or {}
    if "platform" in parameters:
        return parameters["platform"], (parameters.get("proxy") or "").strip("/")
    _, _, place = event.get("routeKey", "").partition(_BEFORE)
    platform, _, path = place.partition("/")
    return platform, path


def _url(event: dict[str, Any], public_url: str, platform: str, path: str) -> str:
    """Make the address anew: what the gateway tells as the path is decoded, and locally has a prefix."""
    place = f"{platform}/{path}" if path else platform
    query = event.get("rawQueryString")
    own = f"https://{event['requestContext']['domainName']}"
    return f"{public_url or own}{_BEFORE}{place}{f'?{query}' if query else ''}"


def _claims(event: dict[str, Any]) -> dict[str, str]:
    """Read what the API's authorizer has proven; nothing that is sent gets there."""
    told = (event["requestContext"].get("authorizer") or {}).get("jwt") or {}
    return {name: str(value) for name, value in (told.get("claims") or {}).items()}


def address_of(event: dict[str, Any]) -> str:
    """Tell the address that was called, without its query, as it works from outside."""
    return f"https://{event['requestContext']['domainName']}{event['rawPath']}"


def asked_from(event: dict[str, Any]) -> Asked:
    """Unwrap an event that somebody at the desk caused; cookies come by themselves, or locally as a header."""
    headers = _headers(event)
    cookies = event.get("cookies") or headers.get("cookie", "").split(";")
    pairs = (each.strip().partition("=") for each in cookies)
    return Asked(
        method=event["requestContext"]["http"]["method"].upper(),
        path=event["rawPath"],
        query=event.get("queryStringParameters") or {},
        headers=headers,
        cookies={name: value for name, _, value in pairs if name},
        body=_body(event),
        claims=_claims(event),
    )


def given_to(given: Given) -> dict[str, Any]:
    """Wrap an answer; bytes travel in base64."""
    plain = isinstance(given.body, str)
    body = given.body if isinstance(given.body, str) else base64.b64encode(given.body).decode()
    answer: dict[str, Any] = {"statusCode": given.status, "headers": dict(given.headers), "body": body}
    return {**answer, "isBase64Encoded": not plain, "cookies": list(given.cookies)}


def request_id(event: dict[str, Any]) -> str:
    """Name the delivery as the API's access log does."""
    return str(event.get("requestContext", {}).get("requestId", ""))
