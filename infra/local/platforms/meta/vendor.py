"""The simulated Meta platform as the phone page and ``simulate`` know every platform."""

import secrets as random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Delivery
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.outsiders import INBOX, Outsiders
from infra.local.platforms.meta.people import WHATSAPP, user_id_for
from infra.local.platforms.meta.people import Bubble as MetaBubble
from infra.local.platforms.meta.people import Contact as MetaContact
from infra.local.platforms.meta.posts_state import posts_state
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.vendor import Act, Bubble, Button, Contact, MakeUp, Other, Written
from nightbell.domain.business import Account

OK = 200
ADA = "5000000000000001"
LONGEST_ID = 20
SECRET_BYTES = 24

_PRIVATE: Mapping[str, Callable[[Outsiders, MetaContact, str], Attempt]] = {
    "inbox": lambda others, contact, text: others.answer_in_inbox(contact, text),
    "app": lambda others, contact, text: others.answer_by_app(contact, text),
    "take": lambda others, contact, _: others.take(contact),
    "release": lambda others, contact, _: others.release(contact),
}
_PUBLIC: Mapping[str, Callable[[Outsiders, str, str], Attempt]] = {
    "answer": lambda others, about, text: others.answer_in_public(about, text),
    "hide": lambda others, about, _: others.hide(about),
    "unhide": lambda others, about, _: others.hide(about, hidden=False),
}


class MetaAsVendor:
    """One simulated Meta platform, by the protocol of all of them."""

    def __init__(self, meta: SimulatedMeta) -> None:
        """Take what runs already."""
        self.meta = meta
        self._hidden: set[tuple[str, str, str]] = set()

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self.meta.courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name the app's secrets, and a token for each account."""
        tokens = [f"access_token/{account.account_id}" for account in accounts]
        names = ("app_secret", "instagram_app_secret", "verify_token", *tokens)
        return dict.fromkeys(names, lambda: random.token_hex(SECRET_BYTES))

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on."""
        self.meta.courier.url = handles.hook("meta")

    def greet(self) -> str:
        """Shake hands, as saving the callback URL in the dashboard does."""
        answer = self.meta.handshake(self.meta.app.verify_token)
        if (answer.status, answer.body) == (OK, self.meta.challenge):
            return ""
        return f"The webhook did not answer Meta's handshake: {answer.status} {answer.body[:300]}"

    def answer(self, request: Request) -> Reply:
        """Answer as the Graph API."""
        return self.meta.graph_api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a contact, whose id is digits; ``phone_hidden`` is for WhatsApp."""
        channel, contact_id = str(settings["channel"]), str(settings.get("contact") or ADA)
        account = self.meta.account(channel)
        if not contact_id.isdigit() or len(contact_id) > LONGEST_ID:
            message = f"A contact is known by digits, up to 20 of them; {contact_id!r} is none."
            raise ValueError(message)
        contact = Contact(
            channel=channel,
            account_id=account.account_id,
            contact_id=contact_id,
            name=str(settings.get("name") or "A customer"),
        )
        if settings.get("phone_hidden"):
            self._hidden.add(contact.key)
        return contact

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact write."""
        writing = Writing(
            kind=act.kind,
            text=act.text,
            payload=act.payload,
            about=act.about,
            unnamed=bool(act.more.get("unnamed")),
            by_page=bool(act.more.get("by_page")),
        )
        written = self.meta.write(self._known(contact), *[writing] * batch, copies=copies)
        return Written(message_ids=written.message_ids, attempts=written.attempts)

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a contact's screen."""
        return [_plain(bubble) for bubble in self.meta.transcript(self._known(contact))]

    def posts(self, contact: Contact) -> list[dict[str, Any]]:
        """List the posts of a public channel."""
        return posts_state(self.meta, self._known(contact))

    def others(self) -> Mapping[str, Other]:
        """List what others can do."""
        private = {what: self._privately(act) for what, act in _PRIVATE.items()}
        return {**private, **{what: self._publicly(act) for what, act in _PUBLIC.items()}, "post": self._publish}

    def stop(self) -> None:
        """End the background threads."""
        self.meta.stop()

    def _privately(self, act: Callable[[Outsiders, MetaContact, str], Attempt]) -> Other:
        return lambda contact, text, _: act(self.meta.outsiders, self._known(contact), text)

    def _publicly(self, act: Callable[[Outsiders, str, str], Attempt]) -> Other:
        return lambda _, text, about: act(self.meta.outsiders, about, text)

    def _publish(self, contact: Contact, text: str, _: str) -> Attempt | None:
        return self.meta.outsiders.publish(self.meta.account(contact.channel), text)

    def _known(self, contact: Contact) -> MetaContact:
        return MetaContact(
            channel=contact.channel,
            account_id=contact.account_id,
            contact_id=contact.contact_id,
            name=contact.name,
            user_id=user_id_for(contact.contact_id) if contact.channel == WHATSAPP else "",
            phone_hidden=contact.key in self._hidden,
        )


def _plain(bubble: MetaBubble) -> Bubble:
    return Bubble(
        author=bubble.author,
        text=bubble.text,
        message_id=bubble.message_id,
        at=bubble.at,
        after_ms=bubble.after_ms,
        buttons=tuple(Button(title=b.title, payload=b.payload, kind=b.kind) for b in bubble.buttons),
        about=bubble.about,
        by=_by(bubble.app_id),
    )


def _by(app_id: str) -> str:
    """Say who else wrote for the business; nothing where it was we."""
    if not app_id:
        return ""
    return "a person in the inbox" if app_id in INBOX.values() else "another app"
