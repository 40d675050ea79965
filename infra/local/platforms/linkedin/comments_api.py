"""The comments API, and the subscriptions to what is told of, as far as Nightbell calls them.

Sources: LinkedIn "Comments API" §Create a Comment, §Get Comments on Shares; "Error Handling";
"Organization Social Action Notifications" §Event Subscription API.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import Fault, FaultBox
from infra.local.platforms.linkedin.bodies import organization, person
from infra.local.platforms.linkedin.wall import Comment, Wall
from infra.local.platforms.spoiling import spoiled

CHANNEL = "linkedin"
MAX_TEXT = 1250
COUNT = 10
"""Comments in a page of an answer, where a request names no number."""

ERRORS: Mapping[int, tuple[int, str]] = {
    400: (0, "Invalid parameter"),
    401: (65600, "Invalid access token"),
    403: (100, "Not enough permissions to access: POST /socialActions/comments"),
    404: (0, "The comment is not found"),
    429: (101, "Comment create throttled: creation rate limit exceeded for member"),
    500: (0, "Internal Server Error"),
}
UNPERMITTED = "Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/content]"

Json = dict[str, Any]
Say = Callable[[str, str, str], Comment]
"""Puts a comment of an organisation below a place, and tells of it."""


class CommentsApi:
    """Answers calls."""

    def __init__(self, tokens: Mapping[str, str], faults: FaultBox, walls: Mapping[str, Wall], say: Say) -> None:
        """Take the organisations' tokens, by their id, and who puts up what is said."""
        self._organizations = {token: one for one, token in tokens.items()}
        self._faults, self._walls, self._say = faults, walls, say
        self.webhooks: dict[str, str] = {}

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        account = self._organizations.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if account is None:
            return refusal(401)
        if request.path.startswith("/rest/eventSubscriptions/("):
            return self._subscription(request)
        found = re.fullmatch(r"/rest/socialActions/(.+)/comments", request.path)
        if found is None or not re.fullmatch(r"20[0-9]{4}", request.headers.get("linkedin-version", "")):
            return refusal(404)
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            return refusal(400)
        said = self._walls[account].comments.get(found[1])
        whose = said.author.contact_id if said and said.author else ""
        fault = self._faults.take("send" if request.method == "POST" else "read_back", CHANNEL, whose)
        act = self._create if request.method == "POST" else self._list
        reply = act(account, found[1], request) if fault is None or fault.delivers else None
        return spoiled(fault, reply, refused) if fault else reply or refusal(500)

    def _subscription(self, request: Request) -> Reply:
        """Subscribe to an address, or tell to which one; nothing is delivered by it here."""
        if request.method == "PUT":
            self.webhooks[request.path] = str(json.loads(request.body)["webhook"])
            return Reply(status=204)
        webhook = self.webhooks.get(request.path)
        return refusal(404) if webhook is None else Reply(body=json.dumps({"webhook": webhook}).encode())

    def _create(self, account: str, place: str, request: Request) -> Reply:
        try:
            body = json.loads(request.body)
            text, actor = body["message"]["text"], body["actor"]
        except (ValueError, KeyError, TypeError):
            return refusal(400)
        wall = self._walls[account]
        if actor != organization(account):
            return refusal(403)
        if place not in wall.comments and place not in wall.posts:
            return refusal(404)
        if not isinstance(text, str) or not 0 < len(text) <= MAX_TEXT or body.get("parentComment", place) != place:
            return refusal(400)
        made = self._say(account, place, text)
        shown = json.dumps({"commentUrn": made.name, "created": {"time": _ms(made)}}).encode()
        return Reply(status=201, body=shown, headers={"x-restli-id": made.name})

    def _list(self, account: str, place: str, request: Request) -> Reply:
        there = self._walls[account].below(place)
        count = int(request.query.get("count", COUNT))
        paging: Json = {"start": 0, "count": count, "total": len(there), "links": []}
        shown = [_shown(account, comment) for comment in there[:count]]
        if len(there) > count:
            paging["links"] = [{"rel": "next", "href": f"{request.path}?start={count}"}]
        return Reply(body=json.dumps({"elements": shown, "paging": paging}).encode())


def _shown(account: str, comment: Comment) -> Json:
    actor = organization(account) if comment.author is None else person(comment.author)
    return {
        "actor": actor,
        "created": {"actor": actor, "time": _ms(comment)},
        "id": comment.name.rpartition(",")[2].rstrip(")"),
        "commentUrn": comment.name,
        "message": {"attributes": [], "text": comment.text},
        "object": comment.post,
    }


def _ms(comment: Comment) -> int:
    return int(comment.at.timestamp() * 1000)


def refusal(status: int, message: str = "") -> Reply:
    """Answer with an error."""
    code, words = ERRORS[status]
    body = {"status": status, "serviceErrorCode": code, "message": message or words}
    return Reply(status=status, body=json.dumps(body).encode())


def refused(fault: Fault) -> Reply:
    """Answer with the error that a fault asks for; the name ``unpermitted`` is the other 403."""
    if fault.name == "unpermitted":
        return refusal(403, UNPERMITTED)
    return refusal(fault.code if fault.code in ERRORS else 400, fault.name)
