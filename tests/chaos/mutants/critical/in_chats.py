"""Who is heard on Telegram and LinkedIn, whom we answer there, and what must never be said twice or kept too long."""

from tests.chaos.mutants.critical.mistake import Critical

_BOT, _BOT_TESTS = "platforms/telegram/signature.py", "platforms/telegram/test_signature.py"
_BOTS, _BOTS_TESTS = "platforms/telegram/platform.py", "platforms/telegram/test_platform.py"
_UPDATES_TESTS = "platforms/telegram/test_updates.py"
_READ = f"{_UPDATES_TESTS}::test_an_update_becomes_what_its_fixture_expects"
_VERDICTS, _SENDING = "platforms/telegram/errors.py", "platforms/telegram/test_sending.py"
_PAGE, _PAGE_TESTS = "platforms/linkedin/signature.py", "platforms/linkedin/test_signature.py"
_CHALLENGE = "platforms/linkedin/challenge.py"
_COMMENTS, _COMMENTS_TESTS = "platforms/linkedin/channel.py", "platforms/linkedin/test_sending.py"

IN_CHATS = (
    Critical(
        name="take a bot's secret of a few characters",
        file=_BOT,
        was='_FORM = re.compile(r"[A-Za-z0-9_-]{24,256}")',
        became='_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")',
        test=f"{_BOT_TESTS}::test_what_telegram_would_not_take_or_anybody_could_guess_is_no_secret",
    ),
    Critical(
        name="compare a bot's secret with ==",
        file=_BOT,
        was="matches = [same(secret, header) for secret in usable]",
        became="matches = [secret == header for secret in usable]",
        test=f"{_BOT_TESTS}::test_a_header_is_compared_with_every_secret_in_constant_time",
    ),
    Critical(
        name="take the beginning of a bot's secret for all of it",
        file=_BOT,
        was="matches = [same(secret, header) for secret in usable]",
        became="matches = [same(secret[: len(header)], header) for secret in usable]",
        test=f"{_BOT_TESTS}::test_a_missing_or_malformed_header_is_refused",
    ),
    Critical(
        name="let one bot's secret open another's address",
        file=_BOTS,
        was="secrets.get(_secret_of(delivery.path), ())",
        became="[each for values in secrets.values() for each in values]",
        test=f"{_BOTS_TESTS}::test_the_secret_of_another_bot_opens_nothing",
    ),
    Critical(
        name="serve a bot that the settings do not name",
        file=_BOTS,
        was="return any(account.account_id == path for account in accounts)",
        became="return bool(path)",
        test=f"{_BOTS_TESTS}::test_only_the_bots_of_the_settings_have_an_address",
    ),
    Critical(
        name="answer an update with a second send",
        file=_BOTS,
        was=(
            '        if query is None:\n            return Reply()\n        answer = {"method": "answerCallbackQuery", '
        ),
        became='        answer = {"method": "sendMessage", ',
        test=f"{_BOTS_TESTS}::test_anything_else_is_answered_without_a_word",
    ),
    Critical(
        name="take somebody else's number for the contact's own",
        file="platforms/telegram/attachments.py",
        was='is_own = card.get("user_id") is not None and card.get("user_id") == person.get("id")',
        became="is_own = True",
        test=_READ,
    ),
    Critical(
        name="answer a business's chat in the bot's own",
        file="platforms/telegram/chats.py",
        was='return f"{connection}:{chat_id(item)}" if connection else chat_id(item)',
        became="return chat_id(item)",
        test=f"{_UPDATES_TESTS}::test_a_person_who_writes_to_the_bot_and_to_the_business_has_two_conversations",
    ),
    Critical(
        name="take what the business itself says for a contact's words",
        file="platforms/telegram/chats.py",
        was="return sender is None or chat is None or sender == chat",
        became="return True",
        test=_READ,
    ),
    Critical(
        name="answer another bot",
        file="platforms/telegram/chats.py",
        was='return part(item, "from").get("is_bot") is True',
        became="return False",
        test=_READ,
    ),
    Critical(
        name="answer in a group",
        file="platforms/telegram/messages.py",
        was="        return Silent.GROUP\n",
        became="        return None\n",
        test=_READ,
    ),
    Critical(
        name="send to Telegram again what may have arrived",
        file="platforms/telegram/channel.py",
        was="recovery = RecoveryClass.NONE",
        became="recovery = RecoveryClass.KEYED",
        test=f"{_SENDING}::test_an_unknown_outcome_is_never_sent_again",
    ),
    Critical(
        name="believe a bot's error that came with a 5xx",
        file=_VERDICTS,
        was="code = told if isinstance(told, int) and 200 <= status < 500 else status",
        became="code = told if isinstance(told, int) else status",
        test=f"{_SENDING}::test_an_answer_becomes_its_verdict",
    ),
    Critical(
        name="write a bot's token into an address that is shown",
        file="platforms/telegram/api.py",
        was='url=f"{access.base_url}/bot{{token}}/{method}"',
        became='url=f"{access.base_url}/bot{access.token}/{method}"',
        test=f"{_SENDING}::test_a_text_goes_to_the_chat_as_it_is",
    ),
    Critical(
        name="take a bot away from another stage",
        file="platforms/telegram/care.py",
        was='if info.get("url") not in ("", wanted):',
        became="if False:",
        test="platforms/telegram/test_care.py::test_a_webhook_that_points_elsewhere_is_told_and_not_taken",
    ),
    Critical(
        name="accept LinkedIn's body signed without its mark",
        file=_PAGE,
        was="MARK.encode() + body",
        became="body",
        test=f"{_PAGE_TESTS}::test_the_digest_of_the_body_alone_is_no_proof",
    ),
    Critical(
        name="accept an empty body of LinkedIn's",
        file=_PAGE,
        was="    if not body:",
        became="    if body is None:",
        test=f"{_PAGE_TESTS}::test_a_signed_empty_body_is_refused",
    ),
    Critical(
        name="sign a delivery for whoever asks",
        file=_CHALLENGE,
        was='_CODE = re.compile(r"[0-9A-Za-z-]{1,64}")',
        became='_CODE = re.compile(r".{1,64}")',
        test=f"{_PAGE_TESTS}::test_nothing_that_could_be_a_delivery_is_ever_signed_for_whoever_asks",
    ),
    Critical(
        name="answer LinkedIn's challenge with a secret that is retired",
        file=_CHALLENGE,
        was="next((secret for secret in secrets if is_usable(secret)), None)",
        became="next((secret for secret in reversed(secrets) if is_usable(secret)), None)",
        test=f"{_PAGE_TESTS}::test_the_challenge_is_answered_by_the_current_secret",
    ),
    Critical(
        name="comment on LinkedIn where nobody switched it on",
        file=_COMMENTS,
        was="automatic = False",
        became="automatic = True",
        test=f"{_COMMENTS_TESTS}::test_nothing_is_answered_unless_it_was_switched_on_and_words_are_lent",
    ),
    Critical(
        name="keep members' words past the time that LinkedIn gives",
        file=_COMMENTS,
        was="keeps_words: timedelta | None = timedelta(hours=46)",
        became="keeps_words: timedelta | None = None",
        test=f"{_COMMENTS_TESTS}::test_nothing_is_answered_unless_it_was_switched_on_and_words_are_lent",
    ),
    Critical(
        name="believe that a comment is not there where not all were read",
        file=_COMMENTS,
        was="is_whole = len(items) < _COUNT and not more and isinstance(total, int) and total <= len(items)",
        became="is_whole = True",
        test=f"{_COMMENTS_TESTS}::test_absence_is_believed_only_where_everything_was_read",
    ),
    Critical(
        name="speak in the name of a stranger who connected the bot",
        file="platforms/telegram/whose_connection.py",
        was="if isinstance(found, int) and str(found) in owner_ids:",
        became="if isinstance(found, int):",
        test="platforms/telegram/test_whose_connection.py::test_anybody_else_and_nobody_is_none",
    ),
)
