"""The table fails for half an hour: what was answered with 200 is stored all the same, once (goal G13)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import CHANNELS, INSTAGRAM_DIRECT, MESSENGER
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.accounts import somebody
from tests.chaos.town.backends import in_memory
from tests.chaos.town.history import Judgement
from tests.chaos.town.town import OPEN, Town, town
from tests.contract.fake_clock import FakeClock

BEFORE, DOWN, AFTER = timedelta(minutes=5), timedelta(minutes=30), timedelta(minutes=10)
EVERY_S, SHORT_EVERY_S = 4.0, 75.0
LARGE_EACH = 12
"""Every so many deliveries one is large."""
LARGE_MESSAGES, LARGE_CHARACTERS = 12, 60_000
"""Of random text, which packs badly: such a delivery is spilled in two parts."""
WINDOWS: dict[str, tuple[float, ...]] = {
    "6 min": (60, 300),
    "4 h": (60, 120, 300, 600, 1200, 2400, 4800, 4920),
    "none": (),
}
DIES = 0.3
CORES = 2
READABLE = (MESSENGER, INSTAGRAM_DIRECT)
"""Whose history can be read back."""
LONG_DOWN = timedelta(hours=41)
"""Longer than 200 receives, 12 minutes apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One outage.

    Attributes:
        spill: Whether SpillQueue takes messages meanwhile.
        dies: How often a call of the replay is its last.
        reads_back: Whether Meta unsubscribes us for it, and the hourly check finds that.
    """

    window: str
    spill: bool = True
    dies: float = 0.0
    down: timedelta = DOWN
    reads_back: bool = False

    @property
    def name(self) -> str:
        more = (", no spill" if not self.spill else "") + (", replay dies" if self.dies else "")
        more += ", read back" if self.reads_back else ""
        return f"{self.window}{more}" + (", 41 h and redrive" if self.down > DOWN else "")


CASES = (
    # It takes longest, so one core begins with it.
    Case(window="none", down=LONG_DOWN),
    *(Case(window=window) for window in WINDOWS),
    Case(window="none", dies=DIES),
    *(Case(window=window, spill=False) for window in WINDOWS),
    *(Case(window=window, spill=False, reads_back=True) for window in WINDOWS),
)


@dataclass(slots=True)
class Outcome:
    """What one outage came to.

    Attributes:
        never: Messages that the platform gave up on, by channel.
    """

    judged: Judgement
    posted: int = 0
    acknowledged: int = 0
    never: dict[str, int] = field(default_factory=dict)
    spilled: int = 0
    redriven: int = 0
    deaths: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One outage to play."""

    case: Case
    seed: int
    every_s: float


def prove(run: Run) -> Report:
    violations: list[str] = []
    figures: dict[str, int | float | str] = {}
    jobs = [Job(case=case, seed=run.seed, every_s=SHORT_EVERY_S if run.short else EVERY_S) for case in CASES]
    for number, (job, outcome) in enumerate(zip(jobs, _spread(jobs, alone=run.short), strict=True)):
        name = job.case.name
        violations += [f"{each} ({name}); seed {run.seed}" for each in outcome.problems]
        figures[name] = (
            f"{outcome.posted} deliveries, {outcome.acknowledged} acknowledged, {sum(outcome.never.values())} never, "
            f"{outcome.judged.counts['ok']} messages ok, {outcome.spilled} parts spilled, "
            f"{outcome.redriven} redriven, {outcome.deaths} deaths"
        )
        run.progress((number + 1) / len(jobs), f"the platform tried again for {name}")
    bound = (
        "Where spill fails as well, what the platform gives up on was never promised. Of Messenger and Instagram's "
        "messages it is read from the platform's history where Meta unsubscribed us for it, or by hand; WhatsApp and "
        "public comments cannot be read back, and long messages are not tried."
    )
    return Report(violations=tuple(violations), figures=figures, bound=bound)


def _spread(jobs: Sequence[Job], *, alone: bool) -> Iterator[Outcome]:
    """Play outages that know nothing of each other, in their order, on two cores."""
    if alone:
        yield from map(_play, jobs)
        return
    with get_context("spawn").Pool(CORES, maxtasksperchild=4) as pool:
        yield from pool.imap(_play, jobs)


def _play(job: Job) -> Outcome:
    return play(job.case, job.seed, job.every_s)


def play(case: Case, seed: int, every_s: float) -> Outcome:
    clock = FakeClock(OPEN)
    with town(in_memory(clock), clock, seed) as here:
        rng = random.Random(f"{seed} {case.name}")
        here.platform.post.retry_after_s = WINDOWS[case.window]
        here.begin(poll_every_s=10)
        here.check_accounts()
        _write_for(here, rng, BEFORE, every_s, large=not case.reads_back)
        here.weather.down = {"dynamodb"} | (set() if case.spill else {"sqs.SpillQueue"})
        _write_for(here, rng, DOWN, every_s, large=not case.reads_back)
        if case.down > DOWN:
            here.pass_by(hours=(case.down - DOWN).total_seconds() / 3600)
        here.weather.down, here.weather.rate = set(), case.dies
        here.weather.strikes = lambda: here.functions.running == "replay"
        if case.reads_back:
            here.lose_subscription()
            here.check_accounts()
        _write_for(here, rng, AFTER, every_s, large=not case.reads_back)
        here.weather.rate = 0
        redriven = redrive(here) if case.down > DOWN else 0
        here.rest(hours=6)
        return _judged(here, case, redriven)


def _write_for(here: Town, rng: random.Random, span: timedelta, every_s: float, *, large: bool) -> None:
    for number in range(int(span.total_seconds() / every_s)):
        is_large = large and number % LARGE_EACH == LARGE_EACH - 1
        here.agenda.after(number * every_s, lambda is_large=is_large: _write(here, rng, large=is_large))  # type: ignore[misc]
    here.pass_by(seconds=span.total_seconds())


def _write(here: Town, rng: random.Random, *, large: bool) -> None:
    """Let somebody write on some channel, or twelve at once in Messenger."""
    first, channel = rng.randrange(10_000), MESSENGER if large else rng.choice(CHANNELS)
    acts = [
        (
            somebody(first + each, channel),
            Writing(
                text=rng.randbytes(LARGE_CHARACTERS // 2).hex() if large else "Hello?",
                message_id=f"m_{rng.getrandbits(64):x}",
            ),
        )
        for each in range(LARGE_MESSAGES if large else 1)
    ]
    here.platform.write(*acts)


def redrive(here: Town) -> int:
    """Move what lies among the dead letters back, as the console's redrive does."""
    sqs, queues = here.backend.sqs, here.backend.queues
    moved = 0
    while found := sqs.receive_message(QueueUrl=queues["SpillDeadLetters"], MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            sqs.send_message(QueueUrl=queues["SpillQueue"], MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=queues["SpillDeadLetters"], ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    here.filled.add(queues["SpillQueue"])
    return moved


def _judged(here: Town, case: Case, redriven: int) -> Outcome:
    judged = here.judge()
    posted = [each for each in here.platform.post.posted if each.delivery.what == "written"]
    return Outcome(
        judged=judged,
        posted=len(posted),
        acknowledged=sum(each.acknowledged for each in posted),
        never=_never(judged),
        spilled=here.spilled,
        redriven=redriven,
        deaths=here.functions.deaths,
        problems=[*judged.problems, *_broken(here, case, judged, redriven)],
    )


def _broken(here: Town, case: Case, judged: Judgement, redriven: int) -> Sequence[str]:
    rides_out = case.spill or case.window == "4 h"
    checks = {
        "lost: the platform gave up although spill worked or it had time": rides_out
        and judged.counts["never acknowledged"],
        "lost: neither delivered nor read back": case.reads_back and any(map(_never(judged).get, READABLE)),
        "lost: among the dead letters": here.waiting("SpillDeadLetters"),
        "unexpected: nothing was spilled": case.spill and not here.spilled,
        "unexpected: something was spilled into a queue that is down": not case.spill and here.spilled,
        "unexpected: nothing had to be redriven": case.down > DOWN and not redriven,
        "lost: not at rest": not here.is_at_rest(),
    }
    return [what for what, is_broken in checks.items() if is_broken]


def _never(judged: Judgement) -> dict[str, int]:
    return {name: counts["never acknowledged"] for name, counts in judged.channels.items()}


PART = Part(
    name="outage",
    promise="What was answered with 200 survives an outage of the table, however briefly the platform tries again",
    minutes=2.5,
    prove=prove,
)
