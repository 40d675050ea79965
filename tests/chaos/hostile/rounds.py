"""Rounds of hostile deliveries, each with a table and a seed of its own, so that one alone can be had again."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from random import Random
from typing import Protocol

from nightbell.domain.errors import NightbellError
from tests.chaos.forgery.corpus import NAME, WORD
from tests.chaos.hostile.accounting import Books
from tests.chaos.hostile.payloads import Hostile, Payloads
from tests.chaos.hostile.receiver import Receiver, in_turn
from tests.chaos.listening import Listener, listening
from tests.chaos.schemes import SCHEMES
from tests.chaos.sent import delivery_of
from tests.chaos.staged import KEYS

AT_ONCE = 500
LARGE_EVERY, LARGE_AT = 2_000, 1_000
PROCESSES = 2
CANARIES = {WORD, NAME, "CanarySecret", "34999000111222", "7700000000000999", *KEYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Some deliveries to one table; the seed and the first number name it."""

    platform: str
    seed: int
    first: int
    many: int = AT_ONCE

    def play(self, *, until_found: bool = False) -> "Played":
        """Deliver them all, or until something is wrong."""
        return play(self, until_found=until_found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a round."""

    books: Books
    leaks: Counter[str]
    lines: int


def play(chosen: Round, *, until_found: bool = False) -> Played:
    """Deliver them all, or until something is wrong."""
    payloads, rng = Payloads(SCHEMES[chosen.platform]), Random(f"{chosen.seed} {chosen.first}")
    books, listener, receiver = Books(), Listener(CANARIES), Receiver()
    with in_turn():
        for number in range(chosen.first, chosen.first + chosen.many):
            hostile = payloads.large(rng, number) if number % LARGE_EVERY == LARGE_AT else payloads.make(rng, number)
            found = len(books.wrong)
            _deliver(receiver, hostile, books, listener)
            where = f"{hostile.how} (number {number}, seed {chosen.seed})"
            books.wrong[found:] = [f"{wrong}: {where}" for wrong in books.wrong[found:]]
            if until_found and (books.wrong or listener.leaks):
                break
        books.close(receiver)
    return Played(books=books, leaks=listener.leaks, lines=listener.lines)


class Playable(Protocol):
    """A round of any sort."""

    def play(self, *, until_found: bool = False) -> Played:
        """Play all of it, or until something is wrong."""


def play_all(rounds: Sequence[Playable]) -> Iterator[Played]:
    """Play them side by side, as they come."""
    if len(rounds) <= PROCESSES * 2:
        yield from (each.play() for each in rounds)
        return
    with ProcessPoolExecutor(PROCESSES) as pool:
        for future in as_completed([pool.submit(_play, each) for each in rounds]):
            yield future.result()


def _play(chosen: Playable) -> Played:
    return chosen.play()


def _deliver(receiver: Receiver, hostile: Hostile, books: Books, listener: Listener) -> None:
    delivery = delivery_of(hostile.sent)
    try:
        with listening(listener):
            facts = receiver(delivery)
    except NightbellError as error:
        books.refuse(error, delivery)
    except Exception as error:  # noqa: BLE001 - that nothing else is raised is what is proven
        books.wrong.append(f"raised {type(error).__name__}")
    else:
        listener.write(f"{facts!r}\n")
        books.enter(receiver, delivery, hostile.witness, facts)
