"""Mail on this machine: people who write, SES that receives and sends, and machines that answer by themselves."""

import itertools
import json
from collections.abc import Mapping, Sequence
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Delivery
from infra.local.platforms.email import letters
from infra.local.platforms.email.post_office import DeployedPostOffice, NoPostOffice, PostOffice
from infra.local.platforms.email.ses_api import CHANNEL, SesApi
from infra.local.platforms.faults import AFTERWARDS, FaultKind
from infra.local.platforms.screens import Screens
from infra.local.platforms.vendor import Act, Bubble, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account
from nightbell.platforms.email.addresses import normal

ADA = "ada@example.org"


class SimulatedEmail:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, office: PostOffice | None = None) -> None:
        """Take the addresses of the settings; nobody hears of a mail before there is an office."""
        self._around = surroundings
        self._office: PostOffice = office or NoPostOffice()
        self._screens = Screens()
        self._numbers = itertools.count(1)
        self._people: dict[str, Contact] = {}
        self._away: set[str] = set()
        self._last: dict[tuple[str, str, str], Mapping[str, str]] = {}
        addresses = frozenset(account.account_id for account in surroundings.accounts)
        self.api = SesApi(surroundings.faults, addresses, self._sent)
        self._log: list[Delivery] = []

    @property
    def log(self) -> Sequence[Delivery]:
        """What was told so far."""
        return self._log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:  # noqa: ARG004 - the protocol's form
        """Need none: roles sign."""
        return {}

    def connect(self, handles: Handles) -> None:
        """Write into the deployed bucket from now on."""
        self._office = DeployedPostOffice(handles)

    def greet(self) -> str:
        """Ask nothing."""
        return ""

    def answer(self, request: Request) -> Reply:
        """Answer as SES."""
        return self.api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a contact: anybody with an address."""
        account = self._around.account(str(settings["channel"]))
        contact_id = normal(str(settings.get("contact") or ADA))
        if contact_id is None:
            message = f"Somebody who writes mail has an address; {settings.get('contact')!r} is none."
            raise ValueError(message)
        name = str(settings.get("name") or "A customer")
        return Contact(channel=CHANNEL, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact write; as a reply where there is something to reply to, unless the mail has a subject."""
        if act.kind not in letters.KINDS:
            message = f"There is no {act.kind!r} by mail; there are {', '.join(letters.KINDS)}."
            raise ValueError(message)
        self._people[contact.contact_id] = contact
        written = [self._write(contact, act, copies) for _ in range(batch)]
        return Written(
            message_ids=tuple(message_id for message_id, _ in written),
            attempts=tuple(attempt for _, attempts in written for attempt in attempts),
        )

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is in a contact's mailbox."""
        return self._screens.of(contact)

    def posts(self, contact: Contact) -> list[dict[str, Any]]:  # noqa: ARG002 - the protocol's form
        """Show none: nothing is public."""
        return []

    def others(self) -> Mapping[str, Other]:
        """List what others can do: a contact's program answers by itself, or they call our mail spam."""
        return {
            "away": lambda contact, _, __: self._goes_away(contact),
            "back": lambda contact, _, __: self._away.discard(contact.contact_id),
            "complain": lambda contact, _, __: self._complains(contact),
        }

    def stop(self) -> None:
        """End nothing: no thread runs."""

    def _write(self, contact: Contact, act: Act, copies: int) -> tuple[str, list[Attempt]]:
        message_id = f"letter-{next(self._numbers)}@{contact.contact_id.rpartition('@')[2]}"
        answered = {} if act.subject else self._last.get(contact.key, {})
        to = parseaddr(answered.get("Reply-To", ""))[1] or contact.account_id
        raw = letters.letter(contact, act, to, message_id, self._around.clock(), answered)
        shown = Bubble(
            author="contact",
            text=act.text,
            message_id=message_id,
            at=self._around.clock(),
            subject=act.subject or answered.get("Subject", ""),
        )
        self._screens.show(contact, shown)
        return message_id, [self._arrives(contact, raw, to, act.kind) for _ in range(copies)]

    def _arrives(self, contact: Contact, raw: bytes, to: str, kind: str) -> Attempt:
        """Do as SES does: write the mail, then tell of it."""
        mail_id = f"ses{next(self._numbers):08d}"
        key = f"mail/{mail_id}"
        self._office.keep(key, raw)
        told = letters.received(key, mail_id, self._office.bucket, to, contact.contact_id, self._around.clock(), kind)
        return self._tell(f"email {kind}", json.dumps(told))

    def _tell(self, what: str, notification: str, *, later: bool = False) -> Attempt:
        attempt = self._office.tell(notification, later=later)
        self._log.append(Delivery(what=what, body=notification.encode(), headers={}, attempts=[attempt]))
        return attempt

    def _sent(self, call: letters.Json, mail: "Message[str, str]") -> str:
        """Deliver our mail, tell what became of it, and let the contact's program answer where it does so."""
        message_id = f"0100-{next(self._numbers)}"
        address = str(call["Destination"]["ToAddresses"][0])
        contact = self._mailbox(address, str(call["FromEmailAddress"]))
        self._tell_news(call, message_id, address, known=contact is not None)
        if contact is not None:
            self._show(contact, mail, message_id)
            if address in self._away:
                self.write(contact, Act(kind="vacation", text="I am away until Monday."))
        return message_id

    def _mailbox(self, address: str, account_id: str) -> Contact | None:
        """Find whose address it is: who gave one elsewhere has a mailbox, though they never wrote by mail.

        Source: RFC 2606 §2: nobody is ever below ``.invalid``.
        """
        if address not in self._people and address.endswith(".invalid"):
            return None
        unknown = Contact(channel=CHANNEL, account_id=account_id, contact_id=address, name="A customer")
        return self._people.setdefault(address, unknown)

    def _show(self, contact: Contact, mail: "Message[str, str]", message_id: str) -> None:
        subject = str(make_header(decode_header(mail["Subject"])))
        headers = {name: str(value).replace("\r\n", "") for name, value in mail.items()}
        # SES gives what it sends an id of its own.
        self._last[contact.key] = {**headers, "Subject": subject, "Message-ID": f"<{message_id}@email.amazonses.com>"}
        text = mail.get_payload(decode=True)
        words = text.decode() if isinstance(text, bytes) else ""
        bubble = Bubble(
            author="business",
            text=words.replace("\r\n", "\n"),
            message_id=message_id,
            at=self._around.clock(),
            subject=subject,
        )
        self._screens.show(contact, bubble)

    def _tell_news(self, call: letters.Json, message_id: str, address: str, *, known: bool) -> None:
        fault = self._around.faults.take("send", CHANNEL, address, afterwards=True)
        kind = fault.kind if fault is not None and fault.kind in AFTERWARDS else None
        if kind is FaultKind.NO_ECHO:
            return
        names = ["Send", "Delivery"] if known and kind is not FaultKind.FAILED_STATUS else ["Send", "Bounce"]
        bounced = {"bounceType": "Permanent", "bounceSubType": "NoEmail", "bouncedRecipients": [{"status": "5.1.1"}]}
        for name in names * (2 if kind is FaultKind.DOUBLE_ECHO else 1):
            news = letters.news(name, call, message_id, bounced if name == "Bounce" else {})
            self._tell(f"email {name}", news, later=True)

    def _goes_away(self, contact: Contact) -> None:
        self._people[contact.contact_id] = contact
        self._away.add(contact.contact_id)

    def _complains(self, contact: Contact) -> Attempt | None:
        found = self._last.get(contact.key)
        if found is None:
            return None
        call = {
            "FromEmailAddress": contact.account_id,
            "Destination": {"ToAddresses": [contact.contact_id]},
            "EmailTags": [{"Name": "nightbell", "Value": found["X-Nightbell-Tag"].replace(".", "_")}],
        }
        at = self._around.clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return self._tell("email Complaint", letters.news("Complaint", call, "0100-0", {"timestamp": at}))
