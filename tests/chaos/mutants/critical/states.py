"""How a unit and a conversation may change."""

from tests.chaos.mutants.critical.mistake import Critical

STATES = (
    Critical(
        name="clear due when an echo comes",
        file="adapters/table_expressions.py",
        was='SEEN = "SET st = :CONFIRMED, rev = rev + :one"',
        became='SEEN = "SET st = :CONFIRMED, rev = rev + :one REMOVE due_pk, due_at"',
        test="contract/test_table_expressions.py::test_each_write_holds_from_exactly_the_states_of_the_design",
    ),
    Critical(
        name="clear due when a send starts",
        file="adapters/table_expressions.py",
        was='text_id = :text_id, txt = :txt"\n',
        became='text_id = :text_id, txt = :txt REMOVE due_pk, due_at"\n',
        test="contract/test_table_expressions.py::test_each_write_holds_from_exactly_the_states_of_the_design",
    ),
    Critical(
        name="leave due when finished",
        file="adapters/table_expressions.py",
        was="REMOVE due_pk, due_at, lease",
        became="REMOVE lease",
        test="contract/test_table_expressions.py::test_due_marker_stays_until_the_state_is_final",
    ),
    Critical(
        name="take another worker's refusal for success",
        file="adapters/unit_table.py",
        was="    return old if ours else None",
        became="    return old",
        test="contract/test_table_expressions.py",
    ),
    Critical(
        name="store a message twice",
        file="adapters/receipt_table.py",
        was='"ConditionExpression": e.ABSENT',
        became='"ConditionExpression": "attribute_not_exists(nobody)"',
        test="contract/test_receive.py::test_a_delivery_repeated_days_later_changes_nothing",
    ),
    Critical(
        name="write over a conversation that has changed",
        file="adapters/table_conversations.py",
        was='    return " AND ".join(condition), used',
        became='    return "attribute_exists(pk)", {}',
        test="contract/test_table_expressions.py",
    ),
    Critical(
        name="take other content for a repetition",
        file="adapters/receipt_table.py",
        was="known = same if stored_hash == numbered.message.content_hash else other",
        became="known = same",
        test="contract/test_receive.py::test_other_content_under_the_same_id_is_kept_as_a_revision",
    ),
    Critical(
        name="park for ever",
        file="domain/unit.py",
        was="min(2 ** min(max(attempts - 1, 0), 6), MAX_BACK_OFF_MINUTES)",
        became="2 ** max(attempts - 1, 0)",
        test="contract/test_sweep.py::test_attempts_come_more_and_more_rarely_and_the_age_keeps_growing",
    ),
    Critical(
        name="make a new key for each try",
        file="domain/unit.py",
        was='f"{self.pk}/{self.sk}{step}"',
        became='f"{self.pk}/{self.sk}{step}/{self.epoch}"',
        test="contract/test_acknowledge.py::test_an_unknown_outcome_is_settled_by_what_the_platform_can_prove",
    ),
    Critical(
        name="take another worker's write for our own",
        file="adapters/unit_table.py",
        was="ours = (old.state, old.worker, old.epoch) == (state, worker, epoch) and",
        became="ours = (old.state, old.epoch) == (state, epoch) and",
        test="contract/test_table_expressions.py",
    ),
    Critical(
        name="let a due marker come only after the lease of a dead worker",
        file="adapters/unit_table.py",
        was='            update += ", due_at = :lease"\n',
        became="            pass\n",
        test="contract/test_table_expressions.py::test_start_touches_the_index_only_where_it_must",
    ),
    Critical(
        name="call a taken reference our own",
        file="adapters/receipt_table.py",
        was='put["Put"]["ConditionExpression"] = e.REFERENCE_FREE\n',
        became='put["Put"]["ConditionExpression"] = f"{e.REFERENCE_FREE} OR attribute_exists(pk)"\n',
        test="contract/test_table_expressions.py::test_a_reference_of_another_conversation_is_taken",
    ),
)
