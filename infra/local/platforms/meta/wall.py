"""What everybody can read: posts of the business and of visitors, each with its comments."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, Account, Contact

FIRST_POST = "Fresh from the oven this morning: ensaïmades, as long as there are any."


@dataclass(slots=True, kw_only=True)
class Post:
    """One post; on Instagram, one media.

    Attributes:
        author: ``None`` for the business itself.
        elsewhere: It is on somebody else's page, and mentions the business.
        private_reply_id: The message that answered a visitor's post in private.
        wrote_at: Seconds of the machine's monotonic clock, to measure the answer.
    """

    account: Account
    post_id: str
    text: str
    at: datetime
    author: Contact | None = None
    elsewhere: bool = False
    removed: bool = False
    private_reply_id: str = ""
    wrote_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Comment:
    """One comment, or a reply to one.

    Attributes:
        parent_id: The post, or the comment at the top of the thread; replies nest no deeper.
        answers: The post or comment that it was written to.
        author: ``None`` for the business itself.
        app_id: Of the app that wrote it for the business; empty for ours.
        after_ms: Of the business: real milliseconds after what it answers was written.
        private_reply_id: The message that answered it in private.
    """

    post: Post
    comment_id: str
    parent_id: str
    answers: str
    text: str
    at: datetime
    author: Contact | None = None
    app_id: str = ""
    edited: bool = False
    hidden: bool = False
    removed: bool = False
    after_ms: int | None = None
    private_reply_id: str = ""
    wrote_at: float = 0.0


class Wall:
    """All posts and comments; whoever changes it holds the world's lock."""

    def __init__(self) -> None:
        """Start empty: an account's first post is made when somebody looks for it."""
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}

    def publish(self, account: Account, text: str, at: datetime, author: Contact | None = None) -> Post:
        """Put up a post."""
        post = Post(account=account, post_id=_post_id(account), text=text, at=at, author=author)
        self.posts[post.post_id] = post
        return post

    def newest(self, account: Account, at: datetime) -> Post:
        """Find the business's newest post; the first is put up now."""
        own = [post for post in self.posts.values() if post.account.key == account.key and post.author is None]
        return own[-1] if own else self.publish(account, FIRST_POST, at)

    def comment(self, under: Post | Comment, text: str, at: datetime, author: Contact | None = None) -> Comment:
        """Write under a post or a comment; what answers a reply stands beside it.

        Source: Graph API "Comment Replies" and "IG Comment Replies": there is one level of replies.
        """
        post = under.post if isinstance(under, Comment) else under
        made = Comment(
            post=post,
            comment_id=_comment_id(post),
            parent_id=place_of(under),
            answers=id_of(under),
            text=text,
            at=at,
            author=author,
        )
        self.comments[made.comment_id] = made
        return made

    def find(self, object_id: str) -> Post | Comment | None:
        """Find what has an id and was not taken away."""
        found = self.comments.get(object_id) or self.posts.get(object_id)
        return None if found is None or found.removed else found

    def under(self, object_id: str, *, deep: bool = False) -> list[Comment]:
        """List what stands under a post or a comment, oldest first; the answers too if ``deep``."""
        return [
            comment
            for comment in self.comments.values()
            if not comment.removed and (comment.parent_id == object_id or (deep and comment.post.post_id == object_id))
        ]


def id_of(item: Post | Comment) -> str:
    """Tell the id of either."""
    return item.comment_id if isinstance(item, Comment) else item.post_id


def place_of(under: Post | Comment) -> str:
    """Tell under which id an answer to either stands."""
    if isinstance(under, Post):
        return under.post_id
    return under.comment_id if under.parent_id == under.post.post_id else under.parent_id


def is_answerable_privately(item: Post | Comment) -> bool:
    """Tell whether it was a person who wrote, on the business's own page.

    Source: Messenger Platform "Private Replies" §Limitations: none to another Page.
    """
    is_elsewhere = (item.post if isinstance(item, Comment) else item).elsewhere
    return item.author is not None and not item.author.is_page and not is_elsewhere


def _post_id(account: Account) -> str:
    return f"{account.account_id}_{_digits(15)}" if account.channel == FACEBOOK_COMMENTS else "179" + _digits(14)


def _comment_id(post: Post) -> str:
    if post.account.channel != FACEBOOK_COMMENTS:
        return "178" + _digits(14)
    return f"{post.post_id.rpartition('_')[2]}_{_digits(15)}"


def _digits(count: int) -> str:
    first = 10 ** (count - 1)
    return str(first + secrets.randbelow(9 * first))
