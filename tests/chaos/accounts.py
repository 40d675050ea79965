"""Whose deliveries the proofs send: the accounts of the fixtures, one of every channel."""

from collections.abc import Mapping, Sequence
from typing import Any

from nightbell.domain.business import Account
from nightbell.platforms.registry import PLATFORM_OF
from tests.chaos.other_schemes import BOT, LINE_ACCOUNT, SOURCE, TWILIO_OWNER

PAGE, INSTAGRAM, NUMBER = "104200000000017", "17841000000000042", "106540000000777"
MAIL = "hola@panaderia.example"
X_USER, PHONE = "1730000000000000042", "+34960550100"
ACCOUNTS: Mapping[str, str] = {
    "messenger": PAGE,
    "facebook_comments": PAGE,
    "instagram_direct": INSTAGRAM,
    "instagram_comments": INSTAGRAM,
    "whatsapp": NUMBER,
    "x_posts": X_USER,
    "x_direct": X_USER,
    "telegram": BOT,
    "sms": PHONE,
    "twilio_whatsapp": PHONE,
    "voicemail": PHONE,
    "standard": SOURCE,
    "linkedin": "3300771",
    "email": MAIL,
    "google_reviews": "7031415926535",
    "line": LINE_ACCOUNT,
}
"""By channel; one that is registered and not listed here fails the proofs."""
OWNERS: Mapping[str, str] = {
    "sms": TWILIO_OWNER,
    "twilio_whatsapp": TWILIO_OWNER,
    "voicemail": TWILIO_OWNER,
    "google_reviews": "1014159265358",
}
"""What the platform files an account under, where that tells which secret is its own."""


def accounts_of(platform: str) -> Sequence[Account]:
    """Name a platform's accounts, of no brand: just what the way in asks of them.

    Raises:
        KeyError: A channel of it is not written down here.
    """
    nobody: Any = None
    return [
        Account(
            channel=channel,
            account_id=ACCOUNTS[channel],
            business_account_id=OWNERS.get(channel),
            brand=nobody,
            hours=nobody,
        )
        for channel, owner in PLATFORM_OF.items()
        if owner == platform
    ]
