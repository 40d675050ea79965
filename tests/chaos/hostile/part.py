"""The part of ``make chaos`` that sends what no document describes, rightly signed."""

from random import Random

from nightbell.platforms.registry import PLATFORMS
from tests.chaos.forgery.proof import leaked
from tests.chaos.hostile import addresses, alive
from tests.chaos.hostile.accounting import Books
from tests.chaos.hostile.payloads import Payloads
from tests.chaos.hostile.rounds import AT_ONCE, CANARIES, Round, play_all
from tests.chaos.hostile.shapes import BYTES
from tests.chaos.listening import Listener, listening
from tests.chaos.part import Part, Report, Run
from tests.chaos.schemes import SCHEMES
from tests.chaos.staged import Staged, staged

MANY, SHORT = 100_000, 500
ON_EMULATOR, ON_EMULATOR_SHORT = 3_000, 40


def _prove(run: Run) -> Report:
    books, listener = Books(), Listener(CANARIES)
    many = (SHORT if run.short else MANY) // len(PLATFORMS)
    rounds = [
        Round(platform=name, seed=run.seed, first=first) for name in PLATFORMS for first in range(0, many, AT_ONCE)
    ]
    for done, played in enumerate(play_all(rounds)):
        books.join(played.books)
        listener.leaks.update(played.leaks)
        listener.lines += played.lines
        run.progress((done + 1) / len(rounds) * 0.8, f"{(done + 1) * AT_ONCE:,} hostile deliveries")
    for platform in PLATFORMS:
        faults = dict(alive.overlooked(platform))
        books.wrong += [f"{platform}: nobody noticed a receiver that {fault}" for fault in faults if faults[fault]]
        books.deliveries["faults put in, all found"] += len(faults)
    with staged() as stage:
        for platform in PLATFORMS:
            _on_emulator(stage, platform, run, books, listener)
            tried, wrong = addresses.fetched(stage, platform, listener)
            if addresses.overlooked(stage, platform, listener):
                wrong.append(f"{platform}: nobody noticed a receiver that calls what a message names")
            books.wrong += wrong
            books.deliveries["faults put in, all found"] += 1
            books.deliveries["addresses in attachments, none called"] += tried
    figures = {**books.deliveries, **books.events}
    bound = f"Shapes are the known ones changed in one to four places, and bytes broken in {len(BYTES)} ways."
    return Report(violations=(*books.wrong[:20], *leaked(listener)), figures=figures, bound=bound)


def _on_emulator(stage: Staged, platform: str, run: Run, books: Books, listener: Listener) -> None:
    payloads, rng = Payloads(SCHEMES[platform]), Random(run.seed)
    many = (ON_EMULATOR_SHORT if run.short else ON_EMULATOR) // len(PLATFORMS)
    for number in range(many):
        hostile = payloads.make(rng, number)
        with listening(listener):
            status = stage.receive(hostile.sent)["statusCode"]
        if status != 200:
            books.wrong.append(f"{hostile.how} was answered {status} (number {number}, on the emulator)")
        run.progress(0.85 + number / many * 0.1, f"{platform}: {number:,} on the emulator")
    books.deliveries["deliveries, on the emulator"] += many


HOSTILE = Part(
    name="hostile",
    promise="Whatever a platform signs is stored, counted or quarantined, and never breaks anything.",
    minutes=4,
    prove=_prove,
)
