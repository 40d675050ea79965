"""What a message changes about its conversation by where it came from, and by what it brought along."""

from dataclasses import replace

from nightbell.domain.choices import OFFERS, recorded_by
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.events import Message
from nightbell.domain.keys import split_conversation_pk


def placed(before: Conversation, after: Conversation, message: Message, pk: str) -> Conversation:
    """Note where the contact wrote; who they are here is not changed by what they are elsewhere."""
    via, via_account = _via(pk, message)
    if via is None:
        return replace(after, via=None, via_account=None, via_address=None)
    name, address = before.name or after.name, before.address
    return replace(
        after, via=via, via_account=via_account, via_address=message.contact.address, name=name, address=address
    )


def _via(pk: str, message: Message) -> tuple[str | None, str | None]:
    """Name the message's channel and account where it joins a conversation of another one."""
    channel, account_id, _ = split_conversation_pk(pk) or (message.channel, message.account_id, "")
    other_account = None if account_id == message.account_id else message.account_id
    return None if channel == message.channel and not other_account else message.channel, other_account


def with_records(after: Conversation, message: Message) -> tuple[Conversation, tuple[Consent, ...]]:
    """Note what a form has recorded as if the contact had chosen it here."""
    recorded = recorded_by(message, after.last_seq)
    if not recorded:
        return after, ()
    return replace(after, consent=recorded[0], follow_up=OFFERS[recorded[0].channel].value), recorded
