"""The posts of one organisation, and what stands below them."""

import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from infra.local.platforms.vendor import Contact


@dataclass(slots=True, kw_only=True)
class Comment:
    """One comment.

    Attributes:
        name: Its URN.
        above: The comment that it answers, or the post.
        author: ``None`` where the organisation wrote it.
        by_hand: A person wrote it for the organisation.
    """

    name: str
    post: str
    above: str
    text: str
    at: datetime
    author: Contact | None = None
    by_hand: bool = False
    after_ms: int | None = None
    edited: bool = False
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class Post:
    """One post, of the organisation or of a member who names it."""

    name: str
    text: str
    at: datetime
    author: Contact | None = None


@dataclass(slots=True)
class Wall:
    """Everything of one organisation; safe to use from several threads."""

    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(7_294_637_247_890_620_001))
    _wrote_at: float = 0.0

    def publish(self, text: str, at: datetime, author: Contact | None = None) -> Post:
        """Put up a post; one of a member is a share."""
        with self.lock:
            kind = "activity" if author is None else "share"
            post = Post(name=f"urn:li:{kind}:{next(self._numbers)}", text=text, at=at, author=author)
            self.posts[post.name] = post
            self._wrote_at = time.monotonic()
            return post

    def newest(self, at: datetime) -> Post:
        """Find the organisation's newest post; there is always one."""
        with self.lock:
            own = [post for post in self.posts.values() if post.author is None]
            return own[-1] if own else self.publish("What is new with you?", at)

    def comment(
        self, above: str, text: str, at: datetime, author: Contact | None = None, *, by_hand: bool = False
    ) -> Comment:
        """Put a comment below a comment or a post.

        Raises:
            LookupError: There is neither.
        """
        with self.lock:
            post = self.comments[above].post if above in self.comments else self.posts[above].name
            name = f"urn:li:comment:({post},{next(self._numbers)})"
            waited = None if author else round((time.monotonic() - self._wrote_at) * 1000)
            made = Comment(
                name=name, post=post, above=above, text=text, at=at, author=author, by_hand=by_hand, after_ms=waited
            )
            self.comments[name] = made
            if author:
                self._wrote_at = time.monotonic()
            return made

    def below(self, above: str) -> Sequence[Comment]:
        """List what stands directly below a comment or a post, oldest first."""
        with self.lock:
            return [one for one in self.comments.values() if one.above == above and not one.deleted]
