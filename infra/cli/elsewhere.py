"""Where else a contact may have written: in private, under the id that they comment with."""

from nightbell.domain.keys import conversation_pk, split_conversation_pk
from nightbell.platforms.registry import CHANNELS


def private_beside(pk: str) -> list[str]:
    """Name the private conversation of whoever said something in public; it may not exist."""
    channel, account, contact = split_conversation_pk(pk) or ("", "", "")
    private = CHANNELS[channel].private_channel if channel in CHANNELS else None
    return [conversation_pk(private, account, contact.rpartition("/")[2])] if private else []
