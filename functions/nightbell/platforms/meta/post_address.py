"""Where a post of a Facebook Page can be read."""

import re

_POST = re.compile(r"([0-9]{1,32})_([0-9]{1,32})")


def post_url(post: str, account_id: str) -> str | None:
    """Write the address of a post of the Page's own wall.

    Source: Meta "oEmbed (legacy)" §URL schemes, ``/{page-name}/posts/{post-id}``, and "Embedded Posts" §Add Code
    Manually, where a Page's id stands in the place of its name.

    Returns:
        ``None`` for an id that is not ``<page>_<post>``: of a comment, or on somebody else's wall.
    """
    found = _POST.fullmatch(post)
    return f"https://www.facebook.com/{found[1]}/posts/{found[2]}" if found and found[1] == account_id else None
