"""Do what a platform was promised in the name of a person, as far as the person can be matched."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.domain.deletion import DeletionRequest
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.requests import request_code
from nightbell.platforms.channel import Channel
from nightbell.services.forget import Forget
from nightbell.services.ports import Clock, DueMark

WHO = "a request by the platform"


class DeletionStore(Protocol):
    """The table. Each call may raise UnavailableError."""

    def read_deletion(self, code: str) -> DeletionRequest | None:
        """Read a request consistently."""

    def finish_deletion(self, code: str, at: datetime, conversations: int, messages: int) -> None:
        """Note that it is done, and no longer whom it was about."""


class DeleteOnRequest:
    """What Sweep does about a request to delete."""

    def __init__(
        self,
        *,
        store: DeletionStore,
        forget: Forget,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        clock: Clock,
    ) -> None:
        """Look in the conversations of these accounts."""
        self._store = store
        self._forget = forget
        self._accounts = accounts
        self._channels = channels
        self._clock = clock

    def __call__(self, mark: DueMark, has_time: Callable[[], bool]) -> list[Fact]:
        """Forget what is filed under the very id that the platform gave; the next sweep goes on if time runs out.

        Raises:
            UnavailableError: Not all may be gone; another try is safe.
        """
        code = request_code(mark.pk)
        request = self._store.read_deletion(code)
        if request is None or request.done_at is not None:
            return []
        done = self._forget(self._candidates(request), WHO, has_time)
        if not done.is_finished:
            return [Fact(name="deletions_under_way")]
        counts = {"conversations": len(done.conversations), "messages": done.messages_in_all}
        self._store.finish_deletion(code, self._clock.now(), **counts)
        return [Fact(name="deletions_done" if done.conversations else "deletions_unmatched", fields=counts)]

    def _candidates(self, request: DeletionRequest) -> list[str]:
        """Name the conversation that each of the platform's accounts would have with that id."""
        ours = (key for key in self._accounts if key[0] in self._channels)
        theirs = (key for key in ours if self._channels[key[0]].platform == request.platform)
        return [conversation_pk(channel, account_id, request.user_id) for channel, account_id in theirs]
