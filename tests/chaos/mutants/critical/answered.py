"""What follows from what an agent said: it leaves as it was written, closes once, and fails aloud."""

from tests.chaos.mutants.critical.mistake import Critical

_ANSWERS = "contract/test_answers.py::"

ANSWERED = (
    Critical(
        name="keep an agent's words from whoever asked for no automatic ones",
        file="services/still_wanted.py",
        was="        if unit.kind.is_by_person:\n",
        became="        if unit is None:\n",
        test=f"{_ANSWERS}test_nothing_but_the_platforms_own_end_keeps_a_persons_words_back",
    ),
    Critical(
        name="say something else than the agent wrote",
        file="services/wording.py",
        was="text=case.unit.text, promised_by",
        became='text="", promised_by',
        test=f"{_ANSWERS}test_an_answer_leaves_in_the_agents_words_and_closes_what_it_answers",
    ),
    Critical(
        name="clear an answer's marker before its case is closed",
        file="adapters/table_expressions.py",
        was='END = "SET st = :after, rev = rev + :one REMOVE lease"',
        became='END = "SET st = :after, rev = rev + :one REMOVE due_pk, due_at, lease"',
        test=f"{_ANSWERS}test_an_answer_leaves_in_the_agents_words_and_closes_what_it_answers",
    ),
    Critical(
        name="close by an answer that nobody can prove",
        file="services/after_answer.py",
        was="ARRIVED = frozenset({UnitState.SENT, UnitState.CONFIRMED})",
        became="ARRIVED = frozenset({UnitState.SENT, UnitState.CONFIRMED, UnitState.UNCERTAIN})",
        test=f"{_ANSWERS}test_an_answer_of_unknown_outcome_is_settled_as_an_acknowledgement_is",
    ),
    Critical(
        name="close what came while an answer left",
        file="domain/closing.py",
        was="min(unit.closes, read.last_seq)",
        became="read.last_seq",
        test=f"{_ANSWERS}test_an_answer_closes_no_message_that_came_while_it_left",
    ),
    Critical(
        name="close a case twice",
        file="adapters/table_expressions.py",
        was='FOLLOWED_IF = "rev = :rev AND attribute_exists(due_pk)"',
        became='FOLLOWED_IF = "rev = :rev OR attribute_exists(pk)"',
        test=f"{_ANSWERS}test_of_two_who_close_a_case_at_once_one_does",
    ),
    Critical(
        name="leave a late failure to nobody",
        file="services/unit_outcomes.py",
        was="        if unit.desk:\n            return self._followed(unit)\n",
        became="        if unit.desk:\n            return []\n",
        test=f"{_ANSWERS}test_a_late_failure_opens_a_closed_conversation_again",
    ),
    Critical(
        name="give a notice and tell the queue nothing",
        file="services/unit_outcomes.py",
        was="self.drop(hand_off, hand_off.reason) if hand_off else []",
        became="[]",
        test=f"{_ANSWERS}test_the_human_queue_hears_of_a_failure_in_the_same_run",
    ),
    Critical(
        name="give a notice without a place in the list",
        file="domain/notice.py",
        was="    written = numbered_by_us(read, now)\n",
        became="    written = replace(read, last_seq=read.last_seq + 1, seen_seq=read.last_seq + 1)\n",
        test=f"{_ANSWERS}test_a_late_failure_opens_a_closed_conversation_again",
    ),
    Critical(
        name="take our own answer for somebody else's",
        file="services/settle.py",
        was="        yield from desk_units_of(self._store, pk)\n",
        became="",
        test=f"{_ANSWERS}test_our_own_answer_that_comes_back_without_a_tag_is_no_answer_of_somebody_else",
    ),
    Critical(
        name="believe words that the desk said again",
        file="services/look_back.py",
        was="each.text == unit.text and each.created_at >= began",
        became="each is None",
        test=f"{_ANSWERS}test_words_that_the_desk_said_again_prove_nothing_about_the_first_time",
    ),
    Critical(
        name="put a contact off whom an agent has just written to",
        file="services/still_wanted.py",
        was="each.kind.is_by_person and each.state not in _UNSAID",
        became="each is None",
        test=f"{_ANSWERS}test_no_holding_update_leaves_after_an_agents_own_word",
    ),
    Critical(
        name="name a new time while nobody is there",
        file="domain/desk_suppression.py",
        was="(holds and not account.hours.stretch_at(now).is_open, CLOSED_NOW)",
        became="(False, CLOSED_NOW)",
        test=f"{_ANSWERS}test_no_holding_update_leaves_while_we_are_closed",
    ),
    Critical(
        name="call a promise kept that automation moved",
        file="domain/desk_state.py",
        was="        return self.promise_at if self.promise_by else self.put_off\n",
        became="        return self.promise_at\n",
        test=f"{_ANSWERS}test_a_time_that_automation_names_later_keeps_no_promise",
    ),
    Critical(
        name="send what an agent wrote although nobody may write any more",
        file="domain/desk_suppression.py",
        was="    return PERSON_WINDOW_CLOSED if _is_over(unit, conversation, person_window, now) else None",
        became="    return None",
        test=f"{_ANSWERS}test_a_person_may_answer_as_long_as_the_platform_lets_people",
    ),
)
