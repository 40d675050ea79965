"""How a place in public is addressed: a comment, a post, or a comment under another.

The platforms nest answers one level deep: what is said to an answer stands under the comment
above. A public line therefore goes to that comment, where reading back finds it again, and the
private reply to the very comment it is for.
Source: Meta "IG Comment Replies" §Creating, Limitations; a Page's comments nest alike.
"""

MENTIONED_IN = "mentioned_in"
"""Of what an answer repeats: somebody else's post on which the account was named, where that is answered elsewhere."""


def address_of(said: str, parent: str | None) -> str:
    """Write the address of something said, under the comment ``parent`` or under none."""
    return f"{parent}/{said}" if parent else said


def public_place(address: str) -> str:
    """Read where a public line goes."""
    return address.partition("/")[0]


def said_there(address: str) -> str:
    """Read which comment or post it is."""
    return address.rpartition("/")[2]


def is_of_a_post(identifier: str, page_id: str) -> bool:
    """Tell a Page's post from a comment: a post's id is ``<page>_<post>``, a comment's ``<post>_<comment>``.

    Source: Meta "Graph API Reference: Comment" §Reading, and "Page Post" §Fields, id.
    """
    return identifier.startswith(f"{page_id}_")
