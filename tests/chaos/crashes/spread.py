"""Jobs on two cores, each in a process of its own that gives its memory back."""

import gc
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from typing import TypeVar

CORES = 2
RARELY = (20_000, 20, 100)
"""Most of what is made stays: the collector of garbage need not look at it so often."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def spread(work: Callable[[Job], Result], jobs: Iterable[Job], *, alone: bool) -> Iterator[Result]:
    """Do jobs, and give back what each came to as soon as it is done.

    Args:
        work: Does one; a function of a module.
        jobs: The longest first, so that none is left alone at the end.
        alone: In this process, one after the other.
    """
    if alone:
        yield from map(work, jobs)
        return
    with get_context("spawn").Pool(CORES, gc.set_threshold, RARELY, maxtasksperchild=2) as pool:
        yield from pool.imap_unordered(work, jobs)
