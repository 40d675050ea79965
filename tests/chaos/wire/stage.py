"""The emulator, proxies and worker processes that the cases run on."""

import io
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from infra.local.ministack import HOST, MiniStack, free_port
from tests.chaos.wire.burst import Burst
from tests.chaos.wire.lane import Lane
from tests.chaos.wire.setting import Address, write_business


class OpenMiniStack(MiniStack):
    """One that checks no signatures: what a proxy passes on is signed for another address."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "AUTH": "false"}


@dataclass(slots=True)
class Here:
    """What a worker process plays on."""

    lane: Lane | None = None


class Silence(io.TextIOBase):
    """Takes everything and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


HERE = Here()


def lane() -> Lane:
    """Return this process's lane."""
    assert HERE.lane is not None
    return HERE.lane


@contextmanager
def workers(count: int, make: type[Lane] = Lane) -> Iterator[ProcessPoolExecutor]:
    """Start so many lanes, each in a process of its own behind proxies of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write_business(folder)
        # As the template has it: shorter pauses between botocore's own tries. It looks when it is imported.
        stack.enter_context(patch.dict(os.environ, {"AWS_NEW_RETRIES_2026": "true"}))
        cloud = stack.enter_context(OpenMiniStack(free_port(), folder))
        ports = [free_port() for _ in range(count)]
        aws = [stack.enter_context(Burst(cloud.endpoint, folder)) for _ in ports]
        graph = [stack.enter_context(Burst(f"http://{HOST}:{port}", folder)) for port in ports]
        cloud.wait()
        for burst in (*aws, *graph):
            burst.wait()
        context = get_context("spawn")
        addresses: Queue[Address] = context.Queue()
        for number, port in enumerate(ports):
            addresses.put(
                Address(
                    number=number,
                    cloud=cloud.endpoint,
                    aws=aws[number].url,
                    graph=graph[number].url,
                    graph_port=port,
                    folder=str(folder),
                )
            )
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=begin, initargs=(addresses, make))
        stack.callback(pool.shutdown, cancel_futures=True)
        yield pool


def begin(addresses: "Queue[Address]", make: type[Lane]) -> None:
    """Make this process a lane; what handlers print goes nowhere."""
    sys.stdout = sys.stderr = Silence()
    HERE.lane = make(addresses.get())
