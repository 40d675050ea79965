"""What a customer does in public, on a Page or under an Instagram post, and what Meta reports of it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from infra.local.platforms.meta import facebook_bodies, instagram_bodies
from infra.local.platforms.meta.acts import NothingThereError, Writing
from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS, Account, Contact
from infra.local.platforms.meta.public_reading import author_on_page
from infra.local.platforms.meta.wall import Comment, Post, Wall
from infra.local.platforms.meta.writing import known_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody does something in public; whoever handles it holds the world's lock."""

    wall: Wall
    account: Account
    contact: Contact
    writing: Writing
    at: datetime

    def target(self) -> Post | Comment:
        """Find what it is about: what was named, else the business's newest post.

        Raises:
            NothingThereError: It is not there.
        """
        if not self.writing.about:
            return self.wall.newest(self.account, self.at)
        found = self.wall.find(self.writing.about)
        if found is None:
            raise NothingThereError(f"There is no post and no comment {self.writing.about!r}.")
        return found

    def own_comment(self) -> Comment:
        """Find the comment of theirs that they change.

        Raises:
            NothingThereError: It is not there, or somebody else's.
        """
        found = self.target()
        if not isinstance(found, Comment) or found.author is None or found.author.key != self.contact.key:
            raise NothingThereError("Only comments of their own can people change.")
        return found

    @property
    def author(self) -> Contact:
        """Whose name will stand above it."""
        return replace(self.contact, is_page=self.contact.is_page or self.writing.by_page)

    def comment(self, under: Post | Comment) -> Comment:
        """Write under something."""
        made = self.wall.comment(under, self.writing.text, self.at, self.author)
        made.wrote_at = time.monotonic()
        return made

    def post(self, *, elsewhere: bool = False) -> Post:
        """Put up a post of their own."""
        made = self.wall.publish(self.account, self.writing.text, self.at, self.author)
        made.elsewhere, made.wrote_at = elsewhere, time.monotonic()
        return made


Act = Callable[[Acting], tuple[str, Event]]


def act_in_public(acting: Acting) -> tuple[str, Event]:
    """Do it; tells the id of what was written, and the change that Meta reports.

    Raises:
        UnknownKindError: The kind does not exist on the channel.
        NothingThereError: What it is about is not there.
    """
    channel = acting.account.channel
    return PUBLIC_ACTS[channel][known_kind(channel, PUBLIC_ACTS[channel], acting.writing.kind)](acting)


def _comment(acting: Acting) -> tuple[str, Event]:
    made = acting.comment(acting.target())
    return made.comment_id, facebook_bodies.comment_change(made, "add", unnamed=acting.writing.unnamed)


def _photo(acting: Acting) -> tuple[str, Event]:
    made = acting.comment(acting.target())
    return made.comment_id, facebook_bodies.photo_change(made)


def _edit(acting: Acting) -> tuple[str, Event]:
    changed = acting.own_comment()
    changed.text, changed.edited = acting.writing.text, True
    return changed.comment_id, facebook_bodies.comment_change(changed, "edited", unnamed=acting.writing.unnamed)


def _unsend(acting: Acting) -> tuple[str, Event]:
    gone = acting.own_comment()
    gone.removed = True
    return gone.comment_id, facebook_bodies.comment_change(gone, "remove", unnamed=acting.writing.unnamed)


def _post(acting: Acting) -> tuple[str, Event]:
    made = acting.post()
    return made.post_id, facebook_bodies.post_change(made, unnamed=acting.writing.unnamed)


def _recommendation(acting: Acting) -> tuple[str, Event]:
    made = acting.post()
    return made.post_id, facebook_bodies.rating_change(made, positive=acting.writing.payload != "negative")


def _reaction(acting: Acting) -> tuple[str, Event]:
    who = author_on_page(acting.account, acting.contact)
    return "", facebook_bodies.reaction_change(acting.target(), who, acting.at)


def _elsewhere(acting: Acting) -> Comment:
    post = acting.wall.publish(acting.account, "A post of somebody else's.", acting.at, acting.contact)
    post.elsewhere = True
    return acting.comment(post)


def _mention(acting: Acting) -> tuple[str, Event]:
    made = _elsewhere(acting)
    return made.comment_id, facebook_bodies.mention_change(made)


def _mention_in_post(acting: Acting) -> tuple[str, Event]:
    made = acting.post(elsewhere=True)
    return made.post_id, facebook_bodies.mention_change(made)


def _instagram_comment(acting: Acting) -> tuple[str, Event]:
    made = acting.comment(acting.target())
    return made.comment_id, instagram_bodies.comment_change(made, unnamed=acting.writing.unnamed)


def _live(acting: Acting) -> tuple[str, Event]:
    made = acting.comment(acting.target())
    return made.comment_id, instagram_bodies.comment_change(made, "live_comments", unnamed=acting.writing.unnamed)


def _instagram_mention(acting: Acting) -> tuple[str, Event]:
    made = _elsewhere(acting)
    return made.comment_id, instagram_bodies.mention_change(made)


def _mention_in_caption(acting: Acting) -> tuple[str, Event]:
    made = acting.post(elsewhere=True)
    return made.post_id, instagram_bodies.mention_change(made)


PUBLIC_ACTS: Mapping[str, Mapping[str, Act]] = {
    FACEBOOK_COMMENTS: {
        "text": _comment,
        "image": _photo,
        "edit": _edit,
        "unsend": _unsend,
        "post": _post,
        "recommendation": _recommendation,
        "reaction": _reaction,
        "mention": _mention,
        "mention_in_post": _mention_in_post,
    },
    INSTAGRAM_COMMENTS: {
        "text": _instagram_comment,
        "live": _live,
        "mention": _instagram_mention,
        "mention_in_post": _mention_in_caption,
    },
}
