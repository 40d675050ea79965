"""Who is heard by Twilio's word, and what is done about what they say."""

from tests.chaos.mutants.critical.mistake import Critical

_SIGNATURE, _SIGNATURE_TESTS = "platforms/twilio/signature.py", "platforms/twilio/test_signature.py"
_PLATFORM, _PLATFORM_TESTS = "platforms/twilio/platform.py", "platforms/twilio/test_platform.py"
_READ_BACK, _SENDING_TESTS = "platforms/twilio/read_back.py", "platforms/twilio/test_sending.py"
_VOICEMAIL, _VOICEMAIL_TESTS = "domain/voicemail.py", "unit/test_voicemail.py"

BY_TELEPHONE = (
    Critical(
        name="accept whatever has the form of Twilio's signature",
        file=_SIGNATURE,
        was="    if not found:\n",
        became="    if found is None:\n",
        test=f"{_SIGNATURE_TESTS}::test_a_malformed_signature_is_refused",
    ),
    Critical(
        name="sign the form without the address",
        file=_SIGNATURE,
        was='(url + "".join(pairs)).encode()',
        became='"".join(pairs).encode()',
        test=f"{_SIGNATURE_TESTS}::test_another_address_is_refused",
    ),
    Critical(
        name="sign the address without the form",
        file=_SIGNATURE,
        was='(url + "".join(pairs)).encode()',
        became="url.encode()",
        test=f"{_SIGNATURE_TESTS}::test_a_public_vector_is_made_and_accepted",
    ),
    Critical(
        name="believe the hash of a body without looking at the body",
        file=_SIGNATURE,
        was="if claimed is None or not same(claimed, sha256(body).digest()):",
        became="if claimed is None:",
        test=f"{_SIGNATURE_TESTS}::test_a_body_hash_that_does_not_match_is_refused_however_it_is_signed",
    ),
    Critical(
        name="take any body for one whose hash is in the address",
        file=_SIGNATURE,
        was="if claimed is None or not same(claimed, sha256(body).digest()):",
        became="if claimed is not None and not same(claimed, sha256(body).digest()):",
        test=f"{_SIGNATURE_TESTS}::test_a_body_hash_that_does_not_match_is_refused_however_it_is_signed",
    ),
    Critical(
        name="accept a signature for another port",
        file=_SIGNATURE,
        was=(
            "    elif port == own:\n"
            '        yield urlunsplit(parts._replace(netloc=parts.netloc.removesuffix(f":{own}")))'
        ),
        became="    else:\n        yield urlunsplit(parts._replace(netloc=parts.hostname))",
        test=f"{_SIGNATURE_TESTS}::test_another_address_is_refused",
    ),
    Critical(
        name="let one Twilio account sign for another",
        file=_PLATFORM,
        was="if _claimed(delivery) - {owner}:",
        became="if False:",
        test=f"{_PLATFORM_TESTS}::test_an_account_cannot_sign_for_another",
    ),
    Critical(
        name="verify with an auth token of a few letters",
        file=_PLATFORM,
        was="if len(value) >= self.min_secret])",
        became="if value])",
        test=f"{_PLATFORM_TESTS}::test_without_a_usable_token_nothing_is_accepted",
    ),
    Critical(
        name="answer a text message with words that Twilio sends on",
        file=_PLATFORM,
        was="return _SAY_NOTHING if delivery.path == INCOMING or delivery.path in calls.HEARD else Reply()",
        became='return Reply(body="ok")',
        test=f"{_PLATFORM_TESTS}::test_a_message_is_answered_with_instructions_that_say_nothing",
    ),
    Critical(
        name="settle a send by a tag that stands in the form",
        file="platforms/twilio/statuses.py",
        was='tag = query.get(TAG, "")',
        became="tag = query.get(TAG) or optional(form, TAG)",
        test="platforms/twilio/test_statuses.py::test_the_form_never_says_whose_message_it_was",
    ),
    Critical(
        name="answer STOP where the carrier does",
        file="platforms/twilio/incoming.py",
        was="answered_by_platform=keyword is not None,",
        became="answered_by_platform=False,",
        test="contract/test_text_messages.py::test_a_call_for_help_is_answered_by_the_carrier_alone_and_the_team_is_told",
    ),
    Critical(
        name="take a part of the messages sent for all of them",
        file=_READ_BACK,
        was='    if body["next_page_uri"] is None:\n        return True\n',
        became="    if lines or True:\n        return True\n",
        test=f"{_SENDING_TESTS}::test_a_part_of_a_list_proves_it_only_if_it_is_ordered_and_reaches_back",
    ),
    Critical(
        name="send again what Twilio may have written anew",
        file=_READ_BACK,
        was="return ReadBack.UNREADABLE if found is ReadBack.ABSENT and others else found",
        became="return found",
        test=f"{_SENDING_TESTS}::test_other_words_since_may_be_ours_written_anew",
    ),
    Critical(
        name="take a 5xx of Twilio's for a refusal",
        file="platforms/twilio/api.py",
        was="if not 400 <= status < 500:",
        became="if not 400 <= status < 600:",
        test=f"{_SENDING_TESTS}::test_a_send_is_judged",
    ),
    Critical(
        name="fetch a recording from where a form says",
        file="platforms/twilio/calls.py",
        was="if not pattern.fullmatch(value):",
        became="if not pattern:",
        test="platforms/twilio/test_calls.py::test_what_lacks_what_it_must_have_is_not_understood",
    ),
    Critical(
        name="delete a recording at Twilio that we do not have",
        file=_VOICEMAIL,
        was="    if not call.copied and not call.deleted:\n        return Step.COPY\n",
        became="",
        test=f"{_VOICEMAIL_TESTS}::test_where_the_recording_cannot_be_fetched_the_team_hears_of_it_in_time_all_the_same",
    ),
    Critical(
        name="call back somebody whose number is withheld",
        file=_VOICEMAIL,
        was="if not call.caller or not call.call_back:",
        became="if not call.call_back:",
        test=f"{_VOICEMAIL_TESTS}::test_whoever_withholds_their_number_has_a_conversation_for_each_call_and_cannot_be_called",
    ),
    Critical(
        name="call back somebody who never heard that we would",
        file=_VOICEMAIL,
        was="if not call.caller or not call.call_back:",
        became="if not call.caller:",
        test=f"{_VOICEMAIL_TESTS}::test_without_the_sentence_nobody_has_agreed_to_be_called_back",
    ),
)
