"""The simulated API as far as Nightbell calls it as an account.

Sources: X "Create or Edit Post"; "Recent search"; "Create DM message by participant ID"; "Direct Messages lookup".
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.faults import FaultBox
from infra.local.platforms.spoiling import spoiled
from infra.local.platforms.x import bodies
from infra.local.platforms.x.care_api import CareApi
from infra.local.platforms.x.errors import problem, refused_by
from infra.local.platforms.x.timeline import Letter, Post, Timeline
from infra.local.platforms.x.wire import is_signed
from nightbell.domain.weighted_length import weighted_length

MAX_POST, MAX_DIRECT = 280, 10_000
_DIRECT = re.compile(r"/2/dm_conversations/with/([0-9]{1,19})/(messages|dm_events)")
_SEARCH = re.compile(r"in_reply_to_tweet_id:([0-9]{1,19}) from:([0-9]{1,19})")


class RefusedError(Exception):
    """The API answers with an error, which this names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Who may call: the app, and the accounts by their ids, or by the bearer tokens that they have."""

    consumer: tuple[str, str] = field(repr=False)
    accounts: Mapping[str, tuple[str, str]] = field(repr=False)
    bearers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Answers calls.

    Attributes:
        address: By which callers know it, if that is not what they write as the host.
        post, write: Do what a call asks for, and tell the account's subscribers.
    """

    tokens: Tokens
    timeline: Timeline
    faults: FaultBox
    post: Callable[[str, str, Post], Post]
    write: Callable[[str, str, str], Letter]
    care: CareApi
    address: str = ""

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        account_id = self._caller(request)
        if self.care.is_asked(request):
            return self.care.answer(request, account_id)
        if account_id is None:
            return problem("unauthorized")
        try:
            return self._answer(account_id, request, json.loads(request.body) if request.body else {})
        except ValueError:
            return problem("invalid-request")

    def _answer(self, account_id: str, request: Request, body: Mapping[str, Any]) -> Reply:
        if (request.method, request.path) == ("POST", "/2/tweets"):
            return self._answer_post(account_id, body)
        if (request.method, request.path) == ("GET", "/2/tweets/search/recent"):
            return self._search(account_id, request.query)
        found = _DIRECT.fullmatch(request.path)
        if found is not None and (request.method == "POST") == (found[2] == "messages"):
            return (
                self._message(account_id, found[1], body)
                if found[2] == "messages"
                else self._list(account_id, found[1])
            )
        return problem("resource-not-found")

    def _caller(self, request: Request) -> str | None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer in self.tokens.bearers:
            return self.tokens.bearers[bearer]
        address = (self.address or f"http://{request.headers.get('host', '')}/x") + request.path
        tokens = self.tokens.accounts.items()
        signed = (one for one, token in tokens if is_signed(request, address, self.tokens.consumer, token))
        return next(signed, None)

    def _with_fault(self, operation: str, channel: str, contact_id: str, execute: Callable[[], Reply]) -> Reply:
        fault = self.faults.take(operation, channel, contact_id)
        if fault is not None and not fault.delivers:
            return spoiled(fault, None, refused_by)
        try:
            reply = execute()
        except RefusedError as error:
            return problem(str(error))
        return reply if fault is None else spoiled(fault, reply, refused_by)

    def _answer_post(self, account_id: str, body: Mapping[str, Any]) -> Reply:
        parent = self.timeline.posts.get(str(body.get("reply", {}).get("in_reply_to_tweet_id")))
        author = parent.author.contact_id if parent and parent.author else ""

        def execute() -> Reply:
            text = body.get("text")
            if not isinstance(text, str) or not text.strip():
                raise RefusedError("invalid-request")
            if parent is None:
                raise RefusedError("resource-not-found")
            if weighted_length(text) > MAX_POST:
                raise RefusedError("too-long")
            if any(each.typed == text for each in self.timeline.answers(parent.post_id, account_id)):
                raise RefusedError("duplicate")
            said = self.post(account_id, text, parent)
            return _created({"id": said.post_id, "text": text})

        return self._with_fault("send", "x_posts", author, execute)

    def _search(self, account_id: str, query: Mapping[str, str]) -> Reply:
        found = _SEARCH.fullmatch(query.get("query", ""))
        if found is None or found[2] != account_id:
            return problem("invalid-request")
        parent = self.timeline.posts.get(found[1])
        author = parent.author.contact_id if parent and parent.author else ""
        handles = {author: bodies.handle_of(parent.author.name)} if parent and parent.author else {}

        def execute() -> Reply:
            below = self.timeline.answers(found[1], account_id)
            listed = [bodies.post(each, handles, tuple(handles)) for each in below]
            return _listed(listed)

        return self._with_fault("read_back", "x_posts", author, execute)

    def _message(self, account_id: str, contact_id: str, body: Mapping[str, Any]) -> Reply:
        def execute() -> Reply:
            text = body.get("text")
            if not isinstance(text, str) or not text or len(text) > MAX_DIRECT:
                raise RefusedError("invalid-request")
            letter = self.write(account_id, contact_id, text)
            conversation = "-".join(sorted((account_id, contact_id), key=int))
            return _created({"dm_conversation_id": conversation, "dm_event_id": letter.letter_id})

        return self._with_fault("send", "x_direct", contact_id, execute)

    def _list(self, account_id: str, contact_id: str) -> Reply:
        def execute() -> Reply:
            return _listed([bodies.dm_event(each) for each in self.timeline.between(account_id, contact_id)])

        return self._with_fault("read_back", "x_direct", contact_id, execute)


def _created(data: Mapping[str, Any]) -> Reply:
    return Reply(status=201, body=json.dumps({"data": data}).encode())


def _listed(found: list[dict[str, Any]]) -> Reply:
    shown = found[:50]
    more = {"next_token": "more"} if len(found) > len(shown) else {}
    body = ({"data": shown} if shown else {}) | {"meta": {"result_count": len(shown), **more}}
    return Reply(body=json.dumps(body).encode())
