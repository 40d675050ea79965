"""The calls that show an account before anybody has written: Messenger's and WhatsApp's profiles.

Sources: Meta "Messenger Profile API", "Greeting Text", "Ice Breakers"; "WhatsApp Business Platform: Business profiles",
"Conversational Automation API".
"""

from collections.abc import Mapping
from typing import Any

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply
from infra.local.platforms.meta.calls import Backend, Call, Route
from infra.local.platforms.meta.comment_api import COMMENT_ROUTES
from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Account

LIMITS = {"about": 139, "description": 512}
MOST_ASKED, LONGEST_ASKED = 4, 80
LONGEST_GREETING = 160
AUTOMATION = "conversational_automation"


def _read_messenger(backend: Backend, call: Call) -> Reply:
    profile = _profile(backend, call, MESSENGER)
    wanted = call.request.query.get("fields", "").split(",")
    found = {name: value for name, value in profile.items() if name in wanted}
    return json_reply({"data": [found] if found else []})


def _write_messenger(backend: Backend, call: Call) -> Reply:
    profile, given = _profile(backend, call, MESSENGER), call.json()
    greetings, breakers = given.get("greeting", []), given.get("ice_breakers", [])
    for listed in filter(None, (greetings, breakers)):
        if "default" not in {each.get("locale") for each in listed}:
            raise refused(MESSENGER, 100, None, "A default locale is required")
    _check(MESSENGER, all(1 <= len(each["text"]) <= LONGEST_GREETING for each in greetings), "greeting")
    for each in breakers:
        _check_asked(MESSENGER, [action["question"] for action in each["call_to_actions"]])
    profile.update(given)
    return json_reply({"result": "success"})


def _read_whatsapp(backend: Backend, call: Call) -> Reply:
    profile = _profile(backend, call, WHATSAPP)
    wanted = call.request.query.get("fields", "").split(",")
    found = {name: value for name, value in profile.items() if name in wanted}
    return json_reply({"data": [{**found, "messaging_product": "whatsapp"}]})


def _write_whatsapp(backend: Backend, call: Call) -> Reply:
    profile, given = _profile(backend, call, WHATSAPP), dict(call.json())
    _check(WHATSAPP, given.pop("messaging_product", None) == "whatsapp", "messaging_product")
    for name, longest in LIMITS.items():
        _check(WHATSAPP, 1 <= len(given.get(name, "x")) <= longest, name)
    profile.update(given)
    return json_reply({"success": True})


def _automate(backend: Backend, call: Call) -> Reply:
    profile, given = _profile(backend, call, WHATSAPP), call.json()
    _check_asked(WHATSAPP, given.get("prompts", []))
    profile[AUTOMATION] = {**profile.get(AUTOMATION, {}), **given}
    return json_reply({"success": True})


def _read_number(backend: Backend, call: Call) -> Reply:
    """Answer for a number; any other object is a comment or a post."""
    if AUTOMATION not in call.request.query.get("fields", ""):
        return COMMENT_ROUTES["GET", ""](backend, call)
    profile = _profile(backend, call, WHATSAPP)
    found = {AUTOMATION: profile[AUTOMATION]} if AUTOMATION in profile else {}
    return json_reply({**found, "id": call.object_id})


def _profile(backend: Backend, call: Call, channel: str) -> dict[str, Any]:
    account: Account | None = next((one for one in backend.accounts(call) if one.channel == channel), None)
    if account is None:
        raise refused(channel, 100, 33)
    backend.authenticate(call, account)
    return backend.world.profiles.setdefault(account.account_id, {})


def _check_asked(channel: str, asked: list[str]) -> None:
    fits = len(asked) <= MOST_ASKED and all(1 <= len(one) <= LONGEST_ASKED for one in asked)
    _check(channel, fits, "questions")


def _check(channel: str, holds: bool, what: str) -> None:  # noqa: FBT001 - what it is about is told beside it
    if not holds:
        raise refused(channel, 100, None, f"Param {what} is invalid")


PROFILE_ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "messenger_profile"): _read_messenger,
    ("POST", "messenger_profile"): _write_messenger,
    ("GET", "whatsapp_business_profile"): _read_whatsapp,
    ("POST", "whatsapp_business_profile"): _write_whatsapp,
    ("POST", AUTOMATION): _automate,
    ("GET", ""): _read_number,
}
