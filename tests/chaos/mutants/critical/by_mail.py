"""Which mail is answered, where the answer goes, and what a stranger's words may do in it."""

from tests.chaos.mutants.critical.mistake import Critical

_STOPS, _STOP_TESTS = "platforms/email/stops.py", "platforms/email/test_stops.py"
_PEOPLE, _ABOUT, _MESSAGES = (f"platforms/email/{name}.py" for name in ("people", "about", "messages"))
_MESSAGE_TESTS, _SENDING_TESTS = "platforms/email/test_messages.py", "platforms/email/test_sending.py"
_ANSWER, _REFERENCES = "platforms/email/answer.py", "platforms/email/references.py"
_COMPLETING, _RECEIVE_TESTS = "platforms/email/completing.py", "contract/test_receive_mail.py"

BY_MAIL = (
    Critical(
        name="answer what says that a machine sent it",
        file=_STOPS,
        was="    (is_auto_submitted, Silent.AUTOMATIC_MAIL),\n",
        became="",
        test=f"{_STOP_TESTS}::test_a_machines_mail_is_never_answered",
    ),
    Critical(
        name="answer the null sender",
        file=_STOPS,
        was="    (has_no_return_path, Silent.AUTOMATIC_MAIL),\n",
        became="",
        test=f"{_STOP_TESTS}::test_a_machines_mail_is_never_answered",
    ),
    Critical(
        name="answer a newsletter",
        file=_STOPS,
        was="    (is_of_a_list, Silent.LIST_MAIL),\n",
        became="",
        test=f"{_STOP_TESTS}::test_a_machines_mail_is_never_answered",
    ),
    Critical(
        name="answer ourselves",
        file=_STOPS,
        was="    (is_own, Silent.OWN_MAIL),\n",
        became="",
        test=f"{_STOP_TESTS}::test_a_machines_mail_is_never_answered",
    ),
    Critical(
        name="answer a forged sender whose policy SES does not tell",
        file=_STOPS,
        was='receipt.dmarc_policy != "none"',
        became='receipt.dmarc_policy in {"reject", "quarantine"}',
        test=f"{_STOP_TESTS}::test_what_ses_says_decides",
    ),
    Critical(
        name="answer wherever Reply-To leads",
        file=_PEOPLE,
        was="if wished is not None and _is_same_house(wished, author)",
        became="if wished is not None",
        test=f"{_MESSAGE_TESTS}::test_an_answer_goes_only_where_somebody_vouches_for_the_sender",
    ),
    Critical(
        name="answer a From that nobody vouches for",
        file=_PEOPLE,
        was='    if not receipt.passes("dmarc"):\n        return receipt.source or author.address\n',
        became="",
        test=f"{_MESSAGE_TESTS}::test_an_answer_goes_only_where_somebody_vouches_for_the_sender",
    ),
    Critical(
        name="carry a forger's subject to their victim",
        file=_ABOUT,
        was='if receipt.passes("dmarc") and (subject',
        became="if (subject",
        test=f"{_MESSAGE_TESTS}::test_a_forgers_subject_is_not_carried_on",
    ),
    Critical(
        name="link a mail by an address that nobody vouches for",
        file=_REFERENCES,
        was='given = [sender] if receipt.passes("dmarc") else []',
        became="given = [sender]",
        test=f"{_MESSAGE_TESTS}::test_an_address_that_nobody_vouches_for_leads_nowhere",
    ),
    Critical(
        name="believe a newsletter about where it belongs",
        file=_MESSAGES,
        was="if silent is None and not unproven else ()",
        became="if True else ()",
        test=f"{_MESSAGE_TESTS}::test_lists_and_machines_are_not_believed_about_where_they_belong",
    ),
    Critical(
        name="say nothing of being a machine",
        file=_ANSWER,
        was='        _header("Auto-Submitted", "auto-replied"),\n',
        became="",
        test=f"{_SENDING_TESTS}::test_the_answer_is_one_mail_in_the_contacts_own_thread",
    ),
    Critical(
        name="let a subject begin a header",
        file=_ANSWER,
        was="    if not _VISIBLE.fullmatch(value):\n",
        became="    if not value.isascii():\n",
        test=f"{_SENDING_TESTS}::test_a_mistake_of_ours_cannot_begin_a_header",
    ),
    Critical(
        name="read whatever a notification names out of the bucket",
        file=_COMPLETING,
        was="return key if named == bucket and key.startswith(PREFIX) else None",
        became="return key or None",
        test=f"{_RECEIVE_TESTS}::test_nothing_but_mails_of_our_own_bucket_is_read",
    ),
    Critical(
        name="let a notification say whose mail it is",
        file=_COMPLETING,
        was="    return as_json({**whole, ADDED: added}).encode()",
        became="    return as_json({**whole, ADDED: {**added, **dict(notification.get(ADDED) or {})}}).encode()",
        test=f"{_RECEIVE_TESTS}::test_what_claims_to_be_ours_in_a_notification_is_overwritten",
    ),
    Critical(
        name="let the mail of whoever is forgotten lie",
        file="services/forget.py",
        was="        self._discard(each, who)\n",
        became="",
        test="contract/test_forgetting_mails.py::test_the_mails_of_whoever_is_forgotten_are_deleted",
    ),
    Critical(
        name="take a refused deletion for one",
        file="adapters/mail_store.py",
        was="        if answer.status not in {_OK, _DELETED, _NOT_FOUND}:\n",
        became="        if answer.status >= 600:\n",
        test=f"{_RECEIVE_TESTS}::test_a_refusal_is_no_deletion",
    ),
)
