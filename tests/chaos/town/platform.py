"""The simulated platform in this process: what people do there, and what everybody sees of us."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.callbacks import callback
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    PRIVATE_CHANNELS,
    Account,
    Contact,
)
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.wall import Post as WallPost
from infra.local.platforms.meta.world import Limits
from tests.chaos.town.accounts import ALL, APP, pk_of
from tests.chaos.town.agenda import Agenda
from tests.chaos.town.api import Api
from tests.chaos.town.post import Post, Posted

UNLIMITED = Limits(
    messenger_per_second=10**6,
    private_replies_per_hour=10**9,
    whatsapp_per_second=10**6,
    pair_burst=10**6,
    pair_per_second=10**6,
    read_backs_per_second=10**6,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that a contact wrote or changed.

    Attributes:
        message_id: Under which it is to be stored.
        thing: What it is on the platform; of a change, what was changed.
        posted: What carries it.
        unnamed: The platform does not tell who it was.
    """

    contact: Contact
    writing: Writing
    message_id: str
    thing: str
    posted: Posted
    unnamed: bool = False

    @property
    def channel(self) -> str:
        return self.contact.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something of ours that stands on a screen.

    Attributes:
        unit: Partition and sort key of the unit that sent it; empty for none.
        pk: Where it was sent from, where it is known; else of the contact who sees it.
        screen: Of a message, the conversation of whoever reads it.
        about: The comment that it answers in private.
        place: Of a line in public, below what it stands; else empty.
    """

    unit: tuple[str, str]
    pk: str
    at: datetime
    text: str
    tag: str = ""
    screen: str = ""
    about: str = ""
    place: str = ""


class MetaTown:
    """People who write, and what they see."""

    def __init__(self, agenda: Agenda, receive: Callable[[dict[str, Any]], Any], seed: int) -> None:
        self.agenda = agenda
        self.rng = random.Random(f"{seed} town")
        self.post = Post(agenda, receive, random.Random(f"{seed} post"))
        self.meta = SimulatedMeta(app=APP, accounts=ALL, clock=agenda.clock.now, limits=UNLIMITED, courier=self.post)
        self.api = Api(self.meta.graph_api, agenda, random.Random(f"{seed} api"))
        self.said: dict[str, Said] = {}
        """By the id under which it is to be stored."""
        self.asked: list[tuple[str, Posted]] = []
        """Whose data is to be deleted, by the id that the platform gives."""

    def write(self, *acts: tuple[Contact, Writing], after_s: float = 0.0) -> list[Said]:
        """Let contacts write to accounts of one login, all in one delivery, which may come later."""
        now = self.agenda.clock.now() + timedelta(seconds=after_s)
        done = [(contact, writing, *self.meta._act(contact, writing, now)) for contact, writing in acts]
        body = self.meta._postman.body([(contact, event) for contact, _, _, event in done], now)
        posted = self.post.post(self.meta.sign("written", body, acts[0][0]), after_s)
        said = [_said(contact, writing, thing, posted) for contact, writing, thing, _ in done]
        self.said.update((each.message_id, each) for each in said)
        return said

    def publish(self, account: Account) -> WallPost:
        """Put up a post of the business, which nobody is told of."""
        return self.meta.world.wall.publish(account, "Fresh from the oven.", self.agenda.clock.now())

    def call_back(self, path: str, user_id: str, *, login: str = "facebook") -> Posted:
        """Ask for a person's data to be deleted, or tell that they took their permission back."""
        asked = callback(path, path, user_id, APP.secret_for(login), self.agenda.clock.now())
        posted = self.post.post(asked)
        if path == "deletion":
            self.asked.append((user_id, posted))
        return posted

    def sees(self) -> Iterator[Seen]:
        """List what stands of ours on anybody's screen, in private and in public."""
        whose = self.api.sent_by
        for thread in self.meta.world.threads.values():
            for bubble in thread.bubbles:
                if bubble.author == "business" and not bubble.app_id:
                    unit, screen = whose.get(bubble.message_id, ("", "")), pk_of(thread.contact)
                    yield Seen(
                        unit=unit,
                        pk=unit[0] or screen,
                        at=bubble.at,
                        text=bubble.text,
                        tag=bubble.metadata,
                        screen=screen,
                        about=bubble.about,
                    )
        for comment in self.meta.world.wall.comments.values():
            if comment.author is None and not comment.app_id:
                unit = whose.get(comment.comment_id, ("", ""))
                yield Seen(unit=unit, pk=unit[0], at=comment.at, text=comment.text, place=comment.parent_id)

    def authors(self) -> dict[str, tuple[str, str]]:
        """Tell who wrote each comment, and below which post."""
        comments = self.meta.world.wall.comments
        return {name: (each.author.contact_id, each.post.post_id) for name, each in comments.items() if each.author}


def _said(contact: Contact, writing: Writing, thing: str, posted: Posted) -> Said:
    return Said(
        contact=contact,
        writing=writing,
        message_id=_stored_as(contact.channel, writing, thing),
        thing=writing.about if writing.kind in {"edit", "unsend"} else thing,
        posted=posted,
        unnamed=writing.unnamed,
    )


def _stored_as(channel: str, writing: Writing, thing: str) -> str:
    """Name what a change is stored under, where the platform gives it the id of what was changed."""
    if writing.kind not in {"edit", "unsend"} or channel not in {MESSENGER, INSTAGRAM_DIRECT, FACEBOOK_COMMENTS}:
        return thing
    if channel in PRIVATE_CHANNELS:
        mark = f"edit:{sha256(writing.text.encode()).hexdigest()[:16]}" if writing.kind == "edit" else "remove"
    else:
        mark = "edit:1" if writing.kind == "edit" else "unsend"
    return f"{writing.about}:{mark}"
