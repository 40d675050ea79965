"""Where a post on X can be read."""

import re

_POST = re.compile(r"[0-9]{1,19}")


def post_url(post: str, account_id: str) -> str | None:  # noqa: ARG001 - the id says all
    """Write the address of a post, whoever wrote it.

    Source: the ``expanded_url`` under which X's Tweet object v1.1 names the post itself (``entities.urls``, where
    ``truncated`` is true); ids as in "X API v2: Post" §id.

    Returns:
        ``None`` for what is no post's id.
    """
    return f"https://twitter.com/i/web/status/{post}" if _POST.fullmatch(post) else None
