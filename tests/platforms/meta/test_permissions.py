"""Which permissions each channel needs: those that the setup page tells to ask for."""

from dataclasses import replace
from pathlib import Path

import pytest

from nightbell.domain.business import Account
from nightbell.platforms.meta.permissions import needed_permissions
from nightbell.platforms.registry import PLATFORM_OF
from tests.unit.talk import bakery

GUIDE = Path(__file__).parents[3] / "docs" / "platforms" / "meta.md"


def account(channel: str, **more: object) -> Account:
    return replace(bakery(), channel=channel, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", sorted(name for name, platform in PLATFORM_OF.items() if platform == "meta"))
def test_every_channel_needs_some_and_the_guide_names_them(channel: str) -> None:
    needed = needed_permissions(account(channel))
    assert needed
    assert [each for each in sorted(needed) if f"`{each}`" not in GUIDE.read_text()] == []


def test_a_step_that_is_switched_off_needs_nothing() -> None:
    whole = needed_permissions(account("facebook_comments"))
    assert whole - needed_permissions(account("facebook_comments", public_line=False)) == {"pages_manage_engagement"}
    assert whole - needed_permissions(account("facebook_comments", private_reply=False)) == {"pages_messaging"}


def test_of_instagrams_own_login_nothing_is_known() -> None:
    assert needed_permissions(account("instagram_direct", login="instagram")) == frozenset()


def test_another_vendors_channel_needs_none_of_metas() -> None:
    assert needed_permissions(account("elsewhere")) == frozenset()
