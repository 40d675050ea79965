"""How conversations stand at the local desk, by the table, for the page and the demo."""

from infra.local.deployment import Handles
from infra.local.shifted_clock import ShiftedClock
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient


class Team:
    """What the team would see, of one deployed stack."""

    def __init__(self, handles: Handles, clock: ShiftedClock) -> None:
        """Work on the stack's table, on the shifted clock that its functions go by."""
        self._clock = clock
        self._table = DeskTable(TableClient(handles.client("dynamodb"), handles.table_name, Deadline(clock)))

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
