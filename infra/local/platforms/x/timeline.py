"""What was posted and written on the simulated X, and who did it."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from infra.local.platforms.vendor import Contact

_BEGAN_MS = 1_288_834_974_657
"""X's ids count milliseconds from here, above 22 bits of other things."""
OPENING = "Fresh from the oven this morning."


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post.

    Attributes:
        author: ``None`` for the business.
        typed: Without the names that X puts before an answer.
        parent, quoted: What it answers or quotes.
        root: What the conversation began with.
        versions: Ids of what it was before it was edited, and its own.
        by: Who wrote for the business, in words; empty for our own line.
        after_ms: Real milliseconds after what it answers.
    """

    post_id: str
    account_id: str
    author: Contact | None
    typed: str
    at: datetime
    parent: str = ""
    quoted: str = ""
    root: str
    media: str = ""
    versions: tuple[str, ...] = ()
    is_repost: bool = False
    by: str = ""
    after_ms: int | None = None
    made_at: float = field(default_factory=time.monotonic, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One direct message; ``is_ours`` of the business."""

    letter_id: str
    account_id: str
    contact: Contact
    text: str
    at: datetime
    is_ours: bool


class Timeline:
    """All of it; safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start with nothing."""
        self._clock = clock
        self._more = itertools.count()
        self.lock = threading.RLock()
        self.posts: dict[str, Post] = {}
        self.letters: list[Letter] = []

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.posts.clear()
            self.letters.clear()

    def now(self) -> datetime:
        """Tell the time."""
        return self._clock()

    def new_id(self) -> str:
        """Make the next id; later ones are larger."""
        since = int(self._clock().timestamp() * 1000) - _BEGAN_MS
        return str((since << 22) | (next(self._more) & 0x3FFFFF))

    def add(self, post: Post) -> Post:
        """Keep a post; an edit takes the place of what it was before."""
        with self.lock:
            above = self.posts.get(post.parent)
            if above is not None and post.author is None:
                post = replace(post, after_ms=round((time.monotonic() - above.made_at) * 1000))
            for before in post.versions[:-1]:
                self.posts.pop(before, None)
            self.posts[post.post_id] = post
            return post

    def remove(self, post_id: str) -> None:
        """Forget a post."""
        with self.lock:
            self.posts.pop(post_id, None)

    def write(self, letter: Letter) -> Letter:
        """Keep a direct message."""
        with self.lock:
            self.letters.append(letter)
            return letter

    def opening(self, account_id: str) -> Post:
        """Find the newest post of the business that answers nobody; there is always one."""
        with self.lock:
            own = [post for post in self.posts.values() if post.account_id == account_id and post.author is None]
            found = [post for post in own if not post.parent]
            if found:
                return found[-1]
            post_id = self.new_id()
            return self.add(
                Post(post_id=post_id, account_id=account_id, author=None, typed=OPENING, at=self._clock(), root=post_id)
            )

    def answers(self, post_id: str, account_id: str) -> list[Post]:
        """List what the business answered to a post, the newest first."""
        with self.lock:
            below = [post for post in self.posts.values() if post.parent == post_id and post.author is None]
            return [post for post in reversed(below) if post.account_id == account_id]

    def between(self, account_id: str, contact_id: str) -> list[Letter]:
        """List a private conversation, the newest first."""
        with self.lock:
            found = [each for each in self.letters if each.account_id == account_id]
            return [each for each in reversed(found) if each.contact.contact_id == contact_id]
