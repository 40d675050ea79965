"""Where what stands in public can be read, as far as that can be told from its id.

LinkedIn, Google and Instagram document no such address: nothing is guessed.
"""

from collections.abc import Callable, Mapping

from nightbell.platforms.meta import post_address as facebook
from nightbell.platforms.x import post_address as x

_BY_CHANNEL: Mapping[str, Callable[[str, str], str | None]] = {
    "facebook_comments": facebook.post_url,
    "x_posts": x.post_url,
}


def post_url(channel: str, post: str, account_id: str) -> str | None:
    """Write the address of a post, always with https; ``None`` where the platform does not say how.

    Args:
        channel: On which it stands.
        post: The platform's id.
        account_id: Ours, to which it was said.
    """
    write = _BY_CHANNEL.get(channel)
    return write(post, account_id) if write else None
