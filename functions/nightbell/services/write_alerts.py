"""What the team should look at now, written down beside what the human queue is told."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from nightbell.domain.alerts import Alert, alert_sk, alerts_in, rings_at, write_alert
from nightbell.domain.business import Brand
from nightbell.domain.keys import team_pk
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.services.ports import Clock, HumanQueue
from nightbell.services.write_outbox import OutboxStore

KEPT_FOR = timedelta(days=10)
"""Longer than an episode can last, so that the same reason is never told twice."""


class WriteAlerts:
    """The human queue, and what is written down beside it for the places where the team reads."""

    def __init__(
        self,
        queue: HumanQueue,
        store: OutboxStore,
        places: Sequence[TeamPlace],
        brands: Mapping[str, Brand],
        clock: Clock,
    ) -> None:
        """Tell the queue, and of these places those that get alerts."""
        self._queue = queue
        self._write = WriteDown(store, places)
        self._brands = brands
        self._clock = clock

    def send(self, message: Mapping[str, Any]) -> None:
        """Tell the queue first, and then write down what rings now; what waits for the digest costs nothing.

        Raises:
            UnavailableError: Some may have it and others not; the same one again does no harm.
        """
        self._queue.send(message)
        brand = self._brands.get(message["brand"])
        if brand is None or not message["priority"]["reasons"]:
            return
        now = self._clock.now()
        for alert in alerts_in(message, is_open=brand.hours.stretch_at(now).is_open):
            self._write(alert, self._clock)


class WriteDown:
    """Writes an alert down for each place that gets it, once for an episode."""

    def __init__(self, store: OutboxStore, places: Sequence[TeamPlace]) -> None:
        """Know these places; of them those that get alerts are told."""
        self._store = store
        self._places = [each for each in places if Gets.ALERTS in each.gets]

    def tells(self, brand: str) -> bool:
        """Tell whether anybody gets alerts of a brand."""
        return any(each.brand == brand for each in self._places)

    def __call__(self, alert: Alert, clock: Clock) -> None:
        """Write it down.

        Raises:
            UnavailableError: Some places may have it; again does no harm.
        """
        now = clock.now()
        for place in self._places:
            if place.brand == alert.brand:
                body = write_alert(alert, excerpt=place.excerpt)
                at = rings_at(alert.ring, now)
                self._store.add(team_pk(place.name), alert_sk(alert), body, at, now + KEPT_FOR)
