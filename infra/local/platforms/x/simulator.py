"""X on this machine: people who post and write, both envelopes' newer one, the check of the address, and the API."""

import json
import re
import secrets as random
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.screens import Screens
from infra.local.platforms.vendor import Act, Bubble, Contact, MakeUp, Other, Surroundings, Written
from infra.local.platforms.x import acts, bodies
from infra.local.platforms.x.api import Api, RefusedError, Tokens
from infra.local.platforms.x.care_api import CareApi
from infra.local.platforms.x.echoes import Echoes
from infra.local.platforms.x.timeline import Letter, Post, Timeline
from infra.local.platforms.x.wall import wall_of
from infra.local.platforms.x.wire import answer_to, delivery_of
from nightbell.domain.business import Account

POSTS, DIRECT = "x_posts", "x_direct"
OAUTH2 = "oauth2"
ADA = "1740000000000000101"
_CONTACT = re.compile(r"[0-9]{1,19}")


class SimulatedX:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None, address: str = "") -> None:
        """Take the accounts of the settings.

        Args:
            surroundings: The accounts among them.
            courier: Delivers, if not one of its own.
            address: Of the API, where a proxy stands before it.
        """
        self._around = surroundings
        self._names = {account.account_id: account.brand.name for account in surroundings.accounts}
        self._called = {
            account.account_id: (account.handle or bodies.handle_of(account.brand.name)).lower()
            for account in surroundings.accounts
        }
        self._secret = surroundings.secrets["consumer_secret"]
        self._courier = courier or Courier()
        self._screens = Screens()
        self._known: dict[str, Contact] = {}
        self.timeline = Timeline(surroundings.clock)
        self._echoes = Echoes(courier=self._courier, faults=surroundings.faults)
        self.care = CareApi(
            bearer=surroundings.secrets["bearer"], new_id=self.timeline.new_id, passes=lambda: not self.greet()
        )
        self._api = Api(
            tokens=_tokens(surroundings),
            timeline=self.timeline,
            faults=surroundings.faults,
            post=self._post_ours,
            write=self._write_ours,
            care=self.care,
            address=address,
        )

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self._courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name the app's key and secrets, and a token for each account."""
        app = {
            "consumer_key": lambda: random.token_hex(12),
            "consumer_secret": lambda: random.token_hex(25),
            "bearer": lambda: random.token_hex(40),
        }
        tokens = {_secret_of(one): _BEARER if one.login == OAUTH2 else _token_of(one.account_id) for one in accounts}
        return {**app, **tokens}

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on."""
        self._courier.url = handles.hook("x")

    def greet(self) -> str:
        """Check the address, as at registration."""
        token = f"{random.token_hex(8)} +/{random.token_urlsafe(16)}"
        attempt = self._courier.ask({"crc_token": token, "nonce": random.token_hex(8)})
        try:
            answered = json.loads(attempt.body).get("response_token")
        except ValueError:
            answered = None
        if attempt.status == 200 and answered == answer_to(token.encode(), self._secret):  # noqa: PLR2004 - OK
            return ""
        return f"X's check of the address was answered with {attempt.status}: {attempt.body[:200]}"

    def answer(self, request: Request) -> Reply:
        """Answer a call of the API."""
        return self._api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a contact, whose id is a number of at most 19 digits."""
        channel = str(settings["channel"])
        account = self._around.account(channel)
        contact_id = str(settings.get("contact") or ADA)
        if not _CONTACT.fullmatch(contact_id):
            message = f"On X a contact is known by digits; {contact_id!r} is none."
            raise ValueError(message)
        name = str(settings.get("name") or "A customer")
        return Contact(channel=channel, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a contact act; each act is a delivery of its own, or two where X tells of it for two reasons."""
        self._known[contact.contact_id] = contact
        written = [self._write(contact, act, copies) for _ in range(batch)]
        attempts = tuple(attempt for _, tried in written for attempt in tried)
        return Written(message_ids=tuple(one for one, _ in written), attempts=attempts)

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List what is on a contact's screen."""
        return self._screens.of(contact)

    def posts(self, contact: Contact) -> list[dict[str, Any]]:
        """List what is public, as a contact sees it."""
        if contact.channel != POSTS:
            return []
        self.timeline.opening(contact.account_id)
        return wall_of(self.timeline, contact, self._names[contact.account_id])

    def others(self) -> Mapping[str, Other]:
        """List what others can do."""
        return {"person": self._by_person, "encrypted_person": self._by_person_encrypted, "revoke": self._revoke}

    def stop(self) -> None:
        """End the background threads."""
        self._courier.stop()

    def _write(self, contact: Contact, act: Act, copies: int) -> tuple[str, list[Attempt]]:
        if contact.channel == DIRECT:
            message_id, trees = self._direct(contact, act)
        else:
            message_id, trees = self._public(contact, act)
        attempts = [self._deliver(f"{contact.name}: {act.text or act.kind}", tree, copies) for tree in trees]
        return message_id, [each for tried in attempts for each in tried]

    def _public(self, contact: Contact, act: Act) -> tuple[str, list[bodies.Json]]:
        said, ways = acts.public(self.timeline, contact, act, self._called[contact.account_id])
        if said is None:
            liked = {"liked_tweet_id": act.about}
            return act.about, [bodies.event(way, contact.account_id, liked) for way in ways]
        self.timeline.add(said)
        shown = Bubble(author="contact", text=said.typed, message_id=said.post_id, at=said.at, about=said.parent)
        self._screens.show(contact, shown)
        written = bodies.post(said, self._handles(contact), (contact.account_id,) if said.parent else ())
        people = {"users": [bodies.user(contact.contact_id, contact.name)]}
        return said.post_id, [bodies.event(way, contact.account_id, written, people) for way in ways]

    def _direct(self, contact: Contact, act: Act) -> tuple[str, list[bodies.Json]]:
        letter_id, now = self.timeline.new_id(), self._around.clock()
        shown = Bubble(author="contact", text=acts.on_screen(act), message_id=letter_id, at=now)
        tree = acts.direct(contact, act, letter_id, now, self._names[contact.account_id])
        self._screens.show(contact, shown)
        if act.kind != "encrypted":
            self._keep(contact, letter_id, act.text, is_ours=False)
        return letter_id, [tree]

    def _keep(self, contact: Contact, letter_id: str, text: str, *, is_ours: bool) -> Letter:
        return self.timeline.write(
            Letter(
                letter_id=letter_id,
                account_id=contact.account_id,
                contact=contact,
                text=text,
                at=self._around.clock(),
                is_ours=is_ours,
            )
        )

    def _post_ours(self, account_id: str, text: str, parent: Post, by: str = "") -> Post:
        """Answer a post, whoever does it for the business."""
        contact = parent.author
        if not by and (contact is None or not acts.summons(self.timeline, parent, self._called[account_id])):
            raise RefusedError("not-summoned")
        said = self.timeline.add(
            Post(
                post_id=self.timeline.new_id(),
                account_id=account_id,
                author=None,
                typed=text,
                at=self._around.clock(),
                parent=parent.post_id,
                root=parent.root,
                by=by,
            )
        )
        if contact is not None:
            shown = Bubble(
                author="business", text=text, message_id=said.post_id, at=said.at, about=parent.post_id, by=by
            )
            self._screens.show(contact, shown)
        before = (contact.contact_id,) if contact else ()
        tree = bodies.event("post.create", account_id, bodies.post(said, self._handles(contact), before))
        self._echo("our post", tree, POSTS, contact, by)
        return said

    def _write_ours(self, account_id: str, contact_id: str, text: str, by: str = "") -> Letter:
        """Write a direct message, whoever does it for the business."""
        before = self.timeline.between(account_id, contact_id)
        if not before and not by:
            raise RefusedError("closed")
        contact = before[0].contact if before else self._known[contact_id]
        letter = self._keep(contact, self.timeline.new_id(), text, is_ours=True)
        shown = Bubble(author="business", text=text, message_id=letter.letter_id, at=letter.at, by=by)
        self._screens.show(contact, shown)
        tree = bodies.event("dm.sent", account_id, bodies.direct(letter, self._names[account_id]))
        self._echo("our message", tree, DIRECT, contact, by)
        return letter

    def _echo(self, what: str, tree: bodies.Json, channel: str, contact: Contact | None, by: str) -> None:
        delivery = delivery_of(what, tree, self._secret)
        if by:
            self._courier.deliver(delivery)
        else:
            self._echoes.follow(delivery, channel, contact.contact_id if contact else "")

    def _by_person(self, contact: Contact, text: str, about: str) -> Attempt | None:
        if contact.channel == DIRECT:
            self._write_ours(contact.account_id, contact.contact_id, text, by="a person")
        else:
            own = [each.post_id for each in self.timeline.posts.values() if each.author == contact]
            parent = self.timeline.posts.get(about or (own[-1] if own else ""))
            if parent is None:
                message = "A person on X answers a post; name one with --about."
                raise ValueError(message)
            self._post_ours(contact.account_id, text, parent, by="a person")
        return self._courier.log[-1].attempts[-1]

    def _by_person_encrypted(self, contact: Contact, _: str, __: str) -> Attempt | None:
        now = self._around.clock()
        payload = bodies.chat(contact.account_id, contact, self.timeline.new_id(), now, is_ours=True)
        return self._deliver("a person, encrypted", bodies.event("chat.sent", contact.account_id, payload), 1)[0]

    def _revoke(self, contact: Contact, _: str, __: str) -> Attempt | None:
        payload = {"date_time": bodies.time(self._around.clock()), "user_id": contact.account_id, "app_id": "1"}
        tree = bodies.event("oauth.revoke", contact.account_id, payload)
        tree["data"]["filter"] = {}
        return self._deliver("the permission withdrawn", tree, 1)[0]

    def _deliver(self, what: str, tree: bodies.Json, copies: int) -> list[Attempt]:
        delivery = delivery_of(what, tree, self._secret)
        return [self._courier.deliver(delivery, retry=copy == copies - 1) for copy in range(copies)]

    def _handles(self, contact: Contact | None) -> dict[str, str]:
        people = {} if contact is None else {contact.contact_id: bodies.handle_of(contact.name)}
        return {**self._called, **people}


def _secret_of(account: Account) -> str:
    return f"{OAUTH2 if account.login == OAUTH2 else 'oauth1'}/{account.account_id}"


def _tokens(around: Surroundings) -> Tokens:
    stored = {_secret_of(one): one.account_id for one in around.accounts}
    read = [(account_id, json.loads(around.secrets[name])) for name, account_id in stored.items()]
    return Tokens(
        consumer=(around.secrets["consumer_key"], around.secrets["consumer_secret"]),
        accounts={one: (token["token"], token["secret"]) for one, token in read if "token" in token},
        bearers={token["access"]: one for one, token in read if "access" in token},
    )


def _token_of(account_id: str) -> MakeUp:
    return lambda: json.dumps({"token": f"{account_id}-{random.token_hex(20)}", "secret": random.token_hex(22)})


def _make_bearer() -> str:
    told = {"access": random.token_urlsafe(40), "refresh": random.token_urlsafe(40), "client": "local:local"}
    return json.dumps({**told, "until": "2100-01-01T00:00:00+00:00"})


_BEARER: MakeUp = _make_bearer
