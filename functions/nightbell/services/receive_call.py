"""Answer a call, and see that whatever could not be written down of it is kept elsewhere."""

from collections.abc import Callable, Collection, Iterable

from nightbell.domain.errors import NotUnderstoodError, UnavailableError
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.spill import cut
from nightbell.platforms.channel import Reply
from nightbell.services.calls import Answered, Calls
from nightbell.services.ports import SpillQueue


class ReceiveCall:
    """What ReceiveWebhook does about a call, once its delivery is verified."""

    def __init__(self, answer: Calls, spill: SpillQueue) -> None:
        """Spill what cannot be written down."""
        self._answer = answer
        self._spill = spill
        self.serves = answer.serves

    def __call__(
        self,
        delivery: Delivery,
        kept_headers: Collection[str],
        otherwise: Callable[[], Iterable[Fact]],
        reply: Reply,
    ) -> Answered:
        """Answer; what is no part of a call is kept by ``otherwise``, and answered with ``reply``.

        Raises:
            UnavailableError: Nothing was promised; a retry is safe.
        """
        try:
            answered = self._answer(delivery)
        except NotUnderstoodError:
            return Answered(reply=reply, facts=tuple(otherwise()))
        except UnavailableError as error:
            self._spill.send(cut(delivery, kept_headers))
            because = {"because": str(error)[:80]}
            return Answered(reply=Reply(), facts=(Fact(name="deliveries_spilled", alarm=True, fields=because),))
        if answered.is_kept:
            return answered
        return Answered(reply=answered.reply, facts=(*answered.facts, self._kept_elsewhere(delivery, kept_headers)))

    def _kept_elsewhere(self, delivery: Delivery, kept_headers: Collection[str]) -> Fact:
        """Spill it; if that fails, too, whoever listens hears the greeting all the same."""
        try:
            self._spill.send(cut(delivery, kept_headers))
        except UnavailableError:
            return Fact(name="call_parts_lost", alarm=True)
        return Fact(name="deliveries_spilled", alarm=True, fields={"because": "a call"})
