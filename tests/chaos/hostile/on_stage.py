"""The same through the whole handler on the emulator, and every address that a delivery may name."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from nightbell.platforms.registry import CALLBACKS, PLATFORMS
from tests.chaos.forgery.callbacks import PERSON
from tests.chaos.heard import heard
from tests.chaos.hostile import addresses, asked, calls
from tests.chaos.hostile.accounting import Books
from tests.chaos.hostile.payloads import Payloads
from tests.chaos.hostile.rounds import CANARIES, Played
from tests.chaos.listening import Listener, listening
from tests.chaos.schemes import CALLBACK_SCHEMES, SCHEMES
from tests.chaos.staged import Staged, staged

ASKED_OF_TEN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRound:
    """So many requests to every platform and reader.

    Attributes:
        addresses: How many of the 200 are tried.
    """

    seed: int
    many: int
    addresses: int

    def play(self, *, until_found: bool = False) -> Played:
        """Play all of it."""
        del until_found
        books, listener = Books(), Listener({*CANARIES, PERSON})
        self._call(books)
        with staged() as stage:
            for platform in heard():
                self._deliver(stage, platform, books, listener)
                self._fetch(stage, platform, books, listener)
            for platform in CALLBACKS:
                self._ask(stage, platform, books, listener)
        return Played(books=books, leaks=listener.leaks, lines=listener.lines)

    def _deliver(self, stage: Staged, platform: str, books: Books, listener: Listener) -> None:
        payloads, rng = Payloads(SCHEMES[platform]), Random(self.seed)
        many = self.many // len(heard())
        for number in range(many):
            hostile = payloads.make(rng, number)
            with listening(listener):
                status = stage.receive(hostile.sent)["statusCode"]
            wanted = 413 if len(hostile.sent.body) > PLATFORMS[platform].max_body else 200
            if status != wanted:
                books.wrong.append(f"{hostile.how} was answered {status} (number {number}, on the emulator)")
        books.deliveries["deliveries, on the emulator"] += many

    def _ask(self, stage: Staged, platform: str, books: Books, listener: Listener) -> None:
        scheme, rng = CALLBACK_SCHEMES[platform], Random(self.seed)
        many = self.many * ASKED_OF_TEN // 10 // len(CALLBACKS)
        for number in range(many):
            how, payload, sent = asked.request(scheme, rng, number)
            with listening(listener):
                status = stage.receive(sent)["statusCode"]
            is_in_order = payload is not None and asked.foretold(payload, sent) is not None
            if status not in ({200} if is_in_order else {401, 413}):
                books.wrong.append(f"a request for a person, {how}, was answered {status} (number {number}, emulator)")
        books.deliveries["requests for a person, on the emulator"] += many

    def _fetch(self, stage: Staged, platform: str, books: Books, listener: Listener) -> None:
        tried, wrong = addresses.fetched(stage, platform, listener, self.addresses)
        books.wrong += wrong
        books.deliveries["addresses in deliveries, none called"] += tried
        is_overlooked = addresses.overlooked(stage, platform, listener)
        note(books, platform, [("calls what a message names", is_overlooked)])

    def _call(self, books: Books) -> None:
        described, wrong = calls.astray(self.addresses)
        books.wrong += wrong
        books.deliveries["calls described with addresses, none led there"] += described
        note(books, "calls", calls.overlooked())


def note(books: Books, where: str, put_in: Iterable[tuple[str, bool]]) -> None:
    """Enter which faults were put in, and whether they were found."""
    for fault, is_overlooked in put_in:
        books.deliveries["faults put in, all found"] += 1
        books.wrong += [f"{where}: nobody noticed what {fault}"] if is_overlooked else []
