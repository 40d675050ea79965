"""A relay on this machine: what visitors write goes out signed, and answers come back to where it was written."""

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.screens import Screens
from infra.local.platforms.spoiling import spoiled
from infra.local.platforms.standard import bodies, wire
from infra.local.platforms.vendor import Act, Bubble, Button, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account

CHANNEL = "standard"
MAX_ID = 200

_TOLD_AFTER_S = 0.2
_STATUSES = frozenset({302, 400, 401, 404, 409, 410, 429, 502, 504})


class SimulatedRelay:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None) -> None:
        """Take the sources of the settings; deliveries go by a courier of one's own, unless another is given."""
        self._around = surroundings
        self._courier = courier or Courier(accepted=lambda status: 200 <= status < 300)  # noqa: PLR2004 - what 2xx means
        self._screens = Screens()
        self._numbers = itertools.count(1)
        self._known: dict[tuple[str, str], Contact] = {}
        self._brought: dict[str, str] = {}

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self._courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name two for each source: what it signs with, and what we sign with."""
        return {f"{way}/{one.account_id}": wire.make_secret for one in accounts for way in ("source", "reply")}

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on, each source to its own address."""
        self._courier.url = handles.hook("standard")

    def greet(self) -> str:
        """Ask nothing."""
        return ""

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a visitor; any word is an id."""
        account = self._around.account(str(settings["channel"]))
        contact_id = str(settings.get("contact") or "visitor-1")
        if len(contact_id.encode()) > MAX_ID:
            message = f"A visitor's id has at most {MAX_ID} bytes."
            raise ValueError(message)
        name = str(settings.get("name") or "A visitor")
        return Contact(channel=CHANNEL, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a visitor act; several acts are several webhooks, because one holds one event."""
        self._known[contact.account_id, contact.contact_id] = contact
        written = [self._write(contact, act, copies) for _ in range(batch)]
        return Written(
            message_ids=tuple(message_id for message_id, _ in written),
            attempts=tuple(attempt for _, attempts in written for attempt in attempts),
        )

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a visitor's screen."""
        return self._screens.of(contact)

    def posts(self, contact: Contact) -> list[dict[str, Any]]:  # noqa: ARG002 - the protocol's form
        """Show none: nothing is public."""
        return []

    def others(self) -> Mapping[str, Other]:
        """List what others can do where the relay listens."""
        return {
            "person": lambda contact, text, _: self._answered(contact, text, "person"),
            "app": lambda contact, text, _: self._answered(contact, text, "app"),
        }

    def stop(self) -> None:
        """End the background threads."""
        self._courier.stop()

    def answer(self, request: Request) -> Reply:
        """Take an answer of ours and bring it; one that was brought before is said to be known."""
        told = _read(request)
        source, contact_id = str(told.get("source", "")), str(told.get("contact", {}).get("id", ""))
        secret = self._around.secrets.get(f"reply/{source}")
        if secret is None or not wire.is_signed(request.headers, request.body, secret):
            return _said(401, "the signature does not match")
        fault = self._around.faults.take("send", CHANNEL, contact_id)
        reply = self._bring(request.headers["webhook-id"], source, told) if fault is None or fault.delivers else None
        return spoiled(fault, reply, _refused) if fault else reply or _said(500, "")

    def _bring(self, webhook_id: str, source: str, told: bodies.Json) -> Reply:
        if webhook_id in self._brought:
            return _said(409, "brought before", id=self._brought[webhook_id])
        contact = self._known.get((source, str(told["contact"]["id"])))
        if contact is None:
            return _said(404, "nobody has this id")
        shown = Bubble(
            author="business",
            text=str(told["text"]),
            message_id=f"r{next(self._numbers)}",
            at=self._around.clock(),
            buttons=tuple(Button(title=one["title"], payload=one["payload"]) for one in told.get("choices", ())),
        )
        self._screens.show(contact, shown)
        self._brought[webhook_id] = shown.message_id
        self._tell(contact, told)
        return _said(200, "taken", id=shown.message_id)

    def _tell(self, contact: Contact, told: bodies.Json) -> None:
        """Say afterwards what became of it, unless a fault keeps that back."""
        fault = self._around.faults.take("send", CHANNEL, contact.contact_id, afterwards=True)
        kind = fault.kind if fault else None
        if kind is FaultKind.NO_ECHO:
            return
        failed = kind is FaultKind.FAILED_STATUS
        data = {"contact": bodies.person(contact), "tag": told["tag"], **({"detail": "inbox full"} if failed else {})}
        later = fault.seconds if fault and (failed or kind is FaultKind.LATE_ECHO) else _TOLD_AFTER_S
        delivery = self._delivery(contact, f"message.{'failed' if failed else 'delivered'}", data)
        for _ in range(2 if kind is FaultKind.DOUBLE_ECHO else 1):
            self._courier.deliver_later(delivery, later)

    def _write(self, contact: Contact, act: Act, copies: int) -> tuple[str, list[Attempt]]:
        number = f"m{next(self._numbers)}"
        told = bodies.written(contact, act, number, self._around.clock())
        if act.kind not in bodies.CHANGES:
            words = act.text or f"[{act.kind}]"
            self._screens.show(
                contact, Bubble(author="contact", text=words, message_id=number, at=self._around.clock())
            )
        delivery = self._delivery(contact, told["type"], told["data"])
        return number, [self._courier.deliver(delivery, retry=copy == 0) for copy in range(copies)]

    def _answered(self, contact: Contact, text: str, by: str) -> Attempt:
        number = f"a{next(self._numbers)}"
        shown = Bubble(
            author="business",
            text=text,
            message_id=number,
            at=self._around.clock(),
            by="a person" if by == "person" else "another program",
        )
        self._screens.show(contact, shown)
        data = {"id": number, "contact": bodies.person(contact), "text": text, "by": by}
        return self._courier.deliver(self._delivery(contact, "message.answered", data))

    def _delivery(self, contact: Contact, kind: str, data: bodies.Json) -> Delivery:
        at = self._around.clock()
        body = json.dumps(bodies.event(kind, at, data)).encode()
        secret = self._around.secrets[f"source/{contact.account_id}"]
        signed = wire.headers(f"msg_{next(self._numbers)}_{int(at.timestamp())}", int(at.timestamp()), body, secret)
        return Delivery(what=f"standard {kind}", body=body, headers=signed, path=contact.account_id)


def _read(request: Request) -> bodies.Json:
    try:
        told = json.loads(request.body)
    except ValueError:
        return {}
    is_ours = isinstance(told, dict) and told.get("type") == "reply.wanted" and isinstance(told.get("data"), dict)
    return dict(told["data"]) if is_ours else {}


def _said(status: int, words: str, **more: str) -> Reply:
    return Reply(status=status, body=json.dumps({"message": words, **more}).encode())


def _refused(fault: Fault) -> Reply:
    """Answer with the status that a fault asks for, as the specification knows them."""
    status = fault.status or (fault.code if fault.code in _STATUSES else 400)
    headers = {302: {"Location": "https://elsewhere.example/"}, 429: {"Retry-After": "30"}}.get(status, {})
    return Reply(status=status, body=b"", content_type="text/plain", headers=headers)
