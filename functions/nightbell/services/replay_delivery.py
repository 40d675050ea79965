"""Feed spilled deliveries back, once all of their parts have arrived."""

from collections.abc import Mapping, Sequence

from nightbell.domain.facts import Fact
from nightbell.domain.spill import join
from nightbell.services.ports import Clock, ReceiptStore
from nightbell.services.store_delivery import StoreDelivery


class ReplayDelivery:
    """The service behind the function of that name."""

    def __init__(self, *, store: ReceiptStore, store_delivery: StoreDelivery, clock: Clock) -> None:
        """Use the very service that would have stored the delivery in the first place."""
        self._store = store
        self._store_delivery = store_delivery
        self._clock = clock

    def __call__(self, part: Mapping[str, object]) -> list[Fact]:
        """Take one part; the last one to arrive brings the whole delivery.

        Raises:
            UnavailableError: Not stored yet; another try is safe.
            ValueError: The part, or the body made of all parts, is damaged.
        """
        parts = self._gather(part)
        if parts is None:
            return [Fact(name="spill_parts_kept")]
        facts = self._store_delivery(join(parts), platform_waits=False)
        self._forget(parts)
        return [Fact(name="deliveries_replayed"), *facts]

    def _gather(self, part: Mapping[str, object]) -> list[Mapping[str, object]] | None:
        """Keep the part first: of parts that arrive at once, the last to look sees all."""
        count, spill_id = int(str(part["of"])), str(part["id"])
        if count == 1:
            return [part]
        self._store.keep_spill_part(part, self._clock.now())
        found = [self._store.read_spill_part(spill_id, number) for number in range(1, count + 1)]
        parts = [each for each in found if each is not None]
        return parts if len(parts) == count else None

    def _forget(self, parts: Sequence[Mapping[str, object]]) -> None:
        """Keep no copy of what is stored: some of it may have to go within hours, by the platform's terms."""
        for part in parts if len(parts) > 1 else ():
            self._store.empty_spill_part(str(part["id"]), int(str(part["part"])))
