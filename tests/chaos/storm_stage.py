"""The real services, many execution environments of them, on a table in memory, below a post that all comment on."""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from infra.replay.table import Table
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.storm_table import StormTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import BusinessSettings, TextId
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.keys import BREAKER_SK
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import NotSent, VerdictKind
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.tell_storm import TellStorm
from nightbell.services.tell_team import TellTeam
from nightbell.services.watch_storms import WatchStorms
from tests.contract.faults import Crash, Faults, How
from tests.contract.test_ladder import Page
from tests.contract.test_write_units import Meter
from tests.contract.world import OPEN, SHARDS
from tests.fakes import LOST_SENT, LOST_UNSENT, Behaviour, says
from tests.ladder import PRIVATE, PUBLIC

ENVIRONMENTS = 10
LINE = "So many of you write. We read everything."
QUESTION, COMPLAINT = "Do you have size 42?", "It arrived broken!"
THROTTLED = Behaviour(executed=False, outcome=says(VerdictKind.NOT_SENT, reason="too many calls", retry_after_s=20))
BROKEN = (LOST_SENT, LOST_UNSENT, Behaviour(executed=False, outcome=NotSent(error="refused")), THROTTLED)


class Site(Page):
    """One account, its posts, and as many execution environments as send side by side.

    Attributes:
        lose: Of a thousand hints, sends and runs so many go wrong.
        sent_at: When something left in public, and in which words.
        complained: When whoever has had no line yet, by the comment.
        began_at: When a storm was seen last.
    """

    def __init__(self, seed: int = 1, now: datetime = OPEN, lose: int = 0) -> None:
        self.memory = Table()
        self.meter = Meter(self.memory)
        self.rng, self.lose = random.Random(seed), lose
        super().__init__(self.memory, "table")
        self.clock.advance((now - self.clock.now()).total_seconds())
        brand = self.account.brand
        texts = {language: {**texts, TextId.PUBLIC_STORM: LINE} for language, texts in brand.texts.items()}
        self.set_account(brand=replace(brand, texts=texts))
        self.environments = [self._environment() for _ in range(ENVIRONMENTS)]
        self.watch = self.watching()
        self.sent_at: list[tuple[datetime, str]] = []
        self.complained: dict[str, datetime] = {}
        self.complaints_took: list[timedelta] = []
        self.comments_made = 0
        self.began_at = now

    def _environment(self) -> Acknowledge:
        self.build(Faults(), dynamodb=self.meter)
        return self.acknowledge

    def opens_another(self) -> str:
        """Connect a second account of the same brand; returns its id."""
        other = f"{self.account.account_id}-2"
        for channel in (PUBLIC.name, PRIVATE.name):
            self.accounts[channel, other] = replace(self.account, channel=channel, account_id=other)
        self.environments = [self._environment() for _ in range(ENVIRONMENTS)]
        self.watch = self.watching()
        return other

    def watching(self) -> WatchStorms:
        table = TableClient(self.meter, self.table, Deadline(self.clock))
        known = BusinessSettings(brands={self.account.brand.key: self.account.brand}, accounts=self.accounts)
        channels: dict[str, Any] = {PUBLIC.name: PUBLIC, PRIVATE.name: PRIVATE}
        storms = StormTable(table, SHARDS)
        tell = TellStorm(storms.count_first, TellTeam(OutboxTable(table), (), self.clock), self.clock)
        return WatchStorms(storms, known, channels, self.clock, tell)

    def say(self, person: object, text: str = QUESTION, *, post: str = "post", account: str = "") -> Message:
        """Write a comment, to be delivered."""
        self.comments_made += 1
        message = self.comment(text, by=f"{post}/by{person}")
        return replace(message, account_id=account) if account else message

    def second(self, comments: Sequence[Message] = ()) -> None:
        """Take what is written in one second, and send what can be sent in it."""
        for message in comments:
            self.deliver(replace(message, sent_at=self.clock.now()))
            if message.text == COMPLAINT:
                self.complained[message.message_id] = self.clock.now()
        for turn, (pk, sk) in enumerate(self._hinted()):
            if self.rng.randrange(1000) >= self.lose:
                self._act(turn % ENVIRONMENTS, pk, sk)
        self.clock.advance(1)

    def _hinted(self) -> list[tuple[str, str]]:
        hinted, self.hints.waiting[:] = list(self.hints.waiting), []
        return hinted

    def _act(self, number: int, pk: str, sk: str) -> None:
        """Run one environment for one hint; one that dies is replaced by a new one, which remembers nothing."""
        before = len(self.api.seen)
        if self.rng.randrange(1000) < self.lose:
            self.api.next = [self.rng.choice(BROKEN)]
        with suppress(UnavailableError):
            self.facts += self.environments[number](pk, sk, self.run())
        self.api.next = []
        if self.rng.randrange(1000) < self.lose:
            self.environments[number] = self._environment()
        self._noted(before)

    def crash(self, comment: Message, at: int, how: How) -> None:
        """Let an environment die in the middle of a comment."""
        self.deliver(comment)
        self.build(Faults(at, how), dynamodb=self.meter)
        with suppress(Crash, UnavailableError):
            for pk, sk in self._hinted():
                self.acknowledge(pk, sk, self.run())
        self.build(Faults(), dynamodb=self.meter)

    def _noted(self, before: int) -> None:
        now = self.clock.now()
        for to, text, _ in self.api.seen[before:]:
            self.sent_at.append((now, text))
            if to in self.complained:
                self.complaints_took.append(now - self.complained.pop(to))

    def minute(self, comments: Sequence[Message] = (), seconds: int = 60) -> list[Fact]:
        """Let a minute pass in which so much is written, evenly; then Sweep looks."""
        for each in range(seconds):
            self.second(comments[len(comments) * each // seconds : len(comments) * (each + 1) // seconds])
        self.clock.advance(60 - seconds)
        told, before = self.watch(), len(self.api.seen)
        self.sweep()
        self._noted(before)
        self.facts += told
        if any(fact.name == "storms_began" for fact in told):
            self.began_at = self.clock.now()
        return told

    def calm_down(self, minutes: int = 300) -> int:
        """Let minutes pass until nothing is due and no storm is on; returns how many."""
        for passed in range(minutes):
            if not self.hints.waiting and not self.due_items() and not self.is_stormy():
                return passed
            self.minute(seconds=1)
        return minutes

    # What it has come to

    def due_items(self) -> list[Any]:
        return [item for item in self.memory.in_index("due_pk") if item["sk"]["S"] != BREAKER_SK]

    def is_stormy(self) -> bool:
        return any("storm_since" in item for (_, sk), item in self.memory.items.items() if sk == BREAKER_SK)

    def most_lines_in_a_minute(self, since: datetime) -> int:
        times = [at for at, _ in self.sent_at if at >= since]
        return max((sum(start <= at < start + timedelta(minutes=1) for at in times) for start in times), default=0)

    def storm_lines(self) -> int:
        return sum(text == LINE for text in self.lines())

    def suppressed(self) -> Counter[str]:
        """Count why nothing was said, in the words on the units."""
        dropped = [item for item in self._units() if item["st"]["S"] == "SUPPRESSED"]
        return Counter(item["reason"]["S"] for item in dropped)

    def broken_at_rest(self) -> list[str]:
        """Name every promise that is broken: each comment stored once, each person handed over, nothing said twice."""
        told = {str(message["conversation_id"]) for message in self.human_queue.messages}
        waiting = {item["pk"]["S"] for item in self.memory.in_index("waiting_pk")}
        tags = [tag for _, _, tag in self.api.seen]
        stored = sum(sk.startswith("M#") for _, sk in self.memory.items)
        checks = {
            f"{self.comments_made} comments, {stored} stored": stored != self.comments_made,
            "somebody waits and nobody was told": bool(waiting - told),
            "somebody does not wait although nobody has answered": len(waiting) != len(_conversations(self.memory)),
            "sent twice": len(tags) != len(set(tags)),
            "a unit is not final": any(not UnitState(item["st"]["S"]).is_final for item in self._units()),
            "a storm's line stands twice below a post": max(self._lines_by_post().values(), default=0) > 1,
            "something is due": bool(self.due_items()),
            "the storm is not over": self.is_stormy(),
        }
        return [name for name, is_broken in checks.items() if is_broken]

    def _units(self) -> list[dict[str, Any]]:
        return [item for (_, sk), item in self.memory.items.items() if sk.startswith("A#")]

    def _lines_by_post(self) -> Counter[str]:
        """Count what was seen: a line stands where the unit's tag says."""
        posts = {unit_tag: pk.rpartition("%2F")[0] for pk, unit_tag in self._tags()}
        return Counter(posts.get(tag, tag) for _, text, tag in self.api.seen if text == LINE)

    def _tags(self) -> list[tuple[str, str]]:
        seen = {tag for _, text, tag in self.api.seen if text == LINE}
        units = (self.truth.read_unit_by_key(item["pk"]["S"], item["sk"]["S"]) for item in self._lined_units())
        return [(unit.pk, tag) for unit in units if unit for tag in seen if tag.endswith(replace(unit, via="").ack_key)]

    def _lined_units(self) -> list[dict[str, Any]]:
        return [u for u in self._units() if LINE in {u.get(name, {}).get("S") for name in ("txt", "public_text")}]


def _conversations(memory: Table) -> list[str]:
    return [pk for (pk, sk), item in memory.items.items() if sk == "META" and "last_seq" in item]
