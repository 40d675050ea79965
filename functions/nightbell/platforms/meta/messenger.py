"""One item of a Page's ``messaging`` or ``standby`` array: which kind it is, and what it tells.

Source: Meta "Messenger Platform: Webhook Events" (event reference).
"""

from collections.abc import Callable, Mapping

from nightbell.domain.events import AccountNews, Author, Event, Outcome, OutsideAnswer, Settlement
from nightbell.domain.unit import TAG_PREFIX
from nightbell.platforms.meta.consequence import Consequence
from nightbell.platforms.meta.dispatch import Build, Place, UndeclaredError, build_noise, read_item
from nightbell.platforms.meta.fields import Fields, identifier, label, member, moment, text
from nightbell.platforms.meta.messenger_messages import build_change, build_message

CHANNEL = "messenger"

INBOX_APPS = frozenset({"263902037430900", "1217981644879628"})
"""App ids of the Page's inbox and of Instagram's: people type there.

Source: Meta "Conversation Routing" §Pass Thread Control.
"""

_AROUND = frozenset({"sender", "recipient", "timestamp", "prior_message", "hop_context", "is_standby"})


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
        return _name_unknown(item)
    if _part(item, "message").get("mid") == "random_mid":
        return "meta.test"
    sender = _part(item, "sender")
    if str(sender.get("id")) == place.account_id and not _part(item, "message").get("is_echo"):
        return "messenger.own_account"
    kind = _KINDS[key](item)
    return "messenger.no_contact" if "user_ref" in sender and "id" not in sender else kind


def _name_unknown(item: Fields) -> str:
    unknown = sorted(set(item) - _AROUND)
    if unknown:
        raise UndeclaredError(f"messenger.{label(unknown[0])}")
    return "meta.empty"


def _part(item: Fields, name: str) -> Fields:
    """Look into an object that may be missing or broken, without judging it."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def _message_kind(item: Fields) -> str:
    message = _part(item, "message")
    if message.get("is_echo"):
        return _echo_kind(message)
    flags = {"is_deleted": "unsend", "is_unsupported": "unsupported", "quick_reply": "quick_reply"}
    return "messenger." + next((kind for flag, kind in flags.items() if message.get(flag)), "message")


def _echo_kind(message: Fields) -> str:
    if message.get("is_deleted"):
        return "messenger.echo_unsend"
    metadata = message.get("metadata")
    if isinstance(metadata, str) and metadata.startswith(TAG_PREFIX):
        return "messenger.echo_own"
    app = message.get("app_id")
    return "messenger.echo_person" if app is None or str(app) in INBOX_APPS else "messenger.echo_app"


def _edit_kind(item: Fields) -> str:
    is_zero = str(_part(item, "message_edit").get("num_edit")) == "0"
    return "messenger.edit_without_number" if is_zero and "sender" not in item else "messenger.edit"


def _policy_kind(item: Fields) -> str:
    value = _part(item, "policy_enforcement") or _part(item, "policy-enforcement")
    action = label(text(value, "action"))
    if action not in {"block", "unblock", "warning"}:
        raise UndeclaredError(f"messenger.policy_enforcement.{action}")
    return f"messenger.policy_enforcement.{action}"


def _named(kind: str) -> Callable[[Fields], str]:
    return lambda _: kind


_PLAIN = (
    "postback order reaction read delivery referral optin account_linking response_feedback messaging_feedback"
    " messaging_customer_information app_roles pass_thread_control take_thread_control request_thread_control"
)

_KINDS: Mapping[str, Callable[[Fields], str]] = {
    "message": _message_kind,
    "message_edit": _edit_kind,
    "policy_enforcement": _policy_kind,
    "policy-enforcement": _policy_kind,
    **{key: _named(f"messenger.{key}") for key in _PLAIN.split()},
}


def _contact_of_echo(item: Fields, place: Place) -> str:
    """Find the contact: the recipient, though an echo has come with the two not swapped."""
    recipient = identifier(member(item, "recipient"), "id")
    return identifier(member(item, "sender"), "id") if recipient == place.account_id else recipient


def _build_settlement(kind: str, item: Fields, place: Place) -> Settlement:
    return Settlement(
        kind=kind,
        channel=CHANNEL,
        account_id=place.account_id,
        contact_ids=(_contact_of_echo(item, place),),
        tag=text(member(item, "message"), "metadata"),
        outcome=Outcome.SEEN,
    )


def _build_outside_answer(kind: str, item: Fields, place: Place) -> OutsideAnswer:
    return OutsideAnswer(
        kind=kind,
        channel=CHANNEL,
        account_id=place.account_id,
        contact_ids=(_contact_of_echo(item, place),),
        author=Author.PERSON if kind == "messenger.echo_person" else Author.OTHER_APP,
        sent_at=moment(item.get("timestamp"), place.received_at),
    )


def _build_account_news(kind: str, item: Fields, place: Place) -> AccountNews:
    value = _part(item, "policy_enforcement") or _part(item, "policy-enforcement")
    reason = value.get("reason")
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
    Consequence.SETTLEMENT: _build_settlement,
    Consequence.OUTSIDE_ANSWER: _build_outside_answer,
    Consequence.ACCOUNT_NEWS: _build_account_news,
    Consequence.NOISE: build_noise,
    Consequence.ALARM: build_noise,
}
