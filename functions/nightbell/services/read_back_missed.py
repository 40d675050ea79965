"""Read messages back from a platform's own history, and store those that no delivery brought.

They go through the service that stores deliveries: what is stored already is recognised by the platform's id, what is
too old is handed over without an acknowledgement, and what somebody of the business has answered since gets none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from nightbell.domain.business import Account
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import conversation_pk
from nightbell.domain.own_words import is_automatic
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import ApiAccess, Verdict
from nightbell.platforms.meta.conversations import OwnLine, Past, PastPage, list_request, read_page
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Clock, Hints, PlatformApi, ReceiptStore
from nightbell.services.store_messages import StoreMessages

PLATFORM = "meta"
BETWEEN_CALLS_S = 0.55
"""The Conversations API takes two calls a second (Meta "Messenger Platform: Rate Limits" §Conversations API)."""
CUT = "shape"
"""What an answer is called that is longer than what is read of one, or has another form."""
MOST_PAGES = 500
"""Of 20 conversations each; a history that leads in a circle must end, too."""


class ReadBackMissed:
    """One account after another, gently."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        api: PlatformApi,
        access: PlatformAccess,
        store: ReceiptStore,
        store_messages: StoreMessages,
        hints: Hints,
        clock: Clock,
        deadline: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        """Stop at the deadline, where there is one."""
        self._api = api
        self._access = access
        self._store = store
        self._store_messages = store_messages
        self._hints = hints
        self._clock = clock
        self._deadline = deadline

    def __call__(self, account: Account, since: datetime, until: datetime) -> list[Fact]:
        """Store what contacts wrote in between and nobody delivered.

        Raises:
            UnavailableError: Not all is stored; another try is safe.
            MisconfiguredError: No access token was ever set.
        """
        access = self._access(PLATFORM, account)
        facts: list[Fact] = []
        after = ""
        for _ in range(MOST_PAGES):
            if self._is_late():
                break
            page = self._ask(account, access, after, since)
            if isinstance(page, Verdict):
                return [*facts, _unfinished(account, f"{page.code} {page.reason}"[:160])]
            facts += self._keep(account, page, since, until)
            after = page.after
            is_last = not after or any(past.updated_at < since for past in page.conversations)
            if is_last and not self._is_late():
                return [*facts, Fact(name="read_backs_finished", fields={"account": account.account_id})]
            self._clock.sleep(BETWEEN_CALLS_S)
        because = "no time was left" if self._is_late() else "the history does not end"
        return [*facts, _unfinished(account, because)]

    def _ask(self, account: Account, access: ApiAccess, after: str, since: datetime) -> PastPage | Verdict:
        page = read_page(self._api.send(list_request(access, account, after)), account, since)
        if not isinstance(page, Verdict) or page.code != CUT:
            return page
        # Long messages fill an answer; a single conversation always fits.
        self._clock.sleep(BETWEEN_CALLS_S)
        return read_page(self._api.send(list_request(access, account, after, 1)), account, since)

    def _is_late(self) -> bool:
        ends = self._deadline()
        return ends is not None and self._clock.now() >= ends

    def _keep(self, account: Account, page: PastPage, since: datetime, until: datetime) -> list[Fact]:
        recent = [past for past in page.conversations if past.updated_at >= since]
        facts: list[Fact] = []
        for past in recent:
            if self._is_late():
                break
            facts += self._store_past(account, past, until)
        cut = sum(not past.reaches_back for past in recent)
        unclear = page.unreadable + sum(past.unclear > 0 for past in recent)
        counted = {"read_backs_cut": cut, "read_backs_unclear": unclear}
        about = {"account": account.account_id}
        facts += [Fact(name=n, count=c, alarm=True, fields=about) for n, c in counted.items() if c]
        return facts

    def _store_past(self, account: Account, past: Past, until: datetime) -> list[Fact]:
        by_contact: dict[str, list[Message]] = defaultdict(list)
        for message in past.messages:
            if message.sent_at <= until:
                pk = conversation_pk(message.channel, message.account_id, message.contact.contact_id)
                by_contact[pk].append(message)
        return [fact for pk, messages in by_contact.items() for fact in self._store_those(account, pk, messages, past)]

    def _store_those(self, account: Account, pk: str, messages: list[Message], past: Past) -> list[Fact]:
        answered_at = self._answered_at(account, pk, past)
        marked = [
            replace(message, answered=answered_at is not None and message.sent_at <= answered_at)
            for message in messages
        ]
        stored = self._store_messages(pk, marked, self._clock.now())
        self._hint(stored.units)
        found = sum(fact.count for fact in stored.facts if fact.name == "messages_stored")
        return [*stored.facts, *([Fact(name="messages_read_back", count=found)] if found else [])]

    def _answered_at(self, account: Account, pk: str, past: Past) -> datetime | None:
        """Tell when somebody else than Nightbell last wrote for the business."""
        if not past.own:
            return None
        unit = self._store.read_unit(pk, self._store.read_conversation(pk).ack_seq)
        others = [
            line.at
            for line in past.own
            if not is_automatic(line.text, account.brand) and (unit is None or not _is_by(unit, line))
        ]
        return max(others, default=None)

    def _hint(self, units: Iterable[Unit]) -> None:
        for unit in units:
            try:
                self._hints.hint(unit.pk, unit.sk)
            except UnavailableError:
                return  # Sweep finds what is due


def _is_by(unit: Unit, line: OwnLine) -> bool:
    return line.message_id == unit.platform_message_id or " ".join(line.text.split()) == " ".join(unit.text.split())


def _unfinished(account: Account, because: str) -> Fact:
    about: dict[str, str | int] = {"account": account.account_id, "because": because}
    return Fact(name="read_backs_unfinished", alarm=True, fields=about)
