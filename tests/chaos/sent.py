"""One request as it travels, genuine or forged, and the ways in which it arrives."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from nightbell.domain.events import Delivery

RECEIVED_AT = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request.

    Attributes:
        what: Names it in a report.
        headers: Names as they travel, in any case.
        in_base64: The gateway hands the body over in base64.
        claims: Of a token that the gateway has checked.
    """

    what: str
    platform: str
    body: bytes
    headers: Mapping[str, str]
    in_base64: bool = False
    method: str = "POST"
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)


DOMAIN = "webhooks.example.test"
"""As the local cloud believes its address to be: some platforms sign it."""


def _written(query: Mapping[str, str]) -> str:
    return urlencode(query, errors="surrogatepass")


def address(platform: str, path: str = "", query: Mapping[str, str] | None = None) -> str:
    """Write the address that a platform was given."""
    place = f"{platform}/{path}" if path else platform
    return f"https://{DOMAIN}/webhooks/{place}" + (f"?{_written(query)}" if query else "")


def delivery_of(sent: Sent, received_at: datetime = RECEIVED_AT) -> Delivery:
    """Give what the services see."""
    return Delivery(
        platform=sent.platform,
        path=sent.path,
        method=sent.method,
        headers={name.lower(): value for name, value in sent.headers.items()},
        query=sent.query,
        body=sent.body,
        received_at=received_at,
        url=address(sent.platform, sent.path, sent.query),
        claims=sent.claims,
    )


def event_of(sent: Sent) -> dict[str, Any]:
    """Give what the gateway hands over."""
    parameters = {"platform": sent.platform} | ({"proxy": sent.path} if sent.path else {})
    checked = {"authorizer": {"jwt": {"claims": dict(sent.claims)}}} if sent.claims else {}
    return {
        "version": "2.0",
        "rawPath": "/".join(["/webhooks", *parameters.values()]),
        "pathParameters": parameters,
        "queryStringParameters": dict(sent.query),
        "rawQueryString": _written(sent.query),
        "requestContext": {"http": {"method": sent.method}, "domainName": DOMAIN, **checked},
        "headers": dict(sent.headers),
        **_body(sent),
    }


def _body(sent: Sent) -> dict[str, Any]:
    if not sent.in_base64:
        try:
            return {"body": sent.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(sent.body).decode(), "isBase64Encoded": True}
