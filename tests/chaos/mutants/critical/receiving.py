"""What a 200 promises."""

from tests.chaos.mutants.critical.mistake import Critical

RECEIVING = (
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
        was="            platform.verify(delivery, secrets)\n",
        became="            pass\n",
        test="contract/test_refusals.py::test_what_is_refused_leaves_no_trace",
    ),
    Critical(
        name="store before the signature",
        file="services/receive_delivery.py",
        was="        try:\n            platform.verify(delivery, secrets)\n",
        became="        self._keep(delivery, platform)\n        try:\n            platform.verify(delivery, secrets)\n",
        test="contract/test_refusals.py::test_what_is_refused_leaves_no_trace",
    ),
    Critical(
        name="answer 200 when table and queue fail",
        file="services/receive_delivery.py",
        was="        self._spill.send(parts)\n",
        became="",
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
        name="answer 200 for what nobody can read and keep nothing",
        file="services/store_delivery.py",
        was='            return [self._events.quarantine(delivery, delivery.body, "delivery", str(error))]',
        became="            return [] if error else []",
        test="contract/test_replay.py::test_a_delivery_that_nobody_can_read_is_quarantined_whole",
    ),
    Critical(
        name="answer 200 to a large delivery and keep nothing",
        file="services/receive_delivery.py",
        was="except TooMuchAtOnceError as error:\n            fact = ",
        became="except TooMuchAtOnceError as error:\n            return []\n            fact = ",
        test="contract/test_receive.py::test_a_thousand_contacts_in_one_delivery_are_spilled_and_stored_by_replay",
    ),
    Critical(
        name="answer 200 although a part could not be stored",
        file="services/store_delivery.py",
        was="    return [future.result() for future in futures]",
        became="    return [future.result() for future in futures if future.exception() is None]",
        test="contract/test_receive.py::test_a_table_that_fails_for_one_contact_spills_the_delivery_and_keeps_the_others",
    ),
    Critical(
        name="store the first transaction of a delivery only",
        file="services/store_messages.py",
        was="                left = left[tried:]\n",
        became="                left = []\n",
        test="contract/test_receive.py::test_large_messages_are_spread_over_transactions",
    ),
    Critical(
        name="lose a message on which the policy fails",
        file="services/draft_messages.py",
        was="        except Exception as error:  # noqa",
        became="        except KeyboardInterrupt as error:  # noqa",
        test="contract/test_receive.py::test_a_policy_that_fails_hands_the_message_over_undecided",
    ),
    Critical(
        name="try a taken reference again with the same salt",
        file="services/store_messages.py",
        was="                salt += refusal.reference_taken\n",
        became="",
        test="contract/test_what_is_kept.py::test_a_reference_that_is_taken_is_exchanged_for_another",
    ),
    Critical(
        name="say stored of a conversation that kept changing",
        file="services/store_messages.py",
        was='        raise UnavailableError("the conversation kept changing")',
        became="        return Stored(units=tuple(units), facts=tuple(facts))",
        test="contract/test_what_is_kept.py::test_a_conversation_that_keeps_changing_is_never_said_to_be_stored",
    ),
    Critical(
        name="store where messages went before, although they go elsewhere now",
        file="services/store_messages.py",
        was="            if not left or read.joins != joins:\n",
        became="            if not left:\n",
        test=(
            "contract/test_join_races.py"
            "::test_a_message_whose_sender_is_joined_while_it_is_stored_goes_where_it_is_looked_for"
        ),
    ),
    Critical(
        name="take a message along that came while its sender was recognised",
        file="services/find_home.py",
        was="lambda now: None if _is_known(now) else Join(since=EVER, pk=home)",
        became="lambda _: Join(since=EVER, pk=home)",
        test=(
            "contract/test_join_races.py"
            "::test_a_message_that_comes_while_its_sender_is_recognised_stays_where_it_was_stored"
        ),
    ),
    Critical(
        name="shorten a message and keep the whole nowhere",
        file="services/store_messages.py",
        was="            whole(message),\n",
        became='            b"",\n',
        test="contract/test_what_is_kept.py::test_the_whole_of_a_message_too_large_for_an_item_can_be_read_back",
    ),
    Critical(
        name="drop other content under a known id",
        file="services/store_messages.py",
        was="elif name in refusal.other_content and not variant:",
        became="elif not name:",
        test="contract/test_receive.py::test_other_content_under_the_same_id_is_kept_as_a_revision",
    ),
    Critical(
        name="close what a person in the inbox has not read",
        file="services/settle.py",
        was="(read.newest_at or event.sent_at) <= event.sent_at",
        became="bool(event.sent_at)",
        test="contract/test_receive.py::test_a_person_in_the_platforms_inbox_closes_what_they_answer",
    ),
    Critical(
        name="take an instant reply of the inbox for an answer",
        file="services/settle.py",
        was="if event.author is Author.PERSON and _is_instant(event, read):",
        became="if event is None:",
        test="contract/test_what_is_kept.py::test_an_instant_reply_of_the_inbox_answers_nothing",
    ),
    Critical(
        name="let another app's message close a conversation",
        file="services/settle.py",
        was="covers = event.author is Author.PERSON and ",
        became="covers = ",
        test="contract/test_what_is_kept.py::test_another_apps_message_closes_nothing",
    ),
)
