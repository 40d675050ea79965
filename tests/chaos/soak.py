"""Thousands of messages through the real functions, while a tenth of all calls goes wrong (goal G4)."""

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.backends import on_emulator
from tests.chaos.town.checker import figures
from tests.chaos.town.platform import somebody
from tests.chaos.town.town import OPEN, Town, town
from tests.contract.fake_clock import FakeClock

MESSAGES, SHORT_MESSAGES = 3_000, 150
REPEATED = 0.2
FAULTS = 0.1
POISON = 0.05
SECONDS_EACH = 5.0
"""Between one message and the next, on the simulated clock."""
REORDERED_S = 90.0
CANARY = "canary-Zx81"
TEXTS = (
    f"Do you have rye bread today? {CANARY}",
    f"My order HB-12345 has not arrived, this is terrible {CANARY}",
    f"I have an idea for the shop {CANARY}",
    f"Thank you, that was lovely {CANARY}",
    f"¿Tienen pan de centeno? {CANARY} 🥖",
    f"stop {CANARY}",
)


@dataclass(slots=True)
class Poisoned:
    """What was mixed in that nobody can digest."""

    garbage: int = 0
    hints: int = 0
    blocked: int = 0


def prove(run: Run) -> Report:
    with tempfile.TemporaryDirectory() as folder, on_emulator(Path(folder)) as backend:
        clock = FakeClock(OPEN)
        with town(backend, clock, run.seed, canaries=(CANARY,)) as here:
            poisoned = soak(here, SHORT_MESSAGES if run.short else MESSAGES, run.progress)
            return _report(here, poisoned)


def soak(here: Town, messages: int, progress: Callable[[float, str], None]) -> Poisoned:
    """Write, let everything go wrong, and wait until it rests."""
    rng, poisoned = random.Random(f"{here.seed} soak"), Poisoned()
    here.with_team = True
    here.weather.rate = here.platform.api.rate = FAULTS
    post = here.platform.post
    post.repeat, post.reorder_s, post.lose_reports = REPEATED, REORDERED_S, FAULTS
    for poller in (here.hints, here.replays, here.readers):
        poller.repeat = REPEATED
    here.begin(poll_every_s=5)
    for number in range(messages):
        here.agenda.after(number * SECONDS_EACH, lambda n=number: _write(here, rng, n, messages, poisoned))  # type: ignore[misc]
    for done in range(0, 100, 2):
        progress(done / 125, "messages come")
        here.pass_by(seconds=messages * SECONDS_EACH / 50)
    progress(0.8, "the last ones come to rest, in fair weather")
    here.weather.rate = here.platform.api.rate = 0
    here.rest(hours=8)
    return poisoned


def _write(here: Town, rng: random.Random, number: int, messages: int, poisoned: Poisoned) -> None:
    """Let somebody write; one in ten deliveries brings two people's messages."""
    channel = rng.choice((MESSENGER, MESSENGER, WHATSAPP))
    people = max(messages // 5, 10)
    chosen = rng.sample(range(people), 2 if rng.random() < 0.1 else 1)
    acts = [
        (somebody(person, channel), Writing(text=rng.choice(TEXTS), message_id=f"m_{here.seed}_{number}_{person}"))
        for person in chosen
    ]
    here.platform.write(*acts)
    if rng.random() < POISON:
        _poison(here, rng, poisoned, acts[0][0].contact_id, number)


def _poison(here: Town, rng: random.Random, poisoned: Poisoned, contact_id: str, number: int) -> None:
    match rng.randrange(4):
        case 0:
            here.platform.post.post(here.platform.meta.sign("garbage", b'{"object": "page", "entry": [%d' % number))
            poisoned.garbage += 1
        case 1:
            event = {"sender": {"id": contact_id}, "recipient": number, "timestamp": "soon", "message": ["?"]}
            body = {"object": "page", "entry": [{"id": "100000000000001", "time": 1, "messaging": [event]}]}
            here.platform.post.post(here.platform.meta.sign("broken", body))
            poisoned.garbage += 1
        case 2:
            hint = rng.choice(('{"v":1}', "not JSON", '{"v":1,"pk":"C#x","sk":"B#1"}', '{"v":1,"pk":7,"sk":null}'))
            here.backend.sqs.send_message(QueueUrl=here.backend.queues["AckQueue"], MessageBody=hint)
            here.filled.add(here.backend.queues["AckQueue"])
            poisoned.hints += 1
        case 3:
            for thread in here.platform.meta.world.threads.values():
                if thread.contact.contact_id == contact_id:
                    thread.blocked = True
            poisoned.blocked += 1


def _report(here: Town, poisoned: Poisoned) -> Report:
    judged = here.judge()
    posted = [each for each in here.platform.post.posted if each.delivery.what == "written"]
    violations = [f"{problem}; seed {here.seed}" for problem in judged.problems]
    if lost := here.waiting("SpillDeadLetters"):
        violations.append(f"lost: {lost} spilled deliveries among the dead letters; seed {here.seed}")
    quarantined = sum(item["pk"]["S"].startswith("Q#") for item in here.backend.items())
    if quarantined < poisoned.garbage:
        violations.append(f"lost: {poisoned.garbage - quarantined} unreadable deliveries; seed {here.seed}")
    violations += [f"leaked: {word[:12]}… in the logs; seed {here.seed}" for word in here.listener.leaks]
    if not here.is_at_rest():
        violations.append(f"lost: not at rest after 8 hours of fair weather; seed {here.seed}")
    extra = {
        "deliveries spilled": here.spilled,
        "calls": here.weather.calls,
        "faults met": sum(here.weather.fired.values()) + sum(here.platform.api.fired.values()),
        "functions that died": here.functions.deaths,
        "poison": poisoned.garbage + poisoned.hints + poisoned.blocked,
        "hints among dead letters": here.waiting("AckDeadLetters"),
        "closed by agents": here.team.closed,
        "lines of log heard": here.listener.lines,
    }
    bound = (
        "Functions run one after the other, so their calls do not interleave here (the crash explorer's do); "
        "faults are met in front of the clients, without their own retries."
    )
    return Report(violations=tuple(violations), figures=figures(judged, posted) | extra, bound=bound)


PART = Part(
    name="soak",
    promise="Of 3,000 messages none is lost and none answered twice, whatever goes wrong",
    minutes=4.0,
    prove=prove,
)
