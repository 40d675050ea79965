"""When somebody answers."""

from tests.chaos.mutants.critical.mistake import Critical

HOURS = (
    Critical(
        name="be open at the closing minute",
        file="domain/opening_hours.py",
        was="if last and last[1] > at:\n                    yield last\n                last",
        became="if last and last[1] >= at:\n                    yield last\n                last",
        test="unit/test_opening_hours.py::test_a_stretch_reaches_from_one_change_to_the_next",
    ),
    Critical(
        name="count a promise past the closing minute",
        file="domain/opening_hours.py",
        was="begin + amount <= closes",
        became="begin <= closes",
        test="unit/test_opening_hours.py::test_a_promise_is_counted_in_opening_time",
    ),
    Critical(
        name="keep a promise nobody can keep",
        file="domain/promise.py",
        was="if promise is not None and promise - now >= KEEPABLE:",
        became="if promise is not None:",
        test="unit/test_acknowledgement.py::test_a_promise_less_than_ten_minutes_away_is_counted_anew",
    ),
    Critical(
        name="open on a public holiday",
        file="domain/day_plan.py",
        was="return () if weekly and self._holidays and self._holidays.on(day) else weekly",
        became="return weekly",
        test="unit/test_opening_hours.py",
    ),
    Critical(
        name="forget a night that began the day before",
        file="domain/opening_hours.py",
        was="for offset in range(-2, HORIZON.days + 2):",
        became="for offset in range(HORIZON.days + 2):",
        test="unit/test_opening_hours.py",
    ),
    Critical(
        name="open at a time that the clocks skip",
        file="domain/local_time.py",
        was="    return _jump_over(wall, zone)",
        became="    return found",
        test="unit/test_opening_hours.py",
    ),
    Critical(
        name="count a promise on the clock across a change of the clocks",
        file="domain/opening_hours.py",
        was="                return begin + amount\n",
        became="                return (begin.astimezone(self.zone) + amount).astimezone(UTC)\n",
        test="unit/test_opening_hours.py",
    ),
)
