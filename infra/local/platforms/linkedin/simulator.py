"""LinkedIn on this machine: a page's posts, members who comment, and the check of our endpoint."""

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
from infra.local.platforms.linkedin import bodies
from infra.local.platforms.linkedin.comments_api import CHANNEL, CommentsApi
from infra.local.platforms.linkedin.wall import Comment, Post, Wall
from infra.local.platforms.vendor import Act, Bubble, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account

ADA = "li000000001"
RETRY_AFTER_S = (0.5, *(10.0,) * 96)
"""Every 5 minutes for 8 hours (LinkedIn "Webhooks" §Retry), thirty times as fast, so that a person can watch it."""
CHALLENGE = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
OK = 200
_MEMBER = re.compile(r"[A-Za-z0-9_-]{1,40}")


class SimulatedLinkedIn:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None) -> None:
        """Take the pages of the settings, and somebody else's courier where there is one."""
        self._around = surroundings
        self._walls = {account.account_id: Wall() for account in surroundings.accounts}
        tokens = {one: _token(surroundings.secrets[f"oauth2/{one}"]) for one in self._walls}
        self.courier = courier or Courier(retry_after_s=RETRY_AFTER_S, accepted=_is_accepted)
        self.api = CommentsApi(tokens, surroundings.faults, self._walls, self._say)
        self._numbers = itertools.count(5_603_450_001)

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self.courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name the app's secret, of LinkedIn's length, and a token for each page."""
        tokens = {f"oauth2/{one.account_id}": _new_token for one in accounts}
        return {"client_secret": lambda: random.token_hex(8), **tokens}

    def connect(self, handles: Handles) -> None:
        """Deliver to the deployed stack from now on."""
        self.courier.url = handles.hook("linkedin")

    def greet(self) -> str:
        """Check the endpoint, as LinkedIn does when it is registered and every two hours."""
        asked = self.courier.ask({"challengeCode": CHALLENGE, "applicationId": "77"})
        key = self._around.secrets["client_secret"].encode()
        right = {
            "challengeCode": CHALLENGE,
            "challengeResponse": hmac.new(key, CHALLENGE.encode(), hashlib.sha256).hexdigest(),
        }
        if asked.status == OK and asked.content_type.startswith("application/json") and json.loads(asked.body) == right:
            return ""
        return f"The webhook did not answer LinkedIn's challenge: {asked.status} {asked.body[:300]}"

    def answer(self, request: Request) -> Reply:
        """Answer as the API."""
        return self.api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make a member."""
        account = self._around.account(str(settings["channel"]))
        contact_id = str(settings.get("contact") or ADA)
        if not _MEMBER.fullmatch(contact_id):
            message = f"On LinkedIn a member is known by letters and digits; {contact_id!r} is none."
            raise ValueError(message)
        name = str(settings.get("name") or "A member")
        return Contact(channel=CHANNEL, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let a member act; several acts travel in one delivery."""
        done = [self._act(contact, act) for _ in range(batch)]
        delivery = self._delivery(f"linkedin {act.kind}", [note for _, note in done])
        attempts = [self.courier.deliver(delivery)]
        attempts += [self.courier.deliver(delivery, retry=False) for _ in range(copies - 1)]
        return Written(message_ids=tuple(name for name, _ in done), attempts=tuple(attempts))

    def transcript(self, contact: Contact) -> Sequence[Bubble]:  # noqa: ARG002 - the protocol's form
        """Show none: everything is public."""
        return ()

    def posts(self, contact: Contact) -> list[dict[str, Any]]:
        """List the page's posts, and those of members that name it."""
        wall = self._walls[contact.account_id]
        with wall.lock:
            wall.newest(self._around.clock())
            return [self._post(wall, post, contact) for post in wall.posts.values()]

    def others(self) -> Mapping[str, Other]:
        """List what others can do."""
        return {"answer": self._by_hand, "post": self._publish}

    def clear(self) -> None:
        """Take down everything that stands on the walls."""
        for wall in self._walls.values():
            with wall.lock:
                wall.posts.clear()
                wall.comments.clear()

    def stop(self) -> None:
        """End the background threads."""
        self.courier.stop()

    def _act(self, contact: Contact, act: Act) -> tuple[str, bodies.Json]:
        wall, at = self._walls[contact.account_id], self._around.clock()
        if act.kind == "mention":
            post = wall.publish(act.text, at, contact)
            return post.name, self._of_post("SHARE_MENTION", contact.account_id, post)
        if act.kind == "reaction":
            post = wall.posts[act.about] if act.about in wall.posts else wall.newest(at)
            return post.name, self._of_post("LIKE", contact.account_id, post)
        if act.kind == "text":
            comment = wall.comment(act.about or wall.newest(at).name, act.text, at, contact)
            return comment.name, self._of_comment("COMMENT", contact.account_id, comment)
        if act.kind not in {"edit", "unsend"}:
            message = f"There is no {act.kind!r} on LinkedIn; there are text, mention, reaction, edit, unsend."
            raise ValueError(message)
        comment = wall.comments[act.about]
        if act.kind == "edit":
            comment.text, comment.edited = act.text, True
            return comment.name, self._of_comment("COMMENT_EDIT", contact.account_id, comment)
        comment.deleted = True
        return comment.name, self._of_comment("COMMENT_DELETE", contact.account_id, comment)

    def _say(self, account_id: str, place: str, text: str) -> Comment:
        """Put up what the API was asked to say, and tell our own webhook of it, as LinkedIn does."""
        comment = self._walls[account_id].comment(place, text, self._around.clock())
        self.courier.deliver_later(self._told(account_id, comment), 0.2)
        return comment

    def _by_hand(self, contact: Contact, text: str, about: str) -> Attempt:
        comment = self._walls[contact.account_id].comment(about, text, self._around.clock(), by_hand=True)
        return self.courier.deliver(self._told(contact.account_id, comment))

    def _publish(self, contact: Contact, text: str, _: str) -> None:
        self._walls[contact.account_id].publish(text, self._around.clock())

    def _told(self, account_id: str, comment: Comment) -> Delivery:
        return self._delivery("linkedin admin comment", [self._of_comment("ADMIN_COMMENT", account_id, comment)])

    def _of_comment(self, action: str, account_id: str, comment: Comment) -> bodies.Json:
        return bodies.about_comment(next(self._numbers), action, account_id, comment, self._now_ms())

    def _of_post(self, action: str, account_id: str, post: Post) -> bodies.Json:
        return bodies.about_post(next(self._numbers), action, account_id, post, self._now_ms())

    def _delivery(self, what: str, notifications: list[bodies.Json]) -> Delivery:
        return bodies.delivery(what, notifications, self._around.secrets["client_secret"])

    def _now_ms(self) -> int:
        return int(self._around.clock().timestamp() * 1000)

    def _post(self, wall: Wall, post: Post, contact: Contact) -> dict[str, Any]:
        under = [one for one in wall.comments.values() if one.post == post.name and not one.deleted]
        return {
            **_said(post, contact),
            "id": post.name,
            "elsewhere": post.author is not None,
            "comments": [
                {
                    **_said(one, contact),
                    "id": one.name,
                    "parent": one.above,
                    "after_ms": one.after_ms,
                    "by_hand": one.by_hand,
                    "edited": one.edited,
                    "hidden": False,
                }
                for one in under
            ],
        }


def _said(item: Post | Comment, contact: Contact) -> dict[str, Any]:
    by = "business" if item.author is None else "me" if item.author.key == contact.key else "other"
    name = item.author.name if item.author else "The page"
    return {"by": by, "author": name, "text": item.text, "at": item.at.isoformat(), "private_reply": ""}


def _is_accepted(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - that is what 2xx means


def _token(secret: str) -> str:
    return str(json.loads(secret)["access"])


def _new_token() -> str:
    """Make one as it is stored: with app and member, without whom nobody can ask what the page is subscribed to."""
    return json.dumps({"access": random.token_hex(24), "app": "77", "member": "local"})
