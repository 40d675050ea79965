"""Tell a contact in good time that their answer takes longer than they were promised, and until when.

Every minute the list of what waits is read from its oldest entry up to the last arrival that was promised an answer
within the next ten minutes. What an agent promised is found by a due marker of its own, because it may be sooner than
what the text promised. Of each conversation that was read it is remembered before when it needs nothing, so that what
waits long is not read every minute; whoever forgets that only reads more.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from operator import is_

from nightbell.domain.arrivals import latest_arrival
from nightbell.domain.business import BusinessSettings
from nightbell.domain.conversation import EPISODE_LAPSES_AFTER
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.holding import LEAD, NEVER, Outlook
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.unit import UnitKind
from nightbell.services.desk_reading import Parts, Standing
from nightbell.services.hold_ports import HoldStore, Waiting
from nightbell.services.look_at_promise import LookAtPromise
from nightbell.services.ports import Clock, DueMark, Hints
from nightbell.services.say_holding import SayHolding

AT_ONCE = 50
"""Conversations that are read by one call."""
HasTime = Callable[[], bool]


class HoldPromises:
    """Sweep's own work of every minute, and its job where an agent promised something."""

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        *,
        store: HoldStore,
        look: LookAtPromise,
        say: SayHolding,
        hints: Hints,
        settings: BusinessSettings,
        clock: Clock,
    ) -> None:
        """Look after all brands of the settings."""
        self._store, self._look, self._say = store, look, say
        self._hints, self._settings, self._clock = hints, settings, clock
        self._needs_nothing_before: dict[Waiting, datetime] = {}
        self._hours: list[OpeningHours] = []

    def __call__(self, has_time: HasTime) -> list[Fact]:
        """Look at whatever may be about to break; what there is no time for is left to the next minute.

        Raises:
            UnavailableError: What waits cannot be listed.
        """
        now, known = self._clock.now(), self._known()
        self._needs_nothing_before = {each: known.get(each, now) for each in self._listed(now)}
        due = [each for each, look_at in self._needs_nothing_before.items() if look_at <= now]
        facts: list[Fact] = []
        for start in range(0, len(due), AT_ONCE):
            if not has_time():
                return [*facts, Fact(name="promises_not_looked_at", count=len(due) - start)]
            try:
                facts += self._look_at(due[start : start + AT_ONCE], has_time)
            except UnavailableError as error:
                return [*facts, Fact(name="holding_failed", fields={"because": str(error)[:80]})]
        return facts

    def _known(self) -> dict[Waiting, datetime]:
        """Tell what needs nothing yet; nothing is known any more once somebody opened or closed by hand."""
        hours = [each.hours for each in self._settings.accounts.values()]
        is_same = len(hours) == len(self._hours) and all(map(is_, hours, self._hours))
        self._hours = hours
        return self._needs_nothing_before if is_same else {}

    def _listed(self, now: datetime) -> Iterator[Waiting]:
        since = now - EPISODE_LAPSES_AFTER
        for brand in self._settings.brands.values():
            hours = {
                id(each.hours): each.hours for each in self._settings.accounts.values() if each.brand.key == brand.key
            }
            newest = (latest_arrival(each, brand.promise, now + LEAD, since) for each in hours.values())
            until = max((each for each in newest if each is not None), default=None)
            if until is not None:
                yield from self._store.waiting_between(brand.key, since, until)

    def _look_at(self, listed: Sequence[Waiting], has_time: HasTime) -> list[Fact]:
        try:
            read = {standing.pk: standing for standing in self._store.standings([each.pk for each in listed])}
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - one that cannot be read must not hide the others
            return self._one_by_one(listed, has_time, error)
        facts: list[Fact] = []
        for each in listed:
            if each.pk in read and has_time():
                facts += self._guarded(read[each.pk], each)
        return facts

    def _one_by_one(self, listed: Sequence[Waiting], has_time: HasTime, error: Exception) -> list[Fact]:
        if len(listed) > 1:
            return [fact for each in listed for fact in (self._look_at([each], has_time) if has_time() else ())]
        self._needs_nothing_before[listed[0]] = NEVER
        return [_failed(error)]

    def _guarded(self, standing: Standing, waiting: Waiting) -> list[Fact]:
        """Let one that spoils everything spoil no other."""
        try:
            found, facts = self._turn(standing.pk, self._look(standing, self._clock.now()))
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect in one must not hide those behind it
            found, facts = Outlook(), [_failed(error)]
        self._needs_nothing_before[waiting] = found.look_at
        return facts

    def _turn(self, pk: str, found: Outlook) -> tuple[Outlook, list[Fact]]:
        return (found, []) if not found.must_read else self._say_or_wait(self._store.parts(pk))

    def _say_or_wait(self, parts: Parts) -> tuple[Outlook, list[Fact]]:
        found, unit = self._say(parts, self._clock.now())
        if unit is None:
            return found, []
        with suppress(UnavailableError):
            # Without a hint Sweep finds it by its due marker.
            self._hints.hint(unit.pk, unit.sk)
        return found, [Fact(name="promises_held", fields={"channel": unit.via})]

    def at_mark(self, mark: DueMark, has_time: HasTime) -> list[Fact]:  # noqa: ARG002 - one conversation takes little
        """Look at what an agent promised; its marker goes once nothing depends on it any more."""
        parts = self._store.parts(mark.pk)
        found, facts = self._say_or_wait(parts)
        if not facts:
            is_needed = found.look_at < NEVER and _is_pending(parts, self._clock.now())
            self._store.mark_again(parts.pk, parts.state, found.look_at if is_needed else None)
        return facts


def _is_pending(parts: Parts, now: datetime) -> bool:
    """Tell whether an agent's promise is yet to come, or on its way to the contact."""
    told = parts.state.promised_in(parts.conversation.episode)
    on_its_way = (
        unit.promised_by
        for unit in parts.units
        if unit.kind is UnitKind.PERSON_PROMISE and not unit.state.is_final and unit.seq >= parts.conversation.episode
    )
    return parts.conversation.is_waiting and any(by is not None and by > now for by in (told, *on_its_way))


def _failed(error: Exception) -> Fact:
    return Fact(name="holding_failed", alarm=True, fields={"because": type(error).__name__})
