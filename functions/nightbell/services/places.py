"""Say where a conversation is, for people: by the names that the settings give to accounts."""

from collections.abc import Mapping

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.hand_off import Place
from nightbell.domain.keys import split_conversation_pk
from nightbell.platforms.channel import Channel


def place_of(
    pk: str,
    conversation: Conversation,
    accounts: Mapping[tuple[str, str], Account],
    channels: Mapping[str, Channel],
    desk_url: str = "",
) -> Place:
    """Take a conversation's id apart, and say on which channel and account the contact wrote last."""
    channel, account_id, contact_id = split_conversation_pk(pk) or ("unknown", "", pk)
    account = accounts.get((channel, account_id))
    known, spoken = channels.get(channel), channels.get(conversation.via or channel)
    other = accounts.get((conversation.via or channel, conversation.via_account or account_id))
    post, _, author = contact_id.rpartition("/") if known and known.is_public else ("", "", contact_id)
    return Place(
        channel=channel,
        account_id=account_id,
        account_name=account.name if account else None,
        contact_id=author,
        post=post or None,
        via=conversation.via,
        via_account=conversation.via_account,
        via_account_name=other.name if other else None,
        reply_window=spoken.reply_window if spoken else None,
        desk_url=desk_url,
    )
