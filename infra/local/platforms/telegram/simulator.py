"""Telegram on this machine: bots, people who write to them, and deliveries that hold each other up as the real do."""

import itertools
import json
import re
import secrets as random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.screens import Screens
from infra.local.platforms.telegram import bodies
from infra.local.platforms.telegram.bot_api import CHANNEL, BotApi, RefusedError
from infra.local.platforms.telegram.queues import ChatQueues
from infra.local.platforms.vendor import Act, Bubble, Button, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name # pragma: allowlist secret
ADA = "7000000001"
WINDOW = timedelta(hours=24)
"""How long after a contact's last message a bot may write in a business account's chat."""
_CONTACT = re.compile(r"([A-Za-z0-9_-]{1,64}:)?[0-9]{1,15}")


class SimulatedTelegram:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None) -> None:
        """Take the bots of the settings; somebody else's courier repeats in its own way, and no update waits."""
        self._around = surroundings
        self._bots = [account.account_id for account in surroundings.accounts]
        self._screens = Screens()
        self.courier = courier or Courier()
        self._queues = {} if courier else {bot: ChatQueues(self.courier) for bot in self._bots}
        tokens = {bot: surroundings.secrets[f"access_token/{bot}"] for bot in self._bots}
        self.api = BotApi(tokens, surroundings.faults, self._show, self._pending)
        self._updates, self._messages = itertools.count(810_001), itertools.count(41)
        self._known: dict[tuple[str, str], Contact] = {}
        self._blocked: set[tuple[str, str, str]] = set()
        self.taps_answered: list[str] = []

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self.courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name a token and the webhook's secret for each bot; a token begins with the bot's id."""
        tokens = {f"access_token/{one.account_id}": _token_of(one.account_id) for one in accounts}
        return {**tokens, **{f"secret_token/{one.account_id}": lambda: random.token_urlsafe(24) for one in accounts}}

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on, each bot to its own address."""
        self.courier.url = handles.hook("telegram")

    def greet(self) -> str:
        """Ask nothing: Telegram checks no address."""
        return ""

    def answer(self, request: Request) -> Reply:
        """Answer as the Bot API."""
        return self.api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a contact: a person's number, with ``<connection>:`` before it in a business account's chat."""
        account = self._around.account(str(settings["channel"]))
        contact_id = str(settings.get("contact") or ADA)
        if not _CONTACT.fullmatch(contact_id):
            message = f"On Telegram a contact is known by digits, perhaps after a connection; {contact_id!r} is none."
            raise ValueError(message)
        name = str(settings.get("name") or "A customer")
        return Contact(channel=CHANNEL, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact act; several acts are several updates, because one holds one."""
        self._known[contact.account_id, contact.contact_id] = contact
        written = [self._write(contact, act, copies) for _ in range(batch)]
        return Written(
            message_ids=tuple(message_id for message_id, _ in written),
            attempts=tuple(attempt for _, attempts in written for attempt in attempts),
        )

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a contact's screen."""
        return self._screens.of(contact)

    def posts(self, contact: Contact) -> list[dict[str, Any]]:  # noqa: ARG002 - the protocol's form
        """Show none: nothing is public."""
        return []

    def others(self) -> Mapping[str, Other]:
        """List what others can do; a person and Telegram's own away message only in a business account's chat."""
        return {
            "person": lambda contact, text, _: self._by_owner(contact, {"text": text}),
            "away": lambda contact, text, _: self._by_owner(contact, {"text": text, "is_from_offline": True}),
            "delete": lambda contact, _, about: self._delete(contact, about),
            "block": lambda contact, _, __: self._membership(contact, "member", "kicked"),
            "unblock": lambda contact, _, __: self._membership(contact, "kicked", "member"),
        }

    def stop(self) -> None:
        """End the background threads."""
        for queue in self._queues.values():
            queue.stop()
        self.courier.stop()

    def _write(self, contact: Contact, act: Act, copies: int) -> tuple[str, list[Attempt]]:
        number = next(self._messages)
        key, held = self._update(contact, act, number)
        if act.kind != "edit":
            self._show_own(contact, act, number)
        delivery = self._delivery(contact, key, held)
        first = self._post(contact, delivery)
        again = [self.courier.deliver(delivery, retry=False) for _ in range(copies - 1)]
        return str(number), [each for each in (first, *again) if each is not None]

    def _update(self, contact: Contact, act: Act, number: int) -> tuple[str, bodies.Json]:
        prefix = "business_" if bodies.connection(contact) else ""
        if act.kind == "tap":
            below = next((b for b in self._screens.of(contact) if b.message_id == act.about), None)
            return "callback_query", bodies.tapped(contact, f"tap{number}", below, self._now(), act.payload)
        if act.kind == "edit":
            changed = {"text": act.text, "edit_date": self._now()}
            return f"edited_{prefix}message", bodies.message(contact, int(act.about), self._now(), changed)
        if act.kind not in bodies.CONTENTS:
            message = f"There is no {act.kind!r} on Telegram; there are tap, edit, {', '.join(bodies.CONTENTS)}."
            raise ValueError(message)
        content = bodies.CONTENTS[act.kind](contact, act, number)
        return f"{prefix}message", bodies.message(contact, number, self._now(), content)

    def _show_own(self, contact: Contact, act: Act, number: int) -> None:
        words = act.text or ("/start" if act.kind == "start" else f"[{act.kind}]")
        bubble = Bubble(author="contact", text=words, message_id=str(number), at=self._around.clock())
        self._screens.show(contact, bubble)

    def _by_owner(self, contact: Contact, content: bodies.Json) -> Attempt | None:
        if not bodies.connection(contact):
            message = "Nobody can write in a bot's own chat but the bot; give --contact as <connection>:<digits>."
            raise ValueError(message)
        number = next(self._messages)
        by = "Telegram itself" if "is_from_offline" in content else "a person"
        shown = Bubble(author="business", text=content["text"], message_id=str(number), at=self._around.clock(), by=by)
        self._screens.show(contact, shown)
        held = bodies.message(contact, number, self._now(), content, bodies.OWNER)
        return self._post(contact, self._delivery(contact, "business_message", held))

    def _delete(self, contact: Contact, about: str) -> Attempt | None:
        held = {**bodies.connection(contact), "chat": bodies.chat(contact), "message_ids": [int(about)]}
        return self._post(contact, self._delivery(contact, "deleted_business_messages", held))

    def _membership(self, contact: Contact, before: str, after: str) -> Attempt | None:
        (self._blocked.add if after == "kicked" else self._blocked.discard)(contact.key)
        held = bodies.membership(contact, self._now(), before, after)
        return self._post(contact, self._delivery(contact, "my_chat_member", held))

    def _delivery(self, contact: Contact, key: str, held: bodies.Json) -> Delivery:
        update = {"update_id": next(self._updates), key: held}
        headers = {
            "Content-Type": "application/json",
            SECRET_HEADER: self._around.secrets[f"secret_token/{contact.account_id}"],
        }
        body = json.dumps(update).encode()
        return Delivery(what=f"telegram {key}", body=body, headers=headers, path=contact.account_id)

    def _post(self, contact: Contact, delivery: Delivery) -> Attempt | None:
        queue = self._queues.get(contact.account_id)
        attempt = queue.post(contact.contact_id, delivery) if queue else self.courier.deliver(delivery)
        if attempt is not None:
            self._carry_out(attempt)
        return attempt

    def _pending(self, bot: str) -> int:
        queue = self._queues.get(bot)
        return queue.pending if queue else 0

    def _carry_out(self, attempt: Attempt) -> None:
        """Do what our answer to an update says, as Telegram does."""
        if attempt.content_type.startswith("application/json") and attempt.body:
            asked = json.loads(attempt.body)
            if asked.get("method") == "answerCallbackQuery":
                self.taps_answered.append(asked["callback_query_id"])

    def _show(self, bot: str, chat: str, body: bodies.Json) -> bodies.Json:
        contact = self._known.get((bot, chat))
        if contact is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if contact.key in self._blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if bodies.connection(contact) and not self._has_written_lately(contact):
            raise RefusedError(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING")
        rows = body.get("reply_markup", {}).get("inline_keyboard", ())
        buttons = tuple(Button(title=one["text"], payload=one["callback_data"]) for row in rows for one in row)
        number = next(self._messages)
        bubble = Bubble(
            author="business", text=body["text"], message_id=str(number), at=self._around.clock(), buttons=buttons
        )
        self._screens.show(contact, bubble)
        return bodies.message(contact, number, self._now(), {"text": body["text"]}, bodies.bot(bot))

    def _has_written_lately(self, contact: Contact) -> bool:
        """Tell whether a chat of a business account is still open to its bot.

        Source: Telegram "Bot API" §BusinessBotRights, ``can_reply``.
        """
        own = [bubble.at for bubble in self._screens.of(contact) if bubble.author == "contact"]
        return bool(own) and self._around.clock() - max(own) < WINDOW

    def _now(self) -> int:
        return int(self._around.clock().timestamp())


def _token_of(bot: str) -> MakeUp:
    return lambda: f"{bot}:{random.token_urlsafe(26)}"
