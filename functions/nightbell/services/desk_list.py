"""List the conversations that wait for a person, in the order in which they should be answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nightbell.domain.conversation import PriorityReason
from nightbell.services.desk_reading import DeskReading, Row, Standing
from nightbell.services.desk_rows import DeskRows, promise_of
from nightbell.services.ports import Clock

MOST = 500
"""Of one brand: the oldest. Whoever has more waiting than that reads the rest when these are answered."""
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What waits.

    Attributes:
        now: By the clock that all times here go by.
        rows: The most urgent first.
        more: Brands of which more waits than is listed.
        snoozed: How many were left out because somebody wants to see them later.
    """

    now: datetime
    rows: Sequence[Row]
    more: Sequence[str]
    snoozed: int


class WaitingList:
    """The list at the desk. Read from an index that may lag: for people, never for correctness."""

    def __init__(self, store: DeskReading, rows: DeskRows, clock: Clock) -> None:
        """Read this table."""
        self._store = store
        self._rows = rows
        self._clock = clock

    def __call__(self, brands: Collection[str] | None = None, *, snoozed: bool = False) -> Listed:
        """List what waits of some brands, or of all.

        Args:
            brands: Keys of the settings.
            snoozed: Show also what somebody wants to see later.

        Raises:
            UnavailableError: The table does not answer.
        """
        now = self._clock.now()
        asked = list(brands) if brands is not None else self._every_brand()
        found = {brand: self._store.waiting(brand, MOST + 1) for brand in asked}
        pks = [pk for each in found.values() for pk in each[:MOST]]
        waiting = [each for each in self._store.standings(pks) if each.conversation.is_waiting]
        shown = [each for each in waiting if snoozed or not _is_put_off(each, now)]
        shown.sort(key=lambda each: self._order(each, now))
        return Listed(
            now=now,
            rows=[self._rows(each, now) for each in shown],
            more=[brand for brand, each in found.items() if len(each) > MOST],
            snoozed=len(waiting) - len(shown),
        )

    def _every_brand(self) -> list[str]:
        """Name the brands of the settings, those that were taken out of them, and none: of accounts never named."""
        return list(dict.fromkeys([*self._rows.settings.brands, *self._store.brands(), ""]))

    def _order(self, standing: Standing, now: datetime) -> tuple[bool, bool, datetime, int, datetime]:
        """Emergencies, then broken promises, then whatever is due next; the heavier and the older of two alike."""
        c, promise = standing.conversation, promise_of(standing)
        return (
            PriorityReason.EMERGENCY not in c.reasons,
            promise is None or promise.at >= now,
            self._rows.expected_by(standing, now) or NEVER,
            -self._rows.score(standing),
            c.episode_at or now,
        )


def _is_put_off(standing: Standing, now: datetime) -> bool:
    """Tell whether nobody wants to see it yet; a promise that breaks meanwhile brings it back."""
    promise = promise_of(standing)
    return standing.state.is_snoozed(standing.conversation, now) and (promise is None or promise.at > now)
