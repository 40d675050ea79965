from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Outcome, Settlement
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.services.settle import TRIES, Settle

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
UNIT = Unit(pk="C#messenger.1.2", seq=1, kind=UnitKind.ACKNOWLEDGEMENT, state=UnitState.SENDING, created_at=NOW)


class Restless:
    """A table in which somebody else is always faster."""

    def __init__(self) -> None:
        self.tries = 0

    def read_unit_by_key(self, pk: str, sk: str) -> Unit:
        assert (pk, sk) == (UNIT.pk, UNIT.sk)
        return replace(UNIT, revision=self.tries)

    def settle_seen(self, unit: Unit, now: datetime) -> bool:
        assert (unit.revision, now) == (self.tries, NOW)
        self.tries += 1
        return False

    settle_failed: Any = None


def test_what_could_not_be_noted_is_never_said_to_be() -> None:
    store: Any = Restless()
    seen = Settlement(
        kind="echo", channel="messenger", account_id="1", contact_ids=("2",), tag=UNIT.tag, outcome=Outcome.SEEN
    )
    with pytest.raises(UnavailableError):
        Settle(store).settlement(seen, NOW)
    assert store.tries == TRIES
