"""What the team is told, when, and that no customer's words do anything there."""

from tests.chaos.mutants.critical.mistake import Critical

_SENDING = "services/send_to_team.py"
_TESTS, _DIGEST, _WORDS = "contract/test_notify.py", "unit/test_digest.py", "unit/test_team_messages.py"

TO_THE_TEAM = (
    Critical(
        name="wake the team for a complaint",
        file="domain/alerts.py",
        was="ANY_HOUR = frozenset({Ring.EMERGENCY,",
        became="ANY_HOUR = frozenset({Ring.COMPLAINT, Ring.EMERGENCY,",
        test=f"{_DIGEST}::test_at_night_only_emergencies_and_contacts_who_matter_ring",
    ),
    Critical(
        name="tell the team of what was answered meanwhile",
        file=_SENDING,
        was="not found.is_waiting or found.episode != alert.episode",
        became="found.episode != alert.episode",
        test=f"{_TESTS}::test_what_was_answered_meanwhile_rings_no_more",
    ),
    Critical(
        name="call whatever address a secret holds",
        file=_SENDING,
        was="if not is_address(place.kind, url):",
        became="if not url:",
        test=f"{_TESTS}::test_without_an_address_of_the_vendor_nothing_is_called_and_an_operator_hears_of_it",
    ),
    Critical(
        name="let a name and first words leave for a chat unasked",
        file="domain/alerts.py",
        was='kept = alert if excerpt else replace(alert, name="", excerpt="")',
        became="kept = alert",
        test=f"{_TESTS}::test_without_the_setting_no_name_and_no_word_of_the_customer_leaves",
    ),
    Critical(
        name="have Slack read what a customer wrote",
        file="platforms/team/slack.py",
        was='said: Json = {"type": "text", "text": line.text}',
        became='said: Json = {"type": "mrkdwn", "text": line.text}',
        test=f"{_WORDS}::test_in_slack_a_text_is_a_text_whatever_stands_in_it",
    ),
    Critical(
        name="write a customer's words into a mail's HTML",
        file="platforms/team/mail.py",
        was='return f"<li>{escape(line.text)}{opens}</li>"',
        became='return f"<li>{line.text}{opens}</li>"',
        test=f"{_WORDS}::test_in_a_mail_nothing_becomes_a_header_or_a_tag",
    ),
    Critical(
        name="show the address of a chat with its request",
        file="platforms/channel.py",
        was="url: str = field(repr=False)",
        became="url: str = field(repr=True)",
        test="contract/test_notify_handler.py::test_an_alarm_goes_to_every_place_in_the_same_run",
    ),
    Critical(
        name="owe two digests on a day",
        file="services/owe_to_team.py",
        was="self._done[brand.key] = at\n",
        became="pass\n",
        test=f"{_DIGEST}::test_a_morning_owes_one_digest_whenever_it_is_looked_at_and_reads_the_list_once",
    ),
    Critical(
        name="keep from the team what an alarm says while the table is away",
        file="services/tell_alarm.py",
        was="return [self._past_the_table(alarm)]",
        became="return []",
        test=f"{_TESTS}::test_an_alarm_is_told_though_the_table_is_what_is_wrong",
    ),
)
