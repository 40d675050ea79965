"""Where else the same contact has written, as far as it is known."""

from collections.abc import Iterator, Mapping, Sequence

from nightbell.domain.conversation import Conversation
from nightbell.domain.desk_key import desk_key
from nightbell.domain.keys import conversation_pk, split_conversation_pk
from nightbell.platforms.channel import Channel
from nightbell.services.desk_reading import DeskReading, Row
from nightbell.services.forget import other_conversations

MOST = 20

JOINED, IN_PRIVATE, IN_PUBLIC = "joined", "in_private", "in_public"
HOW = {
    JOINED: "what comes from there, or comes later, is one conversation with this",
    IN_PRIVATE: "the same person in private",
    IN_PUBLIC: "the same person in public",
}


def linked(pk: str, conversation: Conversation, store: DeskReading, channels: Mapping[str, Channel]) -> Sequence[Row]:
    """List those that exist, each once, the nearest first.

    Raises:
        UnavailableError: The table does not answer.
    """
    named: dict[str, str] = {}
    for other, code in _candidates(pk, conversation, store, channels):
        if other != pk:
            named.setdefault(other, code)
    standings = {each.pk: each.conversation for each in store.standings(list(named)[:MOST])}
    return [
        {
            "conversation_id": other,
            "key": desk_key(other),
            "code": named[other],
            "how": HOW[named[other]],
            "waiting_count": standings[other].waiting_count,
        }
        for other in named
        if other in standings
    ]


def _candidates(
    pk: str, conversation: Conversation, store: DeskReading, channels: Mapping[str, Channel]
) -> Iterator[tuple[str, str]]:
    yield from ((other, JOINED) for other in other_conversations(pk, conversation))
    channel, account_id, contact_id = split_conversation_pk(pk) or ("", "", "")
    author, known = contact_id.rpartition("/")[2], channels.get(channel)
    private = known.private_channel if known else None
    if private:
        yield conversation_pk(private, account_id, author), IN_PRIVATE
    if author:
        yield from ((other, IN_PUBLIC) for other in store.said_in_public(account_id, author, MOST))
