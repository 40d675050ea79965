"""What Sweep does about a call that is due: it may not store messages, so it has FinishCall look."""

from collections.abc import Callable
from datetime import timedelta

from nightbell.domain.call_keys import call_id_of
from nightbell.domain.facts import Fact
from nightbell.services.calls import CallHints
from nightbell.services.ports import Clock, DueMark

TOO_LATE = timedelta(hours=1)
"""By then a call was finished, or something is wrong that does not pass by itself."""


class HintCalls:
    """A job of :class:`nightbell.services.sweep.Sweep`."""

    def __init__(self, hints: CallHints, clock: Clock) -> None:
        """Hint to this queue."""
        self._hints = hints
        self._clock = clock

    def __call__(self, mark: DueMark, has_time: Callable[[], bool]) -> list[Fact]:  # noqa: ARG002 - a hint takes none
        """Hint; the marker is put off already, and moved on by whoever looks.

        Raises:
            UnavailableError: The queue did not answer; the next sweep tries again.
        """
        self._hints.hint(call_id_of(mark.pk))
        if self._clock.now() - mark.since < TOO_LATE:
            return [Fact(name="calls_hinted")]
        return [Fact(name="calls_stuck", alarm=True)]
