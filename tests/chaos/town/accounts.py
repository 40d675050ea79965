"""The shop of the town: its accounts at the simulated platform, its keys, its settings, and who writes to it."""

from functools import cache

from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    WHATSAPP,
    Account,
    App,
    Contact,
    user_id_for,
)
from nightbell.domain.build_settings import build_settings
from nightbell.domain.business import BusinessSettings
from nightbell.domain.keys import conversation_pk
from nightbell.domain.settings_file import parse_settings
from nightbell.handlers.settings import FILE, calendars

APP = App(
    app_secret="chaos-app-secret-0123456789abcdef",  # pragma: allowlist secret
    verify_token="chaos-verify-token",
    instagram_app_secret="chaos-instagram-secret-0123456789abcdef",  # pragma: allowlist secret
)
PAGE, OWN_LOGIN = "100000000000001", "17841400000000004"
"""The Page of the shipped settings, and an Instagram account beside them, connected by Instagram's own login."""


def _account(channel: str, account_id: str, **more: str) -> Account:
    return Account(channel=channel, account_id=account_id, token=f"chaos-token-{account_id}", **more)


ACCOUNTS = {
    MESSENGER: _account(MESSENGER, PAGE),
    WHATSAPP: _account(WHATSAPP, "200000000000002"),
    FACEBOOK_COMMENTS: _account(FACEBOOK_COMMENTS, PAGE),
    INSTAGRAM_DIRECT: _account(INSTAGRAM_DIRECT, "17841400000000003", page_id=PAGE),
    INSTAGRAM_COMMENTS: _account(INSTAGRAM_COMMENTS, "17841400000000003", page_id=PAGE),
}
OTHERS = {
    channel: _account(channel, OWN_LOGIN, login="instagram", username="the.other.shop")
    for channel in (INSTAGRAM_DIRECT, INSTAGRAM_COMMENTS)
}
ALL = (*ACCOUNTS.values(), *OTHERS.values())
SECRETS = {
    "app_secret": APP.app_secret,
    "verify_token": APP.verify_token,
    "instagram_app_secret": APP.instagram_app_secret,
} | {f"access_token/{account.account_id}": account.token for account in ALL}
_MORE = "".join(
    f'\n[[accounts]]\nchannel = "{account.channel}"\naccount_id = "{account.account_id}"\n'
    'brand = "harbour"\nlogin = "instagram"\n'
    for account in OTHERS.values()
)


@cache
def settings() -> BusinessSettings:
    """Read the shipped settings once, with one more account, and with first words shown in the human queue."""
    shipped = FILE.read_text().replace("preview = false", "preview = true")
    return build_settings(parse_settings((shipped + _MORE).encode()), calendars())


def somebody(number: int, channel: str = MESSENGER) -> Contact:
    """Name a person: a Page knows them by one id, Instagram by another, WhatsApp by number and user id."""
    account = OTHERS[channel] if channel in OTHERS and number % 4 == 3 else ACCOUNTS[channel]
    contact_id = str((56_100_000_000 if channel in OTHERS else 34_600_000_000) + number)
    return Contact(
        channel=channel,
        account_id=account.account_id,
        contact_id=contact_id,
        name=f"Customer {name_mark(number, channel)}",
        user_id=user_id_for(contact_id) if channel == WHATSAPP else "",
    )


def name_mark(number: int, channel: str) -> str:
    """Give the part of a name that no other has; a person goes by another name wherever they have another id."""
    return f"n{number}{'w' if channel == WHATSAPP else 'i' if channel in OTHERS else 'p'}n"


def pk_of(contact: Contact, post: str = "") -> str:
    """Name the conversation of a contact who is named, below a post or in private."""
    who = contact.user_id or contact.contact_id
    return conversation_pk(contact.channel, contact.account_id, f"{post}/{who}" if post else who)
