"""The human team at the local desk: the service behind ``nightbell desk``, for the page and the demo."""

from typing import Any

from infra.local.deployment import Handles
from infra.local.shifted_clock import ShiftedClock
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.services.desk import Desk


class Team:
    """Takes, closes and releases conversations of one deployed stack."""

    def __init__(self, handles: Handles, clock: ShiftedClock) -> None:
        """Work on the stack's table, on the shifted clock that its functions go by."""
        self._clock = clock
        self._table = DeskTable(TableClient(handles.client("dynamodb"), handles.table_name, Deadline(clock)))
        self.desk = Desk(self._table, clock)

    def act(self, action: str, conversation: str, agent: str) -> dict[str, Any]:
        """Do what a button or a command says.

        Raises:
            DeskError: It cannot be; the sentence says why.
            KeyError: There is no such action.
        """
        acts = {"take": self._take, "close": self._close, "release": self._release}
        return acts[action](conversation, agent)

    def _take(self, conversation: str, agent: str) -> dict[str, Any]:
        page = self.desk.take(conversation, agent)
        return {"messages": [message.text or f"[{message.kind}]" for message in page.messages]}

    def _close(self, conversation: str, agent: str) -> dict[str, Any]:
        return {"still_waiting": self.desk.close(conversation, agent).still_waiting}

    def _release(self, conversation: str, agent: str) -> dict[str, Any]:
        self.desk.release(conversation, agent)
        return {}

    def waiting(self, conversation: str) -> int:
        """Count the messages that wait for a person."""
        return self._table.read_conversation(conversation).waiting_count

    def standing(self, conversation: str) -> str:
        """Say how a conversation stands, by the table and not by the queue."""
        read = self._table.read_conversation(conversation)
        if not read.is_waiting:
            return "answered"
        held = read.agent_id if read.is_held(self._clock.now()) else None
        return f"{read.waiting_count} waiting" + (f", held by {held}" if held else "")
