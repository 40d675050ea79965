"""The part of ``make chaos`` that changes keys while deliveries come."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from nightbell.adapters.secrets import ParameterSecrets
from nightbell.domain.errors import NightbellError
from nightbell.platforms.registry import PLATFORMS
from tests.chaos.part import Part, Report, Run
from tests.chaos.rotation.proof import NEW, OLD, Tally, closed, deleted, rotate
from tests.chaos.schemes import SCHEMES, Scheme


class _OnlyTheFirst(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        return super().get(platform, name)[:1]


class _ForEver(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        known = self._known.get((platform, name))
        return known.values if known and known.values else super().get(platform, name)


class _KeepsRetired(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        return tuple({*super().get(platform, name), OLD})


class _Forgets(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        self._known.clear()
        return super().get(platform, name)


class _Open(ParameterSecrets):
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        try:
            return super().get(platform, name)
        except NightbellError:
            return (OLD,)


_BROKEN = {
    "accepts only the newest key": _OnlyTheFirst,
    "never asks again": _ForEver,
    "keeps a retired key": _KeepsRetired,
    "keeps no key while the store is down": _Forgets,
    "opens with a key of its own when there is none": _Open,
}


def _all(scheme: Scheme, seed: int, make: type[ParameterSecrets] = ParameterSecrets) -> Iterator[Tally]:
    yield closed(scheme, make)
    yield deleted(scheme, make)
    yield rotate(scheme, Random(seed), make)


def _prove(run: Run) -> Report:
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    for platform in PLATFORMS:
        for tally in _all(SCHEMES[platform], run.seed):
            answers.update(tally.answers)
            wrong += [f"{platform}: {each} (seed {run.seed})" for each in tally.wrong[:10]]
        for fault, make in _BROKEN.items():
            found = any(tally.wrong for tally in _all(SCHEMES[platform], run.seed, make))
            answers["faults put in, all found"] += 1
            wrong += [] if found else [f"{platform}: nobody noticed secrets that {fault}"]
    bound = f"One delivery or more a second to five functions; the keys ({len({OLD, NEW})}) change once."
    return Report(violations=tuple(wrong), figures=dict(answers), bound=bound)


ROTATION = Part(
    name="rotation",
    promise="A key is replaced without refusing anybody, and a retired one opens nothing.",
    minutes=0.2,
    prove=_prove,
)
