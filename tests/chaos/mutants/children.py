"""Run something in a child process that may do whatever a mistake makes it do."""

import gc
import mmap
import os
import resource
import select
import signal
import struct
from collections.abc import Callable

LONGEST_S = 120
MEMORY = 3 * 2**30


class Mark:
    """A number that a child sets and its parent reads, whatever ends the child."""

    _FORM = struct.Struct("i")

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, self._FORM.size)
        self.number = -1

    @property
    def number(self) -> int:
        return int(self._FORM.unpack_from(self._shared)[0])

    @number.setter
    def number(self, number: int) -> None:
        self._FORM.pack_into(self._shared, 0, number)


def goes_wrong(run: Callable[[], int]) -> bool:
    """Run in a child; what kills the child has gone wrong, too."""
    child = os.fork()
    if child == 0:
        _live(run)
    return _wait(child) != 0


def _live(run: Callable[[], int]) -> None:
    """Be the child, and end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    code = 1
    try:
        code = run()
    finally:
        os._exit(code)


def _wait(child: int) -> int:
    process = os.pidfd_open(child)
    try:
        ended, _, _ = select.select([process], [], [], LONGEST_S)
    finally:
        os.close(process)
    if not ended:
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def limit_processor(seconds: float) -> None:
    """Bound loops by time that the process really had, whatever else the machine does."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def freeze() -> None:
    """Keep the collector from touching what a child shares with its parent: every page touched is copied."""
    gc.collect()
    gc.freeze()
