"""A promise that is about to break is put off once, in time; what an answer must not say; and what a number means."""

from tests.chaos.mutants.critical.mistake import Critical

_HOLDING = "contract/test_holding.py"
_RATING, _STORIES = "unit/test_rating.py", "contract/test_ratings.py"
_CHECKS = "unit/test_answer_checks.py"

PROMISED = (
    Critical(
        name="say again and again that it takes longer",
        file="domain/holding.py",
        was="is_held = state.held_episode == c.episode",
        became="is_held = state.held_episode > c.episode",
        test=f"{_HOLDING}::test_another_execution_environment_knows_from_the_table",
    ),
    Critical(
        name="put a promise off that two sweeps have read",
        file="adapters/hold_table.py",
        was="update, condition, used = desk_state_write(before, after)",
        became='update, condition, used = (*desk_state_write(before, after)[:1], "acts >= :acts OR acts < :acts", '
        "desk_state_write(before, after)[2])",
        test=f"{_HOLDING}::test_two_sweeps_at_once_say_it_once",
    ),
    Critical(
        name="write to whoever sleeps while the shop is closed",
        file="domain/holding.py",
        was="if not account.hours.stretch_at(now).is_open:",
        became="if account.hours is None:",
        test="unit/test_hold_promises.py::test_while_closed_nothing_is_said_before_the_next_opening",
    ),
    Critical(
        name="tell somebody who was answered that it takes longer",
        file="domain/holding.py",
        was="return not c.is_waiting or counted or in_inbox or answers or is_held",
        became="return not c.is_waiting or counted or in_inbox or is_held",
        test=f"{_HOLDING}::test_who_is_being_answered_at_this_moment_hears_nothing",
    ),
    Critical(
        name="forget what an agent promised sooner",
        file="adapters/desk_table.py",
        was="if not promised:",
        became="if promised or not promised:",
        test=f"{_HOLDING}::test_what_an_agent_promised_sooner_is_looked_after_as_well",
    ),
    Critical(
        name="miss the last of those who were promised a time",
        file="domain/arrivals.py",
        was="return since + low * ONE_TICK",
        became="return since + (low - 1) * ONE_TICK",
        test="unit/test_arrivals.py::test_all_who_write_over_the_weekend_are_promised_the_same_minute",
    ),
    Critical(
        name="open a conversation again for a rating",
        file="domain/policy_episode.py",
        was="return after if before.is_waiting else replace(after, seen_seq=after.last_seq)",
        became="return after",
        test=f"{_RATING}::test_a_rating_opens_nothing_again",
    ),
    Critical(
        name="take a number that nobody asked for as a rating",
        file="domain/rating.py",
        was="if before.asked != ASKED or message.role",
        became="if message.role",
        test=f"{_RATING}::test_a_number_that_nobody_waits_for_is_a_message",
    ),
    Critical(
        name="ask how it was while something waits",
        file="domain/closing.py",
        was="if not (unit.rates and is_all) or",
        became="if not unit.rates or",
        test=f"{_STORIES}::test_a_message_that_came_while_the_answer_left_is_answered_first",
    ),
    Critical(
        name="let an agent write over what a customer thought of us",
        file="adapters/table_expressions.py",
        was="rated_at = :at, acts = if_not_exists(acts, :zero) + :one",
        became="rated_at = :at, acts = if_not_exists(acts, :zero) + :zero, more = :one",
        test=f"{_STORIES}::test_what_an_agent_does_meanwhile_does_not_write_over_it",
    ),
    Critical(
        name="let everybody read a customer's telephone number",
        file="domain/personal_words.py",
        was="return next(told, None) or next(dialled, None)",
        became="return next(told, None)",
        test=f"{_CHECKS}::test_nothing_that_the_contact_gave_is_told_where_everybody_reads",
    ),
)
