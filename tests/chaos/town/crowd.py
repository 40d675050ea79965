"""A crowd on all channels: people who write, change what they wrote, take it back, or want to be forgotten."""

import random
from dataclasses import dataclass, field

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    WHATSAPP,
    Contact,
)
from tests.chaos.town.accounts import ALL, somebody
from tests.chaos.town.platform import Said
from tests.chaos.town.town import Town

CHANNELS = {MESSENGER: 5, WHATSAPP: 4, FACEBOOK_COMMENTS: 4, INSTAGRAM_DIRECT: 4, INSTAGRAM_COMMENTS: 3}
"""And how often each is chosen."""
PUBLIC = (FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS)
CHANGED, TAKEN_BACK, REMOVALS, DEAUTHORIZED = 0.04, 0.05, 0.012, 0.002
UNNAMED, BY_PAGE, ANSWERING = 0.05, 0.03, 0.25
"""Of the comments: without an author, by another business's Page, below somebody else's comment."""
NAMELESS = 0.3
"""Of the changes in public that tell no author although the comment did."""
RECENT = 60
"""People change what they wrote a short while ago."""
POSTS_EACH = 8
REQUEST_AFTER_S, ASK_AGAIN_S = 600.0, 300.0
CANARY = "canary-Zx81"
TEXTS = (
    "Do you have rye bread today? {mark} {canary}",
    "My order HB-12345 has not arrived, this is terrible {mark} {canary}",
    "I have an idea for the shop {mark} {canary}",
    "Thank you, that was lovely {mark} {canary}",
    "¿Tienen pan de centeno? {mark} {canary} 🥖",
    "stop",
)
OFTEN = (6, 4, 2, 3, 4, 1)


@dataclass(slots=True)
class Crowd:
    """Who writes, and what they wrote.

    Attributes:
        people: How many there are.
        gone: Who wants to be forgotten, and writes no more.
    """

    here: Town
    rng: random.Random
    people: int
    gone: set[int] = field(default_factory=set)
    posts: dict[str, list[str]] = field(default_factory=dict)
    said: list[tuple[int, Said]] = field(default_factory=list)
    _changed: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for account in ALL:
            if account.channel in PUBLIC:
                made = [self.here.platform.publish(account).post_id for _ in range(POSTS_EACH)]
                self.posts[f"{account.channel}.{account.account_id}"] = made

    def act(self, number: int) -> None:
        """Let somebody do one thing."""
        if self.rng.random() < REMOVALS:
            self._leave()
        if self.rng.random() < DEAUTHORIZED:
            login = self.rng.choice(("facebook", "instagram"))
            self.here.platform.call_back("deauthorize", f"owner-{number}", login=login)
        chance = self.rng.random()
        if chance < CHANGED + TAKEN_BACK and self._change("edit" if chance < CHANGED else "unsend", number):
            return
        self.write(number)

    def write(self, number: int, channel: str = "") -> Contact:
        """Let somebody write; one in ten deliveries brings two people's messages."""
        channel = channel or self.rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        first = self._person()
        chosen = [first]
        if self.rng.random() < 0.1:
            # One delivery is for accounts of one login.
            other = self._person()
            chosen += [other] if other != first and other % 4 == first % 4 else []
        acts = [(somebody(person, channel), self._writing(person, channel, number)) for person in chosen]
        self.said += zip(chosen, self.here.platform.write(*acts), strict=True)
        return acts[0][0]

    def _person(self) -> int:
        while True:
            person = self.rng.randrange(self.people)
            if person not in self.gone:
                return person

    def _writing(self, person: int, channel: str, number: int) -> Writing:
        text = self._text(number, person)
        if channel not in PUBLIC:
            return Writing(text=text, message_id=f"m_{self.here.seed}_{number}_{person}")
        return Writing(
            text=text,
            about=self._place(somebody(person, channel)),
            unnamed=self.rng.random() < UNNAMED,
            by_page=channel == FACEBOOK_COMMENTS and self.rng.random() < BY_PAGE,
        )

    def _text(self, number: int, person: int) -> str:
        return self.rng.choices(TEXTS, OFTEN)[0].format(mark=f"w{number}x{person}w", canary=CANARY)

    def _place(self, contact: Contact) -> str:
        """Choose a post, mostly a new one, or a comment that still stands."""
        posts = self.posts[f"{contact.channel}.{contact.account_id}"]
        if self.rng.random() < ANSWERING:
            recent = [said.thing for _, said in self.said[-RECENT:] if said.contact.key[:2] == contact.key[:2]]
            standing = [thing for thing in recent if self.here.platform.meta.world.wall.find(thing)]
            if standing:
                return self.rng.choice(standing)
        return self.rng.choice(posts)

    def _change(self, kind: str, number: int) -> bool:
        """Let somebody change or take back what they wrote a while ago; on Instagram's comments nobody can."""
        open_to = [each for each in self.said[-RECENT:] if self._may_change(kind, *each)]
        if not open_to:
            return False
        person, said = self.rng.choice(open_to)
        self._changed.add((kind, said.thing))
        unnamed = said.unnamed or (_is_known(said) and said.channel in PUBLIC and self.rng.random() < NAMELESS)
        writing = Writing(
            kind=kind,
            text=self._text(number, person) if kind == "edit" else "",
            about=said.thing,
            message_id=f"m_{self.here.seed}_{number}_{person}" if said.channel == WHATSAPP else "",
            unnamed=unnamed,
        )
        self.here.platform.write((said.contact, writing))
        return True

    def _may_change(self, kind: str, person: int, said: Said) -> bool:
        """Each once, and nothing after it was taken back."""
        if said.channel == INSTAGRAM_COMMENTS or person in self.gone:
            return False
        if said.unnamed and not _is_known(said):
            # What names neither its author nor anything that is stored is dropped, as nobody can tell what it is of.
            return False
        return not {(kind, said.thing), ("unsend", said.thing)} & self._changed

    def _leave(self) -> None:
        """Let somebody ask for their data to be deleted, some time after they wrote last."""
        person = self._person()
        self.gone.add(person)
        known_as = somebody(person, self.rng.choice((MESSENGER, WHATSAPP, INSTAGRAM_DIRECT)))
        self.here.plans += 1
        self.here.agenda.after(REQUEST_AFTER_S, lambda: self._ask(person, known_as.user_id or known_as.contact_id))

    def _ask(self, person: int, user_id: str) -> None:
        """Ask once all that they wrote was heard: what is stored later than the rest was deleted stays."""
        own = [said.posted for who, said in self.said if who == person]
        if self.here.waiting("SpillQueue") or not all(each.acknowledged or each.gave_up for each in own):
            self.here.agenda.after(ASK_AGAIN_S, lambda: self._ask(person, user_id))
            return
        self.here.plans -= 1
        self.here.platform.call_back("deletion", user_id, login=self.rng.choice(("facebook", "instagram")))


def _is_known(said: Said) -> bool:
    """Tell whether it is stored, and not only promised to be."""
    return said.posted.acknowledged and not said.posted.is_spilled
