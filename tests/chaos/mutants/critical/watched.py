"""Mistakes by which an operator would not hear of what is wrong, or read of whom it is."""

from tests.chaos.mutants.critical.mistake import Critical

WATCHED = (
    Critical(
        name="count nothing that an operator must hear of",
        file="domain/measures.py",
        was="    if fact.alarm and trouble not in COUNTED:\n",
        became="    if fact.alarm and trouble in COUNTED:\n",
        test="unit/test_watch.py::test_what_a_fact_adds_to_the_metrics",
    ),
    Critical(
        name="take what the desk says for an acknowledgement",
        file="domain/measures.py",
        was=' and fact.fields.get("kind") in _TO_MESSAGES',
        became="",
        test="unit/test_watch.py::test_what_a_fact_adds_to_the_metrics",
    ),
    Critical(
        name="take a calm hour for silence",
        file="domain/quiet.py",
        was="found * FEW <= usual and ",
        became="",
        test="unit/test_quiet.py::test_a_calm_hour_is_not_silence",
    ),
    Critical(
        name="take an outage for usual",
        file="domain/quiet.py",
        was="sorted(weeks)[1]",
        became="sorted(weeks)[0]",
        test="unit/test_quiet.py::test_one_odd_week_changes_nothing",
    ),
    Critical(
        name="hear customers in what the desk says",
        file="services/count_heard.py",
        was=" and sk.startswith(UNITS)",
        became="",
        test="unit/test_quiet.py::test_what_the_desk_says_is_not_heard",
    ),
    Critical(
        name="lose what could not be written down",
        file="services/count_heard.py",
        was="            except UnavailableError:\n                return\n",
        became="            except UnavailableError:\n                pass\n",
        test="unit/test_quiet.py::test_what_cannot_be_written_waits_and_holds_nothing_up",
    ),
    Critical(
        name="call late what an agent has in hand",
        file="services/overdue.py",
        was=" or conversation.is_held(now)",
        became="",
        test="unit/test_watch_waiting.py::test_what_an_agent_has_in_hand_is_not_overdue",
    ),
    Critical(
        name="write down whose message it is",
        file="domain/trace_ids.py",
        was='sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]',
        became="name",
        test="unit/cli/test_follow.py::test_no_number_and_no_address_is_sent_along_with_a_query",
    ),
)
