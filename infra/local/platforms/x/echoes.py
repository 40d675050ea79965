"""What X tells of our own posts and messages, and how faults disturb that."""

from dataclasses import dataclass, replace

from infra.local.platforms.courier import Courier, Delivery
from infra.local.platforms.faults import FaultBox, FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Echoes:
    """Delivers in the background, as the real one does."""

    courier: Courier
    faults: FaultBox

    def follow(self, delivery: Delivery, channel: str, contact_id: str) -> None:
        """Let the account's own event follow a call of the API."""
        fault = self.faults.take("send", channel, contact_id, afterwards=True)
        if fault is not None and fault.kind is FaultKind.NO_ECHO:
            return
        late = fault.seconds if fault is not None and fault.kind is FaultKind.LATE_ECHO else 0.0
        self.courier.deliver_later(delivery, late)
        if fault is not None and fault.kind is FaultKind.DOUBLE_ECHO:
            self.courier.deliver_later(replace(delivery, attempts=[]), 0.2)
