"""Production's own services over a table in memory: whatever they send is written down, and nothing leaves.

Nothing here decides. The adapters, the services and the rules are those that are deployed; only the table, the queues,
the platforms' answers and the clock are others.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from infra.replay.dynamodb import Key
from infra.replay.table import Table
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.table_items import from_ms
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import BusinessSettings
from nightbell.domain.holding import NEVER, again
from nightbell.domain.hours_override import Override
from nightbell.platforms.channel import (
    AccessNeeds,
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    Sender,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.case import Invocation
from nightbell.services.desk import Desk
from nightbell.services.desk_say import Business
from nightbell.services.live_hours import LiveHours, live_settings
from nightbell.services.look_at_promise import LookAtPromise
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.say_holding import SayHolding
from nightbell.services.settle import Settle
from nightbell.services.store_messages import StoreMessages
from nightbell.services.tell_human_queue import TellHumanQueue

SHARDS = 1
LIFE = timedelta(seconds=30)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class HeldClock:
    """Shows the time of what is being replayed."""

    def __init__(self) -> None:
        """Begin long ago."""
        self.at = LONG_AGO

    def now(self) -> datetime:
        """Tell it."""
        return self.at

    def monotonic(self) -> float:
        """Let no time pass within an event."""
        return (self.at - LONG_AGO).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Wait for nothing."""


class Unsent:
    """A way to send by which nothing leaves, and that always works; all else about it is as it is."""

    def __init__(self, sender: Sender) -> None:
        """Stand for a sender."""
        self._sender = sender

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the sender has
        """Be like it."""
        return getattr(self._sender, name)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - a sender's own
        """Name no address."""
        return HttpRequest(method="POST", url="")

    def verdict(self, outcome: HttpOutcome) -> Verdict:  # noqa: ARG002 - as above
        """Let it have been sent."""
        return Verdict(kind=VerdictKind.SENT)


class _Nowhere:
    """Every port that leads out: nothing passes."""

    def send(self, request: object) -> Any:  # noqa: ANN401 - of a platform or a queue
        return Answer(status=200, headers={}, body=b"") if isinstance(request, HttpRequest) else None

    def get(self, platform: str, name: str) -> tuple[str, ...]:  # noqa: ARG002 - a port's own
        return ("none is needed",)


class _Hints(list[tuple[str, str]]):
    """AckQueue as a list."""

    def hint(self, pk: str, sk: str) -> None:
        self.append((pk, sk))


class _Said:
    """What was said by hand about the hours; nobody knew of it before."""

    def __init__(self, said: tuple[Override, ...], clock: HeldClock) -> None:
        self._said, self._clock = said, clock

    def read(self) -> tuple[Override, ...]:
        return tuple(each for each in self._said if each.since <= self._clock.now())


class Production:
    """All that a replay calls."""

    def __init__(self, settings: BusinessSettings, said: tuple[Override, ...] = ()) -> None:
        """Go by these settings, and by what was said by hand about the hours."""
        self.clock, self.table, self.hints = HeldClock(), Table(), _Hints()
        client = TableClient(self.table, "replay", Deadline(self.clock))
        self.settings = live_settings(settings, LiveHours(_Said(said, self.clock), self.clock)) if said else settings
        accounts, out = self.settings.accounts, _Nowhere()
        senders = cast("Mapping[str, Sender]", {name: Unsent(SENDERS[name]) for name in SENDERS})
        self.receipts, units = ReceiptTable(client, SHARDS), UnitTable(client, SHARDS)
        self.store_messages = StoreMessages(self.receipts, accounts, CHANNELS, SENDERS)
        self.settle = Settle(self.receipts, accounts)
        self._acknowledge = Acknowledge(
            store=units,
            platform_api=out,
            access=PlatformAccess(out, {}, needs=dict.fromkeys(SENDERS, AccessNeeds())),
            tell=TellHumanQueue(out, units, accounts, CHANNELS),
            accounts=accounts,
            channels=CHANNELS,
            senders=senders,
            clock=self.clock,
        )
        business = Business(accounts=accounts, channels=CHANNELS, senders=senders)
        self.desk = Desk(DeskTable(client, SHARDS), self.clock, self.hints, business)
        self._holds, self._look = HoldTable(client, SHARDS), LookAtPromise(accounts, CHANNELS)
        self._say_holding = SayHolding(self._holds, self._look, AnswerWays(accounts, CHANNELS, senders), senders)

    def work(self) -> dict[Key, datetime]:
        """Do all that was hinted at, what comes of it included; tell which units wait, and until when."""
        later: dict[Key, datetime] = {}
        while self.hints:
            name = self.hints.pop(0)
            self._acknowledge(*name, Invocation(worker="replay", deadline=self.clock.now() + LIFE))
            unit = self.table.items.get(name, {})
            later.pop(name, None)
            if "due_at" in unit:
                later[name] = from_ms(unit["due_at"]["N"])
        return later

    def look_at_promise(self, pk: str, *, is_again: bool) -> datetime | None:
        """Have it said where a promise is about to break; else tell when to look again.

        Where nothing is promised, Sweep looks again and again for what others may have done since. Whatever others do
        is replayed, and looked at then, so that to look once more is enough.
        """
        now, parts = self.clock.now(), self._holds.parts(pk)
        found, unit = self._say_holding(parts, now)
        if unit is not None:
            self.hints.hint(unit.pk, unit.sk)
            return None
        account = self._look.account(pk, parts.conversation)
        is_idle = account is None or found.look_at == now + again(account)
        return None if found.look_at == NEVER or (is_idle and is_again) else found.look_at
