"""Find out what a message says whose delivery told nothing but its place, before a person is called to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from nightbell.domain.business import Account
from nightbell.domain.errors import NightbellError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.later_words import heeding_words
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import Channel, LookedUp, LookUp
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import PlatformApi, UnitStore

TRIES = 4
MOST_CHARACTERS = 20_000
AROUND_A_READING = timedelta(seconds=6)
"""What the table and the queue may take before and after it, within one invocation."""
NOT_FOUND = "what it says could not be looked up at the platform"
ANSWERED_THERE = "somebody of the business has answered it there already"


class LookUpWords:
    """Reads once, and blocks nothing: whatever fails, the hand-off goes on and says so."""

    def __init__(  # noqa: PLR0913, PLR0917 - the ports it needs
        self,
        store: UnitStore,
        platform_api: PlatformApi,
        access: PlatformAccess,
        accounts: Mapping[tuple[str, str], Account],
        channels: Mapping[str, Channel],
        look_ups: Mapping[str, LookUp],
    ) -> None:
        """``look_ups`` by channel; where a channel has none, its messages say all they have to say."""
        self._store = store
        self._api = platform_api
        self._access = access
        self._accounts = accounts
        self._channels = channels
        self._look_ups = look_ups

    def __call__(self, unit: Unit, reason: str, time_left: timedelta) -> tuple[str, list[Fact]]:
        """Look up what the unit's message says; returns the reason to hand it over, which tells if that failed."""
        own, account_id, _ = split_conversation_pk(unit.pk) or ("", "", "")
        look_up, account = self._look_ups.get(own), self._accounts.get((own, account_id))
        if not unit.look_up or unit.told or look_up is None or account is None:
            return reason, []
        try:
            found = self._found(unit, look_up, account, time_left)
        except NightbellError:
            found = None
        if found is not None:
            told = f"{reason}; {ANSWERED_THERE}" if found.answered_at else reason
            facts = [Fact(name="look_ups_found", fields={"channel": own})]
            # Everybody reads it, and no acknowledgement tells anybody that it was seen.
            if found.is_complaint and not found.answered_at:
                facts.append(Fact(name="bad_reviews", alarm=True, fields={"channel": own, "account": account_id}))
            return told, facts
        return f"{reason}; {NOT_FOUND}", [Fact(name="look_ups_failed", fields={"channel": own})]

    def _found(self, unit: Unit, look_up: LookUp, account: Account, time_left: timedelta) -> LookedUp | None:
        """Look up and write down; ``None`` where the words are not there afterwards.

        Raises:
            MisconfiguredError: The account has no token.
            UnavailableError: The table or the secrets do not answer.
        """
        references = self._store.read_references(unit.pk, unit.look_up)
        if references is None:
            return LookedUp(text="")
        access = self._access(self._channels[account.channel].platform, account)
        request = look_up.look_up_request(references, account.account_id, access)
        if request is None or time_left < timedelta(seconds=request.timeout_s) + AROUND_A_READING:
            return None
        said = look_up.read_look_up(self._api.send(request))
        if said is None:
            return None
        words = said.text[:MOST_CHARACTERS]
        # What the words change comes first: once they are there, nobody looks again.
        self._heed(unit, replace(said, text=words), account)
        self._store.note_words(unit.pk, unit.look_up, words, said.author)
        return said

    def _heed(self, unit: Unit, said: LookedUp, account: Account) -> None:
        """Sort the conversation by what the message says, as if it had said so at once."""
        for _ in range(TRIES):
            read = self._store.read_conversation(unit.pk)
            heeded = heeding_words(read, said.text, account, is_complaint=said.is_complaint)
            if unit.seq < read.episode or heeded == read or self._store.heed(unit.pk, read, heeded):
                return
        raise UnavailableError("the conversation kept changing")
