"""The human team: reads the human queue as every reader must, takes, reads and closes."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.services.desk import Desk, shown_up_to
from nightbell.services.desk_errors import DeskError
from tests.chaos.town.agenda import Agenda
from tests.chaos.town.faults import Died

AGENTS = ("Ada", "Ben", "Cleo", "Dora")
READS_FOR_S = (20.0, 240.0)


@dataclass(slots=True)
class Team:
    """Handles HumanQueue's messages as :class:`StrictPoller` brings them.

    Attributes:
        shown: Numbers of messages that some agent had on the screen, by conversation.
        closed: How often something was closed.
    """

    client: Any
    table: str
    agenda: Agenda
    rng: random.Random
    shown: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    closed: int = 0
    _open: set[tuple[str, str]] = field(default_factory=set)
    _store: DeskTable = field(init=False)
    _desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        clock = self.agenda.clock
        self._store = DeskTable(TableClient(self.client, self.table, Deadline(clock)))
        self._desk = Desk(self._store, clock)

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """Read hand-offs; those of conversations that wait stay in the queue."""
        left = [
            record["messageId"]
            for record in event["Records"]
            if not self._is_done(json.loads(record["body"])["conversation_id"])
        ]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in left]}

    def _is_done(self, pk: str) -> bool:
        """Tell whether nothing waits: the only reason to delete a hand-off."""
        try:
            if not self._store.read_conversation(pk).is_waiting:
                return True
            self._take(pk, self.rng.choice(AGENTS))
        except (DeskError, UnavailableError):
            pass
        return False

    def _take(self, pk: str, agent: str) -> None:
        """Take it; an agent whose machine dies over it has nothing on the screen to close."""
        try:
            page = self._desk.take(pk, agent)
        except Died:
            self._open.discard((pk, agent))
            raise
        first, last = page.conversation.seen_seq + 1, shown_up_to(page)
        self.shown[pk] |= set(range(first, last + 1))
        self._open.add((pk, agent))
        self.agenda.after(self.rng.uniform(*READS_FOR_S), lambda: self._close(pk, agent))

    def _close(self, pk: str, agent: str) -> None:
        if (pk, agent) not in self._open:
            return
        try:
            self._desk.close(pk, agent)
            self.closed += 1
        except (DeskError, UnavailableError, Died):
            pass  # it is offered again when the agent's hold lapses
