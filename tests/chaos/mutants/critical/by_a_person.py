"""What a person wrote leaves as a person's, and nothing else does; and by which ways somebody may answer."""

from tests.chaos.mutants.critical.mistake import Critical

_LATE = "unit/test_late_answers.py"
_VERDICT, _VERDICT_TESTS = "platforms/person_verdict.py", "platforms/test_person_verdict.py"
_WAYS, _WAYS_TESTS = "platforms/answering.py", "unit/test_answering.py"

BY_A_PERSON = (
    Critical(
        name="send automation under the mark for people",
        file="services/case.py",
        was="by_person = self.unit.kind.is_by_person",
        became="by_person = True",
        test=f"{_LATE}::test_nothing_automatic_bears_the_mark_for_people",
    ),
    Critical(
        name="mark all that a person writes, at any hour",
        file="platforms/meta/human_agent.py",
        was="if not (outbound.by_person and outbound.outside_window):",
        became="if not outbound.by_person:",
        test="platforms/meta/test_human_agent.py::test_a_person_in_time_answers_as_usual",
    ),
    Critical(
        name="describe as late what nobody wrote",
        file="platforms/channel.py",
        was="if self.outside_window and not self.by_person:",
        became="if self.by_person is None:",
        test="platforms/meta/test_human_agent.py::test_what_nobody_wrote_cannot_even_be_described_as_late",
    ),
    Critical(
        name="stop an account because an app may not answer late",
        file=_VERDICT,
        was="if outbound.outside_window and is_about_lateness:",
        became="if outbound is None:",
        test=f"{_VERDICT_TESTS}::test_a_late_answer_without_approval_stops_nothing_else",
    ),
    Critical(
        name="take somebody else's private reply for a person's words",
        file=_VERDICT,
        was="if is_used and not again else verdict",
        became="if is_used and outbound is None else verdict",
        test=f"{_VERDICT_TESTS}::test_a_private_reply_that_somebody_else_has_sent_did_not_say_these_words",
    ),
    Critical(
        name="let Meta's no to private replies drop a person's line",
        file="services/ask_first.py",
        was="(case.unit.kind.is_by_person and not question.stops_people)",
        became="False",
        test=f"{_LATE}::test_only_a_strangers_account_stops_people",
    ),
    Critical(
        name="offer a private reply that has left",
        file=_WAYS,
        was="and unit.state not in _NOT_USED",
        became="and unit.state in _NOT_USED",
        test=f"{_WAYS_TESTS}::test_a_private_reply_is_offered_until_it_may_have_left",
    ),
    Critical(
        name="call an answer to a whole group private",
        file=_WAYS,
        was="        is_public=in_group,\n",
        became="",
        test=f"{_WAYS_TESTS}::test_in_a_group_everybody_reads_the_answer",
    ),
    Critical(
        name="mail who only agreed to be called",
        file=_WAYS,
        was="consent is None or consent.channel != MAIL or is_there",
        became="consent is None or is_there",
        test=f"{_WAYS_TESTS}::test_who_asked_for_a_mail_is_mailed_by_the_brands_account",
    ),
    Critical(
        name="say that a machine wrote a person's mail",
        file="platforms/email/answer.py",
        was="*([] if outbound.by_person else _by_no_person()),",
        became="*_by_no_person(),",
        test="platforms/email/test_sending.py::test_a_mail_that_a_person_wrote_does_not_say_that_a_machine_did",
    ),
    Critical(
        name="lose the bounce of what was mailed from a chat",
        file="services/settle.py",
        was="[event.conversation, *pks] if event.conversation else pks",
        became="pks",
        test="contract/test_answers_everywhere.py::"
        "test_who_agreed_to_be_mailed_is_mailed_and_a_bounce_comes_back_to_the_conversation",
    ),
    Critical(
        name="set the webhook of another LINE bot",
        file="platforms/line/care.py",
        was="if found == account.account_id:",
        became="if found:",
        test="platforms/line/test_care.py::test_a_token_of_another_bot_sets_nothing_for_that",
    ),
)
