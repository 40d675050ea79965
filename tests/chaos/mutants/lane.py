"""One of the processes that put mistakes in: as many as the machine has processors, and each one after another."""

import json
import os
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.chaos.mutants import cold

NUMBER = struct.Struct("i")


class Lane:
    """Takes the next mistake for as long as there is time."""

    def __init__(self, mutants: Sequence[Mapping[str, Any]], warm: socket.socket, say: Callable[..., None]) -> None:
        """Ask a warm process that nobody else asks."""
        self._mutants = mutants
        self._warm = warm.makefile("rw")
        self._say = say

    def run(self, numbers: int, ends: float) -> None:
        """Read the numbers of mistakes from a pipe that all lanes share; the named ones are done however late it is."""
        self._warm.readline()
        while number := os.read(numbers, NUMBER.size):
            mutant = self._mutants[NUMBER.unpack(number)[0]]
            if time.monotonic() < ends or mutant["tests"]:
                self._say(name=mutant["name"], **self._do(mutant))

    def _do(self, mutant: Mapping[str, Any]) -> Mapping[str, Any]:
        began = time.monotonic()
        self._ask(mutant)
        done: dict[str, Any] = json.loads(self._warm.readline())
        if "tests" in done:
            done = cold.meet(mutant, done["tests"], done["seconds"]) | {"cold": True}
            if "by" in done:
                self._ask({"mutant": {name: mutant[name] for name in ("file", "first")}, "by": done["by"]})
        return done | {"seconds": round(time.monotonic() - began, 2)}

    def _ask(self, told: Mapping[str, Any]) -> None:
        self._warm.write(json.dumps(told) + "\n")
        self._warm.flush()


def fill(count: int) -> int:
    """Make the pipe from which the lanes read."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    written = os.write(writes, b"".join(NUMBER.pack(number) for number in range(count)))
    assert written == count * NUMBER.size, "more mistakes than a pipe holds"
    os.close(writes)
    return reads
