"""What other systems of the business are told, and that none of them harms anybody."""

from tests.chaos.mutants.critical.mistake import Critical

_SENDING, _TABLE = "services/send_webhooks.py", "adapters/outbox_table.py"
_TESTS = "contract/test_webhooks_out.py"

TO_SYSTEMS = (
    Critical(
        name="tell a system twice of what it has",
        file=_TABLE,
        was='ADD, "attribute_not_exists(pk)", body',
        became='ADD, "attribute_not_exists(pk) OR attribute_exists(pk)", body',
        test=f"{_TESTS}::test_the_same_word_twice_is_one_webhook_before_and_after_it_was_sent",
    ),
    Critical(
        name="let two runs make one try",
        file=_TABLE,
        was='"due_at = :seen"',
        became='"due_at = :seen OR attribute_exists(due_at)"',
        test=f"{_TESTS}::test_two_runs_side_by_side_try_each_once",
    ),
    Critical(
        name="call an address inside",
        file=_SENDING,
        was="        public_only=True,\n",
        became="",
        test=f"{_TESTS}::test_what_the_team_is_told_is_sent_signed_by_every_secret_and_then_forgotten",
    ),
    Critical(
        name="let one system use up the time of all",
        file=_SENDING,
        was="share = (ends - now) / (len(self._webhooks) - done)",
        became="share = ends - now",
        test=f"{_TESTS}::test_an_endpoint_with_much_to_be_told_leaves_the_others_their_share",
    ),
)
