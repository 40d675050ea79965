"""Google's APIs as far as Nightbell calls them: reviews, the setting of notices, and access tokens.

Source: Business Profile APIs "REST Resource: accounts.locations.reviews", "accounts.notificationSetting"; Google
Cloud APIs "Errors" §Error model; RFC 6749 §5.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import Fault, FaultBox
from infra.local.platforms.spoiling import spoiled

CHANNEL = "google_reviews"
ACCESS_TOKEN = "ya29.local-access-token"  # noqa: S105 - opens nothing  # pragma: allowlist secret
MAX_ANSWER_BYTES = 4096
ERRORS: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

Json = dict[str, Any]


class ProfileApi:
    """Answers calls."""

    def __init__(
        self, faults: FaultBox, refresh_tokens: Mapping[str, str], answered: Callable[[str, str], None]
    ) -> None:
        """Take what opens it, by the owner of the locations, and whom to tell of an answer to a review."""
        self._faults = faults
        self._refresh_tokens = refresh_tokens
        self._answered = answered
        self.reviews: dict[str, Json] = {}
        self.settings: dict[str, Json] = {
            owner: {
                "name": f"accounts/{owner}/notificationSetting",
                "pubsubTopic": "projects/local/topics/reviews",
                "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"],
            }
            for owner in refresh_tokens
        }

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        if request.path == "/token":
            return self._token(request)
        if request.headers.get("authorization") != f"Bearer {ACCESS_TOKEN}":
            return refusal(401)
        if request.path.startswith("/v1/accounts/"):
            return self._setting(request)
        name, _, edge = request.path.removeprefix("/v4/").partition("/reply")
        operation = "fetch" if request.method == "GET" else "send"
        fault = self._faults.take(operation, CHANNEL, name.rpartition("/")[2])
        is_reply = request.method == "PUT" and request.path.endswith("/reply") and not edge
        reply = None
        if fault is None or fault.delivers:
            reply = self._write(name, request) if is_reply else self._read(name, request)
        return spoiled(fault, reply, lambda told: refusal(_code(told))) if fault else reply or refusal(500)

    def _read(self, name: str, request: Request) -> Reply:
        review = self.reviews.get(name) if request.method == "GET" else None
        return said(review) if review else refusal(404)

    def _write(self, name: str, request: Request) -> Reply:
        comment = _object(request.body).get("comment")
        if name not in self.reviews:
            return refusal(404)
        if not isinstance(comment, str) or not 0 < len(comment.encode()) <= MAX_ANSWER_BYTES:
            return refusal(400)
        self._answered(name, comment)
        return said(self.reviews[name]["reviewReply"])

    def _setting(self, request: Request) -> Reply:
        owner = request.path.removeprefix("/v1/accounts/").removesuffix("/notificationSetting")
        if owner not in self.settings:
            return refusal(403)
        if request.method == "PATCH":
            self.settings[owner]["notificationTypes"] = _object(request.body).get("notificationTypes", [])
        return said(self.settings[owner])

    def _token(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        fault = self._faults.take("ask", CHANNEL, "")
        if fault or form.get("refresh_token") not in self._refresh_tokens.values():
            return Reply(status=400, body=json.dumps({"error": "invalid_grant"}).encode())
        return said({"access_token": ACCESS_TOKEN, "expires_in": 3599, "token_type": "Bearer"})


def said(body: Mapping[str, Any]) -> Reply:
    """Answer that it was done."""
    return Reply(body=json.dumps(body).encode())


def refusal(code: int) -> Reply:
    """Answer with an error."""
    told = {"error": {"code": code, "message": "refused by the local cloud", "status": ERRORS[code]}}
    return Reply(status=code, body=json.dumps(told).encode())


def _code(fault: Fault) -> int:
    return fault.status if fault.status is not None and fault.status in ERRORS else 400


def _object(raw: bytes) -> Json:
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
