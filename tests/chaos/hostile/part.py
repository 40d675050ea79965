"""The part of ``make chaos`` that sends what no document describes, rightly signed."""

from nightbell.platforms.registry import CALLBACKS
from tests.chaos.forgery.proof import leaked
from tests.chaos.heard import heard
from tests.chaos.hostile import alive
from tests.chaos.hostile.accounting import Books
from tests.chaos.hostile.asked import AskedRound
from tests.chaos.hostile.on_stage import StageRound, note
from tests.chaos.hostile.rounds import AT_ONCE, CANARIES, Playable, Round, play_all
from tests.chaos.hostile.shapes import BYTES
from tests.chaos.listening import Listener
from tests.chaos.part import Part, Report, Run

MANY, SHORT = 100_000, 500
ON_STAGE, ON_STAGE_SHORT = {"many": 3_000, "addresses": 200}, {"many": 40, "addresses": 20}


def _prove(run: Run) -> Report:
    books, listener = Books(), Listener(CANARIES)
    rounds = _rounds(run)
    for done, played in enumerate(play_all(rounds)):
        books.join(played.books)
        listener.leaks.update(played.leaks)
        listener.lines += played.lines
        run.progress((done + 1) / len(rounds), f"{(done + 1) * AT_ONCE:,} hostile requests")
    for platform in heard():
        note(books, platform, alive.overlooked(platform))
    for platform in CALLBACKS:
        note(books, platform, alive.overlooked_asked(platform))
    figures = {**books.deliveries, **books.events}
    bound = f"Shapes are the known ones changed in one to four places, and bytes broken in {len(BYTES)} ways."
    return Report(violations=(*books.wrong[:20], *leaked(listener)), figures=figures, bound=bound)


def _rounds(run: Run) -> list[Playable]:
    """Cut all of it into rounds, the longest first; one request in ten is for a person."""
    asked = (SHORT if run.short else MANY // 10) // len(CALLBACKS)
    many = (SHORT if run.short else MANY - MANY // 10) // len(heard())
    return [
        StageRound(seed=run.seed, **(ON_STAGE_SHORT if run.short else ON_STAGE)),
        *(Round(platform=name, seed=run.seed, first=n) for name in heard() for n in range(0, many, AT_ONCE)),
        *(AskedRound(platform=name, seed=run.seed, first=n) for name in CALLBACKS for n in range(0, asked, AT_ONCE)),
    ]


HOSTILE = Part(
    name="hostile",
    promise="Whatever a platform signs is stored, counted or quarantined, and never breaks anything.",
    minutes=3,
    prove=_prove,
)
