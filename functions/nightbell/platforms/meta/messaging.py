"""What items of Messenger and of Instagram have in common: who spoke, echoes, and who owns the thread.

Sources: Meta "Messenger Platform: Webhook Events"; Meta "Instagram Platform: Webhook Notification
Examples" §Messaging payload.
"""

from nightbell.domain.events import Author, Outcome, OutsideAnswer, Settlement, ThreadControl
from nightbell.domain.unit import TAG_PREFIX
from nightbell.platforms.reading.dispatch import Place, UndeclaredError
from nightbell.platforms.reading.fields import (
    Fields,
    identifier,
    label,
    member,
    moment,
    optional_identifier,
    text,
)

INBOX_APPS = frozenset({"263902037430900", "1217981644879628"})
"""App ids of the Page's inbox and of Instagram's: people type there.

Source: Meta "Conversation Routing" §Pass Thread Control.
"""

UNNAMED_APP = ""
"""Owns a thread that was taken without a word of by whom: certainly not us, who never take one."""

OWNERSHIP = ("pass_thread_control", "take_thread_control")

_AROUND = frozenset({"sender", "recipient", "timestamp", "prior_message", "hop_context", "is_standby"})


def part(item: Fields, name: str) -> Fields:
    """Look into an object that may be missing or broken, without judging it."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def name_unknown(item: Fields, product: str) -> str:
    """Name what has none of the known keys.

    Raises:
        UndeclaredError: It has a key that nobody declared.
    """
    unknown = sorted(set(item) - _AROUND)
    if unknown:
        raise UndeclaredError(f"{product}.{label(unknown[0])}")
    return "meta.empty"


def is_own_act(item: Fields, place: Place) -> bool:
    """Tell whether the account itself acted: under its id, or under another one that it wrote to itself with."""
    sender, recipient = part(item, "sender").get("id"), part(item, "recipient").get("id")
    return sender is not None and str(sender) in {place.account_id, str(recipient)}


def name_echo(message: Fields) -> str:
    """Tell by whom something was written in the account's name."""
    if message.get("is_deleted"):
        return "echo_unsend"
    metadata = message.get("metadata")
    if isinstance(metadata, str) and metadata.startswith(TAG_PREFIX):
        return "echo_own"
    app = message.get("app_id")
    return "echo_person" if app is None or str(app) in INBOX_APPS else "echo_app"


def name_edit(item: Fields) -> str:
    """Tell an edit from the notice that comes with a first delivery and names nobody."""
    is_zero = str(part(item, "message_edit").get("num_edit")) == "0"
    return "edit_without_number" if is_zero and "sender" not in item else "edit"


def build_settlement(kind: str, item: Fields, place: Place) -> Settlement:
    """Build the return of our own message, by the tag that we sent along."""
    return Settlement(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(_contact(item, place, first="recipient"),),
        tag=text(member(item, "message"), "metadata"),
        outcome=Outcome.SEEN,
    )


def build_outside_answer(kind: str, item: Fields, place: Place) -> OutsideAnswer:
    """Build that somebody wrote to the contact in the account's name."""
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(_contact(item, place, first="recipient"),),
        author=Author.PERSON if kind.endswith(".echo_person") else Author.OTHER_APP,
        sent_at=moment(item.get("timestamp"), place.received_at),
    )


def build_thread_control(kind: str, item: Fields, place: Place) -> ThreadControl:
    """Build who owns the thread from now on.

    Source: Meta "messaging_handovers Webhook Event Reference" §pass_thread_control, §take_thread_control: the
    new owner may be ``null``, and is missing where a thread was taken.
    """
    change = member(item, kind.rpartition(".")[2])
    named = "new_owner_app_id" in change
    owner = optional_identifier(change, "new_owner_app_id") if named else UNNAMED_APP
    return ThreadControl(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(_contact(item, place, first="sender"),),
        owner_app_id=owner,
        is_person=owner in INBOX_APPS,
        at=moment(item.get("timestamp"), place.received_at),
    )


def _contact(item: Fields, place: Place, *, first: str) -> str:
    """Find the contact where one is expected, or on the other side: the two have come not swapped."""
    other = "sender" if first == "recipient" else "recipient"
    found = identifier(member(item, first), "id")
    return identifier(member(item, other), "id") if found == place.account_id else found
