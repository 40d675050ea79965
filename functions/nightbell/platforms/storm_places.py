"""Below which post something was said in public, and where one line to all who write there belongs."""

_ON_POSTS = frozenset({"facebook_comments"})
"""Where a comment on a post is published and read back as one below a comment is.

Source: Meta "Pages API: Comments and @mentions" §Comment on a Post; Meta "Graph API Reference: Object Comments".
Elsewhere the line stands below the first comment of the storm: Instagram publishes and reads comments on a post by
another edge than answers ("IG Media Comments"), and on X a post may be somebody else's.
"""


def post_of(contact_id: str) -> str:
    """Read the post out of a conversation's contact, where it is said with it; empty where it is not."""
    return contact_id.rpartition("/")[0]


def author_of(contact_id: str) -> str:
    """Read who said it out of a conversation's contact."""
    return contact_id.rpartition("/")[2]


def line_address(channel: str, account_id: str, contact_id: str) -> str | None:
    """Tell where the one line goes; ``None`` for below the very comment, and for a post on somebody else's wall.

    A Page's own post is ``<page>_<post>``: Meta "Page Post" §Fields, id.
    """
    post = post_of(contact_id)
    return post if channel in _ON_POSTS and post.startswith(f"{account_id}_") else None
