"""The calls by which a business looks after itself: subscriptions, tokens, and the numbers of a business account.

Sources: Graph API "Page Subscribed Apps", "App Subscriptions", "Debug-Token"; "Instagram Platform: Webhooks" and
"Refresh Access Token"; WhatsApp "Manage webhooks", "WhatsApp Business Account: Phone Numbers".
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply
from infra.local.platforms.meta.calls import Backend, Call, Route
from infra.local.platforms.meta.care_state import (
    AS_SET_UP,
    INSTAGRAM_FIELDS,
    INSTAGRAM_LIFE,
    PAGE_FIELDS,
    deliveries_of,
    owner_of,
    product_of,
)
from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import INSTAGRAM_HOST, MESSENGER, WHATSAPP, Account

APP_NAME = "The bakery's own app"
_OF_A_NUMBER = ("whatsapp_business_management", "whatsapp_business_messaging")
_OF_A_PAGE = (
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_read_engagement",
    "pages_read_user_content",
)


def look(backend: Backend, call: Call) -> Reply:
    """Tell which apps an object is subscribed to: ours, or none."""
    account = _owned(backend, call)
    fields = backend.world.care.subscription(owner_of(account))
    return json_reply({"data": [] if fields is None else [_app(backend, account, fields)]})


def subscribe(backend: Backend, call: Call) -> Reply:
    """Subscribe our app, to the fields that were named and no others."""
    account = _owned(backend, call)
    named = str(call.parameters().get("subscribed_fields") or "")
    fields = frozenset(field.strip() for field in named.split(",") if field.strip())
    if account.channel == WHATSAPP:
        fields = AS_SET_UP[product_of(account)]
    else:
        _check_fields(account, fields)
    backend.world.care.subscribe(owner_of(account), fields)
    return json_reply({"success": True})


def unsubscribe(backend: Backend, call: Call) -> Reply:
    """Take our app away."""
    backend.world.care.drop(owner_of(_owned(backend, call)))
    return json_reply({"success": True})


def debug_token(backend: Backend, call: Call) -> Reply:
    """Tell about a token, when another of the same app asks."""
    asked = call.request.query.get("input_token", "")
    if not (_is_app(backend, call) or _holders(backend, call.token)):
        raise refused(MESSENGER, 190)
    holders = _holders(backend, asked)
    if not holders:
        error = {"code": 190, "message": "The access token could not be decrypted"}
        return json_reply({"data": {"error": error, "is_valid": False, "scopes": []}})
    return json_reply({"data": _about(backend, asked, holders)})


def refresh(backend: Backend, call: Call) -> Reply:
    """Give an Instagram token that lives for another 60 days; the old one lives on until its own end."""
    holders = [account for account in _holders(backend, call.token) if account.host == INSTAGRAM_HOST]
    if call.host != INSTAGRAM_HOST or call.request.query.get("grant_type") != "ig_refresh_token" or not holders:
        raise refused(MESSENGER, 190)
    new, care = "IGAA" + secrets.token_hex(20), backend.world.care
    for account in holders:
        care.add_token(account, new)
    care.dies_at[new] = backend.world.clock() + INSTAGRAM_LIFE
    seconds = int(INSTAGRAM_LIFE.total_seconds())
    return json_reply({"access_token": new, "token_type": "bearer", "expires_in": seconds})


def numbers(backend: Backend, call: Call) -> Reply:
    """List the numbers of a business account."""
    account = _owned(backend, call)
    listed = [one for one in backend.world.accounts.values() if one.channel == WHATSAPP]
    ours = [one for one in listed if one.parent_id == account.parent_id]
    return json_reply({"data": [{"id": one.account_id, "display_phone_number": one.number} for one in ours]})


def app_subscriptions(backend: Backend, call: Call) -> Reply:
    """Tell what the app itself is subscribed to; only the app's own token may ask."""
    if call.object_id != backend.world.app.app_id or not _is_app(backend, call):
        raise refused(MESSENGER, 100, 33)
    products = dict.fromkeys(deliveries_of(account) for account in backend.world.accounts.values())
    return json_reply({"data": [_app_subscription(product) for product in products]})


def _owned(backend: Backend, call: Call) -> Account:
    """Find the account whose object is meant, and check that the token may speak for it.

    Raises:
        Refused: There is none, or the token is another's.
    """
    accounts = backend.accounts(call) or [
        account
        for account in backend.world.accounts.values()
        if account.host == call.host and owner_of(account) == call.object_id
    ]
    if not accounts:
        raise refused(MESSENGER, *((190, None) if call.object_id == "me" else (100, 33)))
    backend.authenticate(call, accounts[0])
    return accounts[0]


def _check_fields(account: Account, fields: frozenset[str]) -> None:
    known = PAGE_FIELDS if product_of(account) == "page" else INSTAGRAM_FIELDS
    if not fields:
        raise refused(MESSENGER, 100, None, "The parameter subscribed_fields is required")
    if unknown := sorted(fields - known):
        why = f"Param subscribed_fields[0] must be one of {{{', '.join(sorted(known)).upper()}}} - got {unknown[0]!r}"
        raise refused(MESSENGER, 100, None, why)


def _app(backend: Backend, account: Account, fields: frozenset[str]) -> dict[str, object]:
    app = {"link": "https://bakery.example/", "name": APP_NAME, "id": backend.world.app.app_id}
    if account.channel == WHATSAPP:
        return {"whatsapp_business_api_data": app}
    return {**app, "category": "Business", "subscribed_fields": sorted(fields)}


def _app_subscription(product: str) -> dict[str, object]:
    fields = [{"name": name, "version": "v26.0"} for name in sorted(AS_SET_UP[product])]
    callback = "https://hooks.bakery.example/webhooks/meta"
    return {"object": product, "callback_url": callback, "active": True, "fields": fields}


def _holders(backend: Backend, token: str) -> list[Account]:
    now, care = backend.world.clock(), backend.world.care
    if not token or care.dies_at.get(token, now) < now:
        return []
    return [account for account in backend.world.accounts.values() if token in care.tokens(account)]


def _is_app(backend: Backend, call: Call) -> bool:
    app = backend.world.app
    return call.token == f"{app.app_id}|{app.app_secret}"


def _about(backend: Backend, token: str, holders: list[Account]) -> dict[str, object]:
    care, whatsapp = backend.world.care, [account for account in holders if account.channel == WHATSAPP]
    scopes = [each for each in (_OF_A_NUMBER if whatsapp else _OF_A_PAGE) if each not in care.not_granted]
    targets = list(dict.fromkeys(owner_of(account) for account in holders))
    return {
        "app_id": backend.world.app.app_id,
        "type": "SYSTEM_USER" if whatsapp else "PAGE",
        "application": APP_NAME,
        "data_access_expires_at": _seconds(care.rights_end_at.get(token)),
        "expires_at": _seconds(care.dies_at.get(token)),
        "is_valid": True,
        "scopes": scopes,
        "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in scopes],
        "user_id": "122000000000000",
    }


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


CARE_ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "subscribed_apps"): look,
    ("POST", "subscribed_apps"): subscribe,
    ("DELETE", "subscribed_apps"): unsubscribe,
    ("GET", "phone_numbers"): numbers,
    ("GET", "subscriptions"): app_subscriptions,
    ("GET", "/debug_token"): debug_token,
    ("GET", "/refresh_access_token"): refresh,
}
"""As :data:`graph_api.ROUTES`."""
