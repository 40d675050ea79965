"""One item of a Page's ``messaging`` or ``standby`` array: which kind it is, and what it tells.

Source: Meta "Messenger Platform: Webhook Events" (event reference).
"""

from collections.abc import Callable, Mapping

from nightbell.domain.events import AccountNews, Event
from nightbell.platforms.meta.dispatch import build_noise, read_item
from nightbell.platforms.meta.messaging import (
    OWNERSHIP,
    build_outside_answer,
    build_settlement,
    build_thread_control,
    is_own_act,
    name_echo,
    name_edit,
    name_unknown,
    part,
)
from nightbell.platforms.meta.messenger_messages import build_change, build_message
from nightbell.platforms.reading.consequence import Consequence
from nightbell.platforms.reading.dispatch import Build, Place, UndeclaredError
from nightbell.platforms.reading.fields import Fields, label, text

CHANNEL = "messenger"


def read_messaging(item: object, place: Place) -> Event:
    """Read one item."""
    return read_item(item, place, name_kind, _BUILD)


def name_kind(item: Fields, place: Place) -> str:
    """Tell the kinds of §4.1 apart; where a part is broken, name the likeliest.

    Raises:
        UndeclaredError: The item's key has no row.
    """
    key = next((key for key in _KINDS if key in item), None)
    if key is None:
        return name_unknown(item, CHANNEL)
    message, sender = part(item, "message"), part(item, "sender")
    if message.get("mid") == "random_mid":
        return "meta.test"
    # Who hands a thread on may be named as the one who acts.
    if is_own_act(item, place) and not message.get("is_echo") and key not in OWNERSHIP:
        return "messenger.own_account"
    kind = _KINDS[key](item)
    return "messenger.no_contact" if "user_ref" in sender and "id" not in sender else f"{CHANNEL}.{kind}"


def _message_kind(item: Fields) -> str:
    message = part(item, "message")
    if message.get("is_echo"):
        return name_echo(message)
    flags = {"is_deleted": "unsend", "is_unsupported": "unsupported", "quick_reply": "quick_reply"}
    return next((kind for flag, kind in flags.items() if message.get(flag)), "message")


def _policy(item: Fields) -> Fields:
    return part(item, "policy_enforcement") or part(item, "policy-enforcement")


def _policy_kind(item: Fields) -> str:
    action = label(text(_policy(item), "action"))
    if action not in {"block", "unblock", "warning"}:
        raise UndeclaredError(f"messenger.policy_enforcement.{action}")
    return f"policy_enforcement.{action}"


def _named(kind: str) -> Callable[[Fields], str]:
    return lambda _: kind


_PLAIN = (
    "postback order reaction read delivery referral optin account_linking response_feedback messaging_feedback"
    " messaging_customer_information app_roles pass_thread_control take_thread_control request_thread_control"
)

_KINDS: Mapping[str, Callable[[Fields], str]] = {
    "message": _message_kind,
    "message_edit": name_edit,
    "policy_enforcement": _policy_kind,
    "policy-enforcement": _policy_kind,
    **{key: _named(key) for key in _PLAIN.split()},
}


def _build_account_news(kind: str, item: Fields, place: Place) -> AccountNews:
    reason = _policy(item).get("reason")
    return AccountNews(
        kind=kind,
        channel=CHANNEL,
        account_ids=(place.account_id,),
        is_blocked=kind.endswith(".block"),
        detail=reason[:120] if isinstance(reason, str) else "",
    )


_BUILD: Mapping[Consequence, Build] = {
    Consequence.MESSAGE: build_message,
    Consequence.CHANGE: build_change,
    Consequence.SETTLEMENT: build_settlement,
    Consequence.OUTSIDE_ANSWER: build_outside_answer,
    Consequence.THREAD_CONTROL: build_thread_control,
    Consequence.ACCOUNT_NEWS: _build_account_news,
    Consequence.NOISE: build_noise,
    Consequence.ALARM: build_noise,
}
