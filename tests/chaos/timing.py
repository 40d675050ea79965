"""How long things take: start, acknowledgement, hand-off, and after a worker died (goal G8)."""

import random
import tempfile
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path
from time import monotonic

from infra.build.machine import own_target
from infra.build.package import build
from infra.local.cloud import LocalCloud, Ports, local_cloud
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Contact
from infra.local.progress import Progress
from infra.local.waiting import wait_for
from nightbell.adapters.table_items import unit_from
from nightbell.domain.unit import Unit, UnitState
from tests.bench import start
from tests.bench.stage import stage
from tests.chaos.clients import percentile
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.accounts import pk_of, somebody
from tests.chaos.town.backends import in_memory
from tests.chaos.town.faults import Doom
from tests.chaos.town.history import Told
from tests.chaos.town.town import OPEN, Town, town
from tests.contract.fake_clock import FakeClock

START_MS = 400.0
ACK_S, HAND_OFF_S = 5.0, 3.0
CRASHED_S, SETTLED_S, QUEUE_DOWN_S = 120.0, 180.0, 300.0
CALM = 40
CRASHES, SHORT_CRASHES = 400, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """One worker's death and what followed, in seconds by the clock of the design.

    Attributes:
        site: Which call it was, counted over those of one run of Acknowledge.
        sent: Whether the request had left already: then the settle time counts.
        told_s: From the message until the human queue knew how it ended.
        seen_s: Until the contact saw the acknowledgement; ``None`` where they never did.
        is_known: Whether they saw it, or a person was told that nobody knows.
    """

    site: str
    channel: str
    sent: bool
    told_s: float
    seen_s: float | None
    is_known: bool


def prove(run: Run) -> Report:
    crashed = after_crashes(run.seed, SHORT_CRASHES if run.short else CRASHES)
    queue_down = without_hints(run.seed)
    violations = [f"{each}; seed {run.seed}" for each in judge(crashed, queue_down)]
    figures: dict[str, int | float | str] = {
        "workers that died": len(crashed),
        "unsent: longest until told, s": round(max((each.told_s for each in crashed if not each.sent), default=0)),
        "sent: longest until told, s": round(max((each.told_s for each in crashed if each.sent), default=0)),
        "AckQueue down: longest until seen, s": round(queue_down),
    }
    if not run.short:
        run.progress(0.3, "starting each function in fresh processes")
        more, slow = _measured(run)
        figures |= more
        violations += slow
    bound = (
        "Deaths are timed on the simulated clock, with Sweep on its minute and calls that take no time; "
        "start, acknowledgement and hand-off on this machine's own clock"
        + (", which this short run leaves out." if run.short else ", whatever else runs on it.")
    )
    return Report(violations=tuple(violations), figures=figures, bound=bound)


def after_crashes(seed: int, count: int) -> list[Crashed]:
    """Let a worker die at one of its calls, each time for another contact and at another second of the minute."""
    clock = FakeClock(OPEN)
    rng = random.Random(f"{seed} crashes")
    found: list[Crashed] = []
    with town(in_memory(clock), clock, seed) as here:
        here.platform.post.lose_reports = 0.5
        here.begin(poll_every_s=1)
        for number in range(count):
            contact = somebody(number, rng.choice((MESSENGER, WHATSAPP)))
            doom = Doom(
                calls=rng.randrange(1, 10),
                after=rng.random() < 0.5,
                during=lambda: here.functions.running == "acknowledge",
            )
            here.pass_by(seconds=rng.uniform(1, 60))
            here.weather.doom = doom
            here.platform.write((contact, Writing(text="Hello?", message_id=f"m_{number}")))
            here.pass_by(minutes=7)
            found += [_crashed(here, contact, doom)] if doom.site else []
    return found


def _crashed(here: Town, contact: Contact, doom: Doom) -> Crashed:
    pk = pk_of(contact)
    unit = next(unit_from(item) for item in here.backend.items() if item["pk"]["S"] == pk and "st" in item)
    told = [each.at for each in here.told if _is_final(each, pk)]
    seen = [each.at for each in here.platform.sees() if each.pk == pk]
    return Crashed(
        site=doom.site,
        channel=contact.channel,
        sent=unit.sent_from is not None and unit.epoch > 1,
        told_s=_since(unit, told) if told else inf,
        seen_s=_since(unit, seen) if seen else None,
        is_known=bool(seen) or unit.state is UnitState.UNCERTAIN,
    )


def _is_final(told: Told, pk: str) -> bool:
    said = told.content
    return bool(said["conversation_id"] == pk and said["acknowledgement"]["state"] != "pending")


def _since(unit: Unit, times: list[datetime]) -> float:
    return (min(times) - unit.created_at).total_seconds()


def without_hints(seed: int) -> float:
    """Take AckQueue away and tell after how many seconds the last contact saw an acknowledgement."""
    clock = FakeClock(OPEN)
    rng = random.Random(f"{seed} no hints")
    with town(in_memory(clock), clock, seed) as here:
        here.weather.down = {"sqs.AckQueue"}
        here.begin(poll_every_s=1)
        wrote: dict[str, datetime] = {}
        for number in range(20):
            here.pass_by(seconds=rng.uniform(1, 30))
            contact = somebody(number)
            wrote[pk_of(contact)] = here.clock.now()
            here.platform.write((contact, Writing(text="Hello?", message_id=f"m_{number}")))
        here.pass_by(minutes=10)
        seen = {each.pk: each.at for each in here.platform.sees()}
    return max((seen[pk] - at).total_seconds() if pk in seen else inf for pk, at in wrote.items())


def judge(crashed: list[Crashed], queue_down: float) -> list[str]:
    """Hold each death against the goal of its kind."""
    violations = [
        f"after a worker died at {each.site} ({each.channel}) the human queue was told after {each.told_s:.0f} s"
        for each in crashed
        if each.told_s > (SETTLED_S if each.sent else CRASHED_S)
    ]
    violations += [f"nobody knows what became of a send after {each.site}" for each in crashed if not each.is_known]
    if queue_down > QUEUE_DOWN_S:
        violations.append(f"with AckQueue down somebody waited for {queue_down:.0f} s")
    return violations


def _measured(run: Run) -> tuple[dict[str, int | float | str], list[str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with stage(folder):
            built = folder / "build" / "template.yaml"
            build(own_target(), built)
            starts = start.starts(built.parent / "Functions")
        run.progress(0.6, "answering on the local stack, in calm")
        acks, hand_offs = _in_calm(folder)
    figures: dict[str, int | float | str] = {
        f"start of {function}, ms": round(imported + composed) for function, (imported, composed) in starts.items()
    }
    figures |= {
        "acknowledged, p95, s": round(percentile(acks, 0.95), 2),
        "handed off, p95, s": round(percentile(hand_offs, 0.95), 2),
    }
    checks = [
        *(
            (f"{function} starts in", imported + composed, START_MS, "ms")
            for function, (imported, composed) in starts.items()
        ),
        ("p95 until acknowledged is", percentile(acks, 0.95), ACK_S, "s"),
        ("p95 until handed off is", percentile(hand_offs, 0.95), HAND_OFF_S, "s"),
    ]
    return figures, [f"{what} {found:.1f} {unit}" for what, found, most, unit in checks if found > most]


def _in_calm(folder: Path) -> tuple[list[float], list[float]]:
    """Let contacts write one after the other; seconds until each is answered, and until the human queue knows."""
    acks: list[float] = []
    hand_offs: list[float] = []
    with local_cloud(Ports.free(), Progress(quiet=True), folder) as cloud:
        account = cloud.meta.account(MESSENGER)
        for number in range(CALM):
            contact = Contact(channel=MESSENGER, account_id=account.account_id, contact_id=str(10**15 + number))
            began = monotonic()
            cloud.meta.write(contact, Writing(text="Is my cake ready?"))
            told = wait_for(lambda: _is_told(cloud, contact) or None, 30)  # noqa: B023 - called at once
            hand_offs.append(monotonic() - began if told else inf)
            answers = [each.after_ms for each in cloud.meta.transcript(contact) if each.author == "business"]
            acks.append(answers[0] / 1000 if answers and answers[0] is not None else inf)
    # The first calls start the workers, which is not calm.
    return acks[3:], hand_offs[3:]


def _is_told(cloud: LocalCloud, contact: Contact) -> bool:
    pk = pk_of(contact)
    return any(
        each["conversation_id"] == pk and each["acknowledgement"]["state"] != "pending" for each in cloud.human_queue()
    )


PART = Part(
    name="time",
    promise="Customers are answered within seconds, and within three minutes when a worker dies over it",
    minutes=4.0,
    prove=prove,
)
