"""What the simulated platform knows about subscriptions and tokens: who hears what, and until when a token lives.

Sources: Graph API "Page Subscribed Apps", "App Subscriptions"; "Instagram Platform: Webhooks"; WhatsApp "Subscribe to
webhooks"; Instagram "Refresh Access Token".
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Account

INSTAGRAM_LIFE = timedelta(days=60)

_PAGE_AS_SET_UP = (
    "feed mention message_echoes message_edits messages messaging_handovers messaging_policy_enforcement"
    " messaging_postbacks ratings send_cart standby"
)
_PAGE_MORE = (
    "conversations inbox_labels leadgen live_videos message_deliveries message_reactions message_reads"
    " messaging_account_linking messaging_customer_information messaging_feedback messaging_optins messaging_referrals"
    " response_feedback"
)
_INSTAGRAM_COMMENTS = "comments live_comments mentions"
_INSTAGRAM_MESSAGES = "message_edit message_echoes messages messaging_handover messaging_postbacks standby"
_INSTAGRAM_AS_SET_UP = f"{_INSTAGRAM_COMMENTS} {_INSTAGRAM_MESSAGES}"
_INSTAGRAM_MORE = "message_reactions messaging_referral messaging_seen story_insights"
_WHATSAPP_AS_SET_UP = (
    "account_alerts account_review_update account_update messages phone_number_quality_update security"
    " smb_message_echoes"
)
PAGE_FIELDS = frozenset([*_PAGE_AS_SET_UP.split(), *_PAGE_MORE.split()])
INSTAGRAM_FIELDS = frozenset([*_INSTAGRAM_AS_SET_UP.split(), *_INSTAGRAM_MORE.split()])
AS_SET_UP = {
    "page": frozenset(_PAGE_AS_SET_UP.split()),
    "instagram": frozenset(_INSTAGRAM_AS_SET_UP.split()),
    "whatsapp_business_account": frozenset(_WHATSAPP_AS_SET_UP.split()),
}
"""What whoever set the business up has subscribed to."""


class CareState:
    """Begins with everything subscribed and every token alive."""

    def __init__(self, accounts: Collection[Account]) -> None:
        """Take the accounts of the world."""
        self._subscribed = {owner_of(account): AS_SET_UP[product_of(account)] for account in accounts}
        self._owners = {account.entry_id: owner_of(account) for account in accounts}
        self._more_tokens: dict[tuple[str, str], list[str]] = {}
        self.dies_at: dict[str, datetime] = {}
        self.rights_end_at: dict[str, datetime] = {}
        self.not_granted: set[str] = set()

    def subscription(self, owner: str) -> frozenset[str] | None:
        """Tell which fields an object sends; ``None`` when it sends nothing."""
        return self._subscribed.get(owner)

    def subscribe(self, owner: str, fields: Iterable[str]) -> None:
        """Send these fields, and no others."""
        self._subscribed[owner] = frozenset(fields)

    def drop(self, owner: str) -> None:
        """Unsubscribe, as Meta does after an hour of failed deliveries, and tells nobody."""
        self._subscribed.pop(owner, None)

    def hears(self, body: bytes) -> bool:
        """Tell whether a delivery is sent at all: not when it is about objects that were unsubscribed."""
        try:
            entries = [str(entry["id"]) for entry in json.loads(body)["entry"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            return True
        owners = [self._owners.get(entry, "") for entry in entries]
        return not entries or any(not owner or owner in self._subscribed for owner in owners)

    def add_token(self, account: Account, token: str) -> None:
        """Accept another token of an account."""
        self._more_tokens.setdefault(account.key, []).append(token)

    def tokens(self, account: Account) -> list[str]:
        """List every token that an account accepts."""
        return [account.token, *self._more_tokens.get(account.key, [])]


def owner_of(account: Account) -> str:
    """Name the object that is subscribed for an account."""
    return account.parent_id if account.channel == WHATSAPP else account.api_id


def product_of(account: Account) -> str:
    """Name the product whose fields an account's subscription has."""
    if account.channel == WHATSAPP:
        return "whatsapp_business_account"
    is_page = account.login == "facebook" or account.channel == MESSENGER
    return "page" if is_page else "instagram"


def deliveries_of(account: Account) -> str:
    """Name the object of an account's deliveries, to whose fields the app itself is subscribed."""
    return "instagram" if account.channel.startswith("instagram") else product_of(account)
