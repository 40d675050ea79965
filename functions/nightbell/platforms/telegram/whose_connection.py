"""Asking whose account it is in whose name the bot would write, before anything is said in that account's chats.

In business mode anybody with Telegram Business may connect a bot to their own account, and no message of such a chat
says whose it is. Source: Telegram "Bot API" §getBusinessConnection, §BusinessConnection.
"""

from collections.abc import Collection
from dataclasses import replace

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.telegram import api, errors

NOT_OURS = (
    "the bot was connected to a Telegram account that the settings do not name in owner_ids, so nothing was said: "
    "please answer by hand, or disconnect it"
)


class WhoseConnection:
    """Chats of business accounts; see :class:`nightbell.platforms.channel.Question`."""

    timeout_s = 4.0
    # In a stranger's name nobody of ours writes.
    stops_people = True

    def question_request(self, address: str, access: ApiAccess) -> HttpRequest | None:
        """Describe the call; the bot's own chats leave nothing open."""
        connection = api.chat_of(address).get("business_connection_id")
        if connection is None:
            return None
        request = api.call(access, "getBusinessConnection", {"business_connection_id": connection})
        return replace(request, timeout_s=self.timeout_s)

    def objection(
        self,
        outcome: HttpOutcome,
        *,
        address: str,  # noqa: ARG002 - the protocol's form
        account_id: str,  # noqa: ARG002 - the protocol's form
        owner_ids: Collection[str] = (),
    ) -> Verdict | None:
        """Read the answer; only an owner whom the settings name is one of ours."""
        verdict = errors.judge(outcome)
        if not isinstance(outcome, Answer) or verdict.kind is not VerdictKind.SENT:
            return verdict
        result = errors.read_body(outcome).get("result")
        owner = result.get("user") if isinstance(result, dict) else None
        found = owner.get("id") if isinstance(owner, dict) else None
        if isinstance(found, int) and str(found) in owner_ids:
            return None
        return Verdict(kind=VerdictKind.REFUSED, code="not_ours", reason=NOT_OURS)
