"""Look at the messages of a queue and leave them there: each is in sight of others again when the look is over."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from infra.cli.outcome import CliError

AT_ONCE = 10
"""Messages in one call (Amazon SQS API "ReceiveMessage")."""

Message = dict[str, Any]


class Look:
    """What was found.

    Attributes:
        messages: Each once, as SQS gives it.
    """

    def __init__(self, sqs: Any, url: str) -> None:  # noqa: ANN401 - botocore makes its clients at run time
        """Look into this queue."""
        self._sqs = sqs
        self._url = url
        self._found: dict[str, Message] = {}

    @property
    def messages(self) -> Sequence[Message]:
        """List what was found and is not deleted."""
        return list(self._found.values())

    def receive(self, hidden_s: int) -> bool:
        """Take some more out of sight; false when there is nothing new."""
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=AT_ONCE, VisibilityTimeout=hidden_s, WaitTimeSeconds=1
        )
        before = len(self._found)
        # The newest handle of a message is the one that counts.
        self._found |= {message["MessageId"]: message for message in answer.get("Messages", [])}
        return len(self._found) > before

    def delete(self, message_ids: Iterable[str]) -> None:
        """Delete messages for good.

        Raises:
            CliError: Some are still there.
        """
        for some in _by(AT_ONCE, list(message_ids)):
            entries = [{"Id": str(n), "ReceiptHandle": self._found[i]["ReceiptHandle"]} for n, i in enumerate(some)]
            failed = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            if failed:
                raise CliError(f"{len(failed)} messages could not be deleted and come back. Trying again is safe.")
            for message_id in some:
                del self._found[message_id]

    def put_back(self) -> None:
        """Let others see them again."""
        for some in _by(AT_ONCE, list(self._found)):
            entries = [
                {"Id": str(n), "ReceiptHandle": self._found[i]["ReceiptHandle"], "VisibilityTimeout": 0}
                for n, i in enumerate(some)
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)


@contextmanager
def look(sqs: Any, url: str, *, hidden_s: int, most: int) -> Iterator[Look]:  # noqa: ANN401 - as above
    """Look at all that is in a queue, or at as many messages as ``most``.

    Args:
        sqs: A client.
        url: Of the queue.
        hidden_s: How long a message is out of others' sight if this is interrupted.
        most: Messages in one look.
    """
    found = Look(sqs, url)
    try:
        while len(found.messages) < most and found.receive(hidden_s):
            pass
        yield found
    finally:
        found.put_back()


def _by(count: int, names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + count] for start in range(0, len(names), count))
