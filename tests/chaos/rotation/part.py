"""The part of ``make chaos`` that changes keys while deliveries come."""

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

from nightbell.adapters.secrets import NeverSetError, ParameterSecrets
from nightbell.domain.errors import NightbellError, UnavailableError
from tests.chaos.part import Part, Report, Run
from tests.chaos.rotation.doors import Door, doors
from tests.chaos.rotation.proof import OLD, Make, Tally, bare, closed, deleted, rotate, unreadable
from tests.chaos.schemes import SCHEMES


def _old(platform: str) -> str:
    return SCHEMES[platform].spelled(OLD)


class _OnlyTheFirst(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        return super().get(platform, name)[:1]


class _ForEver(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        known = self._known.get((platform, name))
        return known.values if known and known.values else super().get(platform, name)


class _KeepsRetired(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        return tuple({*super().get(platform, name), _old(platform)})


class _Forgets(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        self._known.clear()
        return super().get(platform, name)


class _Open(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        try:
            return super().get(platform, name)
        except NightbellError:
            return (_old(platform),)


class _TakesForNone(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        try:
            return super().get(platform, name)
        except UnavailableError as error:
            raise NeverSetError(str(error)) from None


_BROKEN: Mapping[str, Make] = {
    "accepts only the newest key": _OnlyTheFirst,
    "never asks again": _ForEver,
    "keeps a retired key": _KeepsRetired,
    "keeps no key while the store is down": _Forgets,
    "opens with a key of its own when there is none": _Open,
    "takes a key that cannot be read for one that was never set": _TakesForNone,
}


def _all(door: Door, seed: int, make: Make = ParameterSecrets, *, until_found: bool = False) -> Iterator[Tally]:
    for prove in (closed, unreadable, bare, deleted):
        yield prove(door, make)
    yield rotate(door, Random(seed), make, until_found=until_found)


def _prove(run: Run) -> Report:
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    every = list(doors())
    for door in every:
        for tally in _all(door, run.seed):
            answers.update(tally.answers)
            wrong += [f"{door}: {each} (seed {run.seed})" for each in tally.wrong[:10]]
        for fault, make in _BROKEN.items():
            found = any(tally.wrong for tally in _all(door, run.seed, make, until_found=True))
            answers["faults put in, all found"] += 1
            wrong += [] if found else [f"{door}: nobody noticed secrets that {fault}"]
    bound = f"One request or more a second to five functions; each of {len(every)} keys changes once, all else stands."
    return Report(violations=tuple(wrong), figures=dict(answers), bound=bound)


ROTATION = Part(
    name="rotation",
    promise="A key is replaced without refusing anybody, and a retired one opens nothing.",
    minutes=0.2,
    prove=_prove,
)
