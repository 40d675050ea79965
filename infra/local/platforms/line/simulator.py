"""LINE on this machine: official accounts, people who write to them, and pushes that are executed once for each key."""

import base64
import hashlib
import hmac
import itertools
import json
import re
import secrets as random
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.line import bodies
from infra.local.platforms.line.push_api import CHANNEL, PushApi, buttons_of
from infra.local.platforms.screens import Screens
from infra.local.platforms.vendor import Act, Bubble, Button, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account

SIGNATURE_HEADER = "X-Line-Signature"
ADA = f"U{1:032x}"
_CONTACT = re.compile("U[0-9a-f]{32}")


class SimulatedLine:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None) -> None:
        """Take the accounts of the settings; deliveries go by a courier of one's own, unless another is given."""
        self._around = surroundings
        self._courier = courier or Courier()
        self._screens = Screens()
        self._numbers = itertools.count(1)
        self._known: dict[tuple[str, str], Contact] = {}
        self._blocked: set[tuple[str, str, str]] = set()
        ids = [account.account_id for account in surroundings.accounts]
        tokens = {each: surroundings.secrets[f"access_token/{each}"] for each in ids}
        self.api = PushApi(tokens, surroundings.faults, self._show)
        # As somebody has entered it in each account's console.
        self.api.endpoints.update({each: f"{surroundings.public_url}/webhooks/line/{each}" for each in ids})

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self._courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name two for each account: what LINE signs with, and the token that sends."""
        return {
            **{f"channel_secret/{one.account_id}": lambda: random.token_hex(16) for one in accounts},
            **{f"access_token/{one.account_id}": lambda: random.token_urlsafe(96) for one in accounts},
        }

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on, each account to its own address."""
        self._courier.url = handles.hook("line")

    def greet(self) -> str:
        """Verify each address as the console does: with a signed delivery that holds no event."""
        for account in self._around.accounts:
            attempt = self._courier.deliver(self._delivery(account.account_id, "verify", []), retry=False)
            if not attempt.status or not 200 <= attempt.status < 300:  # noqa: PLR2004 - that is what 2xx means
                return f"the webhook of {account.account_id} answered its verification with {attempt.status}"
        return ""

    def answer(self, request: Request) -> Reply:
        """Answer as the Messaging API."""
        return self.api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a contact: a person's user id."""
        account = self._around.account(str(settings["channel"]))
        contact_id = str(settings.get("contact") or ADA)
        if not _CONTACT.fullmatch(contact_id):
            message = f"On LINE a contact is known by U and 32 digits and letters; {contact_id!r} is none."
            raise ValueError(message)
        name = str(settings.get("name") or "A customer")
        return Contact(channel=CHANNEL, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact act; several acts share one delivery."""
        self._known[contact.account_id, contact.contact_id] = contact
        numbers = [next(self._numbers) for _ in range(batch)]
        events = [self._event(contact, act, number) for number in numbers]
        for number in numbers:
            self._show_own(contact, act, number)
        delivery = self._delivery(contact.account_id, act.kind, events)
        attempts = [self._courier.deliver(delivery, retry=copy == 0) for copy in range(copies)]
        return Written(message_ids=tuple(bodies.message_id(number) for number in numbers), attempts=tuple(attempts))

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a contact's screen."""
        return self._screens.of(contact)

    def posts(self, contact: Contact) -> list[dict[str, Any]]:  # noqa: ARG002 - the protocol's form
        """Show none: nothing is public."""
        return []

    def others(self) -> Mapping[str, Other]:
        """List what else a contact can do: take a message back, block the account, add it again."""
        return {
            "delete": lambda contact, _, about: self._tell(contact, "unsend", {"unsend": {"messageId": about}}),
            "block": lambda contact, _, __: self._block(contact),
            "unblock": lambda contact, _, __: self._unblock(contact),
        }

    def stop(self) -> None:
        """End the background threads."""
        self._courier.stop()

    def _event(self, contact: Contact, act: Act, number: int) -> bodies.Json:
        kind, more = ("postback", bodies.tapped(act)) if act.kind == "tap" else ("message", bodies.said(act, number))
        return bodies.event(kind, contact, self._around.clock(), number, more)

    def _show_own(self, contact: Contact, act: Act, number: int) -> None:
        words = act.text or f"[{act.kind}]"
        bubble = Bubble(author="contact", text=words, message_id=bodies.message_id(number), at=self._around.clock())
        self._screens.show(contact, bubble)

    def _block(self, contact: Contact) -> Attempt:
        self._blocked.add(contact.key)
        return self._tell(contact, "unfollow", {})

    def _unblock(self, contact: Contact) -> Attempt:
        self._blocked.discard(contact.key)
        return self._tell(contact, "follow", {"follow": {"isUnblocked": True}})

    def _tell(self, contact: Contact, kind: str, more: bodies.Json) -> Attempt:
        event = bodies.event(kind, contact, self._around.clock(), next(self._numbers), more)
        return self._courier.deliver(self._delivery(contact.account_id, kind, [event]))

    def _delivery(self, account_id: str, what: str, events: list[bodies.Json]) -> Delivery:
        body = json.dumps({"destination": account_id, "events": events}).encode()
        secret = self._around.secrets[f"channel_secret/{account_id}"]
        signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
        headers = {"Content-Type": "application/json; charset=utf-8", SIGNATURE_HEADER: signature}
        return Delivery(what=f"line {what}", body=body, headers=headers, path=account_id)

    def _show(self, account_id: str, to: str, message: bodies.Json) -> str | None:
        contact = self._known.get((account_id, to))
        if contact is None:
            return None
        shown = bodies.message_id(next(self._numbers))
        # A push to somebody who blocks the account is taken, and nobody sees it.
        if contact.key not in self._blocked:
            buttons = tuple(Button(title=one["label"], payload=one["data"]) for one in buttons_of(message))
            at = self._around.clock()
            bubble = Bubble(author="business", text=message["text"], message_id=shown, at=at, buttons=buttons)
            self._screens.show(contact, bubble)
        return shown
