"""What stands in public is found by an address that the platform says, and by none that was guessed."""

import pytest

from nightbell.platforms.post_addresses import post_url
from nightbell.platforms.registry import CHANNELS

PAGE = "100000000000001"


def test_a_post_of_the_page_and_a_post_on_x_have_an_address_by_their_ids() -> None:
    assert post_url("facebook_comments", f"{PAGE}_5", PAGE) == f"https://www.facebook.com/{PAGE}/posts/5"
    assert post_url("x_posts", "1234903157580296192", "77") == "https://twitter.com/i/web/status/1234903157580296192"


@pytest.mark.parametrize("post", ["5", "5_6", f"{PAGE}_", f"{PAGE}_5/../x", f"{PAGE}_5_6", f"{PAGE}_\u0665", ""])
def test_what_is_no_post_on_the_pages_own_wall_has_none(post: str) -> None:
    assert post_url("facebook_comments", post, PAGE) is None


@pytest.mark.parametrize("post", ["", "12a", "1/2", "1" * 20, "\u0661"])
def test_what_is_no_id_of_x_has_none(post: str) -> None:
    assert post_url("x_posts", post, "77") is None


@pytest.mark.parametrize("channel", sorted(set(CHANNELS) - {"facebook_comments", "x_posts"}))
def test_where_the_platform_says_no_address_there_is_none(channel: str) -> None:
    assert post_url(channel, "urn:li:share:7", "7") is None
    assert post_url(channel, "7_8", "7") is None
