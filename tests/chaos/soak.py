"""Thousands of messages through the real functions, while a tenth of all calls goes wrong (goal G4)."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, Contact
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.accounts import ACCOUNTS, PAGE
from tests.chaos.town.backends import on_emulator
from tests.chaos.town.crowd import CANARY, PUBLIC, Crowd
from tests.chaos.town.history import Judgement, figures, listed, together
from tests.chaos.town.town import OPEN, Town, town
from tests.contract.fake_clock import FakeClock

MESSAGES, SHORT_MESSAGES = 3_000, 150
REPEATED = 0.2
FAULTS = 0.1
POISON = 0.05
SECONDS_EACH = 5.0
"""Between one message and the next, on the simulated clock."""
REORDERED_S = 90.0


CORES = 2
HOURS = 8


@dataclass(slots=True)
class Poisoned:
    """What was mixed in that nobody can digest."""

    garbage: int = 0
    hints: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What one town came to."""

    judged: Judgement
    extra: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A town of its own, on an emulator of its own."""

    seed: int
    messages: int
    progress: Callable[[float, str], None]


def prove(run: Run) -> Report:
    """Soak two towns that know nothing of each other, each on a core; in short one."""
    if run.short:
        return _report([_soaked(Shop(seed=run.seed, messages=SHORT_MESSAGES, progress=run.progress))])
    shops = [
        Shop(seed=run.seed + number, messages=MESSAGES // CORES, progress=_quiet if number else run.progress)
        for number in range(CORES)
    ]
    with get_context("spawn").Pool(CORES) as pool:
        return _report(pool.map(_soaked, shops))


def _quiet(done: float, words: str) -> None:
    del done, words


def _soaked(shop: Shop) -> Soaked:
    with tempfile.TemporaryDirectory() as folder, on_emulator(Path(folder)) as backend:
        clock = FakeClock(OPEN)
        with town(backend, clock, shop.seed, canaries=(CANARY,)) as here:
            return judge(here, soak(here, shop.messages, shop.progress))


def soak(here: Town, messages: int, progress: Callable[[float, str], None]) -> Poisoned:
    """Write, let everything go wrong, and wait until it rests."""
    rng, poisoned = random.Random(f"{here.seed} soak"), Poisoned()
    crowd = Crowd(here, random.Random(f"{here.seed} crowd"), max(messages // 5, 10))
    here.with_team = True
    here.weather.rate = here.platform.api.rate = FAULTS
    post = here.platform.post
    post.repeat, post.reorder_s, post.lose_reports = REPEATED, REORDERED_S, FAULTS
    for poller in (here.hints, here.replays, here.readers):
        poller.repeat = REPEATED
    here.begin(poll_every_s=5)
    for number in range(messages):
        here.agenda.after(number * SECONDS_EACH, lambda n=number: _turn(here, crowd, rng, n, poisoned))  # type: ignore[misc]
    for done in range(0, 100, 2):
        progress(done / 125, "messages come")
        here.pass_by(seconds=messages * SECONDS_EACH / 50)
    progress(0.8, "the last ones come to rest, in fair weather")
    here.weather.rate = here.platform.api.rate = 0
    here.rest(hours=HOURS)
    return poisoned


def _turn(here: Town, crowd: Crowd, rng: random.Random, number: int, poisoned: Poisoned) -> None:
    crowd.act(number)
    if rng.random() < POISON:
        _poison(here, rng, poisoned, rng.choice(crowd.said)[1].contact, number)


def _poison(here: Town, rng: random.Random, poisoned: Poisoned, contact: Contact, number: int) -> None:
    match rng.randrange(4):
        case 0:
            _deliver(here, b'{"object": "page", "entry": [%d' % number)
            poisoned.garbage += 1
        case 1:
            _deliver(here, _broken(contact, number))
            poisoned.garbage += 1
        case 2:
            hint = rng.choice(('{"v":1}', "not JSON", '{"v":1,"pk":"C#x","sk":"B#1"}', '{"v":1,"pk":7,"sk":null}'))
            here.backend.sqs.send_message(QueueUrl=here.backend.queues["AckQueue"], MessageBody=hint)
            here.filled.add(here.backend.queues["AckQueue"])
            poisoned.hints += 1
        case 3:
            for thread in here.platform.meta.world.threads.values():
                if thread.contact.contact_id == contact.contact_id:
                    thread.blocked = True
            poisoned.blocked += 1


def _deliver(here: Town, body: bytes | dict[str, Any]) -> None:
    here.platform.post.post(here.platform.meta.sign("broken", body))


def _broken(contact: Contact, number: int) -> dict[str, Any]:
    """Make a genuine delivery of a known kind that nobody can read, each one different."""
    if contact.channel not in PUBLIC:
        event = {"sender": {"id": contact.contact_id}, "recipient": number, "timestamp": "soon", "message": ["?"]}
        return {"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [event]}]}
    value = {"item": "comment", "verb": "add", "post_id": {"no": number}, "comment_id": [number], "media": number}
    field = "feed" if contact.channel == FACEBOOK_COMMENTS else "comments"
    account, kind = ACCOUNTS[contact.channel], "page" if field == "feed" else "instagram"
    change = {"field": field, "value": value}
    return {"object": kind, "entry": [{"id": account.account_id, "time": 1, "changes": [change]}]}


def judge(here: Town, poisoned: Poisoned) -> Soaked:
    judged, items = here.judge(), here.backend.items()
    checks = {
        "deliveries among the dead letters": here.waiting("SpillDeadLetters"),
        "unreadable deliveries": max(poisoned.garbage - sum(item["pk"]["S"].startswith("Q#") for item in items), 0),
        "hours of fair weather and not at rest": 0 if here.is_at_rest() else HOURS,
    }
    for what, count in checks.items():
        if count:
            judged.add("lost", f"{count} {what}")
    for word in here.listener.leaks:
        judged.add("leaked", f"{word[:12]}… in the logs")
    judged.problems = [f"{problem}; seed {here.seed}" for problem in judged.problems]
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
    posted = [each for each in here.platform.post.posted if each.delivery.what == "written"]
    figures(judged, posted)
    return Soaked(judged=judged, extra=Counter(extra))


def _report(soaked: Sequence[Soaked]) -> Report:
    judged, extra = together(each.judged for each in soaked), Counter[str]()
    for each in soaked:
        extra.update(each.extra)
    bound = (
        "Functions run one after the other, so their calls do not interleave here (the crash explorer's do); "
        "faults are met in front of the clients, without their own retries. People ask for deletion once all that "
        "they wrote is stored, and what changes a comment without naming its author comes after the comment."
    )
    return Report(violations=tuple(judged.problems), figures=listed(judged) | extra, bound=bound)


PART = Part(
    name="soak",
    promise="Of 3,000 messages none is lost and none answered twice, whatever goes wrong",
    minutes=4.0,
    prove=prove,
)
