"""Keeps the pages of others from using, or planting, the cookie that a browser sends along by itself.

The cookie is ``SameSite=Strict`` and these requests are none that a foreign page can make without being allowed to
first; this is the third lock, for browsers that have neither. Programs that are no browser send none of these headers.
"""

from urllib.parse import urlsplit

from nightbell.services.desk_api.asked import Asked
from nightbell.services.desk_api.problems import ApiError


def check_own_page(asked: Asked) -> None:
    """See that the request comes from the desk's own page.

    Source: W3C, "Fetch Metadata Request Headers", Sec-Fetch-Site.

    Raises:
        ApiError: Another page made it.
    """
    site, origin = asked.headers.get("sec-fetch-site"), asked.headers.get("origin")
    if site is not None:
        own = site == "same-origin"
    else:
        own = origin is None or urlsplit(origin).netloc == asked.headers.get("host", "")
    if not own:
        raise ApiError("foreign_page", "Open the desk at its own address, and sign in there.")
