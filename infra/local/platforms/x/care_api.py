"""The simulated webhooks and subscriptions of the app.

Sources: X "V2 Webhooks API"; "X Activity API: Quickstart" §Subscription management; "Create replay job for webhook".
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.x.errors import problem

Json = dict[str, Any]
_REPLAYED = re.compile(r"[0-9]{12}")
_HOOK = re.compile(r"/2/webhooks/([0-9]{1,19})")
SUBSCRIBED = "/2/activity/subscriptions"


@dataclass(slots=True, kw_only=True)
class CareApi:
    """Answers what the app asks, and what an account lets be told.

    Attributes:
        bearer: The app's token.
        new_id: Makes ids.
        passes: Checks an address as X does, and tells whether the answer was right.
        hooks, subscriptions, replays: As they stand.
    """

    bearer: str = field(repr=False)
    new_id: Callable[[], str]
    passes: Callable[[], bool]
    hooks: list[Json] = field(default_factory=list)
    subscriptions: list[Json] = field(default_factory=list)
    replays: list[Json] = field(default_factory=list)

    def is_asked(self, request: Request) -> bool:
        """Tell whether a call is about webhooks or subscriptions."""
        return request.path.startswith(("/2/webhooks", SUBSCRIBED))

    def answer(self, request: Request, account_id: str | None) -> Reply:
        """Answer one call, of the account or, where there is none, of the app."""
        is_app = request.headers.get("authorization") == f"Bearer {self.bearer}"
        if not is_app and account_id is None:
            return problem("unauthorized")
        try:
            body = json.loads(request.body) if request.body else {}
        except ValueError:
            return problem("invalid-request")
        if request.path == SUBSCRIBED:
            return self._subscribe(body, account_id) if request.method == "POST" else _ok(self.subscriptions)
        # Webhooks are the app's alone.
        return self._hook(request, body) if is_app else problem("client-forbidden")

    def _hook(self, request: Request, body: Json) -> Reply:
        found = _HOOK.fullmatch(request.path)
        if found is not None and request.method == "PUT":
            return self._check_anew(found[1])
        if (request.method, request.path) == ("POST", "/2/webhooks/replay"):
            return self._replay(body)
        if request.path != "/2/webhooks":
            return problem("resource-not-found")
        return self._register(str(body.get("url"))) if request.method == "POST" else _ok(self.hooks)

    def _register(self, url: str) -> Reply:
        is_wrong = not re.fullmatch(r"https://[^/:?#]+(/[^?#]*)?", url) or any(one["url"] == url for one in self.hooks)
        if is_wrong or not self.passes():
            return problem("invalid-request")
        self.hooks.append({"id": self.new_id(), "url": url, "valid": True, "created_at": "2026-11-18T12:00:00.000Z"})
        return _ok(self.hooks[-1])

    def _check_anew(self, hook_id: str) -> Reply:
        hook = next((each for each in self.hooks if each["id"] == hook_id), None)
        if hook is None:
            return problem("resource-not-found")
        hook["valid"] = self.passes()
        return _ok({"valid": hook["valid"]})

    def _replay(self, body: Json) -> Reply:
        dates = (str(body.get("from_date")), str(body.get("to_date")))
        known = any(each["id"] == body.get("webhook_id") for each in self.hooks)
        if not known or not all(_REPLAYED.fullmatch(each) for each in dates) or dates[0] >= dates[1]:
            return problem("invalid-request")
        self.replays.append(body)
        return _ok({"job_id": self.new_id(), "created_at": "2026-11-18T12:00:00.000Z"})

    def _subscribe(self, body: Json, account_id: str | None) -> Reply:
        told = body.get("filter", {}).get("user_id")
        if account_id is None or told != account_id:
            return problem("not-authorized")
        if not any(each["id"] == body.get("webhook_id") for each in self.hooks):
            return problem("invalid-request")
        self.subscriptions.append({**body, "subscription_id": self.new_id()})
        return _ok({"subscription": self.subscriptions[-1]})


def _ok(data: object) -> Reply:
    return Reply(body=json.dumps({"data": data}).encode())
