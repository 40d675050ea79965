"""Google on this machine: people review a location, a topic pushes that they did, and the API tells what."""

import base64
import itertools
import json
import secrets as random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.google.profile_api import CHANNEL, Json, ProfileApi, said
from infra.local.platforms.google.tokens import TokenSigner
from infra.local.platforms.screens import Screens
from infra.local.platforms.vendor import Act, Bubble, Contact, MakeUp, Other, Surroundings, Written
from nightbell.domain.business import Account

AUDIENCE = "https://webhooks.example.test/webhooks/google"
PUSHER = "push@local.iam.gserviceaccount.com"
STARS: Mapping[str, str] = {"text": "FIVE", "complaint": "ONE", "stars": "FOUR"}
"""By what somebody does; only stars, and no words, are a review, too."""

_LIVES_S = 3600
_CLIENT = json.dumps({"id": "local.apps.googleusercontent.com", "secret": "local-client-secret"})


class SimulatedGoogle:
    """See :class:`infra.local.platforms.vendor.SimulatedVendor`."""

    def __init__(self, surroundings: Surroundings, courier: Courier | None = None) -> None:
        """Take the locations of the settings; deliveries go by a courier of one's own, unless another is given."""
        self._around = surroundings
        self._courier = courier or Courier(accepted=lambda status: 200 <= status < 300)  # noqa: PLR2004 - what 2xx means
        self._signer = TokenSigner()
        owners = {
            _owner(account): surroundings.secrets[f"oauth2/{_owner(account)}"] for account in surroundings.accounts
        }
        self.api = ProfileApi(surroundings.faults, owners, self._answer)
        self._screens = Screens()
        self._numbers = itertools.count(1)
        self._people: dict[str, Contact] = {}

    @property
    def log(self) -> Sequence[Delivery]:
        """What was delivered so far."""
        return self._courier.log

    @staticmethod
    def secrets(accounts: Sequence[Account]) -> Mapping[str, MakeUp]:
        """Name the client, a refresh token for each owner of locations, and what the pushed tokens say."""
        refresh = {f"oauth2/{_owner(one)}": lambda: f"1//{random.token_hex(16)}" for one in accounts}
        return {**refresh, "client": lambda: _CLIENT, "push/email": lambda: PUSHER}

    def connect(self, handles: Handles) -> None:
        """Push to the deployed stack from now on."""
        self._courier.url = handles.hook("google")

    def greet(self) -> str:
        """Ask nothing."""
        return ""

    def answer(self, request: Request) -> Reply:
        """Answer as Google's APIs, or show with which key tokens are signed."""
        if request.path == "/.well-known/openid-configuration":
            issuer = f"http://{request.headers.get('host', '127.0.0.1')}/google"
            return said({"issuer": issuer, "jwks_uri": f"{issuer}/jwks"})
        return said(self._signer.keys()) if request.path == "/jwks" else self.api.answer(request)

    def contact(self, settings: Mapping[str, Any]) -> Contact:
        """Make somebody who reviews; a conversation is a review, so its id is what they are known by."""
        account = self._around.account(str(settings["channel"]))
        contact_id = str(settings.get("contact") or "review-1")
        if not contact_id.replace("-", "").replace("_", "").isalnum() or not contact_id.isascii():
            message = "A review's id has letters, digits, - and _."
            raise ValueError(message)
        name = str(settings.get("name") or "A customer")
        return Contact(channel=CHANNEL, account_id=account.account_id, contact_id=contact_id, name=name)

    def write(self, contact: Contact, act: Act, *, copies: int = 1, batch: int = 1) -> Written:
        """Let somebody review, or change the review that they wrote; there is one for each person."""
        written = [self._write(contact, act, copies) for _ in range(batch)]
        return Written(
            message_ids=tuple(message_id for message_id, _ in written),
            attempts=tuple(attempt for _, attempts in written for attempt in attempts),
        )

    def transcript(self, contact: Contact) -> Sequence[Bubble]:
        """List the review as it was each time, and its answers."""
        return self._screens.of(contact)

    def posts(self, contact: Contact) -> list[dict[str, Any]]:  # noqa: ARG002 - the protocol's form
        """Show none: a review stands for itself."""
        return []

    def others(self) -> Mapping[str, Other]:
        """List what others can do: a person answers in the profile."""
        return {"person": lambda contact, text, _: self._by_person(contact, text)}

    def stop(self) -> None:
        """End the background threads."""
        self._courier.stop()

    def push(self, notice: Json, **claims: object) -> Delivery:
        """Make a push of a notice, with a token as it should be unless ``claims`` say otherwise."""
        number = f"{next(self._numbers):016d}"
        at = self._around.clock()
        message = {
            "data": base64.b64encode(json.dumps(notice).encode()).decode(),
            "messageId": number,
            "message_id": number,
            "publishTime": _moment(at),
            "attributes": {},
        }
        body = json.dumps({"message": message, "subscription": "projects/local/subscriptions/reviews"}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token(at, claims)}"}
        return Delivery(what="google push", body=body, headers=headers)

    def _token(self, at: datetime, changes: Mapping[str, object]) -> str:
        # The gateway goes by the machine's own clock, and the functions by one that may be shifted.
        began, last = sorted((int(at.timestamp()), int(time.time())))
        claims = {
            "iss": self._around.secrets.get("push/issuer", "https://accounts.google.com"),
            "aud": AUDIENCE,
            "azp": "100000000000000000001",
            "sub": "100000000000000000001",
            "email": self._around.secrets["push/email"],
            "email_verified": True,
            "iat": began,
            "exp": last + _LIVES_S,
        }
        return self._signer.sign({**claims, **changes})

    def _write(self, contact: Contact, act: Act, copies: int) -> tuple[str, list[Attempt]]:
        name = self._name(contact)
        kind = act.kind if name not in self.api.reviews else "edit"
        if act.kind not in {*STARS, "edit"} or (act.kind == "edit" and name not in self.api.reviews):
            message = f"Nobody can {act.kind!r} here; there are {', '.join(STARS)}, and edit for what is there."
            raise ValueError(message)
        self._people[name] = contact
        stars = STARS.get(act.kind) or str(self.api.reviews[name]["starRating"])
        self._review(contact, name, stars, "" if act.kind == "stars" else act.text)
        notice = {"notificationType": "UPDATED_REVIEW" if kind == "edit" else "NEW_REVIEW", "reviewName": name}
        delivery = self.push({**notice, "locationName": name.rpartition("/reviews")[0]})
        return name, [self._courier.deliver(delivery, retry=copy == 0) for copy in range(copies)]

    def _review(self, contact: Contact, name: str, stars: str, text: str) -> None:
        at = self._around.clock()
        before = self.api.reviews.get(name, {"createTime": _moment(at)})
        told = {
            "name": name,
            "reviewId": contact.contact_id,
            "reviewer": {"displayName": contact.name},
            "starRating": stars,
            "comment": text,
            "updateTime": _moment(at),
        }
        self.api.reviews[name] = {**before, **told}
        shown = f"{stars.lower()} stars: {text}" if text else f"{stars.lower()} stars"
        self._screens.show(contact, Bubble(author="contact", text=shown, message_id=name, at=at))

    def _answer(self, name: str, comment: str, by: str = "") -> None:
        at = self._around.clock()
        reply = {"comment": comment, "updateTime": _moment(at), "reviewReplyState": "PENDING"}
        self.api.reviews[name]["reviewReply"] = reply
        bubble = Bubble(author="business", text=comment, message_id=f"{name}/reply", at=at, by=by)
        self._screens.show(self._people[name], bubble)

    def _by_person(self, contact: Contact, text: str) -> Attempt:
        name = self._name(contact)
        if name not in self.api.reviews:
            message = "There is no review to answer."
            raise ValueError(message)
        self._answer(name, text, "a person")
        # Google tells of an answer as of a change.
        return self._courier.deliver(self.push({"notificationType": "UPDATED_REVIEW", "reviewName": name}))

    def _name(self, contact: Contact) -> str:
        account = self._around.account(CHANNEL)
        return f"accounts/{_owner(account)}/locations/{contact.account_id}/reviews/{contact.contact_id}"


def _owner(account: Account) -> str:
    return account.business_account_id or account.account_id


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
