"""Everything together: contacts, the platform, the four functions, their queues and schedules, and the team."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from infra.local.platforms.meta import wall
from infra.local.platforms.meta.care_state import owner_of
from nightbell.domain.errors import UnavailableError
from tests.chaos.listening import Listener, listening
from tests.chaos.poller import Handler, StrictPoller
from tests.chaos.town.accounts import ALL, SECRETS
from tests.chaos.town.agenda import Agenda
from tests.chaos.town.backends import Backend, queue_properties
from tests.chaos.town.checker import judge
from tests.chaos.town.faults import Died, Weather
from tests.chaos.town.functions import Functions, MemorySsm
from tests.chaos.town.history import History, Judgement, Told
from tests.chaos.town.platform import MetaTown
from tests.chaos.town.team import Team
from tests.contract.fake_clock import FakeClock

OPEN = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
"""A Monday, 10:10 at the shop of the shipped settings."""
SWEEP_EVERY_S = 60
BATCHES = {"AckQueue": 1, "SpillQueue": 10, "HumanQueue": 5}
"""The functions' as the template sets them; a reader's own choice."""


@dataclass(slots=True, kw_only=True)
class Town:
    """What a part plays with.

    Attributes:
        told: What the human queue took.
        plans: How much somebody still means to do, beside what is posted.
        spilled: Parts that SpillQueue took.
        first_hints: When Sweep first looked at a unit of a conversation.
        swept_at: When sweeps began.
        filled: Queues that took something since they were last polled.
        with_team: Whether people close conversations; otherwise what waits is at rest.
    """

    seed: int
    clock: FakeClock
    agenda: Agenda
    weather: Weather
    backend: Backend
    functions: Functions
    platform: MetaTown
    hints: StrictPoller
    replays: StrictPoller
    readers: StrictPoller
    team: Team
    secrets: MemorySsm
    listener: Listener
    told: list[Told] = field(default_factory=list)
    plans: int = 0
    spilled: int = 0
    first_hints: dict[str, datetime] = field(default_factory=dict)
    swept_at: list[datetime] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    with_team: bool = False

    def hear(self, url: str, body: str) -> None:
        """Note what a queue took."""
        self.filled.add(url)
        if url == self.backend.queues["HumanQueue"]:
            self.told.append(Told(at=self.clock.now(), body=body, content=json.loads(body)))
        self.spilled += url == self.backend.queues["SpillQueue"]
        if url == self.backend.queues["AckQueue"] and self.functions.running == "sweep":
            self.first_hints.setdefault(json.loads(body)["pk"], self.clock.now())

    def begin(self, *, poll_every_s: float, sweep: bool = True) -> None:
        """Start what runs by itself on AWS."""
        self.agenda.every(poll_every_s, self.poll)
        if sweep:
            self.agenda.every(SWEEP_EVERY_S, self.sweep)
        if self.with_team:
            self.agenda.every(4 * poll_every_s, lambda: self._drain("HumanQueue", self.readers))

    def _drain(self, queue: str, poller: StrictPoller) -> None:
        """Poll only where there can be something: an empty look at the emulator costs more than a full one."""
        if self.backend.queues[queue] in self.filled or poller.has_work:
            self.filled.discard(self.backend.queues[queue])
            poller.drain()

    def poll(self) -> None:
        """Let Lambda's pollers do what there is to do."""
        for name, poller in (("AckQueue", self.hints), ("SpillQueue", self.replays)):
            self._drain(name, poller)

    def sweep(self) -> None:
        self.swept_at.append(self.clock.now())
        with suppress(Died, UnavailableError):
            self.functions("sweep", {})

    def check_accounts(self) -> None:
        """Run the hourly check."""
        with suppress(Died, UnavailableError), listening(self.listener):
            self.functions("check", {})

    def lose_subscription(self) -> None:
        """Let Meta unsubscribe us from every account, and tell nobody."""
        for account in ALL:
            self.platform.meta.world.care.drop(owner_of(account))

    def pass_by(self, **time: float) -> None:
        with listening(self.listener):
            self.agenda.run_until(self.clock.now() + timedelta(**time))

    def is_at_rest(self) -> bool:
        """Whether nothing is under way, due or waiting; what lies in SpillQueue counts, a hint does not."""
        if self.plans or self.platform.post.under_way:
            return False
        if any(each["sk"]["S"] != "BRK" for each in self.backend.due()) or self.waiting("SpillQueue"):
            return False
        return not self.with_team or not self._waits()

    def _waits(self) -> bool:
        """Believe the list where it shows something; whoever shows nothing must prove it."""
        if self.backend.waiting():
            return True
        metas = [item for item in self.backend.items() if item["sk"]["S"] == "META"]
        none = {"N": "0"}
        return any(int(each.get("last_seq", none)["N"]) > int(each.get("seen_seq", none)["N"]) for each in metas)

    def rest(self, hours: float) -> bool:
        """Let time pass until everything rests; false when the time was not enough."""
        for _ in range(int(hours * 12)):
            if self.is_at_rest():
                return True
            self.pass_by(minutes=5)
        return self.is_at_rest()

    def waiting(self, queue: str) -> int:
        """Count a queue's messages, those that are being worked on included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.backend.sqs.get_queue_attributes(QueueUrl=self.backend.queues[queue], AttributeNames=names)
        return sum(int(found["Attributes"].get(name, 0)) for name in names)

    def judge(self) -> Judgement:
        history = History(
            said=self.platform.said,
            items=self.backend.items(),
            seen=list(self.platform.sees()),
            authors=self.platform.authors(),
            told=self.told,
            shown=self.team.shown if self.with_team else None,
            asked=self.platform.asked,
        )
        return judge(history)


@contextmanager
def town(backend: Backend, clock: FakeClock, seed: int, *, canaries: tuple[str, ...] = ()) -> Iterator[Town]:
    """Build one; nothing happens until somebody writes and time passes."""
    random.seed(seed)
    weather = Weather(rng=random.Random(f"{seed} weather"), clock=clock)
    agenda = Agenda(clock)
    secrets = MemorySsm(SECRETS, clock.now())
    platform = MetaTown(agenda, lambda event: functions("receive", event), seed)
    functions = Functions(clock=clock, weather=weather, backend=backend, secrets=secrets, platform_api=platform.api)
    team = Team(functions.client("dynamodb"), backend.table, agenda, random.Random(f"{seed} team"))
    here = Town(
        seed=seed,
        clock=clock,
        agenda=agenda,
        weather=weather,
        backend=backend,
        functions=functions,
        platform=platform,
        team=team,
        secrets=secrets,
        hints=_poller("AckQueue", lambda event: functions("acknowledge", event), backend, clock, seed),
        replays=_poller("SpillQueue", lambda event: functions("replay", event), backend, clock, seed),
        readers=_poller("HumanQueue", team.handle, backend, clock, seed),
        listener=Listener((*SECRETS.values(), *canaries)),
    )
    functions.heard = here.hear
    platform.api.doomed = weather.doomed
    platform.api.at_work = lambda: functions.at_work
    platform.post.spilled = lambda: here.spilled
    ids = random.Random(f"{seed} ids")
    try:
        # The platform makes ids up as it likes; a seed must find the same ones.
        with functions, patch.object(wall, "_digits", lambda count: str(ids.randrange(10 ** (count - 1), 10**count))):
            yield here
    finally:
        platform.meta.stop()


def _poller(queue: str, handler: Handler, backend: Backend, clock: FakeClock, seed: int) -> StrictPoller:
    return StrictPoller(
        sqs=backend.sqs,
        queue_url=backend.queues[queue],
        handler=handler,
        clock=clock,
        visible_after=timedelta(seconds=queue_properties(queue)["VisibilityTimeout"]),
        batch_size=BATCHES[queue],
        rng=random.Random(f"{seed} {queue}"),
    )
