"""What ``simulate`` can have platforms and others do, behind the page's own server."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.loopback_server import Request
from infra.local.page_state import bubbles_state
from infra.local.platforms.courier import Attempt
from infra.local.platforms.faults import Fault, fault_from
from infra.local.platforms.vendor import Contact, SimulatedVendor
from infra.local.platforms.vendors import vendor_of

Body = Mapping[str, Any]
CALLBACKS = ("deletion", "deauthorize")


class SimulatedActs:
    """Answers everything below ``/_sim`` of one local cloud."""

    def __init__(self, cloud: LocalCloud) -> None:
        """Act on its simulated platforms."""
        self._meta = cloud.meta
        self._vendors = cloud.vendors
        self.routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "/_sim/faults"): lambda _: [_plain(fault) for fault in self._meta.faults.all()],
            ("POST", "/_sim/faults"): self._add_fault,
            ("DELETE", "/_sim/faults"): self._clear_faults,
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

    def _handshake(self, request: Request) -> object:
        token = read_object(request).get("token") or self._meta.app.verify_token
        return _answered(self._meta.handshake(token))

    def _transcript(self, request: Request) -> object:
        vendor, contact = contact_in(self._vendors, request.query)
        return vendor.posts(contact) or bubbles_state(vendor.transcript(contact))

    def _others(self, request: Request) -> object:
        body = read_object(request)
        vendor, contact = contact_in(self._vendors, body)
        acts, what = vendor.others(), str(body["what"])
        if what not in acts:
            message = f"Nobody can {what!r} on {contact.channel}; there are {', '.join(acts)}."
            raise ValueError(message)
        return _answered(acts[what](contact, str(body.get("text", "")), str(body.get("about", ""))))

    def _call_back(self, request: Request) -> object:
        body = read_object(request)
        what, login = str(body["what"]), str(body.get("login") or "facebook")
        return _answered(self._meta.call_back(what, what, str(body["user_id"]), login=login))


def contact_in(vendors: Mapping[str, SimulatedVendor], settings: Body) -> tuple[SimulatedVendor, Contact]:
    """Make the contact that a request names, and tell whose it is.

    Raises:
        ValueError: The id is none.
        LookupError: There is no account on the channel.
    """
    vendor = vendor_of(vendors, str(settings["channel"]))
    return vendor, vendor.contact(settings)


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
