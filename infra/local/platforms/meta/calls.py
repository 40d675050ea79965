"""One call of the simulated Graph API, and what every route needs to answer it."""

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.meta.answers import spoiled
from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import (
    FACEBOOK_HOST,
    INSTAGRAM_HOST,
    MESSENGER,
    WHATSAPP,
    Account,
    Bubble,
    Thread,
)
from infra.local.platforms.meta.wall import Comment
from infra.local.platforms.meta.wire import appsecret_proof
from infra.local.platforms.meta.world import World

INSTAGRAM_PATH = f"/{INSTAGRAM_HOST}"
"""What an address begins with that means Instagram's own host: one port plays both."""

_OBJECT = re.compile(r"^/(?P<version>v\d+\.\d)/(?P<object>\d[^/]*|me)(?:/(?P<edge>[a-z_]*))?$")
_NAMED = re.compile(r"^(?:/v\d+\.\d)?/(?P<edge>[a-z_]{3,})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, taken apart.

    Attributes:
        host: Which of Meta's hosts is meant.
        object_id: What the call is about; empty where the path names an operation alone, such as ``debug_token``.
        edge: Of the object; empty for the object itself.
    """

    request: Request
    host: str
    object_id: str
    edge: str

    @property
    def route(self) -> tuple[str, str]:
        """What the table of routes is asked for: an operation without an object begins with a slash."""
        return (self.request.method, self.edge if self.object_id else f"/{self.edge}")

    @property
    def token(self) -> str:
        """The access token, from the header or the query."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else self.request.query.get("access_token", "")

    def json(self) -> Any:  # noqa: ANN401 - JSON from outside
        """Read the body.

        Raises:
            ValueError: It is no JSON.
        """
        return json.loads(self.request.body)

    def parameters(self) -> dict[str, Any]:
        """Collect what was given in the query and in a body of either form.

        Raises:
            ValueError: A body that says it is JSON is none.
        """
        body = self.request.body
        if not body:
            return dict(self.request.query)
        is_form = "form" in self.request.headers.get("content-type", "")
        given = dict(parse_qsl(body.decode())) if is_form else self.json()
        return {**self.request.query, **(given if isinstance(given, dict) else {})}


def read_call(request: Request) -> Call:
    """Take a request apart.

    Raises:
        Refused: The path is none of the Graph API.
    """
    path = request.path.removeprefix(INSTAGRAM_PATH)
    host = FACEBOOK_HOST if path == request.path else INSTAGRAM_HOST
    if match := _OBJECT.match(path):
        return Call(request=request, host=host, object_id=match["object"], edge=match["edge"] or "")
    if match := _NAMED.match(path):
        return Call(request=request, host=host, object_id="", edge=match["edge"])
    raise refused(MESSENGER, 2500, None, f"Unknown path components: {request.path}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """What routes work on.

    Attributes:
        delivered: Is told of each message that reached a customer, to send echo and status.
        published: Is told of each comment that the business wrote, to report it.
        seconds_now: A monotonic clock, to measure how long the customer waited.
    """

    world: World
    faults: FaultBox
    delivered: Callable[[Account, Thread, Bubble], None]
    published: Callable[[Comment], None]
    seconds_now: Callable[[], float]

    def accounts(self, call: Call) -> list[Account]:
        """List the accounts that a call's object may mean on its host; ``me`` is whose token it is."""
        on_host = [account for account in self.world.accounts.values() if account.host == call.host]
        if call.object_id == "me":
            return [account for account in on_host if call.token in self.world.care.tokens(account)]
        return [account for account in on_host if call.object_id in (account.account_id, account.api_id)]

    def authenticate(self, call: Call, account: Account) -> None:
        """Check the token, and the proof where one is given.

        Raises:
            Refused: There is no token, or the wrong one, or the proof is wrong.
        """
        given = call.token
        if not given:
            raise refused(account.channel, 190 if account.channel == WHATSAPP else 2500)
        # With Facebook's login, the Page's token also serves its Instagram account.
        same = [one for one in self.world.accounts.values() if one.api_id == account.api_id]
        known = [token for one in same for token in self.world.care.tokens(one)]
        if not any(hmac.compare_digest(given.encode(), token.encode()) for token in known):
            raise refused(account.channel, 190)
        proof = call.request.query.get("appsecret_proof")
        if proof is not None and proof != appsecret_proof(given, self.world.app.app_secret):
            raise refused(account.channel, 100, None, "Invalid appsecret_proof provided in the API argument")

    def with_fault(
        self, call: Call, account: Account, operation: str, address: str, execute: Callable[[], Reply]
    ) -> Reply:
        """Answer as the fault has it that is switched on for the call, else after a check of the token.

        Raises:
            Refused: As ``execute`` and :meth:`authenticate` do.
        """
        fault = self.faults.take(operation, account.channel, address.lstrip("+"))
        if fault is not None and not fault.delivers:
            return spoiled(fault, account)
        self.authenticate(call, account)
        if _PERMISSIONS.get((operation, account.channel)) in self.world.care.not_granted:
            raise refused(account.channel, 200)
        reply = execute()
        return reply if fault is None else spoiled(fault, account, reply)

    def waited_ms(self, since: float) -> int:
        """Tell for how long somebody waited."""
        return round((self.seconds_now() - since) * 1000)


_PERMISSIONS = {
    ("send", "messenger"): "pages_messaging",
    ("send", "facebook_comments"): "pages_manage_engagement",
    ("send", "instagram_direct"): "instagram_manage_messages",
    ("send", "instagram_comments"): "instagram_manage_comments",
    ("private_reply", "facebook_comments"): "pages_messaging",
    ("private_reply", "instagram_comments"): "pages_messaging",
}
"""What an operation asks of the token; only what Nightbell sends can be forbidden here."""

Route = Callable[[Backend, Call], Reply]
