"""What the logs are told of an episode's first answer by a person; the weekly report is counted from it."""

from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.opening_hours import OpeningHours


def first_answer_fields(
    clock: AnswerClock | None, pk: str, read: Conversation, hours: OpeningHours | None
) -> dict[str, str | int]:
    """Tell how long the contact waited, whether they wrote while we were open, and whether a promise was kept.

    Args:
        clock: As it stands with the answer; nothing is told where that was not the episode's first.
        pk: The conversation's id.
        read: The conversation as the answer found it.
        hours: Whose opening time was counted.
    """
    if clock is None or clock.answers > 1 or hours is None or read.episode_at is None:
        return {}
    channel, _, _ = split_conversation_pk(pk) or ("", "", "")
    came = "open" if hours.stretch_at(read.episode_at).is_open else "closed"
    fields: dict[str, str | int] = {"wall_s": clock.first_wall_s, "open_s": clock.first_open_s}
    if clock.promise_kept is not None:
        fields["promise_kept"] = int(clock.promise_kept)
    return {**fields, "channel": channel, "brand": read.brand, "came": came, "episode": clock.episode}
