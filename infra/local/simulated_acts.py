"""What ``simulate`` can have Meta and others do, behind the page's own server."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.loopback_server import Request
from infra.local.page_state import bubbles_state
from infra.local.platforms.courier import Attempt
from infra.local.platforms.faults import Fault, fault_from
from infra.local.platforms.meta.outsiders import Outsiders
from infra.local.platforms.meta.people import WHATSAPP, Contact, user_id_for
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.posts_state import posts_state

Body = Mapping[str, Any]
LONGEST_ID = 20

PRIVATE_ACTS: Mapping[str, Callable[[Outsiders, Contact, str], Attempt]] = {
    "inbox": lambda others, contact, text: others.answer_in_inbox(contact, text),
    "app": lambda others, contact, text: others.answer_by_app(contact, text),
    "take": lambda others, contact, _: others.take(contact),
    "release": lambda others, contact, _: others.release(contact),
}
PUBLIC_ACTS: Mapping[str, Callable[[Outsiders, str, str], Attempt]] = {
    "answer": lambda others, about, text: others.answer_in_public(about, text),
    "hide": lambda others, about, _: others.hide(about),
    "unhide": lambda others, about, _: others.hide(about, hidden=False),
}
OTHERS = (*PRIVATE_ACTS, *PUBLIC_ACTS, "post")
CALLBACKS = ("deletion", "deauthorize")


class SimulatedActs:
    """Answers everything below ``/_sim`` of one local cloud."""

    def __init__(self, cloud: LocalCloud) -> None:
        """Act on its simulated platform."""
        self._meta = cloud.meta
        self._verify_token = cloud.secrets.get("verify_token", "")
        self.routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "/_sim/faults"): lambda _: [_plain(fault) for fault in self._meta.faults.all()],
            ("POST", "/_sim/faults"): self._add_fault,
            ("DELETE", "/_sim/faults"): self._clear_faults,
            ("POST", "/_sim/block"): self._block,
            ("POST", "/_sim/handshake"): self._handshake,
            ("GET", "/_sim/transcript"): self._transcript,
            ("POST", "/_sim/others"): self._others,
            ("POST", "/_sim/callbacks"): self._call_back,
        }

    def _add_fault(self, request: Request) -> object:
        fault = fault_from(read_object(request))
        self._meta.faults.add(fault)
        return _plain(fault)

    def _clear_faults(self, _: Request) -> object:
        self._meta.faults.clear()
        return []

    def _block(self, request: Request) -> object:
        body = read_object(request)
        self._meta.block(contact_in(self._meta, body), blocked=bool(body.get("blocked", True)))
        return {}

    def _handshake(self, request: Request) -> object:
        return _answered(self._meta.handshake(read_object(request).get("token") or self._verify_token))

    def _transcript(self, request: Request) -> object:
        contact = contact_in(self._meta, request.query)
        return posts_state(self._meta, contact) or bubbles_state(self._meta.transcript(contact))

    def _others(self, request: Request) -> object:
        body = read_object(request)
        what, text, others = str(body["what"]), str(body.get("text", "")), self._meta.outsiders
        if what == "post":
            return _answered(others.publish(self._meta.account(str(body["channel"])), text))
        if what in PUBLIC_ACTS:
            return _answered(PUBLIC_ACTS[what](others, str(body["about"]), text))
        return _answered(PRIVATE_ACTS[what](others, contact_in(self._meta, body), text))

    def _call_back(self, request: Request) -> object:
        body = read_object(request)
        what, login = str(body["what"]), str(body.get("login") or "facebook")
        return _answered(self._meta.call_back(what, what, str(body["user_id"]), login=login))


def contact_in(meta: SimulatedMeta, settings: Body) -> Contact:
    """Make the contact that a request names.

    Raises:
        ValueError: The id is none.
        LookupError: There is no account on the channel.
    """
    channel, contact_id = str(settings["channel"]), str(settings["contact"])
    account = meta.account(channel)
    if not contact_id.isdigit() or len(contact_id) > LONGEST_ID:
        message = f"A contact is known by digits, up to 20 of them; {contact_id!r} is none."
        raise ValueError(message)
    return Contact(
        channel=channel,
        account_id=account.account_id,
        contact_id=contact_id,
        name=str(settings.get("name") or "A customer"),
        user_id=user_id_for(contact_id) if channel == WHATSAPP else "",
        phone_hidden=bool(settings.get("phone_hidden")),
    )


def read_object(request: Request) -> Body:
    """Read a body.

    Raises:
        ValueError: It is no JSON object.
    """
    body = json.loads(request.body)
    if not isinstance(body, dict):
        message = "Send a JSON object."
        raise ValueError(message)  # noqa: TRY004 - answered as a bad request like other bad values
    return body


def _plain(fault: Fault) -> dict[str, object]:
    """Tell what was asked for, without what nobody said."""
    return {name: value for name, value in asdict(fault).items() if value not in (None, "")}


def _answered(attempt: Attempt | None) -> object:
    return {"status": attempt.status, "ms": attempt.ms, "body": attempt.body} if attempt else {}
