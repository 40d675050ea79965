"""The mistakes that must never pass: each with the test that has to notice it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.mutant import Mutant, mutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Critical:
    """A mistake as a change of text.

    Attributes:
        name: What we would then do: "nobody noticed that we ...".
        was: Stands in the module exactly once.
        test: File and name, below ``tests``.
    """

    name: str
    file: str
    was: str
    became: str
    test: str


def put_in(wanted: Iterable[Critical]) -> list[Mutant]:
    """Put each into its module's source.

    Raises:
        ValueError: The code has changed, and the list has not.
    """
    return [_one(each) for each in wanted]


def _one(each: Critical) -> Mutant:
    before = (ROOT / each.file).read_text()
    if before.count(each.was) != 1:
        raise ValueError(f"{each.file} must hold this exactly once: {each.was}")
    after = before.replace(each.was, each.became)
    return mutant(each.name, each.file, before, after, (f"tests/{each.test}",))


CRITICAL: Sequence[Critical] = (
    Critical(
        name="compare signatures with ==",
        file="platforms/meta/signature.py",
        was="hmac.compare_digest(sign(body, secret).encode(), header.encode())",
        became="sign(body, secret) == header",
        test="platforms/meta/test_signature.py::test_a_signature_is_compared_with_every_secret_in_constant_time",
    ),
    Critical(
        name="accept a missing signature",
        file="platforms/meta/signature.py",
        was="if header is None or not _FORM.fullmatch(header):",
        became="if header is None:\n        return\n    if not _FORM.fullmatch(header):",
        test="platforms/test_contract.py::test_a_missing_signature_is_refused",
    ),
    Critical(
        name="accept any signature",
        file="platforms/meta/signature.py",
        was="    if not any(matches):",
        became="    if not matches:",
        test="platforms/meta/test_signature.py::test_the_three_spellings_mean_the_same_and_are_signed_apart",
    ),
    Critical(
        name="accept an empty secret",
        file="platforms/meta/signature.py",
        was="not secrets or not all(secrets)",
        became="not secrets",
        test="platforms/meta/test_signature.py::test_no_key_or_an_empty_key_refuses_everything",
    ),
    Critical(
        name="accept an empty body",
        file="platforms/meta/signature.py",
        was="    if not body:",
        became="    if body is None:",
        test="platforms/meta/test_signature.py::test_a_signed_empty_body_is_refused",
    ),
    Critical(
        name="want every secret to match during a rotation",
        file="platforms/meta/signature.py",
        was="not any(matches)",
        became="not all(matches)",
        test="platforms/test_contract.py::test_a_replaced_secret_is_accepted_beside_the_new_one",
    ),
    Critical(
        name="answer a handshake without a token",
        file="platforms/meta/handshake.py",
        was="    if not any(matches):",
        became="    if matches == [None]:",
        test="platforms/meta/test_handshake.py::test_anything_else_is_refused",
    ),
    Critical(
        name="take an empty verify token",
        file="platforms/meta/handshake.py",
        was=" for token in tokens if token]",
        became=" for token in tokens]",
        test="platforms/meta/test_handshake.py::test_without_a_token_nothing_is_accepted",
    ),
    Critical(
        name="show markup in a handshake",
        file="platforms/meta/handshake.py",
        was="_CHALLENGE.fullmatch(challenge)",
        became="_CHALLENGE.match(challenge)",
        test="platforms/meta/test_handshake.py::test_anything_else_is_refused",
    ),
    Critical(
        name="read a key that is given twice",
        file="platforms/json_reading.py",
        was="if len(fields) != len(pairs):",
        became="if False:",
        test="platforms/test_contract.py",
    ),
    Critical(
        name="drop the depth limit",
        file="platforms/json_reading.py",
        was="        if depth > MAX_DEPTH:",
        became="        if depth > MAX_DEPTH * 1000:",
        test="platforms/test_contract.py",
    ),
    Critical(
        name="drop the size limit",
        file="services/receive_delivery.py",
        was="if len(delivery.body) > platform.max_body:",
        became="if len(delivery.body) > platform.max_body * 9:",
        test="contract/test_refusals.py::test_what_is_refused_leaves_no_trace",
    ),
    Critical(
        name="skip the signature",
        file="services/receive_delivery.py",
        was="        platform.verify(delivery, secrets)\n",
        became="",
        test="contract/test_refusals.py::test_what_is_refused_leaves_no_trace",
    ),
    Critical(
        name="store before the signature",
        file="services/receive_delivery.py",
        was=("        platform.verify(delivery, secrets)\n        return Received(facts=tuple(self._keep(delivery)))"),
        became=(
            "        facts = tuple(self._keep(delivery))\n"
            "        platform.verify(delivery, secrets)\n"
            "        return Received(facts=facts)"
        ),
        test="contract/test_refusals.py::test_what_is_refused_leaves_no_trace",
    ),
    Critical(
        name="answer 200 when table and queue fail",
        file="services/receive_delivery.py",
        was="        except UnavailableError as error:\n            self._spill.send(cut(delivery))",
        became="        except UnavailableError as error:",
        test="contract/test_replay.py::test_promises_are_counted_from_when_it_arrived",
    ),
    Critical(
        name="take compressed bodies",
        file="services/receive_delivery.py",
        was='!= "identity"',
        became='== "x"',
        test="contract/test_refusals.py::test_what_is_refused_leaves_no_trace",
    ),
    Critical(
        name="skip A1",
        file="services/acknowledge.py",
        was="        started = self._store.start(case.unit, self._attempt(case), sending)",
        became="        started = case.unit",
        test="contract/test_acknowledge.py::test_what_was_sent_is_told_and_at_rest",
    ),
    Critical(
        name="send although A1 was refused",
        file="services/acknowledge.py",
        was="return [] if started is None else self._send(case, started, composed, way)",
        became="return self._send(case, started or case.unit, composed, way)",
        test="contract/test_acknowledge.py::test_two_workers_with_the_same_hint_send_once",
    ),
    Critical(
        name="finish before the hand-off",
        file="services/acknowledge.py",
        was="        self._tell(unit, state, reason)\n        if self._store.finish(",
        became="        if self._store.finish(",
        test="contract/test_acknowledge.py::test_what_was_sent_is_told_and_at_rest",
    ),
    Critical(
        name="clear due before the hand-off",
        file="services/acknowledge.py",
        was="        self._tell(unit, unit.state)\n        self._store.mark_told(unit)",
        became="        self._store.mark_told(unit)",
        test="contract/test_acknowledge.py::test_an_echo_after_uncertain_is_told_again",
    ),
    Critical(
        name="recover before the platform's echoes are in",
        file="services/acknowledge.py",
        was="case.unit.sent_from >= settled_before",
        became="case.unit.sent_from < settled_before",
        test="contract/test_acknowledge.py",
    ),
    Critical(
        name="send what waits too late to finish",
        file="services/acknowledge.py",
        was="AROUND_A_SEND:",
        became="AROUND_A_SEND * 0 - timedelta(days=1):",
        test="contract/test_acknowledge.py::test_a_run_that_is_nearly_over_sends_nothing",
    ),
    Critical(
        name="send again what was found at the platform",
        file="services/acknowledge.py",
        was="        if found is ReadBack.FOUND:",
        became="        if found is None:",
        test="contract/test_acknowledge.py::test_an_unknown_outcome_is_settled_by_what_the_platform_can_prove",
    ),
    Critical(
        name="send again what nobody could look for",
        file="services/acknowledge.py",
        was="        if found is ReadBack.ABSENT:",
        became="        if found is not ReadBack.FOUND:",
        test="contract/test_acknowledge.py::test_a_conversation_that_cannot_be_read_back_leaves_it_uncertain",
    ),
    Critical(
        name="send while the breaker is open",
        file="services/guard_account.py",
        was="        if breaker.open_until > now and not replaced:\n            return False\n",
        became="",
        test="contract/test_acknowledge.py::test_a_dead_token_parks_hands_over_once_probes_with_one_and_closes_when_replaced",
    ),
    Critical(
        name="never open the breaker",
        file="services/guard_account.py",
        was="if failures < FAILURES_TO_OPEN:",
        became="if failures < FAILURES_TO_OPEN * 99:",
        test="contract/test_acknowledge.py::test_a_row_of_failures_opens_the_breaker_and_a_probe_closes_it",
    ),
    Critical(
        name="take an unsent second try for proof that the first was unsent",
        file="services/acknowledge.py",
        was="        if case.unit.state is UnitState.RECOVERING:\n",
        became="        if case.unit.state is UnitState.SENT:\n",
        test="contract/test_acknowledge.py::test_a_keyed_send_of_unknown_outcome_is_never_said_to_be_unsent",
    ),
    Critical(
        name="hide what is due behind one that fails",
        file="services/sweep.py",
        was="if not self._store.put_off(",
        became="if False and not self._store.put_off(",
        test="contract/test_sweep.py",
    ),
    Critical(
        name="let one failure stop the sweep",
        file="services/sweep.py",
        was="        except Exception as error:  # noqa",
        became="        except ZeroDivisionError as error:  # noqa",
        test="contract/test_sweep.py::test_units_that_fail_every_time_hide_no_fresh_one",
    ),
    Critical(
        name="sweep one shard only",
        file="services/sweep.py",
        was="range(self._shards)",
        became="range(1)",
        test="contract/test_sweep.py::test_a_hint_that_was_lost_is_given_again_from_every_shard",
    ),
    Critical(
        name="swallow a failed table",
        file="services/sweep.py",
        was='[Fact(name="sweeps_failed", fields={"because": str(error)[:80]})]',
        became="[]",
        test="contract/test_sweep.py::test_units_that_fail_every_time_hide_no_fresh_one",
    ),
    Critical(
        name="trust a tag without its key",
        file="services/settle.py",
        was="unit if unit is not None and unit.ack_key == ack_key else None",
        became="unit",
        test="contract/test_refusals.py::test_a_tag_with_the_number_of_a_unit_and_another_key_settles_nothing",
    ),
    Critical(
        name="swallow a settlement that never came through",
        file="services/settle.py",
        was='        raise UnavailableError("the unit kept changing")',
        became='        return None, Fact(name="settlements_too_late")',
        test="unit/test_settling.py::test_what_could_not_be_noted_is_never_said_to_be",
    ),
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
        file="adapters/receipt_table.py",
        was='    return " AND ".join(condition), used',
        became='    return "attribute_exists(pk)", {}',
        test="contract/test_table_expressions.py",
    ),
    Critical(
        name="take other content for a repetition",
        file="adapters/receipt_table.py",
        was="(same if stored_hash == numbered.message.content_hash else other)",
        became="(same)",
        test="contract/test_receive.py::test_other_content_under_the_same_id_is_kept_as_a_revision",
    ),
    Critical(
        name="answer whoever opted out",
        file="domain/policy_plan.py",
        was="replace(after, opted_out=True, asked=None)",
        became="replace(after, opted_out=False, asked=None)",
        test="unit/test_policy_suppression.py::test_an_opt_out_is_confirmed_once",
    ),
    Critical(
        name="never break a loop",
        file="domain/policy.py",
        was="(plan if allowed else plan_hand_off(LOOP))",
        became="plan",
        test="unit/test_policy_suppression.py::test_three_acknowledgements_in_ten_minutes_are_allowed_and_a_fourth_is_told_as_a_loop",
    ),
    Critical(
        name="acknowledge what may not be acknowledged",
        file="domain/policy.py",
        was="    if reason is not None:\n        return plan_hand_off(reason), after\n",
        became="",
        test="unit/test_policy_suppression.py",
    ),
    Critical(
        name="tell nobody of a message that opens an episode",
        file="domain/policy.py",
        was="if plan.kind.sends or starts_episode(after):",
        became="if plan.kind.sends:",
        test="unit/test_policy_suppression.py",
    ),
    Critical(
        name="keep a consent for the next matter",
        file="domain/policy_episode.py",
        was="        consent=None,\n",
        became="",
        test="unit/test_policy_choices.py::test_a_new_matter_knows_nothing_of_the_consent_for_the_one_before",
    ),
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
        name="park for ever",
        file="domain/unit.py",
        was="min(2 ** min(max(attempts - 1, 0), 6), MAX_BACK_OFF_MINUTES)",
        became="2 ** max(attempts - 1, 0)",
        test="contract/test_sweep.py::test_attempts_come_more_and_more_rarely_and_the_age_keeps_growing",
    ),
)
SHORT = frozenset(
    {
        "accept a missing signature",
        "compare signatures with ==",
        "drop the size limit",
        "skip A1",
        "clear due when an echo comes",
    }
)
