"""The simulated Twilio: contacts who text or call, the Messages resource, statuses, and the carrier's own words."""

import re
import secrets as random
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.screens import Screens
from infra.local.platforms.twilio import incoming
from infra.local.platforms.twilio.carrier import Carrier
from infra.local.platforms.twilio.lines import Lines
from infra.local.platforms.twilio.messages import WHATSAPP, Message, Messages, new_sid
from infra.local.platforms.twilio.messages_api import MessagesApi
from infra.local.platforms.twilio.phone_calls import PhoneCalls
from infra.local.platforms.twilio.recordings import CHANNEL as VOICEMAIL
from infra.local.platforms.twilio.recordings import Recordings
from infra.local.platforms.twilio.statuses import Statuses
from infra.local.platforms.twilio.wire import signed_delivery
from infra.local.platforms.vendor import Act, Bubble, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account

ADA = "+34600000001"
RETRY_AFTER_S = (0.5, 2.0)
"""As the documented address asks for: two further attempts, whatever went wrong."""

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_OK = range(200, 300)


class SimulatedTwilio:
    """Everything of Twilio that Nightbell meets; see :class:`infra.local.platforms.vendor.SimulatedVendor`.

    Attributes:
        lines: How the numbers are set up.
        recordings: What callers said.
    """

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None) -> None:
        """Take the accounts and what is around them; deliveries go by an own courier, unless another is given."""
        self._around = surroundings
        self._address = f"{surroundings.public_url}/webhooks/twilio"
        self._owners = {
            (account.channel, account.account_id): account.business_account_id or ""
            for account in surroundings.accounts
        }
        self._tokens = self._secrets_of("auth_token")
        self._courier = courier or Courier(retry_after_s=RETRY_AFTER_S, accepted=lambda status: status in _OK)
        self._screens = Screens()
        self._carrier = Carrier()
        self._messages = Messages()
        self._statuses = Statuses(
            address=self._address,
            tokens=self._tokens,
            messages=self._messages,
            courier=self._courier,
            faults=surroundings.faults,
            shown=self._arrived,
        )
        self.lines = Lines(
            {number: own for (channel, number), own in self._owners.items() if channel in (incoming.SMS, VOICEMAIL)}
        )
        self.recordings = Recordings(surroundings.faults, surroundings.clock)
        self._calls = PhoneCalls(
            address=self._address,
            tokens=self._tokens,
            recordings=self.recordings,
            courier=self._courier,
            faults=surroundings.faults,
            clock=surroundings.clock,
            show=lambda contact, author, text, by: self._show(contact, author, text, new_sid(), by=by),
        )
        self._api = MessagesApi(
            recordings=self.recordings,
            services={
                account.messaging_service: incoming.address(account.channel, account.account_id)
                for account in surroundings.accounts
                if account.messaging_service
            },
            lines=self.lines,
            keys=self._secrets_of("api_key"),
            numbers={incoming.address(*key): own for key, own in self._owners.items() if key[0] != VOICEMAIL},
            messages=self._messages,
            carrier=self._carrier,
            faults=surroundings.faults,
            clock=surroundings.clock,
            accepted=self._accepted,
        )

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self._courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name a token and an API key for each of Twilio's accounts."""
        owners = {account.business_account_id for account in accounts if account.business_account_id}
        tokens: dict[str, MakeUp] = {f"auth_token/{owner}": lambda: random.token_hex(16) for owner in sorted(owners)}
        return tokens | {f"api_key/{owner}": lambda: f"{new_sid('SK')}:{random.token_hex(16)}" for owner in owners}

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on."""
        self._courier.url = handles.hook("twilio")

    def greet(self) -> str:
        """Ask nothing: Twilio checks no address."""
        return ""

    def answer(self, request: Request) -> Reply:
        """Answer a call of the API."""
        return self._api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a contact, whose id is a telephone number with its plus."""
        contact_id = str(settings.get("contact") or ADA)
        if not _NUMBER.fullmatch(contact_id):
            message = f"A contact is known by a number such as {ADA}; {contact_id!r} is none."
            raise ValueError(message)
        channel = str(settings["channel"])
        account = self._around.account(channel)
        name = str(settings.get("name") or "A customer")
        return Contact(channel=channel, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact act; Twilio puts no two messages into one delivery."""
        if contact.channel == VOICEMAIL:
            return self._call(contact, act, copies)
        incoming.check(contact.channel, act)
        written = [self._write(contact, act, copies) for _ in range(batch)]
        attempts = tuple(attempt for _, tried in written for attempt in tried)
        return Written(message_ids=tuple(sid for sid, _ in written), attempts=attempts)

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a contact's screen."""
        return self._calls.marked(contact, self._screens.of(contact))

    def posts(self, contact: Contact) -> list[dict[str, Any]]:  # noqa: ARG002 - the protocol's form
        """List nothing: nothing is public."""
        return []

    def others(self) -> Mapping[str, Other]:
        """List nobody: there is no inbox but ours."""
        return {}

    def stop(self) -> None:
        """End the background threads."""
        self._courier.stop()

    def _secrets_of(self, kind: str) -> dict[str, str]:
        return {owner: self._around.secrets[f"{kind}/{owner}"] for owner in self._owners.values() if owner}

    def _call(self, contact: Contact, act: Act, copies: int) -> Written:
        call = self._calls.act(contact, self._owners[contact.channel, contact.account_id], act, copies)
        attempts, call.attempts = tuple(call.attempts), []
        return Written(message_ids=(call.recording_id or call.sid,), attempts=attempts)

    def _write(self, contact: Contact, act: Act, copies: int) -> tuple[str, list[Attempt]]:
        owner, sid = self._owners[contact.channel, contact.account_id], new_sid()
        self._show(contact, "contact", incoming.on_screen(act), sid)
        sender, number = (incoming.address(contact.channel, each) for each in (contact.contact_id, contact.account_id))
        self._messages.add(
            Message(
                sid=sid,
                owner=owner,
                sender=sender,
                recipient=number,
                body=act.text,
                at=self._around.clock(),
                outbound=False,
                status="received",
            )
        )
        heeded = self._carrier.hear(number, sender, act.text) if contact.channel == incoming.SMS else ""
        if heeded:
            self._show(contact, "business", heeded, new_sid(), by="the carrier")
        form = incoming.form_of(contact, act, owner, sid)
        delivery = signed_delivery(f"{contact.name}: {act.text or act.kind}", self._address, form, self._tokens[owner])
        attempts = [self._courier.deliver(delivery, retry=copy == copies - 1) for copy in range(copies)]
        for said in filter(None, map(incoming.said_in_answer, attempts[:1])):
            self._show(contact, "business", said, new_sid(), by="the answer to the webhook")
        return sid, attempts

    def _accepted(self, message: Message) -> None:
        self._statuses.follow(message, self._messages.last_from(message.recipient, message.sender))

    def _arrived(self, message: Message) -> None:
        channel = incoming.ON_WHATSAPP if message.recipient.startswith(WHATSAPP) else incoming.SMS
        number, contact_id = (each.removeprefix(WHATSAPP) for each in (message.sender, message.recipient))
        contact = Contact(channel=channel, account_id=number, contact_id=contact_id)
        self._show(contact, "business", message.body, message.sid)

    def _show(self, contact: Contact, author: str, text: str, sid: str, *, by: str = "") -> None:
        bubble = Bubble(author=author, text=text, message_id=sid, at=self._around.clock(), by=by)
        self._screens.show(contact, bubble)
