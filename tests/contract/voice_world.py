"""The real services behind a voicemail, between a simulated Twilio and a table in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.local.platforms.courier import Attempt, Courier
from infra.local.platforms.courier import Delivery as Posted
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.vendor import Act
from nightbell.adapters.business_file import read_business
from nightbell.adapters.call_table import CallTable
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.adapters.table_items import values
from nightbell.domain.errors import UnavailableError
from nightbell.domain.references import digits_of, find_codes
from nightbell.domain.voicemail import CHANNEL
from nightbell.platforms.channel import Channel
from nightbell.platforms.twilio import recordings
from nightbell.platforms.twilio.message_channel import TEXT_MESSAGES
from nightbell.platforms.twilio.platform import Twilio
from nightbell.platforms.twilio.voicemail_channel import Voicemail
from nightbell.services.answer_call import AnswerCall
from nightbell.services.call_conversations import CallConversations
from nightbell.services.finish_call import FinishCall, Outside
from nightbell.services.receive_call import ReceiveCall
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.replay_delivery import ReplayDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.word_calls import word_calls
from tests.contract.text_world import ADA, NUMBER, OWNER, SHARDS, TextWorld
from tests.fakes import FakeSpillQueue

LINE = "+34971555012"
SHIPPED = next(iter(read_business(Path("functions/business.toml"), LibraryCalendars()).accounts.values()))
ACCOUNTS = {
    ("sms", NUMBER): replace(SHIPPED, channel="sms", account_id=NUMBER, business_account_id=OWNER),
    (CHANNEL, LINE): replace(SHIPPED, channel=CHANNEL, account_id=LINE, business_account_id=OWNER, transcribe=True),
}
CHANNELS: dict[str, Channel] = {
    "sms": TEXT_MESSAGES,
    CHANNEL: Voicemail(),
}


class HeldCourier(Courier):
    """Brings at once what a caller waits for, and holds the reports that come by themselves."""

    def __init__(self) -> None:
        super().__init__("https://held.test")
        self.held: list[Posted] = []
        self.receive: Callable[[Posted], Attempt] = lambda _: Attempt(status=None, ms=0)

    def _post(self, delivery: Posted) -> Attempt:
        return self.receive(delivery)

    def deliver_later(self, delivery: Posted, after_s: float = 0.0) -> None:  # noqa: ARG002 - held, however late
        self.held.append(delivery)


class VoiceWorld:
    """One voicemail and one number for texts, and Ada, who writes and calls.

    Attributes:
        kept: What is in our own storage, by key.
        table_down: Nothing can be written down of a call.
    """

    def __init__(self) -> None:
        self.courier = HeldCourier()
        self.courier.receive = self._receive
        self.texts = TextWorld(ACCOUNTS, CHANNELS, self.courier)
        self.clock, self.twilio, self.faults = self.texts.clock, self.texts.twilio, self.texts.faults
        self.human_queue = self.texts.human_queue
        self.ada = self.twilio.contact({"channel": CHANNEL, "contact": ADA, "name": "Ada Rossi"})
        self.spill = FakeSpillQueue()
        self.kept: dict[str, bytes] = {}
        self.hinted: list[str] = []
        self.facts: list[str] = []
        self.table_down = False
        calls = CallTable(self.texts.table, SHARDS)
        answer = AnswerCall(self._shaky(calls), self, ACCOUNTS, word_calls)
        platforms = {"twilio": Twilio()}
        storing = StoreDelivery(
            platforms=platforms,
            store=self.texts.receipts,
            store_messages=self.texts.store_messages,
            hints=self.texts.hints,
            calls=answer,
        )
        self._receive_delivery = ReceiveDelivery(
            platforms=platforms,
            secrets=self.texts.secrets,
            store_delivery=storing,
            spill=self.spill,
            accounts={"twilio": tuple(ACCOUNTS.values())},
            calls=ReceiveCall(answer, self.spill),
        )
        self._replay = ReplayDelivery(store=self.texts.receipts, store_delivery=storing, clock=self.clock)
        conversations = CallConversations(
            self.texts.receipts, self.texts.store_messages, self.texts.units, self.texts.hints
        )
        outside = Outside(
            access=lambda account: self.texts.access("twilio", account),
            send=self.texts.send,
            recordings=recordings,
            kept=self,
        )
        self._finish = FinishCall(calls, conversations, outside, ACCOUNTS)

    def act(self, kind: str, text: str = "", copies: int = 1, **more: object) -> str:
        """Let Ada act on her telephone."""
        self.clock.advance(1)
        written = self.twilio.write(self.ada, Act(kind=kind, text=text, more=more), copies=copies)
        return written.message_ids[0]

    def call_and_say(self, words: str, *, code: str = "") -> str:
        """Call, type a code if there is one, say something, and hang up; every report is held. Returns the id."""
        self.fault(FaultKind.LATE_ECHO, "done")
        self.act("call")
        if code:
            self.act("keys", digits_of(code))
        return self.act("hang_up", words)

    def fault(self, kind: FaultKind, operation: str, **more: Any) -> None:
        self.faults.add(Fault(kind=kind, channel=CHANNEL, operation=operation, **more))

    def report(self, *paths: str, after_s: float = 5.0) -> None:
        """Bring held reports in this order, each with what follows from it; without any, all as they come."""
        for path in paths or [posted.path for posted in self.courier.held]:
            posted = next(one for one in self.courier.held if one.path.endswith(path))
            self.clock.advance(after_s)
            self._receive(posted)
            self.work()

    def work(self) -> None:
        while self.hinted:
            self._look(self.hinted.pop(0))
        self.texts.work()

    def later(self, **later: float) -> None:
        """Let time pass, and have every call looked at that is due."""
        self.clock.advance(timedelta(**later).total_seconds())
        for item in [values(item) for item in self.texts.dynamodb.items.values()]:
            if item["pk"].startswith("CALL#") and item.get("due_at", self._ms() + 1) <= self._ms():
                self._look(item["pk"].removeprefix("CALL#"))
        self.work()

    def write(self, text: str) -> None:
        """Let Ada send a text message."""
        self.clock.advance(1)
        self.twilio.write(self.texts.contact(), Act(text=text))
        self.work()

    def code_from_texts(self) -> str:
        """Have Ada choose the voicemail in a text message, and read the code."""
        self.write("Can you deliver on Friday?")
        redirect = self.texts.shown()[-1].splitlines()
        [number] = [line.split()[0] for line in redirect if line[:1].isdigit() and "voicemail" in line]
        self.write(number.rstrip("."))
        [code] = find_codes(self.texts.shown()[-1])
        return code

    def heard(self) -> list[str]:
        return [each.text for each in self.twilio.transcript(self.ada) if each.author == "business"]

    def messages(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        """List what is stored of contacts' messages in a channel's conversations, in their order."""
        items = [values(item) for (_, item) in sorted(self.texts.dynamodb.items.items())]
        return [
            item | {"message_id": item["sk"].removeprefix("M#")}
            for item in sorted(items, key=lambda item: item.get("seq", 0))
            if item["sk"].startswith("M#") and item["pk"].startswith(f"C#{channel}.")
        ]

    def at_twilio(self) -> list[bool]:
        """Tell of each recording with something on it whether Twilio has it still."""
        return [not one.is_deleted for one in self.twilio.recordings.all() if one.ready_at is not None]

    def put(self, key: str, recording: bytes) -> None:
        """Be our own storage."""
        self.kept[key] = recording

    def hint(self, call_id: str) -> None:
        """Be CallQueue."""
        self.hinted.append(call_id)

    def last_words(self) -> Sequence[dict[str, object]]:
        """List the latest of each conversation that the team was told of."""
        latest = {str(one["conversation_id"]): one for one in self.human_queue.messages}
        return list(latest.values())

    def _look(self, call_id: str) -> None:
        self.facts += [fact.name for fact in self._finish(call_id, self.clock.now())]

    def replay(self) -> None:
        """Feed back what was spilled."""
        parts, self.spill.parts = self.spill.parts, []
        for part in parts:
            self.facts += [fact.name for fact in self._replay(part)]
        self.work()

    def _receive(self, posted: Posted) -> Attempt:
        received = self._receive_delivery(self.texts.delivery(posted))
        self.facts += [fact.name for fact in received.facts]
        content_type = received.headers.get("content-type", "")
        return Attempt(status=received.status, ms=1, body=received.body, content_type=content_type)

    def _shaky(self, calls: CallTable) -> Any:
        """Let the table of the calls go down."""
        world = self

        class Shaky:
            def __getattr__(self, name: str) -> Any:
                if world.table_down:
                    raise UnavailableError("the table is down")
                return getattr(calls, name)

        return Shaky()

    def _ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)
