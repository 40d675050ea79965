"""The simulated Graph API: sends and read-backs, refused and answered as documented.

Sources: "Send API reference", "Conversations API", WhatsApp "Messages API", Graph API "Secure
requests" (``appsecret_proof``) and "Rate limits".
"""

import hmac
import json
import re
from collections.abc import Callable
from typing import Any

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.meta.answers import error_reply, json_reply, spoiled, success, usage
from infra.local.platforms.meta.errors import Refused, graph_error, refused
from infra.local.platforms.meta.faults import FaultBox
from infra.local.platforms.meta.messenger_sends import read_messenger
from infra.local.platforms.meta.outgoing import Outgoing
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Account, Bubble, Thread, new_message_id
from infra.local.platforms.meta.read_back import conversations
from infra.local.platforms.meta.whatsapp_sends import read_whatsapp
from infra.local.platforms.meta.wire import appsecret_proof
from infra.local.platforms.meta.world import World

PATH = re.compile(r"^/(?P<version>v\d+\.\d)/(?P<object>[^/]+)/(?P<edge>[a-z_]+)$")

Delivered = Callable[[Account, Thread, Bubble], None]


class GraphApi:
    """Answers the calls of a business."""

    def __init__(self, world: World, faults: FaultBox, delivered: Delivered, seconds_now: Callable[[], float]) -> None:
        """Take what it works on.

        ``delivered`` is told of each message that reached a customer, to send echo and status; ``seconds_now``
        is a monotonic clock, to measure how long the customer waited.
        """
        self._world = world
        self._faults = faults
        self._delivered = delivered
        self._seconds_now = seconds_now

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        channel = MESSENGER
        try:
            account, edge = self._route(request)
            channel = account.channel
            return self._operate(request, account, edge)
        except Refused as refusal:
            return error_reply(refusal.error)
        except (ValueError, RecursionError):
            return error_reply(graph_error(channel, 100))

    def _route(self, request: Request) -> tuple[Account, str]:
        match = PATH.match(request.path)
        if match is None:
            raise refused(MESSENGER, 2500, None, f"Unknown path components: {request.path}")
        account = self._world.accounts.get(match["object"])
        if account is None:
            raise refused(MESSENGER, 100, 33)
        return account, match["edge"]

    def _operate(self, request: Request, account: Account, edge: str) -> Reply:
        if (request.method, edge) == ("POST", "messages"):
            body = json.loads(request.body)
            return self._with_fault(request, account, "send", _address_in(body), lambda: self._send(account, body))
        if (request.method, edge, account.channel) == ("GET", "conversations", MESSENGER):
            address = request.query.get("user_id", "")
            return self._with_fault(request, account, "read_back", address, lambda: self._read_back(account, request))
        raise refused(account.channel, 100, 33)

    def _with_fault(
        self, request: Request, account: Account, operation: str, address: str, execute: Callable[[], Reply]
    ) -> Reply:
        fault = self._faults.take(operation, account.channel, address.lstrip("+"))
        if fault is not None and not fault.delivers:
            return spoiled(fault, account)
        self._authenticate(request, account)
        reply = execute()
        return reply if fault is None else spoiled(fault, account, reply)

    def _authenticate(self, request: Request, account: Account) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token if scheme.lower() == "bearer" else request.query.get("access_token", "")
        if not given:
            raise refused(account.channel, 190 if account.channel == WHATSAPP else 2500)
        if not hmac.compare_digest(given.encode(), account.token.encode()):
            raise refused(account.channel, 190)
        proof = request.query.get("appsecret_proof")
        if proof is not None and proof != appsecret_proof(given, self._world.app.app_secret):
            raise refused(account.channel, 100, None, "Invalid appsecret_proof provided in the API argument")

    def _send(self, account: Account, body: Any) -> Reply:  # noqa: ANN401 - JSON from outside
        outgoing = read_messenger(body) if account.channel == MESSENGER else read_whatsapp(body)
        if not outgoing.shown:
            return json_reply({"recipient_id": outgoing.address} if outgoing.address else {"success": True})
        with self._world.lock:
            thread = self._reachable(account, outgoing)
            self._check_limits(account, thread)
            bubble = self._show(thread, outgoing)
        self._delivered(account, thread, bubble)
        return json_reply(success(account, thread, outgoing, bubble), usage(account, 1))

    def _reachable(self, account: Account, outgoing: Outgoing) -> Thread:
        whatsapp = account.channel == WHATSAPP
        address = outgoing.address.lstrip("+") if whatsapp else outgoing.address
        if whatsapp and address == account.number:
            raise refused(WHATSAPP, 131021)
        thread = self._world.find(account, address)
        if thread is None:
            raise refused(WHATSAPP, 131026) if whatsapp else refused(MESSENGER, 100, 2018001)
        if thread.blocked:
            raise refused(WHATSAPP, 131026) if whatsapp else refused(MESSENGER, 551, 1545041)
        if not thread.window_open(self._world.clock()):
            raise refused(WHATSAPP, 131047) if whatsapp else refused(MESSENGER, 10, 2018278)
        return thread

    def _check_limits(self, account: Account, thread: Thread) -> None:
        limits, may = self._world.limits, self._world.may
        if account.channel == MESSENGER:
            rate = limits.messenger_per_second
            if not may("send", account.account_id, burst=rate, per_second=rate):
                raise refused(MESSENGER, 613)
            return
        rate = limits.whatsapp_per_second
        if not may("send", account.account_id, burst=rate, per_second=rate):
            raise refused(WHATSAPP, 130429)
        if not may("pair", *thread.contact.key, burst=limits.pair_burst, per_second=limits.pair_per_second):
            raise refused(WHATSAPP, 131056)

    def _show(self, thread: Thread, outgoing: Outgoing) -> Bubble:
        bubble = Bubble(
            author="business",
            text=outgoing.text,
            buttons=outgoing.buttons,
            metadata=outgoing.metadata,
            message_id=new_message_id(thread.contact.channel),
            at=self._world.clock(),
            after_ms=round((self._seconds_now() - thread.wrote_at) * 1000),
        )
        thread.bubbles.append(bubble)
        return bubble

    def _read_back(self, account: Account, request: Request) -> Reply:
        rate = self._world.limits.read_backs_per_second
        if not self._world.may("read", account.account_id, burst=rate, per_second=rate):
            raise refused(MESSENGER, 613)
        thread = self._world.find(account, request.query.get("user_id", ""))
        with self._world.lock:
            found = [thread] if thread is not None and thread.bubbles else []
            return json_reply(conversations(account, found, request.query.get("fields", "")))


def _address_in(body: Any) -> str:  # noqa: ANN401 - JSON from outside
    if not isinstance(body, dict):
        return ""
    recipient = body.get("recipient")
    inner = recipient.get("id") if isinstance(recipient, dict) else recipient
    return str(body.get("to") or inner or "")
